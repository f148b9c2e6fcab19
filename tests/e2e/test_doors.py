"""Ways in and out that ask no model: sources, usage errors, dry runs, the configuration commands."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from commandline import Ended, command, environment, reviewbot
from gitrepo import GitRepo

ONE_KEY = {"OPENAI_API_KEY": "canary-key-0123456789abcdef-x"}


def dry_run(cwd: Path, *args: str, stdin: bytes = b"") -> Ended:
    return reviewbot("review", "--dry-run", "--format", "json", *args, cwd=cwd, env=ONE_KEY, stdin=stdin)


def sent(ended: Ended) -> list[str]:
    assert ended.code == 0, ended.err
    return [path for chunk in json.loads(ended.out)["chunks"] for path in chunk["files"]]


@pytest.mark.parametrize("range_", ["main..feature", "main...feature", "main..", "..feature", None])
def test_a_range_is_read_from_the_merge_base(repo: GitRepo, range_: str | None) -> None:
    repo.git("checkout", "--quiet", "main")
    repo.commit({"later.py": "x = 1\n"}, "Later on main")
    if range_ is None or range_.endswith(".."):
        repo.git("checkout", "--quiet", "feature")
    assert sent(dry_run(repo.path, *([range_] if range_ else []))) == ["src/stats.py"]


def test_it_works_from_any_folder_of_the_repository(repo: GitRepo) -> None:
    assert sent(dry_run(repo.path / "src")) == ["src/stats.py"]


def test_it_works_in_a_linked_work_tree(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), "feature")
    assert sent(dry_run(tmp_path / "linked")) == ["src/stats.py"]


def test_staged_and_uncommitted_changes_are_read(repo: GitRepo) -> None:
    repo.write({"staged.py": "a = 1\n", "loose.py": "b = 1\n", "ignored.log": "c\n", ".git/info/exclude": "*.log\n"})
    repo.git("add", "staged.py")
    assert sent(dry_run(repo.path, "--staged")) == ["staged.py"]
    assert sent(dry_run(repo.path, "--uncommitted")) == ["loose.py", "staged.py"]


def test_the_first_commit_is_a_change(tmp_path: Path) -> None:
    fresh = GitRepo(tmp_path / "fresh")
    fresh.write({"a.py": "x = 1\n"})
    fresh.git("add", "a.py")
    assert sent(dry_run(fresh.path, "--staged")) == ["a.py"]
    fresh.record("First")
    assert sent(dry_run(fresh.path)) == ["a.py"]


def test_a_diff_needs_no_repository(repo: GitRepo, tmp_path: Path) -> None:
    diff = repo.git("diff", "main", "feature")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.diff").write_bytes(diff)
    assert sent(dry_run(outside, "--diff", "a.diff")) == ["src/stats.py"]
    assert sent(dry_run(outside, "--diff", "-", stdin=diff)) == ["src/stats.py"]


@pytest.mark.requirement("R23", "R54")
def test_a_dry_run_says_what_would_go_where(repo: GitRepo) -> None:
    secret = "glpat-" + "x1Y2z3W4v5" * 2
    repo.commit({"deploy.py": f'TOKEN = "{secret}"\n', "poetry.lock": "x\n"}, "Deploy")
    ended = reviewbot("review", "--dry-run", cwd=repo.path, env=ONE_KEY | {"ANTHROPIC_API_KEY": "y"})
    assert ended.code == 0
    for shown in (
        "api.openai.com",
        "api.anthropic.com",
        "src/stats.py",
        "poetry.lock: excluded",
        "1 replaced",
        "about $",
    ):
        assert shown in ended.out, ended.out
    assert secret not in ended.out


def test_a_dry_run_without_any_key_says_what_is_missing(repo: GitRepo) -> None:
    ended = reviewbot("review", "--dry-run", cwd=repo.path)
    assert ended.code == 0
    assert "nobody: no key is set" in ended.out


REFUSED: list[tuple[list[str], list[str]]] = [
    (["review", "nonsense..HEAD"], ["nonsense"]),
    (["review", "HEAD"], ["HEAD..HEAD"]),
    (["review", "--", "--output=x..HEAD"], ["--output=x"]),
    (["review", "--staged", "--uncommitted"], ["one of RANGE"]),
    (["review", "main..HEAD", "--staged"], ["one of RANGE"]),
    (["review", "--diff", "missing.diff"], ["missing.diff", "No such file"]),
    (["review", "--config", "missing.yaml"], ["missing.yaml"]),
    (["review", "--fail-on", "awful"], ["awful", "critical"]),
    (["review", "--min-agreement", "0"], ["min-agreement"]),
    (["review", "--format", "pdf"], ["pdf", "text, json, markdown, sarif, rdjson, github"]),
    (["review", "--format", "text", "--format", "json"], ["at most one"]),
    (["review", "--format", "json=x.json", "--output", "y"], ["--output"]),
    (["review", "--output", "missing/folder/r.txt"], ["missing/folder"]),
    (["review", "--record", "src"], ["--record src: there is stats.py in it already"]),
    (["review", "--record", "src/stats.py"], ["--record src/stats.py", "File exists"]),
    (["review", "--record", "x", "--dry-run"], ["--dry-run"]),
    (["review", "--reviewer", "nobody"], ["nobody"]),
    (["pr", "o/r#1"], ["GITHUB_TOKEN is not set"]),
    (["pr", "nonsense"], ["'nonsense' names no pull request; give owner/name#7"]),
    (["pr"], ["no pull request: name one (owner/name#7)"]),
    (["merge"], ["FILE"]),
    (["merge", "missing.json"], ["missing.json", "No such file"]),
    (["merge", "."], ["Is a directory"]),
    (["publish"], ["REPORT"]),
    (["publish", "missing.json"], ["missing.json", "No such file"]),
    (["publish", "src/stats.py"], ["src/stats.py: is not JSON"]),
    (["hook"], ["install", "uninstall", "status"]),
    (["hook", "instal"], ["instal"]),
    (["replay", "missing"], ["missing: is not a folder"]),
    (["replay", "src"], ["src: has no change.json; it is no record"]),
    (["cache", "sho"], ["Did you mean 'show'?"]),
    (["ignore", "0123456789abcdef"], ["--reason"]),
    (["revue"], ["revue"]),
]


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(("args", "said"), REFUSED, ids=[" ".join(args) for args, _ in REFUSED])
def test_what_cannot_be_done_is_refused_with_a_reason(repo: GitRepo, args: list[str], said: list[str]) -> None:
    ended = reviewbot(*args, cwd=repo.path, env=ONE_KEY)
    assert (ended.code, ended.out) == (2, "")
    for words in said:
        assert words in ended.err, ended.err


def test_two_formats_for_one_file_are_refused(repo: GitRepo) -> None:
    ended = reviewbot("review", "--format", "json=x", "--format", "markdown=./x", cwd=repo.path, env=ONE_KEY)
    assert (ended.code, "two formats go to the same file" in ended.err) == (2, True)


def test_a_file_name_that_the_disk_does_not_take_is_refused_before_anything_is_asked(repo: GitRepo) -> None:
    ended = reviewbot("review", "--output", "n" * 300, cwd=repo.path, env=ONE_KEY)
    assert ended.code == 2
    assert "File name too long" in ended.err


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("words", ["review --nope", "review --diff - <&-", "review nonsense..HEAD"])
def test_a_full_or_closed_stream_keeps_the_code(repo: GitRepo, words: str) -> None:
    program = " ".join([*command(), words, "2>/dev/full"])
    done = subprocess.run(["sh", "-c", program], cwd=repo.path, env=environment(repo.path, ONE_KEY))
    assert done.returncode == (0 if "diff" in words else 2)


def test_a_dry_run_of_a_change_that_may_not_be_sent_says_so(repo: GitRepo) -> None:
    repo.commit({"a.py": 'TOKEN = "glpat-' + "x1Y2z3W4v5" * 2 + '"\n'}, "Leak")
    repo.write({".reviewbot.yaml": "secrets: block\n"})
    ended = reviewbot("review", "--dry-run", cwd=repo.path, env=ONE_KEY)
    assert "the change holds secrets and `secrets` is `block`" in ended.out
    assert "0 questions" in ended.out


def test_no_key_at_all_is_refused_with_what_to_set(repo: GitRepo) -> None:
    ended = reviewbot("review", cwd=repo.path, env={"OPENAI_API_KEY": ""})
    assert ended.code == 2
    assert "OPENROUTER_API_KEY" in ended.err


def test_reviewers_without_their_keys_are_named(repo: GitRepo) -> None:
    repo.write({".reviewbot.yaml": "reviewers: [{name: opus, model: anthropic/claude-opus-4-6}]\n"})
    ended = reviewbot("review", cwd=repo.path)
    assert ended.code == 2
    assert "opus  ANTHROPIC_API_KEY is not set" in ended.err


@pytest.mark.requirement("R43")
@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"pull_request": {"head": {"repo": {"full_name": "them/it"}}}, "repository": {"full_name": "we/it"}}, 0),
        ({"pull_request": {"head": {"repo": None}}, "repository": {"full_name": "we/it"}}, 0),
        ({"pull_request": {"head": {"repo": {"full_name": "we/it"}}}, "repository": {"full_name": "we/it"}}, 2),
        ({}, 2),
    ],
)
def test_a_forks_run_without_keys_is_skipped_and_told(
    repo: GitRepo, tmp_path: Path, event: dict[str, object], code: int
) -> None:
    (tmp_path / "event.json").write_text(json.dumps(event))
    env = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "OPENROUTER_API_KEY": ""}
    ended = reviewbot("review", cwd=repo.path, env=env)
    assert ended.code == code
    assert ("Not reviewed: this run has no model keys" in ended.out) == (code == 0)
    repo.write({".reviewbot.yaml": "gate: {on_missing_keys: fail}\n"})
    assert reviewbot("review", cwd=repo.path, env=env).code == 2


def test_an_empty_change_passes_without_a_key(repo: GitRepo) -> None:
    ended = reviewbot("review", "HEAD..HEAD", cwd=repo.path)
    assert ended.code == 0
    assert "nothing to review" in ended.out.lower()
    assert "--uncommitted" not in ended.out
    assert "Cost" not in ended.out


def test_who_has_nothing_on_the_branch_yet_is_told_what_to_review_instead(tmp_path: Path) -> None:
    fresh = GitRepo(tmp_path / "fresh")
    fresh.commit({"a.py": "a = 1\n"})
    fresh.commit({"a.py": "a = 2\n"})
    fresh.write({"b.py": "b = 1\n"})
    for option in ((), ("--dry-run",)):
        ended = reviewbot("review", *option, cwd=fresh.path)
        assert ended.code == 0
        assert "is reviewed with --uncommitted" in " ".join(ended.out.split())


def test_outside_a_repository_it_says_so(tmp_path: Path) -> None:
    ended = reviewbot("review", cwd=tmp_path, env=ONE_KEY)
    assert ended.code == 2
    assert "not inside a git repository" in ended.err


def test_a_diff_that_is_none_is_refused(tmp_path: Path) -> None:
    ended = reviewbot("review", "--diff", "-", cwd=tmp_path, env=ONE_KEY, stdin=b"Dear diary,\n")
    assert ended.code == 2
    assert "not a unified diff" in ended.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gate:\n  fail_onn: high\n", [".reviewbot.yaml:2", "gate.fail_onn", "gate.fail_on"]),
        ("gate: {fail_on: high}\ngate: {fail_on: never}\n", [".reviewbot.yaml:2", "gate"]),
        ("gate: [\n", [".reviewbot.yaml"]),
        ("a: &x 1\nb: *x\n", [".reviewbot.yaml"]),
        ("cache: maybe\n", [".reviewbot.yaml:1", "`cache` must be true or false"]),
        ("reviewers: [{name: a, model: nosuchprovider/x}]\n", ["nosuchprovider"]),
        ("reviewers: [{name: a, model: openai/x, brief: gone.md}]\n", ["gone.md"]),
        ("reviewers: [{name: a, model: openai/x, api_base: 'http://example.com'}]\n", ["https"]),
    ],
)
def test_a_configuration_that_cannot_be_used_names_the_place(repo: GitRepo, text: str, said: list[str]) -> None:
    repo.write({".reviewbot.yaml": text})
    ended = reviewbot("review", cwd=repo.path, env=ONE_KEY)
    assert (ended.code, ended.out) == (2, "")
    for words in said:
        assert words in ended.err, ended.err


def test_config_show_gives_the_origin_of_every_value(repo: GitRepo) -> None:
    repo.write({".reviewbot.yaml": "gate:\n  fail_on: medium\n"})
    ended = reviewbot("config", "show", "--min-agreement", "1", cwd=repo.path / "src", env=ONE_KEY)
    assert ended.code == 0
    for shown in ("fail_on: medium", ".reviewbot.yaml:2", "--min-agreement", "default", "openai/"):
        assert shown in ended.out, ended.out


def test_config_schema_is_a_json_schema(tmp_path: Path) -> None:
    ended = reviewbot("config", "schema", cwd=tmp_path)
    assert ended.code == 0
    assert json.loads(ended.out)["properties"]["gate"]


@pytest.mark.parametrize("args", [["--help"], ["review", "--help"], ["config", "show", "--help"], ["--version"]])
def test_help_and_version_go_to_stdout(tmp_path: Path, args: list[str]) -> None:
    ended = reviewbot(*args, cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out


def test_the_demo_shows_a_whole_review_without_a_key(tmp_path: Path) -> None:
    ended = reviewbot("demo", cwd=tmp_path)
    assert ended.code == 0
    assert "recorded" in ended.err
    for shown in ("3 of 3", "2 of 3", "1 of 3", "BLOCK", "shop/refunds.py", "opus", "gpt", "gemini"):
        assert shown in ended.out, ended.out
    assert list(tmp_path.iterdir()) == []
