"""What `reviewbot init` writes, and how new files come into a work tree."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from config_files import loaded

from reviewbot.config.panel import VENDORS
from reviewbot.config.schema import filled, load_schema, top
from reviewbot.config.starter import config_text, starting_panel
from reviewbot.errors import UsageError
from reviewbot.platforms.github.workflow import uses_reviewbot, workflow_text
from reviewbot.platforms.new_files import check_new, write_new

ALL = {name: "x" for entry in VENDORS for name in entry.key_names}
ENVIRONMENTS: list[dict[str, str]] = [{}, {"OPENROUTER_API_KEY": "x"}, {"GOOGLE_API_KEY": "x"}, ALL]


# ---------------------------------------------------------------- the configuration


@pytest.mark.parametrize("environ", ENVIRONMENTS, ids=len)
def test_the_configuration_gives_the_panel_that_would_be_asked_without_it(environ: dict[str, str]) -> None:
    written = loaded(config_text(starting_panel(environ)), environ=environ)
    without = loaded(environ=environ or {"OPENROUTER_API_KEY": "x"}).config
    assert written.config == without
    assert written.notes == ()
    assert {origin for key, origin in written.origins.items() if key.endswith("api_key_env")} <= {
        f".reviewbot.yaml:{line}" for line in range(1, 99)
    }


@pytest.mark.parametrize("environ", ENVIRONMENTS, ids=len)
def test_what_is_commented_out_can_be_switched_on(environ: dict[str, str]) -> None:
    lines = config_text(starting_panel(environ)).splitlines()
    indents = ("# instructions:", "# paths:", "#   - match:", "#     instructions:")
    within = ("    # brief:", "  # - name:", "  #   model:", "  #   api_key_env:")
    on = [line.replace("# ", "", 1) if line.startswith((*indents, *within)) else line for line in lines]
    assert len([1 for old, new in zip(lines, on, strict=True) if old != new]) >= 5
    others = {"docs/style.md": "Short.", f"reviewers/{starting_panel(environ)[0].entry.name}.md": "Look."}
    config = loaded("\n".join(on), others=others).config
    another = 0 if environ is ALL else 1
    assert len(config.reviewers) == len(starting_panel(environ)) + another
    assert config.reviewers[0].brief is not None
    assert config.paths[0].match == "migrations/**"
    assert [text.source for text in config.instructions] == ["docs/style.md"]


def test_the_values_that_are_written_out_are_the_defaults() -> None:
    root = top(load_schema())
    values = yaml.safe_load(config_text(starting_panel({})))
    for name, value in values.items():
        if name != "reviewers":
            default = filled(root.keys[name], root.keys[name].default)
            assert value == ({key: default[key] for key in value} if isinstance(default, dict) else default), name


def test_every_line_fits_a_terminal() -> None:
    text = config_text(starting_panel(ALL)) + workflow_text(("OPENROUTER_API_KEY",))
    assert max(len(line) for line in text.splitlines()) <= 80


# ---------------------------------------------------------------- the workflow


def _strings(value: Any) -> Iterator[tuple[str, str]]:
    for key, inner in value.items() if isinstance(value, dict) else [("", each) for each in value]:
        if isinstance(inner, dict | list):
            yield from _strings(inner)
        else:
            yield str(key), str(inner)


@pytest.mark.parametrize("names", [(), ("OPENAI_API_KEY",), ("OPUS_KEY", "GPT_KEY")], ids=len)
def test_the_workflow_has_least_rights_and_hands_over_the_keys_alone(names: tuple[str, ...]) -> None:
    text = workflow_text(names)
    workflow = yaml.load(text, yaml.BaseLoader)  # YAML 1.1 reads `on` as true
    types = ["opened", "reopened", "synchronize", "ready_for_review"]
    assert workflow["on"] == {"pull_request": {"types": types}, "merge_group": ""}
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    (step,) = job["steps"]
    assert step["uses"] == "reviewbot/reviewbot@v0"
    assert "Before the first release there is neither" in text
    assert step.get("env", {}) == {name: f"${{{{ secrets.{name} }}}}" for name in names}
    expressions = {key for key, value in _strings(workflow) if "${{" in value}
    assert expressions == {"group", *names}
    assert all(f"#   {name}\n" in text for name in names)


def test_a_secret_has_no_name_that_github_refuses() -> None:
    text = workflow_text(("GITHUB_API_KEY", "OPENAI_API_KEY"))
    assert "GITHUB_API_KEY: ${{ secrets.MODEL_GITHUB_API_KEY }}\n" in text
    assert "#   MODEL_GITHUB_API_KEY\n#   OPENAI_API_KEY\n" in text


def test_a_workflow_that_runs_reviewbot_is_recognised() -> None:
    assert uses_reviewbot(workflow_text(()))
    assert uses_reviewbot("steps:\n- uses: 'reviewbot/reviewbot@0123abc' # v0.1.0\n")
    assert not uses_reviewbot("steps:\n  # - uses: reviewbot/reviewbot@v0\n  - uses: actions/checkout@v7\n")
    assert not uses_reviewbot("name: reviewbot\njobs: {reviewbot: {uses: ./.github/workflows/reviewbot.yml}}\n")


# ---------------------------------------------------------------- new files


def _tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_new_files_are_written_whole_with_their_folders_and_nothing_beside_them(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        write_new(tmp_path, {"a.yaml": "a: ä\n", "b/c/d.yml": "d\n"})
    finally:
        os.umask(old)
    assert _tree(tmp_path) == {"a.yaml", "b", "b/c", "b/c/d.yml"}
    assert (tmp_path / "a.yaml").read_bytes() == "a: ä\n".encode()
    assert (tmp_path / "a.yaml").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("there", ["file", "folder", "dangling link"])
def test_what_is_there_is_not_written_to_and_then_nothing_is(tmp_path: Path, there: str) -> None:
    place = tmp_path / "b.yml"
    match there:
        case "file":
            place.write_text("mine")
        case "folder":
            place.mkdir()
        case _:
            place.symlink_to(tmp_path / "gone")
    with pytest.raises(UsageError, match=r"^b.yml is there already, and is not overwritten$"):
        write_new(tmp_path, {"a.yaml": "a", "b.yml": "b"})
    assert _tree(tmp_path) == {"b.yml"}


def test_a_failure_on_the_way_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^z/n+ cannot be written: File name too long"):
        write_new(tmp_path, {"a.yaml": "a", "x/y/b.yml": "b", f"z/{'n' * 300}": "e"})
    assert _tree(tmp_path) == set()


@pytest.mark.parametrize("there", ["file", "link to nothing"])
def test_what_could_not_be_written_is_told_before_anything_is(tmp_path: Path, there: str) -> None:
    if there == "file":
        (tmp_path / ".github").write_text("")
    else:
        (tmp_path / ".github").symlink_to("gone")
    told = r"^.github/w/b.yml cannot be written: .github is there, and is no folder$"
    with pytest.raises(UsageError, match=told):
        check_new(tmp_path, ["a.yaml", ".github/w/b.yml"])


@pytest.mark.needs("a user other than root")
def test_a_folder_that_is_read_only_is_told_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    with pytest.raises(UsageError, match=r"^locked/b.yml cannot be written: nothing may be written to locked$"):
        check_new(tmp_path, ["a.yaml", "locked/b.yml"])


@pytest.mark.parametrize("taken", [False, True])
def test_a_file_system_without_hard_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    def link(_source: Path, target: Path) -> None:
        if taken:
            target.write_text("somebody else's, meanwhile")
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    if taken:
        with pytest.raises(UsageError, match=r"^a.yaml cannot be written: Operation not permitted$"):
            write_new(tmp_path, {"a.yaml": "a"})
    else:
        write_new(tmp_path, {"a.yaml": "a"})
    assert _tree(tmp_path) == {"a.yaml"}
    assert (tmp_path / "a.yaml").read_text() == ("somebody else's, meanwhile" if taken else "a")


@pytest.mark.parametrize("target", ["outside", "gone", "link"])
def test_no_link_leads_out_of_the_repository(tmp_path: Path, target: str) -> None:
    """To a folder that is there, to one that is not, and in a circle."""
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(root / "link" if target == "link" else tmp_path / target)
    with pytest.raises(UsageError, match=r"^link/w/b.yml is not written: a symbolic link on its way leads out"):
        write_new(root, {"a.yaml": "a", "link/w/b.yml": "b"})
    assert _tree(root) == {"link"}
    assert _tree(tmp_path / "outside") == set()


def test_a_link_to_a_folder_of_the_repository_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_new(tmp_path, {"link/b.yml": "b"})
    assert (tmp_path / "real/b.yml").read_text() == "b"
