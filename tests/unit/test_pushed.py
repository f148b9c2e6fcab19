"""What git says of a push, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import UsageError
from reviewbot.pushed import NewCommits, RefUpdate, distinct, parse_push, with_remembered, without_password

A, B, C, D = ("a" * 40, "b" * 40, "c" * 40, "d" * 40)
ZERO = "0" * 40


def new(base: str | None, head: str, *refs: str, remote: str = "origin") -> NewCommits:
    return NewCommits(remote=remote, refs=refs or ("refs/heads/x",), base=base, head=head)


@dataclass
class Line:
    """A history in which each commit holds those that `older` lists, and itself."""

    older: Mapping[str, Sequence[str]] = field(default_factory=lambda: {B: [A], C: [A, B], D: [A, B, C]})
    arrived: Sequence[str] = ()

    def has(self, commit: str) -> bool:
        return commit in (A, B, C, D)

    def is_ancestor(self, older: str, newer: str) -> bool:
        return older == newer or older in self.older.get(newer, ())

    def may_be_there(self, pushed: NewCommits) -> bool:
        return pushed.head in self.arrived


# ---------------------------------------------------------------- the lines


def test_each_line_is_a_ref() -> None:
    lines = (
        f"refs/heads/main {A} refs/heads/main {B}\n(delete) {ZERO} refs/heads/old {C}\nHEAD~1 {D} refs/heads/n {ZERO}\n"
    )
    assert parse_push(lines.encode()) == (
        RefUpdate(source="refs/heads/main", local=A, target="refs/heads/main", remote=B),
        RefUpdate(source="(delete)", local=None, target="refs/heads/old", remote=C),
        RefUpdate(source="HEAD~1", local=D, target="refs/heads/n", remote=None),
    )


def test_a_source_may_hold_blanks_and_shell() -> None:
    (update,) = parse_push(f"HEAD@{{1 day ago}} {A} refs/heads/weird;$(x) {ZERO}\n".encode())
    assert (update.source, update.target) == ("HEAD@{1 day ago}", "refs/heads/weird;$(x)")


def test_zeros_of_either_length_stand_for_no_object() -> None:
    (update,) = parse_push(f"refs/heads/main {'e' * 64} refs/heads/main {'0' * 64}\n".encode())
    assert (update.local, update.remote) == ("e" * 64, None)


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\n"])
def test_a_push_of_nothing_has_no_lines(data: bytes) -> None:
    assert parse_push(data) == ()


@pytest.mark.parametrize(
    "data", [b"main", b"a b c d", f"refs/heads/m {A[:39]} refs/heads/m {B}".encode(), b"\xff \x00"]
)
def test_what_git_never_says_is_an_error_that_says_who_calls_this(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"line 1 of stdin .* `reviewbot hook install`"):
        parse_push(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_lines_or_an_error(data: bytes) -> None:
    try:
        updates = parse_push(data)
    except UsageError:
        return
    assert len(updates) <= data.count(b"\n") + 1


# ---------------------------------------------------------------- ranges


def test_refs_with_one_range_are_reviewed_once() -> None:
    same = distinct([new(A, B, "refs/heads/x"), new(A, C, "refs/heads/y"), new(A, B, "refs/tags/v1")])
    assert [(one.base, one.head, one.refs) for one in same] == [
        (A, B, ("refs/heads/x", "refs/tags/v1")),
        (A, C, ("refs/heads/y",)),
    ]


def test_a_label_names_the_refs_and_the_remote() -> None:
    assert new(A, B, "refs/heads/x").label == "x to origin"
    assert new(A, B, "refs/heads/x", "refs/tags/v1", "refs/heads/z").label == "x, v1 and 1 more to origin"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("origin", "origin"),
        ("https://user:secret@example.com/a/b.git", "https://example.com/a/b.git"),
        ("https://token@example.com:8443/a?x=1", "https://example.com:8443/a"),
        ("git@example.com:a/b.git", "example.com:a/b.git"),
        ("/srv/git/a.git", "/srv/git/a.git"),
        ("../a.git", "../a.git"),
        ("https://[::1]:8443/a", "https://[::1]:8443/a"),
        ("https://u:SEC/RET@h/x", "an address"),
        ("https://u:SE#CRET@h/x", "an address"),
        ("https://u:SE?CRET@h/x", "an address"),
        ("https://h/x?token=SECRET", "https://h/x"),
        ("u:SE/CRET@h:p", "an address"),
        ("corp::https://bob:SECRET@host.example/x", "corp::https://host.example/x"),
        ("http::https://tok:SECRET@h/x", "http::https://h/x"),
        ("ext::ssh u:SECRET@h", "ext::an address"),
    ],
)
def test_an_address_is_shown_without_who_logs_in(address: str, shown: str) -> None:
    assert without_password(address) == shown


# ---------------------------------------------------------------- what went out unread before


def test_a_push_of_the_same_ref_begins_where_the_unread_one_began() -> None:
    (one,) = with_remembered([new(B, C)], [new(A, B)], Line(arrived=[B])).ranges
    assert (one.base, one.head, one.again) == (A, C, True)


def test_what_the_push_holds_anyway_makes_it_no_longer() -> None:
    (one,) = with_remembered([new(A, C)], [new(A, B)], Line()).ranges
    assert (one.base, one.head) == (A, C)
    (root,) = with_remembered([new(None, C)], [new(A, B)], Line()).ranges
    assert root.base is None


def test_another_branch_that_went_out_unread_is_reviewed_beside_the_push() -> None:
    history = Line(older={B: [A], C: [A]}, arrived=[B])
    together = with_remembered([new(A, C, "refs/heads/y")], [new(A, B, "refs/heads/x")], history)
    assert [(one.base, one.head, one.again) for one in together.ranges] == [(A, C, False), (A, B, True)]
    assert (together.looked_at, together.gone) == ((new(A, B),), ())


def test_a_branch_that_never_arrived_is_left_out() -> None:
    history = Line(older={B: [A], C: [A]}, arrived=[])
    together = with_remembered([new(A, C, "refs/heads/y")], [new(A, B, "refs/heads/x")], history)
    assert [(one.base, one.head) for one in together.ranges] == [(A, C)]
    assert (together.looked_at, together.gone) == ((), (new(A, B),))


def test_of_what_the_push_replaces_it_reviews_the_part_that_stays() -> None:
    """A..C went out unread; its last commit is another one now, and what the remote has already begins at B."""
    history = Line(older={B: [A], C: [A, B], D: [A, B]})
    together = with_remembered([new(B, D)], [new(A, C)], history)
    assert [(one.base, one.head, one.again) for one in together.ranges] == [(A, D, True)]
    assert together.gone == (new(A, C),)
    other = with_remembered([new(B, D, "refs/heads/y")], [new(A, C, "refs/heads/x")], history)
    assert [(one.base, one.head, one.again) for one in other.ranges] == [(B, D, False)]


def test_commits_that_are_gone_are_left_out() -> None:
    gone = "9" * 40
    together = with_remembered([new(A, C)], [new(A, gone), new(gone, B)], Line(arrived=[gone, B]))
    assert together.ranges == (new(A, C),)
    assert together.gone == (new(A, gone), new(gone, B))


def test_the_same_range_is_not_reviewed_twice() -> None:
    (one,) = with_remembered([new(A, B)], [new(A, B)], Line(arrived=[B])).ranges
    assert (one.base, one.head, one.again) == (A, B, True)


def test_several_unread_pushes_of_one_ref_are_one_range() -> None:
    (one,) = with_remembered([new(C, D)], [new(A, B), new(B, C)], Line(arrived=[B, C])).ranges
    assert (one.base, one.head) == (A, D)


def test_a_range_that_goes_on_from_inside_an_unread_one_begins_where_that_began() -> None:
    """The unread A..C went out; its first part is on another branch by now, so that this push begins at B."""
    (one,) = with_remembered([new(B, D, "refs/heads/next")], [new(A, C)], Line(arrived=[B])).ranges
    assert (one.base, one.head) == (A, D)


def test_a_range_is_the_same_whoever_took_it_out_before_and_whatever_it_is_called() -> None:
    plain = new(A, B)
    told = NewCommits(remote=plain.remote, refs=plain.refs, base=A, head=B, again=True, named="the last commit")
    assert told == plain == new(A, B, "refs/heads/y")
    assert {told: "kept"}[plain] == "kept"
    assert [new(A, C), new(B, B), new(A, B, remote="fork"), (A, B)].count(plain) == 0
