"""Publishing on a pull request that does not hold still, on a server that fails: whatever happens in whatever order,
nothing stands there twice, nothing is lost, and nobody else's words are touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from github_faults import (
    Drop,
    Fault,
    Late,
    Meanwhile,
    Truncated,
    Twice,
    bad_gateway,
    primary_limit,
    refused,
    server_error,
    too_many,
    unprocessable,
)
from github_server import JOB_TOKEN, FakeGitHub
from github_values import JOB_LOGIN, IssueComment, Placed, ReviewComment, Token
from gitrepo import GitRepo
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from publishing_scene import ALL, DEFECT_OF, Asked, Content, Defect, Ended, PullScene, Shop, defect_of

from reviewbot.config.values import Summary
from reviewbot.model import Conclusion, State
from reviewbot.publishing import GONE

REPO = "/repos/{owner}/{repo}"
PULL = f"GET {REPO}/pulls/{{number}}"
LISTED = f"GET {REPO}/pulls/{{number}}/comments"
REVIEWS = f"POST {REPO}/pulls/{{number}}/reviews"
COMMENT = f"POST {REPO}/issues/{{number}}/comments"
EDIT = f"PATCH {REPO}/issues/comments/{{id}}"
DOUBLE = f"DELETE {REPO}/pulls/comments/{{id}}"
REPLY = f"POST {REPO}/pulls/{{number}}/comments/{{id}}/replies"
READS = (
    PULL,
    LISTED,
    f"GET {REPO}/issues/{{number}}/comments",
    f"GET {REPO}/pulls/{{number}}/reviews",
    f"GET {REPO}/pulls/{{number}}/files",
    f"GET {REPO}/collaborators/{{login}}/permission",
    "GET /user",
    "POST /graphql viewer",
    "POST /graphql repository",
)
WRITES = (
    REVIEWS,
    COMMENT,
    EDIT,
    f"DELETE {REPO}/issues/comments/{{id}}",
    REPLY,
    DOUBLE,
    f"DELETE {REPO}/pulls/{{number}}/reviews/{{id}}",
    "POST /graphql resolveReviewThread",
)
PATIENT_S, DEADLINE_S, LATE_S = 10, 0.5, 0.6
"""How long a request may take, without and with late answers, and how late that is."""


Begin = Content | Literal["deleted"] | None


@dataclass(frozen=True, slots=True)
class Upset:
    """What befalls the nth request of a template, and as many in all."""

    template: str
    what: str
    nth: int
    times: int


FAULTS: Mapping[str, Callable[[], Fault]] = {
    "dropped": lambda: Drop(applied=False),
    "applied, then dropped": lambda: Drop(applied=True),
    "502": lambda: bad_gateway(applied=False),
    "applied, then 502": lambda: bad_gateway(applied=True),
    "500": server_error,
    "half an answer": Truncated,
    "late": lambda: Late(seconds=LATE_S),
    "twice": Twice,
    "limited": lambda: too_many(retry_after=0),
    "limited for an hour": lambda: primary_limit(reset_in=3000),
    "a line": lambda: unprocessable("Pull request review thread line must be part of the diff"),
    "read only": lambda: refused(403, "Resource not accessible by integration"),
    "gone": lambda: refused(404, "Not Found"),
}
MEANWHILE = ("head moves", "base changes", "closed", "pending review", "summary deleted", "comments deleted", "answer")
UNSURE = (
    "applied, then dropped",
    "applied, then 502",
    "half an answer",
    "late",
    "dropped",
    "limited",
    "pending review",
)
"""What makes a write be looked for, or sent again."""
DELETED = {"summary deleted", "comments deleted"}

subsets = st.frozensets(st.sampled_from(sorted(ALL)))
contents = st.builds(Content, bad=subsets, shift=st.integers(0, 1))
pushed = st.none() | contents | st.just("deleted")
"""What happens before a run: nothing, a push, or somebody deletes all that we said."""
asked = st.builds(Asked, wanted=st.just(ALL) | st.just(ALL) | subsets, variant=st.integers(0, 2))
orders = st.just([0, 1] * 12) | st.lists(st.integers(0, 1), min_size=10, max_size=24)
often = st.sampled_from([REVIEWS, COMMENT, EDIT, REVIEWS, PULL, LISTED, REPLY, DOUBLE])
anything = st.builds(
    Upset,
    often | often | st.sampled_from([*WRITES, *READS]),
    st.sampled_from([*FAULTS, *MEANWHILE]),
    st.sampled_from([1, 1, 1, 2, 3]),
    st.sampled_from([1, 1, 9]),
)
unsure = st.builds(
    Upset, st.sampled_from([REVIEWS, REVIEWS, COMMENT, REPLY]), st.sampled_from(UNSURE), st.just(1), st.just(1)
)
upsets = st.lists(anything, min_size=1, max_size=4) | st.lists(unsure, min_size=1, max_size=1)


class Publishing(RuleBasedStateMachine):
    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self.foreign: dict[int, str] = {}
        """Texts of others, by id."""
        self.declined: dict[int, Defect] = {}
        """By the comment to which a person with write access said so."""
        self.settled = True
        """No two runs at once met with faults, and no request came twice, since the last quiet run."""

    @initialize(summary=st.sampled_from(["always", "always", "findings", "never"]), may_resolve=st.booleans())
    def opened(self, summary: Summary, may_resolve: bool) -> None:
        permissions = ("pull_requests", "contents") if may_resolve else ("pull_requests",)
        self.github = FakeGitHub({JOB_TOKEN: Token.job(*permissions)})
        self.github.__enter__()
        self.scene = PullScene.opened(self.github, self.shop, summary)
        self.pull = self.scene.pull
        self.pull.repo.collaborator("ann", "write")

    def teardown(self) -> None:
        if hasattr(self, "github"):
            self.github.__exit__(None, None, None)

    # -------------------------------------------------------- steps

    @rule(begin=pushed, asked=asked)
    def run(self, begin: Begin, asked: Asked) -> None:
        self._begin(begin)
        (ended,) = self.scene.run(asked)
        self._check_sent(ended)
        self._check_quiet(ended)
        self.settled = True

    @rule(begin=pushed, asked=asked, upsets=upsets)
    def run_with_faults(self, begin: Begin, asked: Asked, upsets: Sequence[Upset]) -> None:
        self._begin(begin)
        before = self._reviews()
        self._arm(upsets)
        (ended,) = self.scene.run(asked)
        self._disarm()
        self._check_sent(ended)
        befell = {upset.what for upset in upsets}
        if "twice" in befell:
            self.settled = False
        if not befell & DELETED:
            self._check_told(ended)
            assert self._reviews() <= before + 1 + ("twice" in befell)

    @rule(begin=pushed, one=asked, other=asked, order=orders)
    def runs_at_once(self, begin: Begin, one: Asked, other: Asked, order: Sequence[int]) -> None:
        self._begin(begin)
        for ended in self.scene.run(one, other, order=order):
            self._check_sent(ended)

    @rule(begin=pushed, one=asked, other=asked, order=orders, upsets=upsets)
    def runs_at_once_with_faults(
        self, begin: Begin, one: Asked, other: Asked, order: Sequence[int], upsets: Sequence[Upset]
    ) -> None:
        self._begin(begin)
        self._arm(upsets)
        for ended in self.scene.run(one, other, order=order):
            self._check_sent(ended)
        self._disarm()
        self.settled = False

    @rule(act=st.sampled_from(["ignore", "resolve", "delete a comment", "delete the summary", "copy", "usurp", "ask"]))
    def person(self, act: str) -> None:
        shown = self.scene.ours
        match act:
            case "ignore" if shown and self.settled:
                self._say(self.pull.reply("ann", shown[0].id, "/reviewbot ignore That is on purpose."))
                self.declined[shown[0].id] = defect_of(shown[0])
            case "resolve" if shown and self.settled:
                self.pull.resolve(shown[-1].id, "ann")
                self.declined[shown[-1].id] = defect_of(shown[-1])
            case "delete a comment" if shown:
                self._delete(shown[:1])
            case "delete the summary":
                self._delete_summary()
            case "copy":
                self._copy()
            case "usurp" if shown:
                self._copy()
                self._delete(shown[:1])
            case "ask":
                self._say(self.pull.comment("eve", "/reviewbot ignore Because."))

    # -------------------------------------------------------- what holds after each of them

    @invariant()
    def nothing_stands_twice(self) -> None:
        if self.settled:
            shown = [defect_of(comment) for comment in self.scene.ours]
            assert len(shown) == len(set(shown)), [defect.words[0][0] for defect in shown]

    @invariant()
    def nobody_elses_words_are_touched(self) -> None:
        said: list[IssueComment | ReviewComment] = [*self.pull.comments, *self.pull.issue_comments]
        assert {one.id: one.body for one in said if one.user.login != JOB_LOGIN} == self.foreign

    @invariant()
    def nothing_else_is_asked_of_github(self) -> None:
        assert not self.github.unexpected
        assert {request.template for request in self.github.writes} <= set(WRITES)
        assert {review.state for review in self.pull.reviews} <= {"COMMENTED", "PENDING"}

    @invariant()
    def only_our_own_comments_are_called_gone(self) -> None:
        authors = {one.id: one.user.login for one in self.pull.comments}
        replies = [one.in_reply_to for one in self.pull.comments if one.body == GONE]
        assert {authors[to] for to in replies if to is not None} <= {JOB_LOGIN}

    def _check_sent(self, ended: Ended) -> None:
        """Reviews and summaries are sent right after the head was found to be the one that was reviewed."""
        for before, sent in zip([None, *ended.sent], ended.sent, strict=False):
            posts = sent.verb == "POST" and sent.path.endswith(("/reviews", f"/issues/{self.pull.number}/comments"))
            if posts or sent.verb == "PATCH":
                assert before is not None
                assert before.head == ended.head, (before, sent)

    def _check_told(self, ended: Ended) -> None:
        """What passes is not passed over: what was found stands somewhere."""
        if ended.outcome is None or ended.outcome.read_only or self.scene.summary == "never":
            return
        if ended.outcome.report.verdict.conclusion is Conclusion.PASS:
            for defect in ended.told:
                assert self.scene.standing(defect) or self.scene.listed(defect), defect.words[0][0]

    def _check_quiet(self, ended: Ended) -> None:
        outcome = ended.outcome
        assert outcome is not None
        report = outcome.report
        assert report.verdict.conclusion in (Conclusion.PASS, Conclusion.BLOCK)
        assert not any("could not be" in note for note in report.notes), report.notes
        if self.scene.summary == "always":
            assert len(self.scene.summaries) == 1
        assert len(self.scene.summaries) <= 1
        found = {DEFECT_OF[one.lead.title]: one for one in report.findings if one.state is not State.FIXED}
        for defect in ended.told:
            entry = found[defect]
            is_declined = defect in self.declined.values()
            assert (entry.state is State.DECLINED) is is_declined, (entry.state, defect.words[0][0])
            if self.scene.summary != "never" or entry.blocking:
                assert len(self.scene.standing(defect)) + self.scene.listed(defect) == 1, defect.words[0][0]

    # -------------------------------------------------------- how

    def _begin(self, begin: Begin) -> None:
        match begin:
            case Content():
                self.scene.push(begin)
            case "deleted":
                self._delete(self.scene.ours)
                self._delete_summary()

    def _arm(self, upsets: Sequence[Upset]) -> None:
        if any(upset.what == "late" for upset in upsets):
            self.scene.deadline_s = DEADLINE_S
        for upset in upsets:
            make = FAULTS.get(upset.what)
            fault = make() if make else Meanwhile(action=partial(self._meanwhile, upset.what))
            self.github.fault(upset.template, fault, nth=upset.nth, times=1 if upset.what == "late" else upset.times)

    def _disarm(self) -> None:
        self.scene.deadline_s = PATIENT_S
        self.github.calm()
        self.pull.base_ref, self.pull.state = "main", "open"

    def _meanwhile(self, what: str) -> None:
        match what:
            case "head moves":
                now = self.shop.content(self.pull.head_sha)
                self.scene.push(Content(bad=now.bad, shift=1 - now.shift))
            case "base changes":
                self.pull.base_ref = "release"
            case "closed":
                self.pull.state = "closed"
            case "pending review":
                self.pull.review(JOB_LOGIN, state="PENDING")
            case "summary deleted":
                self._delete_summary()
            case "comments deleted":
                self._delete(self.scene.ours)
            case "answer" if self.scene.ours:
                self._say(self.pull.reply("eve", self.scene.ours[0].id, "Really?"))

    def _reviews(self) -> int:
        return sum(review.user.login == JOB_LOGIN and review.body != "" for review in self.pull.reviews)

    def _say(self, said: IssueComment | ReviewComment) -> None:
        self.foreign[said.id] = said.body

    def _delete(self, comments: Sequence[ReviewComment]) -> None:
        """Comments of ours; on GitHub the next one of a thread then begins it, here the thread goes."""
        ids = {comment.id for comment in comments}
        for one in [one for one in self.pull.comments if one.id in ids or one.in_reply_to in ids]:
            self.pull.comments.remove(one)
            self.foreign.pop(one.id, None)
            self.declined.pop(one.id, None)

    def _delete_summary(self) -> None:
        for one in self.scene.summaries:
            self.pull.issue_comments.remove(one)

    def _copy(self) -> None:
        """A stranger takes what we said for their own."""
        for one in self.scene.summaries:
            self._say(self.pull.comment("eve", one.body))
        for comment in self.scene.ours[:1]:
            placed = Placed(path=comment.path, line=comment.original_line, body=comment.body)
            self.pull.review("eve", comments=[placed], commit_id=comment.original_commit_id)
            self._say(self.pull.comments[-1])


@pytest.mark.thorough
@pytest.mark.requirement("R17", "R19", "R37", "R44")
def test_whatever_happens_nothing_is_told_twice_or_lost(tmp_path: Path) -> None:
    shop = Shop(GitRepo(tmp_path / "shop.git", bare=True))

    class OnShop(Publishing):
        def __init__(self) -> None:
            super().__init__(shop)

    run_state_machine_as_test(
        OnShop,
        settings=settings(
            max_examples=40,
            stateful_step_count=7,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
