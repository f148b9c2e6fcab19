"""Short builders of the values that tests need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviewbot.config.values import (
    Config,
    GateConfig,
    HookConfig,
    InstructionText,
    LimitsConfig,
    NetworkConfig,
    PathRule,
    PublishConfig,
    ReviewerConfig,
    SkipConfig,
)
from reviewbot.model import (
    Anchor,
    Category,
    Change,
    Diff,
    FileDiff,
    FileStatus,
    Finding,
    Hunk,
    Line,
    LineKind,
    Severity,
    Side,
)

_KINDS = {" ": LineKind.CONTEXT, "+": LineKind.ADDED, "-": LineKind.REMOVED}


def hunk(text: str, *, old: int = 1, new: int = 1, section: str = "") -> Hunk:
    """A hunk from lines that begin with a space, + or -, numbered from `old` and `new` on."""
    lines: list[Line] = []
    at_old, at_new = old, new
    for raw in text.split("\n"):
        kind = _KINDS[raw[:1]]
        in_old, in_new = kind is not LineKind.ADDED, kind is not LineKind.REMOVED
        lines.append(Line(kind=kind, old=at_old if in_old else None, new=at_new if in_new else None, text=raw[1:]))
        at_old, at_new = at_old + in_old, at_new + in_new
    return Hunk(
        old_start=old,
        old_count=at_old - old,
        new_start=new,
        new_count=at_new - new,
        section=section,
        lines=tuple(lines),
    )


def file(
    path: str = "a.py", *hunks: Hunk, status: FileStatus = FileStatus.MODIFIED, old_path: str | None = None
) -> FileDiff:
    return FileDiff(path=path, status=status, old_path=old_path, hunks=hunks, old_mode="100644", new_mode="100644")


def change(*files: FileDiff, subjects: Sequence[str] = ()) -> Change:
    return Change(diff=Diff(files=files), subjects=tuple(subjects), label="main..HEAD")


def finding(
    reviewer: str = "opus",
    path: str | None = "a.py",
    start: int | None = 1,
    end: int | None = None,
    *,
    side: Side = Side.RIGHT,
    severity: Severity = Severity.HIGH,
    category: Category = Category.CORRECTNESS,
    title: str = "the total is never reset",
    body: str = "The second call adds to the total of the first.",
    quote: str | None = None,
    placed: bool = False,
    source: str = "",
    chunk: int | None = 1,
) -> Finding:
    return Finding(
        reviewer=reviewer,
        anchor=Anchor(path=path, side=side, start=start, end=end or start, placed=placed, source=source),
        severity=severity,
        category=category,
        title=title,
        body=body,
        quote=quote,
        chunk=chunk,
    )


def reviewer(name: str = "opus", *, brief: str | None = None, max_output_tokens: int = 8000) -> ReviewerConfig:
    return ReviewerConfig(
        name=name,
        model=f"openai/{name}",
        api_base=None,
        api_key_env=None,
        brief=InstructionText(source="inline", text=brief) if brief else None,
        timeout_s=120,
        max_output_tokens=max_output_tokens,
        params={},
    )


def config(
    *names: str,
    paths: Sequence[PathRule] = (),
    instructions: Mapping[str, str] | None = None,
    exclude: Sequence[str] = (),
    fail_on: Severity | None = Severity.HIGH,
    min_agreement: int = 2,
    quorum: int | None = None,
    on_incomplete: str = "fail",
    max_cost_usd: float | None = 1.0,
) -> Config:
    return Config(
        reviewers=tuple(reviewer(name) for name in names or ("opus", "gpt", "gemini")),
        paths=tuple(paths),
        instructions=tuple(InstructionText(source=k, text=v) for k, v in (instructions or {}).items()),
        exclude=tuple(exclude),
        context_lines=10,
        gate=GateConfig(
            fail_on=fail_on,
            min_agreement=min_agreement,
            quorum=quorum,
            on_incomplete="fail" if on_incomplete == "fail" else "pass",
            on_missing_keys="pass",
        ),
        publish=PublishConfig(
            min_severity=Severity.MEDIUM,
            max_inline=10,
            solo=Severity.HIGH,
            summary="always",
            check_run=False,
            skip=SkipConfig(drafts=True, authors=("dependabot[bot]",), labels=("skip-review",)),
        ),
        limits=LimitsConfig(deadline_s=300, max_cost_usd=max_cost_usd, max_concurrency=8),
        hook=HookConfig(
            mode="block",
            fail_on=Severity.HIGH,
            min_agreement=min_agreement,
            reviewers=None,
            deadline_s=120,
            on_incomplete="pass",
        ),
        secrets="redact",
        cache=True,
        network=NetworkConfig(trust_env=False, ca_bundle=None),
    )
