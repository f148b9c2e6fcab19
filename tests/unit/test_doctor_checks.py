"""What `reviewbot doctor` says of what it found, and how it looks."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_files import loaded
from gitrepo import GitRepo, environ
from msgspec.structs import replace

from reviewbot.cli.doctor import render, total
from reviewbot.cli.progress import Silent
from reviewbot.config.load import LoadedConfig, TextReader, load_config
from reviewbot.config.overrides import Overrides
from reviewbot.config.values import NetworkConfig
from reviewbot.doctor.github import _origin, _rights, check_job, token_check
from reviewbot.doctor.machine import check_git, check_network, check_repository
from reviewbot.doctor.panel import _advice, check_panel
from reviewbot.doctor.place import Found, find_config
from reviewbot.doctor.values import Check, State
from reviewbot.platforms.git_checkout import find_checkout
from reviewbot.wiring import seat_panel


def network(*, trust_env: bool = False, ca_bundle: str | None = None) -> NetworkConfig:
    return NetworkConfig(trust_env=trust_env, ca_bundle=ca_bundle)


# ---------------------------------------------------------------- the screen


def test_a_check_is_a_line_with_its_fix_below_within_the_width() -> None:
    check = Check(subject="gpt", state=State.ERROR, said="word " * 30, fix="export OPENAI_API_KEY=...")
    lines = render(check, width=80, hidden=()).splitlines()
    assert lines[0].startswith("FAIL  gpt         word word")
    assert lines[-1] == " " * 18 + "fix: export OPENAI_API_KEY=..."
    assert max(map(len, lines)) <= 80


@pytest.mark.requirement("R35")
@pytest.mark.parametrize("width", [40, 80])
def test_text_from_outside_shows_no_key_and_gives_no_command(width: int) -> None:
    key = "canary-0123456789abcdef"
    said = f"\x1b[2J bad {key} {key[::-1]}\n::add-mask::x\n" + "wrapped words here " * 3 + "::error::x"
    shown = render(Check(subject="a\nb", state=State.WARNING, said=said), width=width, hidden=(key,))
    assert "\x1b" not in shown
    assert key[:12] not in shown
    assert key[::-1][:12] not in shown
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]


def test_a_long_word_is_left_whole_so_that_it_can_be_copied() -> None:
    path = "/a/" + "b" * 120
    assert path in render(Check(subject="repository", state=State.OK, said=path), width=80, hidden=())


# ---------------------------------------------------------------- the machine


def test_variables_of_the_network_that_are_not_used_are_named_and_not_shown() -> None:
    found = {"https_proxy": "http://me:password@proxy", "SSL_CERT_FILE": "/x.pem", "NO_PROXY": "a", "HTTP_PROXY": ""}
    check = check_network(network(), found)
    assert (check.state, check.said) == (
        State.WARNING,
        "https_proxy, SSL_CERT_FILE set in the environment and not used",
    )
    assert check.fix is not None
    assert "network.trust_env: true" in check.fix
    used = check_network(network(trust_env=True), found)
    assert (used.state, used.said) == (State.OK, "through https_proxy; SSL_CERT_FILE")
    assert check_network(network(), {}).state is State.OK


def test_certificates_that_cannot_be_read_stop_a_review(tmp_path: Path) -> None:
    check = check_network(network(ca_bundle=str(tmp_path / "none.pem")), {})
    assert check.state is State.ERROR
    assert "network.ca_bundle" in check.said


def test_a_git_that_is_missing_or_old_stops_a_review_but_not_that_of_a_job(tmp_path: Path) -> None:
    assert check_git(tmp_path, {"PATH": str(tmp_path)}, in_job=False).state is State.ERROR
    assert check_git(tmp_path, {"PATH": str(tmp_path)}, in_job=True).state is State.WARNING
    old = tmp_path / "git"
    old.write_text("#!/bin/sh\necho git version 2.30.9\n")
    old.chmod(0o755)
    check = check_git(tmp_path / "..", {"PATH": str(tmp_path)}, in_job=False)
    assert (check.state, "git 2.31 or newer is needed" in check.said) == (State.ERROR, True)


def test_outside_of_a_repository_a_person_is_warned_and_a_job_is_not(tmp_path: Path) -> None:
    check, checkout = check_repository(tmp_path, environ(), in_job=False)
    assert (check.state, checkout) == (State.WARNING, None)
    check, _ = check_repository(tmp_path, environ(), in_job=True)
    assert (check.state, check.fix) == (State.SKIPPED, None)


# ---------------------------------------------------------------- the reviewers


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("401 from api.openai.com: no such key", "check the key in OPENAI_API_KEY"),
        ("400 from api.openai.com: API key not valid. Please pass a valid API key.", "check the key in OPENAI_API_KEY"),
        ("429 from api.openai.com: You exceeded your current quota", "balance"),
        ("404 from api.openai.com: no such model", "check the name of the model, openai/gpt-test"),
        ("api.openai.com: its name could not be resolved", "check the way to api.openai.com"),
        ("no answer within 20 s", "check the way to api.openai.com"),
        ("api.openai.com: its certificate is not trusted; see network.ca_bundle", "network.ca_bundle"),
        ("api.openai.com answered 200 with a web page; check api_base", "check api_base: https://api.openai.com/v1"),
        ("not in the agreed format, also when asked again: not JSON", "choose another model"),
        ("503 from api.openai.com: overloaded", "try again later"),
    ],
)
def test_each_reason_has_its_advice(reason: str, words: str) -> None:
    found = {"OPENAI_API_KEY": "x"}
    (seat,) = seat_panel(loaded("reviewers: [{name: gpt, model: openai/gpt-test}]", environ=found).config, found)
    assert words in _advice(seat, reason)


def test_a_server_on_this_machine_is_to_be_started() -> None:
    (seat,) = seat_panel(loaded("reviewers: [{name: local, model: ollama_chat/q}]").config, {})
    assert _advice(seat, "127.0.0.1: could not connect").startswith("start the server at http://127.0.0.1:11434")


# ---------------------------------------------------------------- the job and its token


def test_without_a_token_a_job_fails_and_a_person_is_told() -> None:
    inside, outside = (token_check({}, None, in_job=in_job)() for in_job in (True, False))
    assert (inside.state, outside.state) == (State.ERROR, State.SKIPPED)
    assert inside.fix is not None
    assert "GITHUB_TOKEN" in inside.fix


def test_a_token_that_would_go_over_plain_http_is_refused_without_being_shown() -> None:
    found = {"GITHUB_TOKEN": "secret-token", "GITHUB_API_URL": "http://ghe.example"}
    check = token_check(found, None, in_job=False)()
    assert check.state is State.WARNING
    assert "GITHUB_API_URL" in check.said
    assert "secret-token" not in check.said


def test_a_job_that_is_about_no_pull_request_is_told() -> None:
    check = check_job({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "acme/shop"})
    assert (check.state, "push" in check.said) == (State.WARNING, True)


def test_what_a_job_reads_elsewhere_and_may_not_is_said_to_be_unseen(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"number": 7, "action": "opened", "pull_request": {"state": "open"}}')
    job = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event), "GITHUB_REPOSITORY": "acme/shop"}
    untold = {"GITHUB_EVENT_NAME": "push", "GITHUB_REPOSITORY": "acme/shop"}
    bare = tmp_path / "bare"
    bare.mkdir()
    read: list[TextReader] = []

    def load(reader: TextReader) -> LoadedConfig:
        read.append(reader)
        return loaded("{}")

    def look(variables: dict[str, str], cwd: Path = bare, named: str | None = None, *, offline: bool) -> Found | Check:
        return find_config(load, cwd, variables, None, named=named, in_job=True, offline=offline)

    for variables, offline, said in (
        (job, True, "that of the base of acme/shop#7, which --offline does not look at"),
        (job, False, "that of the base of acme/shop#7, which is not read without GITHUB_TOKEN"),
        (untold, False, "that of a work tree, which a job without a checkout does not look at"),
    ):
        check = look(variables, offline=offline)
        assert isinstance(check, Check)
        assert (check.state, check.said) == (State.SKIPPED, said)
    assert read == []
    assert isinstance(look(untold, named=str(tmp_path / "own.yaml"), offline=False), Found)
    (bare / ".git").mkdir()
    inside = look(job, bare, offline=True)
    assert isinstance(inside, Found)
    assert inside.where == " of the work tree; `reviewbot pr` reads that of acme/shop#7's base"


def test_without_git_the_configuration_is_still_that_of_the_top(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".reviewbot.yaml").write_text("gate: {quorum: 1}")
    found = find_config(
        lambda reader: load_config(reader, explicit=None, environ={}, overrides=Overrides()),
        below,
        {},
        None,
        named=None,
        in_job=False,
        offline=False,
    )
    assert isinstance(found, Found)
    assert found.loaded.source == ".reviewbot.yaml"


@pytest.mark.parametrize("in_job", [False, True])
def test_a_key_is_exported_by_a_person_and_given_to_a_job_from_a_secret(*, in_job: bool) -> None:
    found = {"GITHUB_ACTIONS": "true"} if in_job else {}
    named = "reviewers: [{name: gpt, model: openai/x, api_key_env: GPT_KEY}]"
    for text in ("{}", named):
        fixes = " ".join(check.fix or "" for check in panel(text, found))
        assert ("export" in fixes, "secret" in fixes) == (not in_job, in_job)


@pytest.mark.parametrize("text", ["{}", "reviewers: [{name: gpt, model: openai/x, api_key_env: GPT_KEY}]"])
def test_a_job_that_may_be_without_keys_has_nothing_to_mend(text: str) -> None:
    checks = panel(text, {"GITHUB_ACTIONS": "true"}, excused=True)
    assert {check.state for check in checks} == {State.WARNING}
    assert [check.subject for check in checks if check.idle] == ["panel"]
    assert "secrets." not in " ".join(check.fix or "" for check in checks)
    assert total(checks).startswith("Nothing is reviewed in this job, and it passes.")


def test_what_was_not_looked_at_is_no_good_sign() -> None:
    skipped = Check(subject="panel", state=State.SKIPPED, said="not looked at")
    assert "can run" not in total([skipped])
    assert total([replace(skipped, state=State.OK)]) == "A review can run."
    assert total([skipped, replace(skipped, state=State.ERROR)]).startswith("A review would fail")


def test_who_has_one_reviewer_hears_of_a_key_that_reaches_three() -> None:
    keys = {"OPENAI_API_KEY": "x"}
    alone, unused = (panel("{}", found)[-1].fix for found in (keys, {**keys, "OPENROUTER_API_KEY": "x"}))
    assert alone is not None
    assert "OPENROUTER" not in alone
    assert unused == f"{alone}; OPENROUTER_API_KEY is set, and reaches three"


def panel(text: str, environ: dict[str, str], *, excused: bool = False) -> list[Check]:
    """What is said offline."""
    config = loaded(text, environ=environ).config
    seats = seat_panel(config, environ)
    return [*check_panel(seats, config, environ, offline=True, excused=excused, progress=Silent())]


def test_a_token_about_which_github_tells_nothing_is_no_good_sign() -> None:
    assert (_rights(None, None, None).state, _rights("rob", None, None).state) == (State.WARNING, State.OK)


@pytest.mark.parametrize(
    ("remote", "name"),
    [
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("https://me:token@github.com/acme/shop", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("ssh://git@github.com/acme/shop.git", "acme/shop"),
        ("https://github.com.evil.example/acme/shop", None),
        ("https://gitlab.com/acme/shop.git", None),
        ("../shop", None),
    ],
)
def test_the_repository_is_that_of_the_remote_when_it_is_on_the_same_server(
    tmp_path: Path, remote: str, name: str | None
) -> None:
    repo = GitRepo(tmp_path / "repo")
    repo.git("remote", "add", "origin", remote)
    assert _origin(find_checkout(repo.path, environ()), "https://github.com") == name
