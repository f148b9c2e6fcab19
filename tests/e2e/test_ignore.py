"""`reviewbot ignore`: real repositories, and the real command line where that is what is in question."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import CONFIG, KEYS, reviewbot
from gitrepo import GitRepo, environ
from msgspec.structs import replace
from providers import FakeProviders, by_model, findings_reply
from reports import entry, placed, report
from stats_defects import CLEAN, UNSET

from reviewbot.config.ignored import IGNORED_FILE, read_ignored
from reviewbot.config.values import IgnoredFinding
from reviewbot.config.yaml_tree import read_yaml
from reviewbot.declining import Listed, Refused, turn_down
from reviewbot.errors import ConfigError, UsageError
from reviewbot.formats.json import render_json
from reviewbot.parts.values import NamedBytes
from reviewbot.platforms.shown_findings import remember

SHOWN = [f"{number:x}" * 16 for number in range(1, 9)]


@pytest.fixture
def shown(repo: GitRepo) -> GitRepo:
    """A repository in which some findings have been shown."""
    findings = (entry(placed("opus", "src/a.py", 3, title=f"Defect {name[0]}"), fingerprint=name) for name in SHOWN)
    remember(repo.path / ".git", report(*findings))
    return repo


def ignore(
    repo: GitRepo | Path,
    fingerprint: str,
    reason: str = "A demo.",
    *,
    title: str | None = None,
    path: str | None = None,
) -> Listed:
    cwd = repo if isinstance(repo, Path) else repo.path
    return turn_down(
        Refused(
            fingerprint=fingerprint,
            reason=reason,
            cwd=cwd,
            environ=environ(),
            today="2026-11-25",
            title=title,
            path=path,
        )
    )


def listed(repo: GitRepo) -> tuple[IgnoredFinding, ...]:
    return read_ignored(read_yaml(IGNORED_FILE, (repo.path / IGNORED_FILE).read_bytes()))


def files(repo: GitRepo) -> dict[str, bytes]:
    """What lies in the work tree, and is no part of the last commit."""
    names = repo.git("ls-files", "--others", "--modified").decode().split("\n")[:-1]
    return {name: (repo.path / name).read_bytes() for name in names if (repo.path / name).is_file()}


# ---------------------------------------------------------------- from the blocked review to the one that passes


def test_what_a_review_blocks_on_can_be_turned_down_by_what_it_shows(repo: GitRepo) -> None:
    said = findings_reply([UNSET])
    with FakeProviders(by_model({"claude-sonnet-4-5": said, "gpt-test": said, "gemini-2.5-flash": CLEAN})) as providers:
        text = CONFIG.format(**{kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")})
        repo.write({".git/info/exclude": ".reviewbot.yaml\n.reviewbot/\n", ".reviewbot.yaml": text})
        repo.git("config", "user.name", "Grace Hopper")
        repo.git("config", "user.email", "grace@example.org")
        blocked = reviewbot("review", cwd=repo.path, env=KEYS)
        assert blocked.code == 1
        (fingerprint,) = [line.split()[1] for line in blocked.out.splitlines() if line.split()[:1] == ["fingerprint"]]
        unknown = reviewbot("ignore", fingerprint[:-2] + "zz", "--reason", "x", cwd=repo.path)
        assert (unknown.code, "is no fingerprint" in unknown.err) == (2, True)
        sub = repo.path / "src"
        ended = reviewbot("ignore", fingerprint, "--reason", "Empty lists\n never come here.", cwd=sub)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out == (
            f"Listed {fingerprint} in .reviewbot/ignored.yaml: {UNSET['title']} (src/stats.py)\n"
            "Commit the file. It counts here at once, and for pull requests once it is on their base branch.\n"
        )
        (finding,) = listed(repo)
        assert replace(finding, when="") == IgnoredFinding(
            fingerprint=fingerprint,
            path="src/stats.py",
            title="count is used before it is set",
            reason="Empty lists never come here.",
            who="Grace Hopper <grace@example.org>",
            when="",
        )
        assert len(finding.when) == len("2026-11-25")
        passed = reviewbot("review", cwd=repo.path, env=KEYS)
        assert (passed.code, "declined" in passed.out, "fingerprint" in passed.out) == (0, True, False)
    again = reviewbot("ignore", fingerprint, "--reason", "other", cwd=repo.path)
    assert again.code == 0
    assert again.out.startswith(f"{fingerprint} is in .reviewbot/ignored.yaml already (Grace Hopper")
    told = again.out.split("\n")[-2]
    assert again.out.endswith(f": Empty lists never come here.\n{told}\n")
    assert told == "Nothing was changed. To give another reason, edit it in the file."
    same = reviewbot("ignore", fingerprint, "--reason", "Empty lists never come here.", cwd=repo.path)
    assert same.out.endswith("\nNothing was changed.\n")
    assert listed(repo) == (finding,)


def test_the_command_line_says_which_words_go_together(tmp_path: Path) -> None:
    for args, told in (
        ([SHOWN[0]], "a reason is required"),
        ([SHOWN[0], "--reason", "x", "--path", "a.py"], "--title too"),
        ([SHOWN[0], "--reason", "x", "--title", "t", "--report", "r.json"], "--report tells title and path"),
        ([SHOWN[0], "--reason", "x", "--report", "r.json"], "r.json cannot be read: No such file"),
        ([SHOWN[0], "--reason", "x"], "is not inside a git repository"),
    ):
        ended = reviewbot("ignore", *args, cwd=tmp_path)
        assert (ended.code, ended.out) == (2, "")
        assert told in ended.err
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- which finding


def test_a_finding_that_was_not_shown_is_refused_with_near_ones_and_where_to_look(shown: GitRepo) -> None:
    typed = "1111111111111112"
    with pytest.raises(UsageError) as caught:
        ignore(shown, typed)
    for words in (
        typed,
        f"did you mean {SHOWN[0]} (Defect 1)?",
        "`reviewbot review -v`",
        "blocked push",
        "--report FILE",
    ):
        assert words in str(caught.value)
    assert files(shown) == {}


def test_a_title_turns_down_what_was_never_shown_here(shown: GitRepo) -> None:
    ignore(shown, "a" * 16, title="From a pull request", path="src/b.py")
    ignore(shown, "b" * 16, title="About all of it")
    assert [(one.title, one.path) for one in listed(shown)] == [
        ("From a pull request", "src/b.py"),
        ("About all of it", ""),
    ]


def test_a_report_of_another_machine_tells_path_and_title(repo: GitRepo) -> None:
    elsewhere = report(entry(placed("opus", "src/c.py", 3, title="Found in CI"), fingerprint="c" * 16))
    data = NamedBytes(name="ci.json", data=render_json(elsewhere, tool_version="1").encode())
    asked = Refused(
        fingerprint="c" * 16, reason="A demo.", cwd=repo.path, environ=environ(), today="2026-11-25", report=data
    )
    turn_down(asked)
    assert [(one.fingerprint, one.path, one.title) for one in listed(repo)] == [("c" * 16, "src/c.py", "Found in CI")]
    with pytest.raises(UsageError, match=r"is not in ci\.json"):
        turn_down(replace(asked, fingerprint="d" * 16))


def test_nobody_is_named_who_git_does_not_know(shown: GitRepo) -> None:
    ignore(shown, SHOWN[0])
    assert listed(shown)[0].who == ""
    shown.git("config", "user.email", "a@b")
    ignore(shown, SHOWN[1])
    assert listed(shown)[1].who == "a@b"


# ---------------------------------------------------------------- the file


def test_a_work_tree_beside_has_a_list_of_its_own_and_what_was_shown_in_common(shown: GitRepo, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    shown.git("worktree", "add", "--quiet", str(beside), "main")
    ignore(beside, SHOWN[0])
    assert [one.title for one in listed(GitRepo(beside))] == ["Defect 1"]
    assert files(shown) == {}


def test_a_repository_without_a_work_tree_has_no_list(tmp_path: Path) -> None:
    bare = GitRepo(tmp_path / "bare", bare=True)
    with pytest.raises(UsageError, match="has no work tree"):
        ignore(bare, SHOWN[0], title="x")


def test_a_file_that_cannot_be_read_is_left_as_it_is(shown: GitRepo) -> None:
    for data in (b"a: [", b'"1": {}\n', "reason: x\n".encode("utf-16")):
        shown.write({IGNORED_FILE: data})
        with pytest.raises(ConfigError):
            ignore(shown, SHOWN[0])
        assert files(shown) == {IGNORED_FILE: data}


def test_a_file_keeps_who_may_read_it(shown: GitRepo) -> None:
    shown.write({IGNORED_FILE: "# ours\n"})
    (shown.path / IGNORED_FILE).chmod(0o640)
    shown.write({".reviewbot/.ignored.yaml.part": "of a run that was killed"})
    ignore(shown, SHOWN[0])
    assert (shown.path / IGNORED_FILE).stat().st_mode & 0o777 == 0o640
    assert list(files(shown)) == [IGNORED_FILE]


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder that nothing may be written to."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "taken.yaml").write_text("# theirs\n")
    yield folder
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"taken.yaml": "# theirs\n"}


@pytest.mark.parametrize(
    ("link", "target"),
    [
        (".reviewbot", "../outside"),
        (".reviewbot", ".git"),
        (IGNORED_FILE, "../../outside/taken.yaml"),
        (IGNORED_FILE, "../../outside/new.yaml"),
        (IGNORED_FILE, "../src/new.yaml"),
        (IGNORED_FILE, "ignored.yaml"),
    ],
)
def test_no_link_leads_the_writing_elsewhere(shown: GitRepo, outside: Path, link: str, target: str) -> None:
    before = set((shown.path / ".git").iterdir())
    path = shown.path / link
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target)
    with pytest.raises(UsageError, match=r"is not written: .* symbolic link"):
        ignore(shown, SHOWN[0])
    assert not (shown.path / "src/new.yaml").exists()
    assert set((shown.path / ".git").iterdir()) == before


def test_no_link_in_place_of_the_part_that_is_being_written_is_followed(shown: GitRepo, outside: Path) -> None:
    part = shown.path / ".reviewbot/.ignored.yaml.part"
    part.parent.mkdir()
    part.symlink_to(outside / "taken.yaml")
    ignore(shown, SHOWN[0])
    assert list(files(shown)) == [IGNORED_FILE]
    assert not (shown.path / IGNORED_FILE).is_symlink()


def test_a_link_within_the_work_tree_is_followed(shown: GitRepo) -> None:
    shown.write({"config/ignored.yaml": "# ours\n", ".reviewbot/x": ""})
    (shown.path / IGNORED_FILE).symlink_to("../config/ignored.yaml")
    ignore(shown, SHOWN[0])
    assert (shown.path / IGNORED_FILE).is_symlink()
    assert b"Defect 1" in (shown.path / "config/ignored.yaml").read_bytes()


def test_where_it_cannot_be_written_that_is_said(shown: GitRepo) -> None:
    shown.write({".reviewbot": "a file\n"})
    with pytest.raises(UsageError, match="is not a folder"):
        ignore(shown, SHOWN[0])
    assert files(shown) == {".reviewbot": b"a file\n"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_folder_that_may_not_be_written_to_is_told(shown: GitRepo) -> None:
    shown.write({IGNORED_FILE: "# ours\n"})
    folder = shown.path / ".reviewbot"
    folder.chmod(0o500)
    try:
        with pytest.raises(UsageError, match=r"ignored\.yaml cannot be written: Permission denied"):
            ignore(shown, SHOWN[0])
    finally:
        folder.chmod(0o700)
    assert files(shown) == {IGNORED_FILE: b"# ours\n"}


# ---------------------------------------------------------------- two branches


def branch_off(repo: GitRepo, base: str, name: str, *fingerprints: str, who: str) -> None:
    repo.git("checkout", "--quiet", "-b", name, base)
    repo.git("config", "user.name", who)
    for fingerprint in fingerprints:
        ignore(repo, fingerprint, f"{who} knows why.")
    repo.commit(message=name)


def merge(repo: GitRepo, name: str) -> bool:
    """Whether git merges the branch on its own."""
    done = subprocess.run(
        ["git", "merge", "--no-edit", "--quiet", name],
        cwd=repo.path,
        env={
            **environ(),
            **{f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        },
        capture_output=True,
    )
    return done.returncode == 0


def test_two_branches_that_each_turn_something_down_merge(shown: GitRepo) -> None:
    branch_off(shown, "main", "both", SHOWN[1], SHOWN[4], SHOWN[6], who="Ada")
    branch_off(shown, "both", "one", SHOWN[0], SHOWN[5], who="Ada")
    branch_off(shown, "both", "two", SHOWN[3], SHOWN[7], who="Ada")
    assert merge(shown, "one")
    assert [one.title[-1] for one in listed(shown)] == ["1", "2", "4", "5", "6", "7", "8"]
    assert all(one.who and one.when and one.path for one in listed(shown))


def test_neighbours_conflict_and_either_side_with_the_command_again_is_the_way_out(shown: GitRepo) -> None:
    branch_off(shown, "main", "both", SHOWN[0], SHOWN[7], who="Ada")
    branch_off(shown, "both", "one", SHOWN[2], who="Ada")
    branch_off(shown, "both", "two", SHOWN[3], who="Grace")
    assert not merge(shown, "one")
    with pytest.raises(ConfigError):
        ignore(shown, SHOWN[2])
    shown.git("checkout", "--ours", "--", IGNORED_FILE)
    ignore(shown, SHOWN[2], "Ada knows why.")
    assert [one.title[-1] for one in listed(shown)] == ["1", "3", "4", "8"]
