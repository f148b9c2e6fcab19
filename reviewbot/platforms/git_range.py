"""Which commits a range means. Names go to git once, to become object ids; from there on only ids do."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from reviewbot.errors import GitError, UsageError
from reviewbot.object_ids import OBJECT_ID
from reviewbot.platforms.git_checkout import Checkout
from reviewbot.platforms.git_command import GitCommandError

MAX_SUBJECTS = 50


class Range(Struct, frozen=True, kw_only=True):
    """The commits base..head. `base` is the merge base, or None when everything in `head` is new."""

    base: str | None
    head: str
    label: str


def parse_range(spec: str) -> tuple[str, str]:
    """The two names of `A..B` or `A...B`; an empty one means HEAD. Raises UsageError for anything else."""
    left, dots, right = spec.partition("...") if "..." in spec else spec.partition("..")
    for name in (spec, left, right):
        if name.startswith("-") or "\0" in name:
            raise UsageError(f"'{name}' is not the name of a commit")
    if not dots:
        raise UsageError(f"'{spec}' is not a range; write {spec or 'BASE'}..HEAD")
    return left or "HEAD", right or "HEAD"


def explicit_range(checkout: Checkout, spec: str) -> Range:
    """merge-base(A, B)..B. Raises UsageError for a name git does not know and for commits without a common ancestor."""
    left, right = parse_range(spec)
    base, head = _commit(checkout, left), _commit(checkout, right)
    return Range(base=_merge_base(checkout, base, head, f"{left} and {right}"), head=head, label=f"{left}..{right}")


def default_range(checkout: Checkout) -> Range:
    """What HEAD adds to the remote's default branch, else to the local main or master, else to nothing.

    Raises UsageError when there is no commit yet, or no branch to compare with.
    """
    head = head_commit(checkout)
    if head is None:
        raise UsageError("there is no commit yet; use --staged or --uncommitted")
    for ref in _default_branches(checkout):
        commit = find_commit(checkout, ref)
        if commit is None:
            continue
        if commit == head and ref.startswith("refs/heads/") and _is_root(checkout, head):
            break
        name = ref.split("/", maxsplit=2)[2]
        return Range(base=_merge_base(checkout, commit, head, f"{name} and HEAD"), head=head, label=f"{name}..HEAD")
    if _is_root(checkout, head):
        return Range(base=None, head=head, label="first commit")
    raise UsageError(
        "there is nothing to compare HEAD with: no default branch of a remote, no main, no master; give a range:"
        " BASE..HEAD" + _shallow_hint(checkout)
    )


def head_commit(checkout: Checkout) -> str | None:
    """The id of the commit that is checked out; None before the first one. Raises GitError when it is missing."""
    commit = find_commit(checkout, "HEAD")
    told = _object(checkout, "HEAD")
    if commit is None and told:
        raise GitError(f"HEAD is {told}, which is not a commit in this repository; `git fsck` says what is damaged")
    return commit


def find_commit(checkout: Checkout, name: str) -> str | None:
    """The id of the commit that `name` means; None when it means none."""
    found = _object(checkout, name)
    return _object(checkout, f"{found}^{{commit}}") if found else None  # in one step, `:/text` would take the suffix in


def _object(checkout: Checkout, name: str) -> str | None:
    said = checkout.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
    return said.line if said.code == 0 and OBJECT_ID.fullmatch(said.line) else None


def subjects(checkout: Checkout, chosen: Range) -> tuple[str, ...]:
    """First lines of the messages of the newest commits in the range, oldest first."""
    exclude = [f"^{chosen.base}"] if chosen.base else []
    said = checkout.git.ask(
        "rev-list", f"--max-count={MAX_SUBJECTS}", "--reverse", "--encoding=UTF-8", "--format=%s", chosen.head, *exclude
    )
    lines = said.out.decode("utf-8", errors="backslashreplace").split("\n")
    return tuple(lines[1::2])  # each one stands behind a line "commit ID"


def _commit(checkout: Checkout, name: str) -> str:
    commit = find_commit(checkout, name)
    if commit is not None:
        return commit
    if name == "HEAD":
        raise UsageError("HEAD has no commit yet; use --staged or --uncommitted")
    remote = [ref for ref in _refs(checkout, "refs/remotes") if ref.split("/", maxsplit=3)[3:] == [name]]
    if remote:
        found = remote[0].removeprefix("refs/remotes/")
        raise UsageError(f"'{name}' is not a branch here, but {found} is; write {found} instead")
    raise UsageError(f"'{name}' is not a commit that git knows here" + _shallow_hint(checkout))


def _merge_base(checkout: Checkout, base: str, head: str, names: str) -> str:
    said = checkout.git.run("merge-base", base, head)
    if said.code == 0:
        return said.line
    if said.code == 1:
        raise UsageError(f"{names} have no common ancestor" + _shallow_hint(checkout))
    raise GitCommandError("merge-base", said.err)


def _shallow_hint(checkout: Checkout) -> str:
    if not checkout.shallow:
        return ""
    return (
        "\nthis clone is shallow: `git fetch --unshallow` brings the whole history, `git fetch --deepen=100` a part of"
        " it (in GitHub Actions: actions/checkout with fetch-depth: 0)"
    )


def _is_root(checkout: Checkout, commit: str) -> bool:
    """Whether a commit has no parent, rather than one that a shallow clone leaves out."""
    said = checkout.git.ask("cat-file", "commit", commit).out
    return not said.partition(b"\n\n")[0].count(b"\nparent ")


def _default_branches(checkout: Checkout) -> Iterator[str]:
    for remote in _remotes(checkout):
        target = checkout.git.run("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD")
        if target.code == 0:
            yield target.line
        yield f"refs/remotes/{remote}/main"
        yield f"refs/remotes/{remote}/master"
    yield "refs/heads/main"
    yield "refs/heads/master"


def remote_names(checkout: Checkout) -> list[str]:
    """The remotes that are configured."""
    return [name for name in checkout.git.ask("remote").line.split("\n") if name]


def _remotes(checkout: Checkout) -> list[str]:
    """The upstream remote of the current branch, origin, the only remote: those that exist, in this order."""
    names = remote_names(checkout)
    branch = checkout.git.run("symbolic-ref", "--quiet", "HEAD").line
    upstream = checkout.git.ask("for-each-ref", "--format=%(upstream:remotename)", branch).line if branch else ""
    wanted = [upstream, "origin", *(names if len(names) == 1 else ())]
    return [name for name in dict.fromkeys(wanted) if name and name in names]


def _refs(checkout: Checkout, prefix: str) -> list[str]:
    return checkout.git.ask("for-each-ref", "--format=%(refname)", prefix).line.split("\n")
