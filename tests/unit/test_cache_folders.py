from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.cache.folders import cache_folder, secret_file

HOME = {"HOME": "/home/ada", "USERPROFILE": "/users/ada"}


@pytest.mark.parametrize(
    ("platform", "environ", "folder"),
    [
        ("linux", HOME, "/home/ada/.cache/reviewbot"),
        ("linux", {**HOME, "XDG_CACHE_HOME": "/var/x"}, "/var/x/reviewbot"),
        ("linux", {**HOME, "XDG_CACHE_HOME": "x"}, "/home/ada/.cache/reviewbot"),
        ("freebsd14", HOME, "/home/ada/.cache/reviewbot"),
        ("darwin", {**HOME, "XDG_CACHE_HOME": "/var/x"}, "/home/ada/Library/Caches/reviewbot"),
        ("win32", {**HOME, "LOCALAPPDATA": "/local"}, "/local/reviewbot/Cache"),
        ("win32", HOME, "/users/ada/AppData/Local/reviewbot/Cache"),
        ("linux", {**HOME, "REVIEWBOT_CACHE_DIR": "/var/y", "XDG_CACHE_HOME": "/var/x"}, "/var/y"),
    ],
)
def test_answers_are_where_the_variable_or_the_platform_says(
    platform: str, environ: dict[str, str], folder: str, tmp_path: Path
) -> None:
    found = cache_folder(environ, cwd=tmp_path, platform=platform)
    assert (found.folder, found.problem) == (Path(folder), None)


@pytest.mark.parametrize(
    ("platform", "environ", "file"),
    [
        ("linux", HOME, "/home/ada/.local/state/reviewbot/answer-cache-secret"),
        ("linux", {**HOME, "XDG_STATE_HOME": "/var/s"}, "/var/s/reviewbot/answer-cache-secret"),
        ("darwin", HOME, "/home/ada/Library/Application Support/reviewbot/answer-cache-secret"),
        ("win32", {**HOME, "LOCALAPPDATA": "/local"}, "/local/reviewbot/State/answer-cache-secret"),
    ],
)
def test_the_secret_is_elsewhere_whatever_moves_the_cache(platform: str, environ: dict[str, str], file: str) -> None:
    assert secret_file({**environ, "REVIEWBOT_CACHE_DIR": "/var/y"}, platform=platform) == Path(file)


def test_an_empty_variable_switches_it_off_without_a_word(tmp_path: Path) -> None:
    for empty in ("", " "):
        found = cache_folder({**HOME, "REVIEWBOT_CACHE_DIR": empty}, cwd=tmp_path)
        assert (found.folder, found.problem) == (None, None)


@pytest.mark.parametrize("name", ["cache", "./cache", "~/cache", "/x\0y"])
def test_a_path_that_is_not_absolute_is_refused(name: str, tmp_path: Path) -> None:
    found = cache_folder({**HOME, "REVIEWBOT_CACHE_DIR": name}, cwd=tmp_path)
    assert found.folder is None
    assert "has to be an absolute path" in (found.problem or "")


def test_a_user_without_a_home_is_told_what_to_do() -> None:
    found = cache_folder({}, cwd=Path("/"))
    assert (found.folder, secret_file({})) == (None, None)
    assert "set REVIEWBOT_CACHE_DIR" in (found.problem or "")


def test_no_folder_in_the_work_tree_that_is_reviewed(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / "deep" / "er").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "repo")
    for name in ("repo", "repo/cache", "repo/deep/x", "link/cache"):
        for cwd in ("repo", "repo/deep/er", "link"):
            found = cache_folder({"REVIEWBOT_CACHE_DIR": str(tmp_path / name)}, cwd=tmp_path / cwd)
            assert found.folder is None
            assert "lies in the work tree" in (found.problem or "")
    home = cache_folder({"HOME": str(tmp_path / "repo")}, cwd=tmp_path / "repo", platform="linux")
    assert "lies in the work tree" in (home.problem or "")


def test_beside_the_work_tree_and_in_gits_own_folder_is_all_right(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / ".git").write_text("gitdir: elsewhere\n")  # a linked work tree
    for name in ("repo-cache", "other/repo", "repo/.git/reviewbot"):
        assert cache_folder({"REVIEWBOT_CACHE_DIR": str(tmp_path / name)}, cwd=tmp_path / "repo").folder
    assert cache_folder({"REVIEWBOT_CACHE_DIR": str(tmp_path / "repo")}, cwd=tmp_path).folder
