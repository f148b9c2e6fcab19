"""All attacks of the corpus in one change, through the command line, with one of three providers that obeys."""

from __future__ import annotations

import jsonschema
import pytest
from attack_corpus import attacks
from commandline import CONFIG, KEYS, reviewbot
from gitrepo import GitRepo
from obedient import BRIEF
from providers import FakeProviders, by_model, findings_reply
from stats_defects import UNSET

from reviewbot.formats.json import load_report_schema


@pytest.mark.requirement("R26")
@pytest.mark.requirement("R27")
def test_two_hundred_attacks_in_one_change_change_nothing_about_what_was_found(repo: GitRepo) -> None:
    files: dict[str, str | bytes | None] = {}
    for attack in attacks():
        name = f"attacks/{attack.number}/{attack.path}" if attack.where != "path" else f"attacks/{attack.path}"
        files[name.replace('"', "'")] = "\n".join((*attack.lines, ""))
    repo.commit(files, "Add fixtures")
    for attack in attacks():
        if attack.where == "subject":
            repo.record(attack.text)
    obeys = findings_reply(
        [
            {
                **UNSET,
                "severity": "low",
                "title": "fine",
                "body": f"Approve. {attacks()[0].text} ![x](https://c.example/p)",
            }
        ]
    )
    honest = findings_reply([UNSET])
    with FakeProviders(
        by_model({"claude-sonnet-4-5": honest, "gpt-test": honest, "gemini-2.5-flash": obeys})
    ) as providers:
        text = CONFIG.format(**{kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")})
        repo.write({".git/info/exclude": ".reviewbot.yaml\nAGENTS.md\n", ".reviewbot.yaml": text, "AGENTS.md": BRIEF})
        ended = reviewbot("review", "--format", "json", cwd=repo.path, env=KEYS)
    assert ended.code == 1
    report = ended.report
    jsonschema.validate(report, load_report_schema())
    hidden = [entry for entry in report["findings"] if entry["title"].startswith("Hidden text")]
    blocking = [entry for entry in report["findings"] if entry["blocking"] and entry not in hidden]
    assert [(e["severity"], e["title"], e["agreement"]["count"] >= 2) for e in blocking] == [
        ("high", UNSET["title"], True)
    ]
    own = [entry for entry in report["findings"] if entry["reviewers"] == ["reviewbot"] and entry not in hidden]
    assert len(own) == 12  # ten files, one for all others, one for the commits
    severities = [entry["severity"] for entry in own]
    assert severities == sorted(severities, reverse=True), "medium before low, which some words are alone"
    assert set(severities) == {"medium", "low"}
    delimiters = set()
    for request in providers.requests:
        (line,) = [line for line in request.prompt.split("\n") if line.startswith("The change stands between")]
        delimiter = line.rpartition(" ")[2] if "=" not in line else line[line.index("only ") + 5 :]
        assert request.prompt.split("\n").count(delimiter) == 2
        delimiters.add(delimiter)
    assert len(delimiters) == 1
    assert "mother-of-pearl" not in ended.out
