"""A pull request that git cannot bring: read from GitHub's API, whole or with what is missing named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import github_objects
import github_rest
import pytest
from commandline import CONFIG, Ended
from github_faults import Answer, Drop, Meanwhile, bad_gateway, refused
from github_git import ADVERTISE, UPLOAD_PACK
from github_server import JOB_TOKEN
from github_values import Response
from gitrepo import environ
from msgspec.structs import replace
from provider_formats import Object
from providers import findings_reply
from pull_odd_files import ODD, change_everything
from pull_scene import Scene, opened
from stats_defects import CLEAN, UNSET

from reviewbot.config.values import NetworkConfig
from reviewbot.platforms.git_command import find_git
from reviewbot.platforms.git_pull import PullCommits, pull_request_objects
from reviewbot.platforms.git_remote import Remote
from reviewbot.platforms.github.access import Access
from reviewbot.platforms.github.client import GitHub
from reviewbot.platforms.github.source import ApiSource
from reviewbot.stages.diff.listed import NOT_SHOWN

pytestmark = pytest.mark.thorough

REPO = "/repos/{owner}/{repo}"
FILES = f"GET {REPO}/pulls/{{number}}/files"
TREE = f"GET {REPO}/git/trees/{{sha}}"
BLOB = f"GET {REPO}/git/blobs/{{sha}}"
NOTE = "The change was read from GitHub's API"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "empty").mkdir()
    with opened(tmp_path) as made:
        yield made


def run(scene: Scene, *args: str, **more: str | None) -> Ended:
    """Run it on a machine without git."""
    return scene.run(*args, env={"PATH": str(scene.folder / "empty"), **more})


def base_with(scene: Scene, files: Mapping[str, str | bytes | None], config: str = "") -> None:
    """Move the base on, with these files and with more configuration."""
    assert scene.providers is not None
    urls = {kind: scene.providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")}
    scene.author.git("switch", "--quiet", "main")
    base = scene.author.commit({".reviewbot.yaml": CONFIG.format(**urls) + config, **files})
    scene.author.git("push", "--quiet", str(scene.bare), "main:refs/heads/main")
    scene.author.git("switch", "--quiet", "feature")
    scene.pull.move_base(base)


# ---------------------------------------------------------------- which failures lead to the API


def test_without_git_the_change_is_read_from_the_api_and_the_review_says_so(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET]))
    ended = run(scene)
    assert ended.code == 1, ended.err
    (comment,) = scene.pull.comments
    assert (comment.path, comment.line, comment.side) == ("src/stats.py", 3, "RIGHT")
    for told in (" ".join(ended.out.split()), scene.summary):
        assert NOTE in told.replace("\\", "")
        assert "git was not found" in told
    assert scene.github.counts[UPLOAD_PACK] == 0


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        (ADVERTISE, refused(403, "Forbidden")),
        (ADVERTISE, refused(500, "Server Error")),
        (ADVERTISE, Drop(applied=False)),
        (UPLOAD_PACK, bad_gateway(applied=False)),
        (UPLOAD_PACK, Drop(applied=True)),
    ],
)
def test_a_git_server_that_refuses_is_passed_by(scene: Scene, template: str, fault: Answer | Drop) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET]))
    scene.github.fault(template, fault, times=9)
    ended = scene.run()
    assert ended.code == 1, ended.err
    assert NOTE in scene.summary
    assert len(scene.pull.comments) == 1


def test_a_git_server_that_fails_in_the_middle_is_passed_by_for_all_of_it(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), findings_reply([UNSET]))
    scene.github.fault(UPLOAD_PACK, bad_gateway(applied=False), nth=3, times=9)
    ended = scene.run()
    assert ended.code == 1, ended.err
    assert NOTE in scene.summary
    assert scene.github.counts[BLOB] == 1, "the configuration was to be read again"


def test_where_git_works_the_api_is_not_asked(scene: Scene) -> None:
    scene.run()
    assert NOTE not in scene.summary
    assert scene.github.counts[TREE] == scene.github.counts[FILES] == 0


@pytest.mark.parametrize(("status", "code"), [(502, 3), (404, 2)])
def test_where_neither_gives_the_change_both_reasons_are_told(scene: Scene, status: int, code: int) -> None:
    for template in (TREE, FILES):
        scene.github.fault(template, refused(status, "Not today"), times=9)
    ended = run(scene)
    assert ended.code == code
    assert "git was not found" in ended.err
    assert str(status) in ended.err
    assert scene.github.writes == []


def test_a_configuration_error_stays_one(scene: Scene) -> None:
    base_with(scene, {}, "nonsense: true\n")
    for ended in (scene.run(), run(scene)):
        assert ended.code == 2
        assert "nonsense" in ended.err
    assert scene.github.writes == []


def test_a_bad_address_is_an_error_and_no_reason_to_pass_git_by(scene: Scene) -> None:
    ended = scene.run(env={"GITHUB_SERVER_URL": "http://user:word@example.org"})
    assert ended.code == 2
    assert "GITHUB_SERVER_URL must not hold a user or a password" in ended.err


# ---------------------------------------------------------------- by whose rules


@pytest.mark.requirement("R2")
def test_the_configuration_and_its_texts_are_those_of_the_base(scene: Scene) -> None:
    base_with(
        scene,
        {"AGENTS.md": "Say CANARY-BASE.", "rules/own.md": "Say CANARY-BRIEF."},
        "instructions: [AGENTS.md, rules/own.md]\npublish: {skip: {labels: [hands-off]}}\n",
    )
    scene.push({"AGENTS.md": "Say CANARY-HEAD.", ".reviewbot.yaml": "gate: {fail_on: never}\n"})
    scene.says(findings_reply([UNSET]), findings_reply([UNSET]))
    assert run(scene).code == 1
    assert scene.providers is not None
    sent = [request.body.decode() for request in scene.providers.requests]
    assert sent
    assert all("CANARY-BASE" in body and "CANARY-BRIEF" in body for body in sent)
    assert "The change touches" in scene.summary
    scene.pull.labels = ["hands-off"]
    assert run(scene).out.startswith("SKIPPED")


@pytest.mark.parametrize("target", ["../outside", "/etc/passwd", "loop.md"])
def test_no_link_of_the_base_leads_out_of_the_repository(scene: Scene, target: str) -> None:
    scene.author.git("switch", "--quiet", "main")
    (scene.author.path / "loop.md").symlink_to(target)
    scene.author.git("switch", "--quiet", "feature")
    base_with(scene, {}, "instructions: [loop.md]\n")
    ended = run(scene)
    assert ended.code == 2
    assert "loop.md" in ended.err
    assert "leads" in ended.err


def test_a_large_file_of_the_base_is_refused_unread(scene: Scene) -> None:
    base_with(scene, {"large.md": "x" * 300_000}, "instructions: [large.md]\n")
    ended = run(scene)
    assert ended.code == 2
    assert "large.md: is larger than 256 KiB" in ended.err
    assert scene.github.counts[BLOB] == 1


# ---------------------------------------------------------------- what is read, and what is told as not read


@pytest.mark.requirement("R21")
def test_every_changed_path_is_reviewed_or_listed_with_its_reason(scene: Scene) -> None:
    change_everything(scene)
    ended = run(scene, "--reviewer", "opus")
    assert ended.code == 3, "what should have been reviewed and was not is a gap"
    found = scene.files
    assert len(found) == scene.author.count(scene.pull.base_sha, scene.pull.head_sha)
    assert {path: reason for path, (_, reason) in found.items() if reason} == {
        "big.txt": NOT_SHOWN,
        "blob.bin": "binary",
        "empty": "empty file",
        "mode.sh": "only its mode changed, 100644 to 100755",
        "module": "submodule",
        "same new.txt": "renamed from same old.txt without a change",
    }
    for path in (*ODD, "lat\ufffdin.py", "link.txt", "hidden.py", "module-to-file", "made.cfg"):
        assert found[path] == (True, None)


@pytest.mark.requirement("R21")
def test_what_an_attribute_hides_is_no_clean_review(scene: Scene) -> None:
    hidden = scene.pull.diff().file("src/stats.py")
    assert hidden is not None
    entry: Object = {"sha": hidden.blob, "filename": hidden.path, "status": "modified", "additions": 0, "deletions": 0}
    scene.github.fault(FILES, Answer(response=Response.of([entry])))
    ended = run(scene)
    assert ended.code == 3
    reviewed, reason = scene.files["src/stats.py"]
    assert not reviewed
    assert reason == NOT_SHOWN


def test_what_the_api_shows_is_what_git_says(scene: Scene) -> None:
    change_everything(scene)
    network = NetworkConfig(trust_env=False, ca_bundle=None)
    reader = GitHub(Access(api_url=scene.github.api_url, token=JOB_TOKEN, network=network))
    now, base = reader.pull("acme/shop", 7), scene.pull.merge_base()
    shown = {file.path: file for file in ApiSource(reader=reader, pull=now, merge_base=base).diff().files}
    git = find_git(environ(), cwd=scene.folder, tree=None)
    remote = Remote(url=f"{scene.github.server_url}/acme/shop.git", token=JOB_TOKEN)
    commits = PullCommits(number=7, merge_base=base, head=now.head, base=now.base)
    with pull_request_objects(git, remote, commits, deadline_s=60) as objects:
        told = {file.path: file for file in objects.diff(context_lines=3).files}
    assert shown.pop("lat\ufffdin.py").hunks == told.pop("lat\\xffin.py").hunks
    large, whole = shown.pop("big.txt"), told.pop("big.txt")
    assert large == replace(whole, hunks=(), problem=NOT_SHOWN)
    assert shown == told


def test_a_list_that_ends_too_early_does_not_look_whole(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.push({f"more/{number}.py": f"a = {number}\n" for number in range(9)})
    monkeypatch.setattr(github_rest, "MAX_LISTED_FILES", 4)
    assert run(scene).code == 3
    found = scene.files
    assert len(found) == 10
    assert sum(reviewed for reviewed, _ in found.values()) == 4
    assert sum(reason is not None and "does not list it" in reason for _, reason in found.values()) == 6


def test_of_a_repository_of_too_many_files_the_list_alone_is_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(github_objects, "MAX_TREE_ENTRIES", 1)
    scene.says(findings_reply([UNSET]), findings_reply([UNSET]))
    ended = run(scene)
    assert ended.code == 1, ended.err
    assert [(comment.path, comment.line) for comment in scene.pull.comments] == [("src/stats.py", 3)]


def test_a_server_that_gives_no_trees_gives_files_one_by_one(scene: Scene) -> None:
    base_with(scene, {"AGENTS.md": "Mind the money.\n"}, "gate: {fail_on: never}\n")
    scene.github.fault(TREE, refused(404, "Not Found"), times=99)
    scene.says(findings_reply([UNSET]), findings_reply([UNSET]))
    ended = run(scene)
    assert ended.code == 0, ended.err
    assert [(comment.path, comment.line) for comment in scene.pull.comments] == [("src/stats.py", 3)]
    assert scene.providers is not None
    assert all("Mind the money." in request.prompt for request in scene.providers.requests)


def test_a_list_that_is_cut_short_is_not_read_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github_objects, "MAX_TREE_ENTRIES", 1)
    monkeypatch.setattr(github_rest, "MAX_LISTED_FILES", 0)
    ended = run(scene)
    assert (ended.code, scene.github.writes) == (3, [])
    assert "0 of 1 files are listed" in ended.err


# ---------------------------------------------------------------- a pull request that moves


@pytest.mark.parametrize("template", [FILES, TREE])
def test_the_list_of_a_head_that_moved_is_not_taken_for_that_of_the_old_one(scene: Scene, template: str) -> None:
    newer = scene.author.commit({"src/stats.py": "import os\n"})
    scene.author.git("push", "--quiet", str(scene.bare), f"{newer}:refs/heads/feature")
    scene.github.fault(template, Meanwhile(action=lambda: scene.pull.push(newer)))
    ended = run(scene)
    assert ended.code == 3
    assert "moved while it was read" in ended.err
    assert "nothing was reviewed" in ended.err
    assert scene.github.writes == []


def test_the_whole_review_costs_few_requests(scene: Scene) -> None:
    scene.says(findings_reply([UNSET]), CLEAN)
    run(scene)
    assert scene.api_calls <= 15
