"""A pull request on the fake GitHub, three reviewers on fake providers, and the job that reviews it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commandline import CONFIG, KEYS, Ended, entry, reviewbot
from github_server import FakeGitHub
from github_state import Pull
from gitrepo import AFTER, BEFORE, GitRepo
from provider_formats import Object
from providers import FakeProviders, Recorded, Reply, Script, Status, by_model, findings_reply
from stats_defects import CLEAN

from reviewbot.formats.marker import read_summary

PULL = "GET /repos/{owner}/{repo}/pulls/{number}"
REVIEWS = "POST /repos/{owner}/{repo}/pulls/{number}/reviews"
COMMENT = "POST /repos/{owner}/{repo}/issues/{number}/comments"
EDIT = "PATCH /repos/{owner}/{repo}/issues/comments/{id}"
REPLY = "POST /repos/{owner}/{repo}/pulls/{number}/comments/{id}/replies"
API = "/repos/"

UNSET_TOO = entry(
    "src/stats.py",
    3,
    "UnboundLocalError: count has no start value",
    "The line `count = 0` was removed, so `count += item` fails on the first item of every non-empty list.",
    quote="        count += item",
)
AGAIN = entry(
    "src/stats.py",
    3,
    "No start value for count",
    "Adding the first item to `count` fails with UnboundLocalError: nothing sets it before the loop any more.",
    quote="        count += item",
)


def elsewhere(number: int) -> Object:
    """A finding in a file that the change does not touch."""
    word = ("Alpha", "Bravo", "Carol", "Delta", "Echo", "Foxtrot", "Golf", "Hotel")[number]
    return entry(
        f"src/other{number}.py",
        900 + number,
        f"{word} handler misuses widget{number}",
        f"Function zeta{number} misuses gadget{number} when queue{number} is full and drops items{number}. " * 8,
        quote=f"nothing{number} like this{number}",
    )


@dataclass
class Scene:
    """A pull request of one changed file, three reviewers, and where its job runs."""

    github: FakeGitHub
    pull: Pull
    author: GitRepo
    bare: Path
    folder: Path
    answers: dict[str, Reply] = field(default_factory=dict)
    providers: FakeProviders | None = None
    script: Script | None = None
    """Answers by what is asked, in place of `answers`."""
    afresh: bool = False
    """Each run is a new interpreter, and no fork of one that has imported its libraries."""

    def says(self, opus: Reply = CLEAN, gpt: Reply = CLEAN, gemini: Reply = CLEAN) -> None:
        self.answers.update({"claude-sonnet-4-5": opus, "gpt-test": gpt, "gemini-2.5-flash": gemini})

    def job(self, env: Mapping[str, str | None] | None = None, action: str = "opened") -> tuple[Path, dict[str, str]]:
        """The folder in which the job runs, and its variables; None takes one away."""
        event = self.folder / "event.json"
        event.write_text(json.dumps(self.github.event(self.pull, action)))
        known: dict[str, str | None] = {
            **KEYS,
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.github.api_url,
            "GITHUB_SERVER_URL": self.github.server_url,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_TOKEN": "job-token",
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.folder),
            **(env or {}),
        }
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        return work, {name: value for name, value in known.items() if value is not None}

    def run(self, *args: str, env: Mapping[str, str | None] | None = None, action: str = "opened") -> Ended:
        work, variables = self.job(env, action)
        self.github.requests.clear()
        ended = reviewbot("pr", *args, cwd=work, env=variables, afresh=self.afresh)
        assert "job-token" not in ended.out + ended.err
        assert not self.github.unexpected
        return ended

    def made(self, name: str = "made.json") -> Path:
        """The report of the last run, put aside from what the next one writes."""
        kept = self.folder / name
        kept.write_bytes(Path(self.outputs["report"]).read_bytes())
        return kept

    def forget(self) -> None:
        """Make it a pull request on which nothing was ever said, and a job that has left nothing."""
        for said in (self.pull.reviews, self.pull.comments, self.pull.issue_comments):
            said.clear()
        for name in ("output", "summary", "reviewbot.json", "reviewbot.sarif"):
            (self.folder / name).unlink(missing_ok=True)

    def publish(
        self,
        report: Path,
        *args: str,
        env: Mapping[str, str | None] | None = None,
        event: Mapping[str, Any] | None = None,
    ) -> Ended:
        """In a job without model keys: one that the run of another workflow has started, unless `env` says otherwise.

        `event` in place of the one that it finds."""
        keyless = dict.fromkeys(KEYS)
        work, variables = self.job({"GITHUB_EVENT_NAME": "workflow_run", **keyless, **(env or {})})
        (self.folder / "event.json").write_text(json.dumps(event or self.github.run_event(self.pull)))
        self.github.requests.clear()
        ended = reviewbot("publish", str(report), *args, cwd=work, env=variables)
        assert "job-token" not in ended.out + ended.err
        assert not self.github.unexpected
        return ended

    def both(self, *found: Object) -> None:
        """Two of the three reviewers say so, which is enough to block."""
        self.says(findings_reply(list(found)), findings_reply(list(found)))

    def fail(self, *models: str) -> None:
        """These models refuse their keys; all of them, when none is named."""
        self.answers.update(dict.fromkeys(models or tuple(self.answers), Status(status=401, message="no such key")))

    def configure(self, text: str) -> None:
        """More configuration, on the base branch."""
        assert self.providers is not None
        config = CONFIG.format(**{kind: self.providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")})
        self.author.git("switch", "--quiet", "main")
        base = self.author.commit({".reviewbot.yaml": config + text})
        self.author.git("push", "--quiet", str(self.bare), "main:refs/heads/main")
        self.author.git("switch", "--quiet", "feature")
        self.pull.move_base(base)

    def push(self, files: Mapping[str, str | bytes | None]) -> str:
        head = self.author.commit(files)
        self.author.git("push", "--quiet", "--force", str(self.bare), f"{head}:refs/heads/feature")
        self.pull.push(head)
        return head

    def change(self, before: Mapping[str, str | bytes | None], after: Mapping[str, str | bytes | None]) -> None:
        """Make it a pull request that makes `before` into `after`, and changes nothing else."""
        self.author.git("switch", "--quiet", "main")
        base = self.author.commit(before)
        self.author.git("push", "--quiet", str(self.bare), "main:refs/heads/main")
        self.author.git("switch", "--quiet", "feature")
        self.author.git("reset", "--quiet", "--hard", base)
        self.pull.move_base(base)
        self.push(after)

    @property
    def api_calls(self) -> int:
        return sum(request.path.startswith(API) for request in self.github.requests)

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.folder / "output").read_text().splitlines())

    @property
    def files(self) -> dict[str, tuple[bool, str | None]]:
        """By path, whether it was reviewed, and why not."""
        report: Any = json.loads(Path(self.outputs["report"]).read_text())
        return {file["path"]: (file["reviewed"], file["reason"]) for file in report["change"]["files"]}

    @property
    def comments(self) -> list[str]:
        return [comment.body for comment in self.pull.comments]

    @property
    def summary(self) -> str:
        (comment,) = (found for found in self.pull.issue_comments if read_summary(found.body))
        return comment.body


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Scene]:
    author, bare = GitRepo(folder / "author"), folder / "shop.git"
    GitRepo(bare, bare=True)
    answers: dict[str, Reply] = {}
    by_name = by_model(answers)

    def answer(request: Recorded) -> Reply:
        return (made.script or by_name)(request)

    with FakeProviders(answer) as providers, FakeGitHub() as github:
        config = CONFIG.format(**{kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")})
        start = author.commit({"src/stats.py": BEFORE, ".reviewbot.yaml": config}, "start")
        author.git("switch", "--quiet", "--create", "feature")
        head = author.commit({"src/stats.py": AFTER}, "head")
        author.git("push", "--quiet", str(bare), "main:refs/heads/main", "feature:refs/heads/feature")
        pull = github.repo("acme/shop", bare).pull(7, base=start, head=head)
        made = Scene(
            github=github, pull=pull, author=author, bare=bare, folder=folder, answers=answers, providers=providers
        )
        made.says()
        yield made
