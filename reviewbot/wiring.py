"""Configuration -> objects. The one place that decides which adapter stands behind a port, and imports it lazily."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from reviewbot.config.values import Config, NetworkConfig, ReviewerConfig
from reviewbot.model import Panelist, Usage
from reviewbot.ports import AnswerStore, Model
from reviewbot.reviewers.catalog import Catalog, ModelInfo
from reviewbot.reviewers.endpoints import Endpoint, check_params, resolve
from reviewbot.stages.prompt import answer_schema

_EXPECTED_OUTPUT_TOKENS = 2_000
"""What an answer usually takes at most; estimates use it, bills are what they are."""


class Seat(Struct, frozen=True, kw_only=True):
    """A configured reviewer with everything that asking it needs, except the key itself."""

    reviewer: ReviewerConfig
    endpoint: Endpoint
    info: ModelInfo | None
    key_name: str | None
    """The environment variable that holds its key; None when it needs none or none is set."""
    missing: str | None
    """Why it cannot be asked, when it cannot."""

    @property
    def panelist(self) -> Panelist:
        return Panelist(
            name=self.reviewer.name,
            model=self.reviewer.model,
            vendor=self.endpoint.vendor,
            max_input_tokens=self.info.max_input_tokens if self.info else None,
            skipped=self.missing,
        )

    def estimate(self, input_tokens: int) -> float | None:
        """About what one question costs in USD; None when the price is not known."""
        if self.info is None:
            return None
        output = min(self.reviewer.max_output_tokens, _EXPECTED_OUTPUT_TOKENS)
        return self.info.cost(Usage(input_tokens=input_tokens, output_tokens=output))


def seat_panel(config: Config, environ: Mapping[str, str]) -> tuple[Seat, ...]:
    """Resolve every reviewer's endpoint and look whether its key is set. Raises ConfigError for an unknown model."""
    catalog = Catalog()
    return tuple(_seat(reviewer, catalog, environ) for reviewer in config.reviewers)


def _seat(reviewer: ReviewerConfig, catalog: Catalog, environ: Mapping[str, str]) -> Seat:
    endpoint = resolve(reviewer.model, api_base=reviewer.api_base, api_key_env=reviewer.api_key_env, catalog=catalog)
    check_params(reviewer.model, reviewer.params)
    key_name = next((name for name in endpoint.key_names if environ.get(name, "").strip()), None)
    missing = None
    if key_name is None and endpoint.needs_key:
        missing = f"{' or '.join(endpoint.key_names)} is not set"
    return Seat(reviewer=reviewer, endpoint=endpoint, info=catalog.lookup(endpoint), key_name=key_name, missing=missing)


def build_models(seats: Sequence[Seat], network: NetworkConfig, environ: Mapping[str, str]) -> dict[str, Model]:
    """A model to ask for each seat that can be asked. Imports litellm: seconds, and only when something is asked."""
    from reviewbot.reviewers.llm import LiteLLMModel

    return {
        seat.reviewer.name: LiteLLMModel(
            endpoint=seat.endpoint,
            api_key=environ[seat.key_name] if seat.key_name else None,
            max_output_tokens=seat.reviewer.max_output_tokens,
            params=seat.reviewer.params,
            network=network,
            timeout_s=seat.reviewer.timeout_s,
            schema=answer_schema(),
            info=seat.info,
        )
        for seat in seats
        if seat.missing is None
    }


def open_answers(environ: Mapping[str, str], *, cwd: Path) -> AnswerStore | None:
    """Where answers are kept for a run in `cwd`; None when the environment wants nothing kept. Touches no file yet."""
    from reviewbot.cache.folders import cache_folder, secret_file

    found = cache_folder(environ, cwd=cwd)
    if found.problem is not None:
        from reviewbot.cache.nowhere import NoStore

        return NoStore(found.problem)
    if found.folder is None:
        return None
    from reviewbot.cache.store import AnswerCache

    return AnswerCache(found.folder, secret_file=secret_file(environ))
