"""`reviewbot review` from outside: real git, the real command line, real litellm, three providers on 127.0.0.1."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import jsonschema
import pytest
from commandline import CONFIG, KEYS, Ended, entry, environment, reviewbot
from gitrepo import GitRepo
from measure import Interruption, measure_fork
from opened_files import watched
from provider_formats import Said
from providers import FakeProviders, Hang, Recorded, Reply, Status, by_model, findings_reply, text_reply
from stats_defects import CLEAN, EMPTY, UNSET

from reviewbot.formats.json import load_report_schema

UNSET_TOO = entry(
    "src/stats.py",
    2,
    "UnboundLocalError: count has no start value",
    "The line `count = 0` was removed, so `count += item` fails on the first item of every non-empty list.",
    severity="critical",
    quote="count += item",
)


def panel(opus: Reply = CLEAN, gpt: Reply = CLEAN, gemini: Reply = CLEAN) -> FakeProviders:
    return FakeProviders(by_model({"claude-sonnet-4-5": opus, "gpt-test": gpt, "gemini-2.5-flash": gemini}))


def configure(repo: GitRepo, providers: FakeProviders, rest: str = "") -> None:
    text = CONFIG.format(**{kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")})
    repo.write({".git/info/exclude": ".reviewbot.yaml\n", ".reviewbot.yaml": text + rest})


def review(repo: GitRepo, *args: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> Ended:
    return reviewbot("review", *args, cwd=cwd or repo.path, env=KEYS if env is None else env)


def valid(ended: Ended) -> dict[str, object]:
    report = ended.report
    jsonschema.validate(report, load_report_schema())
    assert isinstance(report, dict)
    return report


def test_three_vendors_read_a_branch_and_one_list_comes_out(repo: GitRepo) -> None:
    base = repo.git("rev-parse", "main").decode().strip()
    with panel(findings_reply([UNSET, EMPTY]), findings_reply([UNSET_TOO])) as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json")
    assert ended.code == 1
    report = ended.report
    jsonschema.validate(report, load_report_schema())
    assert report["change"]["base"] == base
    assert report["change"]["head"] == repo.head()
    (file,) = report["change"]["files"]
    names = ["opus", "gpt", "gemini"]
    seen = {"status": "modified", "reviewed": True, "reason": None, "gap": False, "asked": names, "answered": names}
    assert file == {"path": "src/stats.py", **seen}
    first, second = report["findings"]
    assert first["agreement"] == {"count": 2, "of": 3, "vendors": 2}
    assert (first["severity"], first["blocking"], first["start_line"]) == ("critical", True, 3)
    assert first["reviewers"] == ["gpt", "opus"]
    assert {m["title"] for m in first["members"]} == {UNSET["title"], UNSET_TOO["title"]}
    assert (second["agreement"]["count"], second["blocking"], second["start_line"]) == (1, False, 8)
    assert report["verdict"]["conclusion"] == "block"
    assert [r["status"] for r in report["reviewers"]] == ["reviewed"] * 3
    assert [r["vendor"] for r in report["reviewers"]] == ["anthropic", "openai", "google"]
    assert report["usage"]["input_tokens"] == 2700
    assert report["usage"]["cost_usd"] is None  # nobody knows the price of gpt-test
    assert sorted(r.kind for r in providers.requests) == ["anthropic", "gemini", "openai"]


def test_the_screen_shows_the_code_who_says_so_and_the_verdict(repo: GitRepo) -> None:
    with panel(findings_reply([UNSET]), findings_reply([UNSET_TOO])) as providers:
        configure(repo, providers)
        ended = review(repo)
    assert ended.code == 1
    for shown in ("src/stats.py:3", "count += item", "2 of 3", "gpt", "opus", "BLOCK", "1 of 1 file"):
        assert shown in ended.out
    assert "\x1b" not in ended.out
    assert "opus: 1 finding in" in ended.err


def test_a_clean_change_passes_and_is_short(repo: GitRepo) -> None:
    with panel() as providers:
        configure(repo, providers)
        ended = review(repo, "-q")
    assert (ended.code, ended.err) == (0, "")
    assert "No findings." in ended.out
    assert len(ended.out.splitlines()) < 20


@pytest.mark.requirement("R23")
def test_what_is_sent_is_the_change_the_instructions_and_nothing_else(repo: GitRepo) -> None:
    token = "ghp_" + "Ab1" * 12
    repo.commit({"src/login.py": f'TOKEN = "{token}"\nUSER = 1\n'}, "Log in")
    with panel() as providers:
        configure(repo, providers)
        text = (repo.path / ".reviewbot.yaml").read_text().replace("name: opus,", "name: opus, brief: briefs/opus.md,")
        repo.write({".reviewbot.yaml": text})
        repo.write({"AGENTS.md": "Mind the   money.\n", "briefs/opus.md": "You look for races.\n"})
        ended = review(repo, "--format", "json")
        prompts = {r.kind: r.prompt for r in providers.requests}
        bodies = [r.body.decode() for r in providers.requests]
    assert ended.code == 1  # the secret, by reviewbot itself
    (own,) = ended.report["findings"]
    assert (own["severity"], own["reviewers"], own["path"]) == ("critical", ["reviewbot"], "src/login.py")
    assert token not in ended.out + "".join(bodies)
    assert all("Mind the   money." in p and "     2 + USER = 1" in p and "Add mean" not in p for p in prompts.values())
    assert ["You look for races." in prompts[k] for k in ("anthropic", "openai", "gemini")] == [True, False, False]
    assert all('"tools"' not in body for body, r in zip(bodies, providers.requests, strict=True) if r.kind == "openai")


def test_one_provider_down_is_told_and_the_others_decide(repo: GitRepo) -> None:
    with panel(opus=Status(status=401, message="bad key"), gpt=findings_reply([UNSET])) as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json")
    report = valid(ended)
    assert ended.code == 0
    down = ended.report["reviewers"][0]
    assert (down["status"], "401" in down["reason"]) == ("failed", True)
    assert ended.report["findings"][0]["agreement"] == {"count": 1, "of": 2, "vendors": 1}
    assert report["verdict"] == ended.report["verdict"]


@pytest.mark.requirement("R10")
def test_all_providers_down_is_incomplete_and_never_clean(repo: GitRepo) -> None:
    down = Status(status=500, message="overloaded")
    with panel(down, down, down) as providers:
        configure(repo, providers)
        ended = review(repo)
        asked = len(providers.requests)
    assert ended.code == 3
    assert "INCOMPLETE" in ended.out
    assert "0 of 3 reviewers answered" in ended.out
    assert "No findings" not in ended.out
    assert asked == 9


def test_money_that_does_not_suffice_leaves_out_second_opinions_before_first_ones(repo: GitRepo) -> None:
    files = {f"pkg/mod_{n:02}.py": "".join(f"value_{n}_{i} = {i}\n" for i in range(900)) for n in range(12)}
    repo.commit(files, "Generate")
    dear = findings_reply([], input_tokens=20_000, output_tokens=2_000)
    with panel(opus=dear, gemini=dear) as providers:
        only = ["--reviewer", "opus", "--reviewer", "gemini"]
        configure(repo, providers, "limits: {max_cost_usd: 0.45, max_concurrency: 1}\n")
        planned = review(repo, "--dry-run", "--format", "json", *only)
        shown = review(repo, "--dry-run", *only)
        ended = review(repo, "--format", "json", *only)
        asked = [r.kind for r in providers.requests]
    plan = json.loads(planned.out)
    chunks = len(plan["chunks"])
    assert 0 < len(plan["left_out"]) < chunks
    left = len(plan["left_out"])
    assert f"limits.max_cost_usd would leave out {left} of {2 * chunks} questions" in shown.out
    assert asked[:2] == ["anthropic", "gemini"]
    assert chunks <= len(asked) < 2 * chunks
    assert ended.code == 0  # of two reviewers one has answered about every part
    assert all(f["reviewed"] for f in ended.report["change"]["files"])
    assert any("limits.max_cost_usd was reached" in note for note in ended.report["notes"])
    assert ended.report["usage"]["cost_usd"] < 0.45


@pytest.mark.requirement("R31")
def test_a_budget_that_allows_nothing_asks_nobody_and_names_what_it_left_out(repo: GitRepo) -> None:
    with panel() as providers:
        configure(repo, providers, "limits: {max_cost_usd: 0.0001}\n")
        ended = review(repo, "--format", "json", "--reviewer", "opus", "--reviewer", "gemini")
        assert providers.requests == []
    valid(ended)
    assert ended.code == 3
    (file,) = ended.report["change"]["files"]
    assert file["reason"] == "nobody was asked: limits.max_cost_usd was reached"
    assert any("opus about src/stats.py" in note for note in ended.report["notes"])
    assert ended.report["usage"]["cost_usd"] == 0


@pytest.mark.requirement("R10")
def test_an_incomplete_review_passes_where_the_team_says_so(repo: GitRepo) -> None:
    down = Status(status=403)
    with panel(down, down) as providers:
        configure(repo, providers, "gate: {on_incomplete: pass}\n")
        ended = review(repo)
    assert ended.code == 0
    assert "INCOMPLETE" in ended.out


def test_answers_in_no_format_are_asked_for_again_and_then_fail(repo: GitRepo) -> None:
    with panel(*[text_reply("Looks good to me!")] * 3) as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json")
        asked = len(providers.requests)
    assert (ended.code, asked) == (3, 6)
    assert all("not in the agreed format" in r["reason"] for r in ended.report["reviewers"])


def test_a_silent_provider_costs_its_time_limit_and_no_more(repo: GitRepo) -> None:
    with panel(opus=Hang()) as providers:
        configure(repo, providers)
        text = (repo.path / ".reviewbot.yaml").read_text().replace("name: opus,", "name: opus, timeout_s: 1,")
        repo.write({".reviewbot.yaml": text})
        started = time.monotonic()
        ended = review(repo, "--format", "json")
        took = time.monotonic() - started
    assert ended.code == 0
    assert ended.report["reviewers"][0]["reason"] == "no answer within 1 s"
    assert took < 30


def test_a_reply_cut_off_at_its_token_limit_is_partial(repo: GitRepo) -> None:
    cut = json.dumps({"findings": [UNSET, EMPTY]})
    with panel(opus=Said(text=cut[: len(cut) - 40], cut_off=True)) as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json")
    assert [f["title"] for f in ended.report["findings"]] == [UNSET["title"]]
    assert ended.report["reviewers"][0]["status"] == "partial"


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("kind", ["openai", "anthropic", "gemini"])
def test_ctrl_c_ends_the_run_at_once(repo: GitRepo, kind: str) -> None:
    model = {"openai": "gpt-test", "anthropic": "claude-sonnet-4-5", "gemini": "gemini-2.5-flash"}[kind]
    with FakeProviders(by_model({model: Hang()})) as providers:
        repo.write(
            {
                ".git/info/exclude": ".reviewbot.yaml\n",
                ".reviewbot.yaml": f"reviewers: [{{name: one, model: {kind}/{model}, api_key_env: GPT_KEY, "
                f'api_base: "{providers.base_url(kind)}"}}]\n',
            }
        )
        for sent, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            providers.requests.clear()
            when = Interruption(signal=sent, when=lambda child: bool(providers.requests))
            ended = measure_fork(["review"], cwd=repo.path, env=environment(repo.path, KEYS), interruption=when)
            assert (ended.code, "Traceback" in ended.err, ended.left) == (code, False, ())
            assert ended.seconds < 20


def test_several_formats_go_to_their_files(repo: GitRepo, tmp_path: Path) -> None:
    with panel() as providers:
        configure(repo, providers)
        files = ["--format", f"json={tmp_path}/r.json", "--format", f"markdown={tmp_path}/r.md"]
        ended = review(repo, "--format", "text", *files)
    assert "No findings." in ended.out
    assert json.loads((tmp_path / "r.json").read_text())["schema_version"] == 1
    assert "No findings" in (tmp_path / "r.md").read_text()


@pytest.mark.requirement("R10")
def test_a_report_that_cannot_be_written_is_printed_and_never_passes(repo: GitRepo) -> None:
    with panel() as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json", "--output", "/dev/full")
    assert ended.code == 3
    assert "/dev/full could not be written" in ended.err
    assert ended.report["verdict"]["conclusion"] == "pass"


def test_a_change_larger_than_a_model_is_asked_in_chunks_and_nothing_is_lost(repo: GitRepo) -> None:
    files = {f"pkg/mod_{n:02}.py": "".join(f"value_{n}_{i} = {i}\n" for i in range(900)) for n in range(12)}
    repo.commit(files, "Generate")
    with panel() as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json", "--reviewer", "gpt")
        prompts = [r.prompt for r in providers.requests]
    assert ended.code == 0
    assert len(prompts) > 1
    for n in range(12):
        assert sum(f"+ value_{n}_899 = 899" in p for p in prompts) == 1
    assert all(f["reviewed"] for f in ended.report["change"]["files"])


@pytest.mark.requirement("R10")
def test_a_chunk_that_nobody_answers_makes_the_review_incomplete(repo: GitRepo) -> None:
    files = {f"pkg/mod_{n:02}.py": "".join(f"value_{n}_{i} = {i}\n" for i in range(900)) for n in range(12)}
    repo.commit(files, "Generate")
    with FakeProviders(
        lambda request: Status(status=400, message="no") if "value_3_899" in request.prompt else CLEAN
    ) as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json", "--reviewer", "gpt")
    assert ended.code == 3
    assert ended.report["reviewers"][0]["status"] == "partial"
    unread = [f["path"] for f in ended.report["change"]["files"] if not f["reviewed"]]
    assert "pkg/mod_03.py" in unread


def test_all_reviewers_are_asked_at_the_same_time(repo: GitRepo) -> None:
    together = threading.Barrier(3, timeout=60)  # no answer before all three questions are there

    def script(request: Recorded) -> Reply:
        together.wait()
        return CLEAN

    with FakeProviders(script) as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json")
    assert ended.code == 0
    assert [r["status"] for r in ended.report["reviewers"]] == ["reviewed"] * 3


@pytest.mark.incident("I2")
@pytest.mark.requirement("R1")
def test_nothing_of_the_reviewed_tree_is_imported_or_obeyed(repo: GitRepo, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    code = f"open({str(canary)!r}, 'w').write('ran')\n"
    names = ["litellm.py", "sitecustomize.py", "usercustomize.py", "yaml.py", "click.py", "httpx.py", "pydantic.py"]
    trap = "OPENAI_API_BASE=http://127.0.0.1:1/\nOPENAI_BASE_URL=http://127.0.0.1:1/\nGPT_KEY=stolen\n"
    repo.commit(dict.fromkeys(names, code) | {".env": trap}, "Plant")
    with panel() as providers:
        configure(repo, providers)
        ended = review(repo, "--format", "json")
        module = subprocess.run(
            [sys.executable, "-m", "reviewbot", "review", "--format", "json"],
            cwd=repo.path,
            env=environment(repo.path, KEYS),
            capture_output=True,
        )
    assert (ended.code, module.returncode) == (0, 0)
    assert not canary.exists()


@pytest.mark.requirement("R22")
def test_no_file_of_the_work_tree_is_opened_because_the_change_has_its_name(repo: GitRepo, tmp_path: Path) -> None:
    (repo.path / "link").symlink_to(tmp_path / "private")
    names = ("proc/self/environ", ".env", "conftest.py", "requirements.txt", "setup.cfg", "src/__init__.py")
    repo.commit(dict.fromkeys(names, "SECRET=of-the-head\n"))
    seen = watched("review", "main..HEAD", "--dry-run", log=tmp_path / "opened", cwd=repo.path, env=KEYS)
    assert seen.ended.code == 0, seen.ended.err
    assert all(name in seen.ended.out for name in ("link", "src/stats.py", *names)), "all of them are read, by git"
    assert {name for name in seen.below(repo.path) if not name.startswith(".git/")} == set()
    assert "/proc/self/environ" not in seen.opened


@pytest.mark.requirement("R4")
def test_addresses_and_proxies_of_the_environment_get_nothing(repo: GitRepo) -> None:
    with panel() as providers, FakeProviders(CLEAN) as trap:
        configure(repo, providers)
        bad = f"http://127.0.0.1:{trap.port}"
        names = ["OPENAI_API_BASE", "OPENAI_BASE_URL", "ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL", "GEMINI_API_BASE"]
        names += ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
        env = KEYS | dict.fromkeys(names, bad)
        ended = reviewbot("review", "--format", "json", cwd=repo.path, env=env, afresh=True)
        assert (len(providers.requests), trap.requests) == (3, [])
    assert ended.code == 0
