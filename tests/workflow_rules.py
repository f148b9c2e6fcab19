"""What no workflow of ours may do, looked for in one that YAML has read, wherever in it that can be said."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PRIVILEGED = {"pull_request_target", "workflow_run", "issue_comment"}
"""Events with secrets and a token that may write, which anybody can bring about."""
BASE = "${{ github.event.pull_request.base.sha }}"

_BLOCK = re.compile(r"^[ \t>]*```[ \t]*ya?ml\b[^\n]*\n(.*?)^[ \t>]*```", re.DOTALL | re.MULTILINE | re.IGNORECASE)
_CHECKOUT = re.compile(r"[\w.-]+/[\w.-]*checkout[\w.-]*@", re.IGNORECASE)
_REVIEWS = re.compile(r"reviewbot/reviewbot@|\./$")
_SECRET = re.compile(r"\$\{\{(?:(?!\}\}).)*\bsecrets\b", re.DOTALL)
_TAKES = re.compile(
    r"\bgh\s+(?:pr\s+(?:checkout|co|diff)|repo\s+clone)\b"
    r"|\bgit\b[^\n;|&]*\s(?:clone|fetch|pull|checkout|switch|restore|worktree|apply|am|merge|reset|read-tree)\b"
    r"|\bpull/|\b(?:tarball|zipball|codeload)\b"
)
"""Commands that bring somebody's commits here, or lay them out as files."""


def workflows_in(text: str) -> Iterator[str]:
    """Workflows in code blocks of a document."""
    for block in _BLOCK.findall(text):
        if re.search(r"^\s*['\"]?jobs['\"]?\s*:", block, re.MULTILINE):
            yield textwrap.dedent(block)


def shown() -> Iterator[tuple[str, str]]:
    """Every workflow in a document of ours, after the document's name."""
    for document in DOCUMENTS:
        yield from ((document.name, block) for block in workflows_in(document.read_text("utf-8")))


def events(workflow: Mapping[Any, Any]) -> set[str]:
    """What starts it. YAML 1.1 reads the key `on` as true."""
    said = workflow.get(True, workflow.get("on"))
    return {said} if isinstance(said, str) else set(said or ())


def secret_places(value: Any, place: str = "") -> Iterator[str]:
    """Where a secret stands, as `jobs.review.steps.0.env.KEY`."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            where = f"{place}.{key}".lstrip(".")
            if key == "secrets":  # handed to a workflow that is called
                yield where
            yield from secret_places(below, where)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from secret_places(below, f"{place}.{number}")
    elif isinstance(value, str) and _SECRET.search(value):
        yield place


def sees_secrets(workflow: Mapping[Any, Any], job: str) -> bool:
    """Whether one stands in the job, or above all jobs."""
    return any(not place.startswith("jobs.") or place.startswith(f"jobs.{job}.") for place in secret_places(workflow))


def takes_code(step: Mapping[str, Any]) -> bool:
    """Whether it brings commits to where the job runs. A checkout that names the base's commit brings what is ours."""
    if _CHECKOUT.match(step.get("uses", "")):
        return step.get("with", {}).get("ref") != BASE or "repository" in step["with"]
    return bool(_TAKES.search(step.get("run", "").replace("\\\n", " ")))


def wrongs(workflow: Mapping[Any, Any]) -> Iterator[str]:
    """What breaks a rule, each as the place of it and a word; nothing for a workflow that keeps them."""
    started = events(workflow)
    reviewing = {
        f"jobs.{name}.steps.{number}.env."
        for name, job in workflow["jobs"].items()
        for number, step in enumerate(job.get("steps", ()))
        if _REVIEWS.match(step.get("uses", ""))
    }
    for place in secret_places(workflow):
        if not place.startswith(tuple(reviewing) or "\0"):
            yield f"{place}: a secret that more than the step that reviews can see"
    for name, job in workflow["jobs"].items():
        if "uses" in job:
            yield f"jobs.{name}: what another workflow does is not seen here"
        for number, step in enumerate(job.get("steps", ())):
            place = f"jobs.{name}.steps.{number}"
            if _CHECKOUT.match(step.get("uses", "")):
                if started & PRIVILEGED:
                    yield f"{place}: a checkout beside rights"
                if step.get("with", {}).get("persist-credentials") is not False:
                    yield f"{place}: a checkout that leaves a token"
            if takes_code(step) and (started & PRIVILEGED or sees_secrets(workflow, name)):
                yield f"{place}: takes code beside {'rights' if started & PRIVILEGED else 'secrets'}"
