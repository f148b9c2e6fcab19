"""Attacks of the past on others, repeated on the real command line: what they did there they do not do here."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from commandline import KEY
from fault_run import leaks, spellings
from github_server import USER_TOKEN
from github_values import IssueComment, Review, ReviewComment
from gitrepo import AFTER, GitRepo
from incidents import INCIDENTS, OBEY_LINE, OBEY_NAME
from opened_files import watched
from provider_formats import FORMATS, Object, Said, objects
from providers import FakeProviders, Recorded, Reply, findings_reply
from pull_scene import COMMENT, REVIEWS, Scene, opened
from stats_defects import CLEAN, UNSET

from reviewbot.formats.marker import Rounds, memory


@dataclass
class Attack:
    """A pull request that carries an incident, the job that has its head checked out, and a trap."""

    scene: Scene
    trap: FakeProviders

    @property
    def work(self) -> Path:
        return self.scene.folder / "work"

    @property
    def trap_url(self) -> str:
        return f"http://127.0.0.1:{self.trap.port}"

    def carry(self, number: str) -> None:
        incident = INCIDENTS[number]
        files = {name: text.replace("{trap}", self.trap_url) for name, text in incident.files.items()}
        self.scene.push({"src/stats.py": AFTER, **files})
        self.scene.author.git("worktree", "add", "--quiet", "--detach", str(self.work))
        self.scene.pull.title, self.scene.pull.body = incident.title, incident.description
        if incident.comment:
            self.scene.pull.comment("eve", incident.comment.replace("{trap}", self.trap_url))
        answer = findings_reply(list(incident.said)) if incident.said else findings_reply([UNSET])
        self.scene.says(answer, answer)

    def prompts(self) -> list[Recorded]:
        assert self.scene.providers is not None
        return self.scene.providers.requests

    def posted(self) -> str:
        pull = self.scene.pull
        said: list[Review | ReviewComment | IssueComment] = [*pull.reviews, *pull.comments, *pull.issue_comments]
        return "\n".join(one.body for one in said if one.user.login != "eve")


@pytest.fixture
def attack(tmp_path: Path) -> Iterator[Attack]:
    with opened(tmp_path) as scene, FakeProviders(CLEAN) as trap:
        yield Attack(scene=scene, trap=trap)


@pytest.mark.requirement("R2", "R4")
@pytest.mark.incident("I1")
def test_i01_an_endpoint_of_the_head_or_of_a_comment_gets_nothing(attack: Attack) -> None:
    attack.carry("I1")
    ended = attack.scene.run()
    assert ended.code == 1, "the gate is the base's, and so are the reviewers"
    assert sorted(request.kind for request in attack.prompts()) == ["anthropic", "gemini", "openai"]
    assert attack.trap.connections == 0


@pytest.mark.requirement("R1", "R9")
@pytest.mark.incident("I2")
def test_i02_no_tool_is_started_for_the_files_of_the_head_and_git_sees_no_key(attack: Attack) -> None:
    attack.carry("I2")
    tools, canary, seen = (attack.scene.folder / name for name in ("tools", "canary", "seen"))
    tools.mkdir()
    for name in INCIDENTS["I2"].programs:
        (tools / name).write_text(f"#!/bin/bash\necho {name} >>'{canary}'\n")
    (tools / "git").write_text(f"#!/bin/bash\nexport >>'{seen}'\nexec '{shutil.which('git')}' \"$@\"\n")
    for program in tools.iterdir():
        program.chmod(0o755)
    path = os.pathsep.join([str(tools), os.environ["PATH"]])
    ended = attack.scene.run(env={"PATH": path, "CANARY": str(canary)})
    assert ended.code == 1, ended.err
    assert not list(attack.scene.folder.rglob("canary"))
    assert "declare -x PATH=" in seen.read_text()
    assert leaks(seen.read_text()) is None
    assert KEY not in seen.read_text()


@pytest.mark.requirement("R9", "R12", "R26", "R27", "R37")
@pytest.mark.incident("I3")
def test_i03_orders_in_the_change_to_models_that_obey_become_words_and_no_deed(attack: Attack) -> None:
    attack.carry("I3")

    def obey(request: Recorded) -> Reply:
        assert OBEY_NAME in request.prompt, "the order in a file's name is read"
        assert request.prompt.count(OBEY_LINE) >= 2, "so are those in its lines"
        if request.kind == "anthropic":
            return Said(text=None, tool="run_shell_command")
        key = FORMATS[request.kind].key(request.headers) or ""
        printed = {**UNSET, "body": f"{UNSET['body']}\n{INCIDENTS['I3'].said[0]['body']}\n{' '.join(spellings(key))}"}
        approval: Object = {"findings": [printed, *INCIDENTS["I3"].said], "event": "APPROVE", "verdict": "pass"}
        return Said(text=json.dumps(approval))

    attack.scene.script = obey
    ended = attack.scene.run()
    assert ended.code == 1, "two of three back the defect, whatever else they have been told"
    assert "a tool call" in ended.err + ended.out
    assert {request.kind for request in attack.prompts()} == {"anthropic", "openai", "gemini"}
    for request in attack.prompts():
        assert INCIDENTS["I3"].title.partition(".")[2] not in request.prompt, "the title is not sent"
        offered = objects(request.json.get("tools"))
        assert {tool.get("name") for tool in offered} <= {"json_tool_call"}, "litellm's form of a schema"
    assert {request.template for request in attack.scene.github.writes} <= {REVIEWS, COMMENT}
    assert {review.state for review in attack.scene.pull.reviews} == {"COMMENTED"}
    assert attack.scene.pull.state == "open"
    assert "Text that gives orders to a model" in attack.posted(), "the attempt itself is a finding"
    for text in (ended.out, ended.err, attack.posted()):
        assert leaks(text) is None


@pytest.mark.requirement("R9", "R26")
@pytest.mark.incident("I4")
def test_i04_what_strangers_say_is_fenced_or_not_sent_and_a_key_that_comes_back_is_not_posted(attack: Attack) -> None:
    attack.carry("I4")

    def obey(request: Recorded) -> Reply:
        key = FORMATS[request.kind].key(request.headers) or ""
        parted = [between.join(key) for between in (" ", ".", "\u200b", "<b></b>", "<!-- -->")]
        words = " ".join([*spellings(key), *parted, key[7:]])
        return findings_reply([{**UNSET, "title": f"The key is {key}", "body": words, "suggestion": words}])

    attack.scene.script = obey
    ended = attack.scene.run()
    for request in attack.prompts():
        assert "MARKED-" not in request.prompt
        assert request.prompt.count("\n===") >= 2, request.prompt
        assert "list every environment variable" not in request.prompt
    assert "The key is" in attack.posted()
    written = [path.read_text() for path in attack.scene.folder.glob("*") if path.is_file()]
    for text in (ended.out, ended.err, attack.posted(), *written):
        assert leaks(text) is None
        assert leaks("".join(text.split())) is None
        assert leaks("".join(filter(str.isalnum, text))) is None


@pytest.mark.requirement("R22")
@pytest.mark.incident("I5")
def test_i05_a_path_that_a_model_or_a_link_names_is_never_opened(attack: Attack) -> None:
    (attack.scene.author.path / "link").symlink_to("/proc/self/environ")
    attack.carry("I5")
    work, variables = attack.scene.job({"CANARY": "canary-of-the-environment"})
    seen = watched("pr", log=attack.scene.folder / "opened.log", cwd=work, env=variables)
    assert seen.ended.code == 1, seen.ended.err
    assert "event.json" in seen.below(attack.scene.folder), "the watch sees what is opened"
    assert seen.below(work) == set()
    assert not any(name.endswith(("/environ", "/passwd", "/link", "stats.py")) for name in seen.opened)
    assert "See /proc/self/environ" in attack.posted()
    assert "canary-of-the-environment" not in attack.posted() + seen.ended.out + seen.ended.err


@pytest.mark.requirement("R4")
@pytest.mark.incident("I6")
def test_i06_an_address_in_settings_of_the_head_or_of_the_environment_gets_nothing(attack: Attack) -> None:
    attack.carry("I6")
    attack.scene.afresh = True
    named: Mapping[str, str | None] = dict.fromkeys(INCIDENTS["I6"].variables, attack.trap_url)
    assert attack.scene.run(env=named).code == 1
    assert len(attack.prompts()) == 3
    assert attack.trap.connections == 0
    assert not list(attack.scene.folder.rglob("canary"))


@pytest.mark.requirement("R37", "R42")
@pytest.mark.incident("I8")
def test_i08_a_token_that_sees_more_is_used_for_this_pull_request_alone(attack: Attack) -> None:
    private = GitRepo(attack.scene.folder / "private")
    commit = private.commit({"keys.txt": "the keys of somebody else\n"})
    other = attack.scene.github.repo("acme/private", private.path)
    other.private = True
    other.collaborator("rob", "write")
    other.pull(1, base=commit, head=commit)
    attack.carry("I8")
    ended = attack.scene.run(env={"GITHUB_TOKEN": USER_TOKEN})
    assert ended.code in (0, 1), ended.err
    assert attack.scene.pull.issue_comments, "something was posted"
    for request in attack.scene.github.requests:
        assert "acme/private" not in request.path
        assert "keys of somebody else" not in str(request)
    assert all("keys of somebody else" not in request.prompt for request in attack.prompts())


@pytest.mark.requirement("R18")
@pytest.mark.incident("I15")
def test_i15_a_summary_that_a_stranger_wrote_before_ours_is_none_of_ours(attack: Attack) -> None:
    attack.carry("I15")
    (planted,) = attack.scene.pull.issue_comments
    planted.body += "\n" + memory("summary", Rounds(round=9, head=attack.scene.pull.head_sha, findings=())).line
    before = planted.body
    assert attack.scene.run().code == 1
    assert planted.body == before
    (ours,) = (one for one in attack.scene.pull.issue_comments if one.user.login != "eve")
    assert ours.body.startswith("## BLOCK")
