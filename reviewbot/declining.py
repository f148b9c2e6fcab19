"""The shell of `reviewbot ignore`: find out which finding is meant and who says so, and list it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

from reviewbot.config.ignored import IGNORED_FILE, WHERE_SHOWN, asked_fingerprint, asked_reason, read_ignored
from reviewbot.config.ignored_text import with_ignored
from reviewbot.config.load import WorkTree
from reviewbot.config.values import IgnoredFinding
from reviewbot.config.yaml_tree import read_yaml
from reviewbot.errors import UsageError
from reviewbot.parts.shown import Shown, read_shown
from reviewbot.parts.values import NamedBytes
from reviewbot.platforms.git_checkout import Checkout, find_work_tree
from reviewbot.platforms.shown_findings import alone, recall
from reviewbot.platforms.work_file import find_place, replace_file
from reviewbot.sanitize import clean_title

_NEAR = 3


class Refused(Struct, frozen=True, kw_only=True):
    """A finding that somebody turns down, in that person's words."""

    fingerprint: str
    reason: str | None
    cwd: Path
    environ: Mapping[str, str]
    today: str
    """The date in UTC, as 2026-11-25."""
    report: NamedBytes | None = None
    """Where to look the finding up; None for what the last runs here showed."""
    title: str | None = None
    """Of a finding that was not shown here; with it none is looked up."""
    path: str | None = None


class Listed(Struct, frozen=True, kw_only=True):
    """A finding on the list."""

    finding: IgnoredFinding
    was_there: bool
    """Then nothing was written, and `finding` is what somebody wrote earlier."""


def turn_down(refused: Refused) -> Listed:
    """Write a block into the list of the work tree around `cwd`. Raises ReviewbotError, and nothing is written then."""
    fingerprint, reason = asked_fingerprint(refused.fingerprint), asked_reason(refused.reason)
    checkout = find_work_tree(refused.cwd, refused.environ)
    place = find_place(checkout.root, IGNORED_FILE, git_folder=checkout.common_dir)
    with alone(checkout.common_dir):
        data = WorkTree(checkout.root).read(IGNORED_FILE)
        listed = read_ignored(read_yaml(IGNORED_FILE, data)) if data is not None else ()
        earlier = next((one for one in listed if one.fingerprint == fingerprint), None)
        if earlier is not None:
            return Listed(finding=earlier, was_there=True)
        found = _found(fingerprint, refused, checkout)
        finding = IgnoredFinding(
            fingerprint=fingerprint,
            path=found.path or "",
            title=found.title,
            reason=reason,
            who=_who(checkout),
            when=refused.today,
        )
        replace_file(place, with_ignored(data, finding), name=IGNORED_FILE)
    return Listed(finding=finding, was_there=False)


def _found(fingerprint: str, refused: Refused, checkout: Checkout) -> Shown:
    if refused.title is not None:
        return Shown(fingerprint=fingerprint, path=refused.path, title=clean_title(refused.title))
    if refused.report is not None:
        findings = read_shown(refused.report.data, refused.report.name)
        where = f"in {refused.report.name}"
    else:
        findings, where = recall(checkout.common_dir), "among those that the last runs here showed"
    found = next((one for one in findings if one.fingerprint == fingerprint), None)
    if found is None:
        raise UsageError(_unknown(fingerprint, findings, where))
    return found


def _unknown(fingerprint: str, findings: Sequence[Shown], where: str) -> str:
    by_name = {one.fingerprint: one for one in findings}
    near = get_close_matches(fingerprint, by_name, n=_NEAR, cutoff=0.7)
    lines = [f"{fingerprint} is not {where}"]
    lines += [f"  did you mean {name} ({by_name[name].title})?" for name in near]
    return "\n".join(
        [
            *lines,
            f"  {WHERE_SHOWN};",
            "  for one that another machine showed, give its report with --report FILE, or --title and --path",
        ]
    )


def _who(checkout: Checkout) -> str:
    """`Name <address>` of the user's git configuration, or as much of it as is set."""
    told = (checkout.user.run("config", "--get", f"user.{key}") for key in ("name", "email"))
    name, email = (" ".join(one.line.split()) if one.code == 0 else "" for one in told)
    return f"{name} <{email}>" if name and email else name or email
