"""Runs of `reviewbot pr` in this process, from what reviewers say on: the real client, and all that follows the models.

Two of them can take turns, request by request. What the reviewers find is known, so that a test can say where it has to
stand afterwards.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Self

from github_diff import diff
from github_server import JOB_TOKEN, FakeGitHub
from github_state import Pull
from github_values import JOB_LOGIN, IssueComment, ReviewComment
from gitrepo import GitRepo
from msgspec.structs import replace
from values import config, finding

from reviewbot.config.values import Config, Json, NetworkConfig, Summary
from reviewbot.core import conclude, make_plan
from reviewbot.errors import GitHubError
from reviewbot.formats.marker import read_finding, read_memory, read_summary
from reviewbot.model import Category, Change, Finding, Panelist, Plan, Reviewed, Severity
from reviewbot.platforms.github.access import Access
from reviewbot.platforms.github.answer import Call
from reviewbot.platforms.github.client import GitHub
from reviewbot.posted import PullRequest
from reviewbot.publishing import GONE, Outcome, publish_report, read_before
from reviewbot.stages.diff import parse_patch

NAME, NUMBER, PATH = "acme/shop", 7, "src/stats.py"
HEADER = '"""Sums and means."""\n'
PANEL = tuple(
    Panelist(name=name, model=f"openai/{name}", vendor=name, max_input_tokens=None)
    for name in ("opus", "gpt", "gemini")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A line of the change that reviewers report, in one of several wordings; `bad` None for one that is elsewhere."""

    bad: str | None
    good: str
    severity: Severity
    category: Category
    words: tuple[tuple[str, str], ...]
    """Titles and bodies."""

    def told(self, text: str, variant: int) -> Finding:
        """In the words of a variant, where its line stands in the file as it is now."""
        title, body = self.words[variant % len(self.words)]
        line = 900 if self.bad is None else text.split("\n").index(self.bad) + 1
        return finding(
            path="src/other.py" if self.bad is None else PATH,
            start=line,
            severity=self.severity,
            category=self.category,
            title=title,
            body=body,
            quote=self.bad,
        )


DEFECTS = (
    Defect(
        bad="        count += item",
        good="        count = sum(items)",
        severity=Severity.HIGH,
        category=Category.CORRECTNESS,
        words=(
            ("count is used before it is set", "`count += item` raises UnboundLocalError: no start value is set."),
            ("UnboundLocalError: count has no start value", "`count = 0` is gone, so `count += item` fails at once."),
            ("No start value for count", "Adding to `count` fails with UnboundLocalError: nothing sets it before."),
        ),
    ),
    Defect(
        bad="    return total(items) / len(items)",
        good="    return total(items) / max(len(items), 1)",
        severity=Severity.MEDIUM,
        category=Category.ERROR_HANDLING,
        words=(
            ("mean() divides by zero for an empty list", "len(items) is 0 and mean([]) raises ZeroDivisionError."),
            ("ZeroDivisionError in mean()", "For an empty list len(items) is 0: mean([]) raises ZeroDivisionError."),
            ("mean([]) is not handled", "An empty list makes len(items) 0: the division raises ZeroDivisionError."),
        ),
    ),
    Defect(
        bad="    return items[len(items)]",
        good="    return items[-1]",
        severity=Severity.CRITICAL,
        category=Category.CORRECTNESS,
        words=(
            ("last() reads beyond the end", "items[len(items)] raises IndexError; the last index is one less."),
            ("IndexError in last()", "`items[len(items)]` is one past the last item: last() raises IndexError."),
            ("Off by one in last()", "The index len(items) is beyond the end of items: last() raises IndexError."),
        ),
    ),
    Defect(
        bad=None,
        good="",
        severity=Severity.HIGH,
        category=Category.API,
        words=(
            ("Callers still pass two arguments to total()", "report.py calls total(items, 0), which raises TypeError."),
            ("report.py breaks: total() takes one argument", "total(items, 0) raises TypeError in report.py now."),
            ("TypeError in report.py", "report.py calls total() with two arguments, total(items, 0): TypeError."),
        ),
    ),
)
ALL = frozenset(range(len(DEFECTS)))
DEFECT_OF = {title: defect for defect in DEFECTS for title, _ in defect.words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The changed file: which defects are in it, and how many lines stand above everything."""

    bad: frozenset[int]
    shift: int = 0

    @property
    def text(self) -> str:
        lines = [d.bad if at in self.bad and d.bad is not None else d.good for at, d in enumerate(DEFECTS[:3])]
        count, mean, last = lines
        return "\n".join(
            [
                HEADER,
                *(f"ROUND_{number} = {number}" for number in range(self.shift)),
                f"\n\ndef total(items):\n    for item in items:\n{count}\n    return count",
                f"\n\ndef mean(items):\n{mean}",
                f"\n\ndef last(items):\n{last}\n",
            ]
        )

    def told(self, wanted: Iterable[int], variant: int) -> list[Finding]:
        """What reviewers who look for these report: of the defects of lines those that are there."""
        there = [at for at in sorted(wanted) if at in self.bad or DEFECTS[at].bad is None]
        return [DEFECTS[at].told(self.text, variant) for at in there]


class Turns:
    """Which of several runs sends its next request."""

    def __init__(self, order: Sequence[int], runs: int) -> None:
        self._order, self._running = deque(order), set(range(runs))
        self._changed = threading.Condition()

    def _next(self) -> int:
        while self._order and self._order[0] not in self._running:
            self._order.popleft()
        return self._order[0] if self._order else min(self._running)

    @contextmanager
    def of(self, who: int) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._next() == who)
        try:
            yield
        finally:
            with self._changed:
                if self._order:
                    self._order.popleft()
                self._changed.notify_all()

    def over(self, who: int) -> None:
        with self._changed:
            self._running.discard(who)
            self._changed.notify_all()


@dataclass(slots=True, kw_only=True)
class Sent:
    verb: str
    path: str
    head: str | None = None
    """Of the pull request, where that is what was answered."""


class Client(GitHub):
    """The real one, which takes turns and notes what it sends."""

    def __init__(self, access: Access, turns: Turns, who: int) -> None:
        super().__init__(access)
        self._turns, self._who = turns, who
        self.sent: list[Sent] = []
        self.bounds: list[float] = []
        """For how long what comes may take, each time that is said."""
        self.hurry = 1.0

    def finish_within(self, seconds: float) -> None:
        self.bounds.append(seconds)
        super().finish_within(seconds * self.hurry)

    def _attempt(self, call: Call) -> tuple[Json, bool | None]:
        sent = Sent(verb=call.verb, path=call.path)
        with self._turns.of(self._who):
            self.sent.append(sent)
            found = super()._attempt(call)
        value, _ = found
        if sent.path == f"/repos/{NAME}/pulls/{NUMBER}" and isinstance(value, dict):
            head = value["head"]
            sent.head = str(head["sha"]) if isinstance(head, dict) else None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    head: str
    """What was reviewed; empty for a run that could not begin."""
    told: tuple[Defect, ...]
    outcome: Outcome | None
    """None for a run that could not begin."""
    sent: Sequence[Sent]
    bounds: Sequence[float]
    """Seconds that were allowed for what followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the reviewers of a run look for, by number, and in which words they report it."""

    wanted: frozenset[int]
    variant: int = 0


class Shop:
    """A repository whose pull request adds one file, and the commits with each content of it."""

    def __init__(self, bare: GitRepo) -> None:
        self.bare = bare
        self._commits: dict[tuple[str, Content], str] = {}
        self._contents: dict[str, Content] = {}
        self.base = self._commit("", "README.md", "# Stats\n")

    def _commit(self, parent: str, path: str, text: str) -> str:
        data = text.encode()
        start = f"from {parent}\n" if parent else ""
        stream = (
            "commit refs/heads/made\nmark :1\ncommitter Ada <ada@example.org> 1767323045 +0000\ndata 6\nchange\n"
            f"{start}M 100644 inline {path}\ndata {len(data)}\n{text}\nget-mark :1\n"
        )
        return self.bare.git("fast-import", "--quiet", "--force", stdin=stream.encode()).decode().strip()

    def commit(self, parent: str, content: Content) -> str:
        if (parent, content) not in self._commits:
            self._commits[parent, content] = made = self._commit(parent, PATH, content.text)
            self._contents[made] = content
        return self._commits[parent, content]

    def content(self, head: str) -> Content:
        return self._contents[head]


@dataclass(slots=True, kw_only=True)
class PullScene:
    """A pull request, and the runs on it."""

    github: FakeGitHub
    shop: Shop
    pull: Pull
    summary: Summary
    deadline_s: float = 10
    """Of one request."""
    hurry: float = 1
    """What becomes of each second that is allowed for many."""

    @classmethod
    def opened(cls, github: FakeGitHub, shop: Shop, summary: Summary) -> Self:
        head = shop.commit(shop.base, Content(bad=frozenset({0, 1, 2})))
        pull = github.repo(NAME, shop.bare.path).pull(NUMBER, base=shop.base, head=head)
        return cls(github=github, shop=shop, pull=pull, summary=summary)

    def push(self, content: Content) -> None:
        """A commit on top of the head."""
        self.pull.push(self.shop.commit(self.pull.head_sha, content))

    def run(self, *asked: Asked, order: Sequence[int] = ()) -> list[Ended]:
        """As many runs as are asked for, at once; `order` says who sends the next request."""
        turns = Turns(order, len(asked))
        with ThreadPoolExecutor(len(asked)) as pool:
            return list(pool.map(self._run, range(len(asked)), asked, [turns] * len(asked)))

    def _run(self, who: int, asked: Asked, turns: Turns) -> Ended:
        access = Access(
            api_url=self.github.api_url,
            token=JOB_TOKEN,
            network=NetworkConfig(trust_env=False, ca_bundle=None),
            deadline_s=self.deadline_s,
            patience_s=1,
            settle_s=0,
            again_s=0,
        )
        client = Client(access, turns, who)
        client.hurry = self.hurry
        try:
            pull = client.pull(NAME, NUMBER)
            content = self.shop.content(pull.head)
            said = content.told(asked.wanted, asked.variant)
            told = tuple(DEFECT_OF[found.title] for found in said)
            outcome = self._publish(client, pull, said)
            return Ended(head=pull.head, told=told, outcome=outcome, sent=client.sent, bounds=client.bounds)
        except GitHubError:
            return Ended(head="", told=(), outcome=None, sent=client.sent, bounds=client.bounds)
        finally:
            turns.over(who)

    def _publish(self, client: Client, pull: PullRequest, said: Sequence[Finding]) -> Outcome:
        """Two of the three reviewers say so."""
        change, plan = _planned(self.shop, pull.head)
        settings = _config(self.summary)
        answers = {"opus": tuple(said), "gpt": tuple(replace(found, reviewer="gpt") for found in said), "gemini": ()}
        outcomes = [
            Reviewed(reviewer=job.reviewer, chunk=job.chunk, findings=answers[job.reviewer]) for job in plan.jobs
        ]
        before = read_before(client, pull, in_job=True, with_reviews=self.summary == "never")
        report = conclude(change, plan, outcomes, settings, PANEL, posted=before.posted, notes=before.notes)
        return publish_report(client, pull, report, before, settings, dry_run=False)

    # -------------------------------------------------------- what stands there

    @property
    def summaries(self) -> list[IssueComment]:
        return [one for one in self.pull.issue_comments if one.user.login == JOB_LOGIN and read_summary(one.body)]

    @property
    def ours(self) -> list[ReviewComment]:
        """Comments of ours that show a finding, and that we have not called gone."""
        said = [one for one in self.pull.comments if one.user.login == JOB_LOGIN]
        gone = {one.in_reply_to for one in said if one.body == GONE}
        return [one for one in said if read_finding(one.body) and one.id not in gone]

    def standing(self, defect: Defect) -> list[ReviewComment]:
        """The comments of ours that show it, but for those that we have called gone."""
        return [one for one in self.ours if defect_of(one) is defect]

    def listed(self, defect: Defect) -> bool:
        """Whether the summary, or the text of a review, says that it told it."""
        texts = [read_memory(one.body, "summary") for one in self.summaries]
        texts += [read_memory(one.body, "review") for one in self.pull.reviews if one.user.login == JOB_LOGIN]
        return any(DEFECT_OF[posted.title] is defect for text in texts if text for posted in text.findings)


def defect_of(comment: ReviewComment) -> Defect:
    posted = read_finding(comment.body)
    assert posted is not None
    return DEFECT_OF[posted.title]


@cache
def _config(summary: Summary) -> Config:
    made = config()
    return replace(made, publish=replace(made.publish, summary=summary))


@cache
def _planned(shop: Shop, head: str) -> tuple[Change, Plan]:
    """The change as git shows it, and who is asked about it."""
    change = Change(
        diff=parse_patch(diff(shop.bare.path, shop.base, head).text),
        base=shop.base,
        head=head,
        label=f"{NAME}#{NUMBER}",
        repository=NAME,
        pull_request=NUMBER,
    )
    return change, make_plan(change, _config("always"), PANEL, delimiter="===", count_tokens=len)
