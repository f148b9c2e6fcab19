"""Which file is read, what wins, what may be missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from config_files import Files, loaded

from reviewbot.config.load import MAX_FILE_BYTES, Overrides, WorkTree, load_config
from reviewbot.config.overrides import for_push
from reviewbot.config.values import InstructionText, LoadedConfig
from reviewbot.errors import ConfigError
from reviewbot.model import Severity

_FILES = [".reviewbot.yaml", ".reviewbot.yml", ".github/reviewbot.yaml", ".github/reviewbot.yml"]
_TWO = "reviewers:\n  - {name: a, model: v/a}\n  - {name: b, model: v/b, timeout_s: 7}\n"


def _load(
    root: Path,
    explicit: str | None = None,
    *,
    cwd: Path | None = None,
    environ: dict[str, str] | None = None,
) -> LoadedConfig:
    return load_config(WorkTree(root), explicit=explicit, cwd=cwd, environ=environ or {}, overrides=Overrides())


def _write(root: Path, **lines: int) -> None:
    """Files with a context_lines each; in the name of a file `_` stands for a dot and `__` for a slash."""
    for name, number in lines.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"context_lines: {number}\n")


# ---------------------------------------------------------------- finding


def test_without_a_file_everything_is_a_default() -> None:
    config = loaded()
    assert config.source is None
    assert set(config.origins.values()) == {"default"}
    assert config.notes == ()
    assert config.config.reviewers == ()


@pytest.mark.parametrize("file", _FILES)
def test_a_file_is_found_under_each_of_its_names(file: str) -> None:
    config = loaded("context_lines: 3\n", file=file)
    assert config.config.context_lines == 3
    assert config.source == file
    assert config.origins["context_lines"] == f"{file}:1"
    assert config.origins["source"] == "found"


def test_the_table_of_a_pyproject_is_found_last() -> None:
    pyproject = "[tool.reviewbot]\ncontext_lines = 4\n"
    assert loaded(pyproject, file="pyproject.toml").config.context_lines == 4
    assert loaded(pyproject, file="pyproject.toml").origins["context_lines"] == "pyproject.toml:2"
    assert loaded("context_lines: 3\n", others={"pyproject.toml": pyproject}).config.context_lines == 3


@pytest.mark.parametrize("pyproject", ["", "[project]\nname = 'x'\n", "[[[ broken", "[tool.reviewbot-extra]\nx = 1\n"])
def test_a_pyproject_that_does_not_concern_us_is_left_alone(pyproject: str) -> None:
    config = loaded(pyproject, file="pyproject.toml")
    assert config.source is None
    assert config.notes == ()


def test_a_broken_pyproject_with_our_table_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:2: is not TOML"):
        loaded("[tool.reviewbot]\ncontext_lines = \n", file="pyproject.toml")


def test_an_error_in_a_pyproject_names_its_line() -> None:
    with pytest.raises(ConfigError) as caught:
        loaded("[tool.reviewbot.gate]\nfail_onn = 'low'\n", file="pyproject.toml")
    assert str(caught.value) == "pyproject.toml:2: key `gate.fail_onn` is not known; did you mean `gate.fail_on`?"


def test_of_two_files_the_first_wins_and_a_note_names_the_other() -> None:
    others = {".github/reviewbot.yml": "context_lines: 9\n", "pyproject.toml": "[tool.reviewbot]\n"}
    config = loaded("context_lines: 3\n", file=".reviewbot.yml", others=others)
    assert config.config.context_lines == 3
    assert config.notes == (
        ".github/reviewbot.yml is not read, because there is .reviewbot.yml.",
        "[tool.reviewbot] in pyproject.toml is not read, because there is .reviewbot.yml.",
    )


def test_a_second_file_that_cannot_be_read_does_not_stop_the_first() -> None:
    contents: dict[str, bytes | ConfigError] = {
        ".reviewbot.yaml": b"",
        ".reviewbot.yml": ConfigError(".reviewbot.yml: cannot be read"),
        "pyproject.toml": b"[tool.reviewbot",
    }
    config = load_config(Files(contents), explicit=None, environ={}, overrides=Overrides())
    assert config.notes == (".reviewbot.yml is not read, because there is .reviewbot.yaml.",)


# ---------------------------------------------------------------- precedence


def test_flag_wins_over_environment_wins_over_file_wins_over_default(tmp_path: Path) -> None:
    _write(tmp_path, flag_yaml=1, environment_yaml=2, _reviewbot_yaml=3)
    environ = {"REVIEWBOT_CONFIG": "environment.yaml"}
    chosen = [
        _load(tmp_path, "flag.yaml", environ=environ),
        _load(tmp_path, environ=environ),
        _load(tmp_path, environ={"REVIEWBOT_CONFIG": ""}),
    ]
    (tmp_path / ".reviewbot.yaml").unlink()
    chosen.append(_load(tmp_path))
    assert [(c.config.context_lines, c.source, c.origins["source"], c.origins["context_lines"]) for c in chosen] == [
        (1, "flag.yaml", "--config", "flag.yaml:1"),
        (2, "environment.yaml", "REVIEWBOT_CONFIG", "environment.yaml:1"),
        (3, ".reviewbot.yaml", "found", ".reviewbot.yaml:1"),
        (10, None, "default", "default"),
    ]


def test_flags_win_over_what_the_file_says() -> None:
    text = f"{_TWO}gate: {{fail_on: low, min_agreement: 3}}\n"
    flags = Overrides(fail_on=Severity.CRITICAL, min_agreement=1, reviewers=("b",))
    config = loaded(text, overrides=flags)
    assert config.config.gate.fail_on is Severity.CRITICAL
    assert config.config.gate.min_agreement == 1
    assert [reviewer.name for reviewer in config.config.reviewers] == ["b"]
    assert config.origins["gate.fail_on"] == "--fail-on"
    assert config.origins["gate.min_agreement"] == "--min-agreement"
    assert config.origins["reviewers"] == "--reviewer"
    assert config.origins["reviewers[0].timeout_s"] == ".reviewbot.yaml:3"
    assert "reviewers[1].name" not in config.origins


def test_the_flag_never_is_not_the_same_as_no_flag() -> None:
    assert loaded("gate: {fail_on: low}\n", overrides=Overrides(fail_on=None)).config.gate.fail_on is None
    assert loaded("gate: {fail_on: low}\n", overrides=Overrides()).config.gate.fail_on is Severity.LOW
    assert loaded("gate: {fail_on: never}\n").config.gate.fail_on is None


def test_reviewers_that_flags_name_keep_the_order_of_the_panel() -> None:
    config = loaded(_TWO, overrides=Overrides(reviewers=("b", "a", "b"))).config
    assert [reviewer.name for reviewer in config.reviewers] == ["a", "b"]


def test_a_path_rule_keeps_reviewers_that_flags_leave_out() -> None:
    rule = "paths: [{match: x, reviewers: [a]}]\n"
    assert loaded(_TWO + rule, overrides=Overrides(reviewers=("b",))).config.paths[0].reviewers == ("a",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_TWO, "--reviewer names no reviewer: c; the reviewers are: a, b"),
        (None, "--reviewer names no reviewer: c; no reviewer is configured and no key is set"),
    ],
)
def test_a_flag_with_an_unknown_reviewer_is_an_error_that_lists_the_names(text: str | None, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(text, overrides=Overrides(reviewers=("a", "c") if text else ("c",)))
    assert str(caught.value) == message


def test_a_flag_that_asks_for_no_agreement_is_an_error() -> None:
    with pytest.raises(ConfigError, match="--min-agreement must be at least 1, but is 0"):
        loaded(overrides=Overrides(min_agreement=0))


def test_a_file_wins_over_the_default_panel() -> None:
    environ = {"ANTHROPIC_API_KEY": "x"}
    assert [reviewer.name for reviewer in loaded(_TWO, environ=environ).config.reviewers] == ["a", "b"]
    for text in ("secrets: off\n", "reviewers: []\n"):
        assert [reviewer.name for reviewer in loaded(text, environ=environ).config.reviewers] == ["claude"]


# ---------------------------------------------------------------- --config and REVIEWBOT_CONFIG


def test_a_named_file_is_relative_to_the_current_folder(tmp_path: Path) -> None:
    _write(tmp_path, x_yaml=1, sub__x_yaml=2)
    sub = tmp_path / "sub"
    assert _load(tmp_path, "x.yaml", cwd=tmp_path).config.context_lines == 1
    assert _load(tmp_path, "x.yaml", cwd=sub).config.context_lines == 2
    assert _load(tmp_path, "../x.yaml", cwd=sub).config.context_lines == 1
    assert _load(tmp_path, str(sub / "x.yaml"), cwd=tmp_path).config.context_lines == 2
    assert _load(tmp_path, environ={"REVIEWBOT_CONFIG": "x.yaml"}, cwd=sub).config.context_lines == 2


def test_a_named_file_outside_of_the_repository_is_the_operators_own(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    _write(tmp_path, mine_yaml=7)
    assert _load(root, "../mine.yaml", cwd=root).config.context_lines == 7
    assert _load(root, str(tmp_path / "mine.yaml"), cwd=root).config.context_lines == 7


def test_what_a_file_outside_names_is_still_read_in_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (tmp_path / "mine.yaml").write_text("instructions: [HOUSE.md]\n")
    (tmp_path / "HOUSE.md").write_text("outside")
    (root / "HOUSE.md").write_text("inside")
    config = _load(root, "../mine.yaml", cwd=root).config
    assert config.instructions == (InstructionText(source="HOUSE.md", text="inside"),)


@pytest.mark.requirement("R2")
def test_a_file_inside_the_work_tree_always_goes_through_the_reader(tmp_path: Path) -> None:
    """A reader of the base commit must not be passed by with an absolute path, nor with a link."""
    _write(tmp_path, head_yaml=1)
    alias = tmp_path.parent / f"{tmp_path.name}-alias"
    alias.symlink_to(tmp_path)
    base = Files({"head.yaml": b"context_lines: 2\n"}, root=tmp_path)
    for name in ("head.yaml", str(tmp_path / "head.yaml"), str(alias / "head.yaml"), "sub/../head.yaml"):
        config = load_config(base, explicit=name, cwd=tmp_path, environ={}, overrides=Overrides())
        assert config.config.context_lines == 2, name


def test_without_a_work_tree_a_relative_name_goes_to_the_reader_and_an_absolute_one_to_the_disk(tmp_path: Path) -> None:
    _write(tmp_path, x_yaml=1)
    base = Files({"x.yaml": b"context_lines: 2\n"}, root=None)
    relative = load_config(base, explicit="x.yaml", cwd=tmp_path, environ={}, overrides=Overrides())
    absolute = load_config(base, explicit=str(tmp_path / "x.yaml"), cwd=tmp_path, environ={}, overrides=Overrides())
    assert (relative.config.context_lines, absolute.config.context_lines) == (2, 1)


def test_a_named_toml_file_needs_our_table(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[tool.reviewbot]\ncontext_lines = 5\n")
    (tmp_path / "b.toml").write_text("[tool.other]\n")
    assert _load(tmp_path, "a.toml", cwd=tmp_path).config.context_lines == 5
    with pytest.raises(ConfigError, match=r"^--config names b\.toml, which has no \[tool\.reviewbot\]$"):
        _load(tmp_path, "b.toml", cwd=tmp_path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.yaml", "--config names a file that does not exist: absent.yaml"),
        ("sub/absent.yaml", "--config names a file that does not exist: sub/absent.yaml"),
        ("../absent.yaml", "--config names a file that does not exist: ../absent.yaml"),
        ("", "--config names no file"),
        (" ", "--config names no file"),
        ("a\0b", "--config names no file"),
        (".", "--config .: must be a file of the repository"),
        (".git/config", "--config .git/config: must be a file of the repository"),
        ("folder", "folder: is not a regular file"),
    ],
)
def test_a_named_file_that_is_not_there_is_an_error(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    _write(tmp_path, _reviewbot_yaml=3)
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, name, cwd=tmp_path)
    assert str(caught.value) == message


def test_a_variable_that_names_an_absent_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^REVIEWBOT_CONFIG names a file that does not exist: x\.yaml$"):
        _load(tmp_path, environ={"REVIEWBOT_CONFIG": "x.yaml"}, cwd=tmp_path)


# ---------------------------------------------------------------- instructions and briefs


def test_default_instructions_are_read_when_they_are_there() -> None:
    config = loaded(others={"REVIEW.md": "Be brief.\r\n"})
    assert config.config.instructions == (InstructionText(source="REVIEW.md", text="Be brief.\r\n"),)
    assert config.notes == ()


def test_instructions_keep_the_order_in_which_they_are_named() -> None:
    config = loaded("instructions: [b.md, a.md, b.md]\n", others={"a.md": "A", "b.md": "B"}).config
    assert [text.text for text in config.instructions] == ["B", "A"]


def test_a_brief_comes_from_its_file_or_stands_in_the_configuration() -> None:
    text = (
        "reviewers:\n  - {name: a, model: v/a, brief: r/a.md}\n"
        "  - {name: b, model: v/b, instructions: Look hard.}\n  - {name: c, model: v/c}\n"
    )
    config = loaded(text, others={"r/a.md": "\ufeffÜber alles."}).config
    assert [reviewer.brief for reviewer in config.reviewers] == [
        InstructionText(source="r/a.md", text="Über alles."),
        InstructionText(source="inline", text="Look hard."),
        None,
    ]


def test_default_instructions_that_cannot_be_used_are_told_and_left_out() -> None:
    contents: dict[str, bytes | ConfigError] = {
        "AGENTS.md": ConfigError("AGENTS.md: leads out of the repository"),
        "REVIEW.md": b"caf\xe9",
    }
    config = load_config(Files(contents), explicit=None, environ={}, overrides=Overrides())
    assert config.config.instructions == ()
    assert config.notes == (
        "Instructions not read: AGENTS.md: leads out of the repository.",
        "Instructions not read: REVIEW.md:1: is not UTF-8 text (byte 0xe9); save it as UTF-8.",
    )


def test_named_instructions_that_cannot_be_used_are_an_error() -> None:
    contents: dict[str, bytes | ConfigError] = {
        ".reviewbot.yaml": b"\ninstructions: [a.md]\n",
        "a.md": ConfigError("a.md: leads out of the repository"),
    }
    with pytest.raises(ConfigError) as caught:
        load_config(Files(contents), explicit=None, environ={}, overrides=Overrides())
    assert str(caught.value) == ".reviewbot.yaml:2: `instructions[0]`: a.md: leads out of the repository"


def test_an_empty_file_of_instructions_is_told() -> None:
    assert loaded("instructions: [a.md]\n", others={"a.md": " \n"}).notes == ("a.md is empty.",)


# ---------------------------------------------------------------- the work tree


def test_a_work_tree_reads_files_and_links_inside_of_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.md").write_bytes(b"A")
    (tmp_path / "link.md").symlink_to("sub/a.md")
    tree = WorkTree(tmp_path)
    assert tree.read("sub/a.md") == b"A"
    assert tree.read("link.md") == b"A"


def test_a_work_tree_that_is_reached_by_a_link_is_no_other(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.md").write_bytes(b"A")
    (tmp_path / "link").symlink_to("real")
    assert WorkTree(tmp_path / "link").read("a.md") == b"A"


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "dangling").symlink_to("nowhere")
    tree = WorkTree(tmp_path)
    assert [tree.read(path) for path in ("absent", "absent/x", "file/x", "dangling")] == [None] * 4


@pytest.mark.requirement("R22")
def test_a_work_tree_reads_nothing_outside_of_it(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"s")
    (root / "link").symlink_to("../secret")
    (root / "folder").symlink_to("..")
    for path in ("link", "folder/secret", "../secret", str(tmp_path / "secret")):
        with pytest.raises(ConfigError, match="leads out of the repository"):
            WorkTree(root).read(path)


def test_a_loop_of_links_a_folder_a_pipe_and_a_large_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    (tmp_path / "fits").write_bytes(b"x" * MAX_FILE_BYTES)
    tree = WorkTree(tmp_path)
    for path, message in {
        "loop": "loop: cannot be read",
        "folder": "folder: is not a regular file",
        "pipe": "pipe: is not a regular file",
        "large": "large: is larger than 256 KiB",
        "a" * 300: "cannot be read: File name too long",
        "a\0b": "cannot be read: not a usable path",
    }.items():
        with pytest.raises(ConfigError, match=message):
            tree.read(path)
    assert tree.read("fits") is not None


@pytest.mark.needs("a user other than root")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").write_bytes(b"x")
    (tmp_path / "closed").chmod(0)
    with pytest.raises(ConfigError, match="closed: cannot be read: Permission denied"):
        WorkTree(tmp_path).read("closed")


_HOOK = f"{_TWO}gate: {{fail_on: low, min_agreement: 1, on_incomplete: fail}}\nhook: "


def test_a_push_is_judged_by_the_gate_where_the_hook_leaves_it_open() -> None:
    config = for_push(loaded(f"{_HOOK}{{fail_on: null}}\n").config)
    assert (config.gate.fail_on, config.gate.min_agreement, config.gate.on_incomplete) == (Severity.LOW, 1, "pass")
    assert [reviewer.name for reviewer in config.reviewers] == ["a", "b"]
    assert config.limits.deadline_s == 120


def test_what_the_hook_says_holds_for_a_push_alone() -> None:
    text = f"{_HOOK}{{fail_on: never, min_agreement: 2, reviewers: [b], deadline_s: 9, on_incomplete: fail}}\n"
    config = loaded(text).config
    pushed = for_push(config)
    assert (pushed.gate.fail_on, pushed.gate.min_agreement, pushed.gate.on_incomplete) == (None, 2, "fail")
    assert [reviewer.name for reviewer in pushed.reviewers] == ["b"]
    assert pushed.limits.deadline_s == 9
    assert (config.gate.fail_on, config.gate.min_agreement, config.limits.deadline_s) == (Severity.LOW, 1, 300)
    assert len(config.reviewers) == 2


def test_a_flag_wins_over_what_the_hook_says() -> None:
    text = f"{_HOOK}{{fail_on: high, min_agreement: 2, reviewers: [b]}}\n"
    flags = Overrides(fail_on=Severity.CRITICAL, min_agreement=1, reviewers=("a",))
    pushed = for_push(loaded(text, overrides=flags).config)
    assert (pushed.gate.fail_on, pushed.gate.min_agreement) == (Severity.CRITICAL, 1)
    assert [reviewer.name for reviewer in pushed.reviewers] == ["a"]


def test_a_reviewer_of_the_hook_that_is_not_in_the_panel_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r'`hook\.reviewers\[0\]` names no reviewer: the text "c"'):
        loaded(f"{_HOOK}{{reviewers: [c]}}\n")
