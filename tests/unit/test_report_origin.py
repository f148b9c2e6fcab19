"""Whether a report may be published here at all: by what it says that it is of, and by what the job's event says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from reports import SAMPLES

from reviewbot.config.overrides import Overrides
from reviewbot.errors import ReviewbotError, UsageError
from reviewbot.formats.json import render_json
from reviewbot.parts.values import NamedBytes
from reviewbot.platforms.github.origin import Origin, read_origin
from reviewbot.pull_report import Publication, publish_made_earlier
from reviewbot.surroundings import Surroundings

HEAD, BASE = "c0ffee00" * 5, "5f1d2c3b" * 5
OF = {"repository": "acme/shop", "pull_request": 7, "base": BASE, "head": HEAD}
RUN = {"head_sha": HEAD, "head_repository": {"full_name": "fork/shop"}}
PASSED = "GITHUB_TOKEN is not set"
"""What comes next, once nothing speaks against a report: no test here goes that far."""


def job(folder: Path, name: str, event: Mapping[str, Any]) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(json.dumps(event))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": "Acme/shop",
    }


def refusal(folder: Path, environ: Mapping[str, str], data: bytes | None = None, **changes: Any) -> str:
    report = json.loads(render_json(SAMPLES["blocking"](), tool_version="1"))
    report["change"].update({**OF, **changes})
    around = Surroundings(cwd=folder, environ=environ, config_path=None, overrides=Overrides())
    brought = NamedBytes(name="r.json", data=json.dumps(report).encode() if data is None else data)
    with pytest.raises(ReviewbotError) as refused:
        publish_made_earlier(Publication(report=brought, around=around, dry_run=False))
    return str(refused.value)


# ---------------------------------------------------------------- the report


@pytest.mark.parametrize("key", OF)
def test_a_report_of_no_pull_request_is_refused(tmp_path: Path, key: str) -> None:
    assert refusal(tmp_path, {}, **{key: None}).startswith("r.json: is of no pull request")


@pytest.mark.requirement("R47")
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("repository", "acme"),
        ("repository", "acme/../../user"),
        ("repository", "acme/.."),
        ("repository", "https://evil.example/acme/shop/pull/7?"),
        ("repository", "acme/shop\n"),
        ("repository", ""),
        ("pull_request", 0),
        ("pull_request", -7),
        ("pull_request", 10**10),
        ("pull_request", "7"),
        ("pull_request", 7.5),
        ("pull_request", True),
        ("head", "main"),
        ("head", "--output=x"),
        ("head", HEAD.upper()),
        ("base", HEAD + "0"),
    ],
)
def test_a_report_of_what_can_be_none_is_refused_by_its_name(tmp_path: Path, key: str, value: object) -> None:
    told = refusal(tmp_path, {}, None, **{key: value})
    assert told.startswith("r.json: change")
    assert PASSED not in told


@pytest.mark.requirement("R47")
@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is not JSON"),
        (b"[]", "must be an object"),
        (b'{"reviewer": "opus", "findings": []}', "is no report"),
        (b'{"runs": []}', "is no report"),
        (b'{"schema_version": 2}', "reads schema version 1"),
        (b'{"schema_version": 1, "schema_version": 1}', "stands twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * (64 * 1024 * 1024 + 1), "is larger than 64 MB"),
    ],
    ids=["nothing", "list", "answer", "sarif", "version", "twice", "deep", "large"],
)
def test_what_is_no_report_is_refused(tmp_path: Path, data: bytes, told: str) -> None:
    assert told in refusal(tmp_path, {}, data)


# ---------------------------------------------------------------- the job


@pytest.mark.requirement("R47")
@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch", ""])
def test_a_job_takes_reports_of_its_own_repository_alone(tmp_path: Path, name: str) -> None:
    environ = job(tmp_path, name, {})
    assert PASSED in refusal(tmp_path, environ)
    other = refusal(tmp_path, environ, repository="acme/other")
    assert other == "r.json is of a pull request of acme/other, and this job is one of Acme/shop"


def test_a_job_that_does_not_say_where_it_is_takes_none(tmp_path: Path) -> None:
    assert "GITHUB_REPOSITORY is not set" in refusal(tmp_path, {**job(tmp_path, "push", {}), "GITHUB_REPOSITORY": ""})


def test_outside_of_a_job_the_report_decides(tmp_path: Path) -> None:
    assert PASSED in refusal(tmp_path, {}, repository="acme/other")


@pytest.mark.requirement("R47")
@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("pull_request", {"pull_request": {"number": 7}}),
        ("pull_request_target", {"pull_request": {"number": 7}}),
        ("issue_comment", {"issue": {"number": 7}}),
    ],
)
def test_a_job_about_one_pull_request_takes_no_report_of_another(
    tmp_path: Path, name: str, event: Mapping[str, Any]
) -> None:
    environ = job(tmp_path, name, event)
    assert PASSED in refusal(tmp_path, environ)
    assert refusal(tmp_path, environ, pull_request=8) == "r.json is of #8, and this job is about #7"
    assert "holds no number" in refusal(tmp_path, job(tmp_path, name, {}))


@pytest.mark.requirement("R47")
def test_a_job_after_a_run_takes_reports_of_the_runs_commit_alone(tmp_path: Path) -> None:
    environ = job(tmp_path, "workflow_run", {"workflow_run": RUN})
    assert read_origin(environ) == Origin(repository="Acme/shop", head=HEAD, head_repository="fork/shop")
    assert PASSED in refusal(tmp_path, environ)
    told = refusal(tmp_path, environ, head="a" * 40)
    assert told == "r.json is of aaaaaaaaaa, and was made by a run for c0ffee00c0"


@pytest.mark.parametrize(
    "run",
    [
        None,
        {},
        {**RUN, "head_sha": None},
        {**RUN, "head_sha": ""},
        {**RUN, "head_repository": None},
        {**RUN, "head_repository": {"full_name": 5}},
    ],
)
def test_an_event_that_does_not_tell_whose_run_it_was_takes_none(tmp_path: Path, run: object) -> None:
    with pytest.raises(UsageError, match="does not tell of which commit and repository"):
        read_origin(job(tmp_path, "workflow_run", {"workflow_run": run}))
