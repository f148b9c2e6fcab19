"""Import litellm so that it stays quiet, local and out of the environment's hands.

By itself it reads a `.env`, takes addresses, proxies and certificates from the environment, fetches price lists,
prints, and asks hosts about a model over HTTP clients of its own.
"""

from __future__ import annotations

import gc
import importlib.util
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from types import ModuleType

import httpx

from reviewbot.reviewers.deferral import PutOff, StandIn

_BEFORE_IMPORT = {
    "LITELLM_MODE": "PRODUCTION",  # else a .env found upward from litellm's own folder is loaded
    "PYTHON_DOTENV_DISABLED": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else lists are fetched from the network
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
}
_ALWAYS_SCRUBBED = re.compile(
    r"LITELLM_.*|.*_API_BASE|.*_BASE_URL|EXPERIMENTAL_.*|AZURE_OPENAI_ENDPOINT"
    r"|OPENAI_(CUSTOM_HEADERS|LOG|ADMIN_KEY|API_TYPE|API_VERSION)|ANTHROPIC_(AUTH_TOKEN|CUSTOM_HEADERS)"
    r"|AIOHTTP_.*|SSLKEYLOGFILE|USE_DD.*"
)
_NETWORK = re.compile(r"SSL_.*|(HTTP|HTTPS|ALL|NO)_PROXY", re.IGNORECASE)


def scrub(environ: MutableMapping[str, str], *, trust_env: bool) -> None:
    """Take out what would send a call or a key elsewhere. With `trust_env` proxies and certificates stay."""
    for name in list(environ):
        if _ALWAYS_SCRUBBED.fullmatch(name) or (not trust_env and _NETWORK.fullmatch(name)):
            del environ[name]
    environ.update(_BEFORE_IMPORT)


def load_litellm(*, trust_env: bool = False) -> None:
    """Import litellm once, quietly and without a look at the network, a `.env` or the current folder.

    Takes a second of CPU. Changes the process: its environment (see `scrub`), and the current folder leaves `sys.path`,
    because litellm imports optional packages by name and a reviewed tree may hold a module of that name.
    """
    loaded = sys.modules.get("litellm")
    if loaded is not None and vars(loaded).get("module_level_client") is _NO_CLIENT:
        return
    scrub(os.environ, trust_env=trust_env)
    here = {"", ".", str(Path.cwd())}
    sys.path[:] = [entry for entry in sys.path if entry not in here]
    # Millions of objects are made and none is dropped: collecting in between costs a third of the import's time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        litellm = _import_litellm()
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
    # What a deadline or Ctrl-C ends may leave a call behind that was made ready and never begun.
    warnings.filterwarnings("ignore", message=r"coroutine '.*' was never awaited", category=RuntimeWarning)
    warnings.filterwarnings("ignore", module=r"pydantic|litellm|openai")  # else parts of hostile answers reach stderr
    for name, value in _SETTINGS.items():
        setattr(litellm, name, value)
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "openai"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.CRITICAL + 1)


def _import_litellm() -> ModuleType:
    # Where a model of pydantic meets one, it would let every value pass from then on, with a warning.
    warnings.filterwarnings("error", message=rf".*\b{StandIn.__name__}\b")
    try:
        with PUT_OFF.around_import():
            import litellm
    except Exception:  # noqa: BLE001 - whatever a release makes of stand-ins, the plain import is right and only slower
        for name in [name for name in sys.modules if name.partition(".")[0] in ("litellm", "openai")]:
            del sys.modules[name]
        import litellm

        return litellm
    _offer_starred(litellm)
    # Each call is handed the tokenizer, to count what a provider did not count: 0.1 s and 25 MB to load.
    vars(litellm.main)["encoding"] = StandIn(PUT_OFF, "litellm.litellm_core_utils.default_encoding", "encoding")
    return litellm


def _offer_starred(litellm: ModuleType) -> None:
    """Names that litellm takes from modules with `import *`: where the module is put off, it had no names to give."""
    own, found = vars(litellm).get("__getattr__"), dict[str, str]()

    def look_up(name: str) -> object:
        missing = AttributeError(f"module 'litellm' has no attribute {name!r}")
        if own is not None:
            try:
                return own(name)
            except AttributeError as error:
                missing = error
        if not found:
            found.update({defined: module for module in _STARRED for defined in _defined(module)})
        if name not in found:
            raise missing
        return PUT_OFF.real(found[name], name)

    vars(litellm)["__getattr__"] = look_up


def _defined(module: str) -> list[str]:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return []
    if spec is None or spec.origin is None:
        return []
    text = Path(spec.origin).read_text(encoding="utf-8")
    return re.findall(r"^(?:async def|def|class) ([A-Za-z]\w*)", text, re.MULTILINE)


class _NoClient:
    """Stands where litellm keeps HTTP clients of its own, over which it asks Ollama about models, redirects and all."""

    def __getattr__(self, name: str) -> Callable[..., object]:
        raise httpx.UnsupportedProtocol("litellm may not use a client of its own")


_NO_CLIENT = _NoClient()
_SETTINGS: Mapping[str, object] = {
    "suppress_debug_info": True,  # else advice with ANSI codes goes to stdout
    "module_level_client": _NO_CLIENT,
    "module_level_aclient": _NO_CLIENT,
    "turn_off_message_logging": True,
    "num_retries": 0,
    "callbacks": [],
    "success_callback": [],
    "failure_callback": [],
    "input_callback": [],
    "service_callback": [],
}

_STARRED = (
    "litellm.assistants.main",
    "litellm.batch_completion.main",
    "litellm.batches.main",
    "litellm.containers.main",
    "litellm.decisions.main",
    "litellm.files.main",
    "litellm.fine_tuning.main",
    "litellm.images.main",
    "litellm.messages.dispatch",
    "litellm.ocr.dispatch",
    "litellm.rag.main",
    "litellm.rerank_api.main",
    "litellm.responses.dispatch",
    "litellm.sandbox.main",
    "litellm.scheduler",
    "litellm.search.main",
    "litellm.systemone.main",
    "litellm.videos.main",
)
"""Services that are no chat completions, whose names litellm's own module takes over with `import *`."""
PUT_OFF = PutOff(
    {
        *_STARRED,
        "aiohttp",
        "jinja2",
        "jinja2.sandbox",
        "litellm.anthropic_interface",
        "litellm.batches.batch_utils",
        "litellm.budget_manager",
        "litellm.caching.qdrant_semantic_cache",
        "litellm.compression",
        "litellm.evals.main",
        "litellm.google_genai",
        "litellm.integrations.agentops",
        "litellm.integrations.arize.arize",
        "litellm.integrations.arize.arize_phoenix",
        "litellm.integrations.clickhouse.clickhouse_spend_logger",
        "litellm.integrations.datadog.datadog_llm_obs",
        "litellm.integrations.deepeval.deepeval",
        "litellm.integrations.dotprompt",
        "litellm.integrations.gcs_bucket.gcs_bucket",
        "litellm.integrations.gcs_pubsub.pub_sub",
        "litellm.integrations.langfuse.langfuse_prompt_management",
        "litellm.integrations.langsmith",
        "litellm.integrations.opik.opik",
        "litellm.integrations.otel",
        "litellm.integrations.otel.runtime",
        "litellm.integrations.pointfive",
        "litellm.integrations.sqs",
        "litellm.interactions",
        "litellm.interactions.agents.main",
        "litellm.llms.anthropic.batches.handler",
        "litellm.llms.bedrock_mantle.chat.claude_transformation",
        "litellm.llms.custom_httpx.aiohttp_handler",
        "litellm.llms.custom_httpx.aiohttp_transport",
        "litellm.models",
        "litellm.passthrough",
        "litellm.rag",
        "litellm.realtime_api.main",
        "litellm.responses.main",
        "litellm.router",
        "litellm.skills.main",
        "litellm.types.interactions",
        "litellm.vector_store_files.main",
        "litellm.vector_stores.vector_store_registry",
        "tiktoken",
    },
    at_calls={"litellm.integrations.opentelemetry", "litellm.proxy.openai_files_endpoints.common_utils"},
    later_objects={"litellm.llms.custom_httpx.aiohttp_handler"},
    families=("openai.types", "openai.resources"),
)
"""What `import litellm` runs and no call of ours needs: measured, by looking at what is run during calls."""
