"""A secret or hidden text, wherever a change can hold it: no model gets it, nothing that is written shows it (R23)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import CONFIG, KEYS, entry, reviewbot
from gitrepo import GitRepo
from providers import FakeProviders, Recorded, Reply, findings_reply
from pull_scene import opened

ALPHABET = "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2"


def token(number: int) -> str:
    """A GitHub token, a different one for each place."""
    return "ghp_" + ALPHABET[number:] + ALPHABET[:number]


PLACES = (
    *(
        "old file name",
        "new file name",
        "context",
        "removed line",
        "added line",
        "heading",
        "commit message",
        "excluded file",
    ),
    *("name of a range", "deleted file", "reviewer's words"),
)
TOKENS = {place: token(number) for number, place in enumerate(PLACES)}
FORMATS = ("json", "markdown", "sarif", "rdjson", "github")


def parrot(request: Recorded) -> Reply:
    """A model that says all that it was told, and what it knows besides."""
    return findings_reply(
        [entry("app.py", 1, "What I was told", request.prompt[-20_000:] + TOKENS["reviewer's words"])]
    )


def everywhere(repo: GitRepo, config: str) -> None:
    """A branch that holds a secret in each of the places."""
    t = TOKENS
    heading = "#\n" * 9 + f"def connect(key='{t['heading']}'):\n" + "    x = 1\n" * 40
    repo.git("switch", "--quiet", "main")
    repo.commit(
        {
            "app.py": f"CONTEXT = '{t['context']}'\nREMOVED = '{t['removed line']}'\n{heading}    return x\n",
            f"{t['old file name']}.txt": "moved\n" * 20,
            "deleted.env": f"TOKEN={t['deleted file']}\n",
        }
    )
    branch = f"topic/{t['name of a range']}"
    repo.git("switch", "--quiet", "--create", branch)
    repo.git("mv", f"{t['old file name']}.txt", f"{t['new file name']}.txt")
    repo.git("rm", "--quiet", "deleted.env")
    text = f"CONTEXT = '{t['context']}'\nADDED = '{t['added line']}'\n{heading}    return x + 1\n"
    repo.commit({"app.py": text, "poetry.lock": f"token = '{t['excluded file']}'\n"}, f"Use {t['commit message']}")
    repo.write({".git/info/exclude": ".reviewbot.yaml\n", ".reviewbot.yaml": config})


def test_no_place_of_a_change_lets_a_secret_through_and_each_is_a_finding(repo: GitRepo, tmp_path: Path) -> None:
    with FakeProviders(parrot) as providers:
        bases = {kind: providers.base_url(kind) for kind in ("anthropic", "openai", "gemini")}
        everywhere(repo, CONFIG.format(**bases) + "context_lines: 3\n")
        out = tmp_path / "out"
        out.mkdir()
        formats = [word for name in FORMATS for word in ("--format", f"{name}={out / name}")]
        range_ = f"main..topic/{TOKENS['name of a range']}"
        ended = reviewbot("review", range_, "-v", *formats, "--record", str(out / "record"), cwd=repo.path, env=KEYS)
        prompts = "".join(request.prompt for request in providers.requests)
    written = {str(path): path.read_text() for path in out.rglob("*") if path.is_file()}
    assert len(written) >= len(FORMATS) + 3
    shown = {"prompts": prompts, "stdout": ended.out, "stderr": ended.err, **written}
    assert not [(where, place) for where, text in shown.items() for place, one in TOKENS.items() if one in text]
    assert "[REDACTED:github-token]" in prompts
    assert ended.code == 1
    report = json.loads(written[str(out / "json")])
    own = [found for found in report["findings"] if found["reviewers"] == ["reviewbot"]]
    assert {(found["path"], found["side"], found["start_line"], found["severity"]) for found in own} == {
        ("[REDACTED:github-token].txt", "LEFT", None, "medium"),
        ("[REDACTED:github-token].txt", "RIGHT", None, "critical"),
        ("app.py", "LEFT", 2, "medium"),
        ("app.py", "RIGHT", None, "critical"),
        ("app.py", "RIGHT", 1, "critical"),
        ("app.py", "RIGHT", 2, "critical"),
        ("deleted.env", "LEFT", 1, "medium"),
        ("poetry.lock", "RIGHT", 1, "critical"),
        (None, "RIGHT", None, "critical"),
    }
    assert all(found["blocking"] == (found["severity"] == "critical") for found in own)


@pytest.mark.parametrize("secrets", ["redact", "block"])
def test_r23_a_pull_request_with_secrets_and_hidden_text_is_blocked_and_its_comments_show_none(
    tmp_path: Path, secrets: str
) -> None:
    with opened(tmp_path) as scene:
        scene.configure(f"secrets: {secrets}\n")
        scene.script = parrot
        scene.pull.title = f"Use {TOKENS['commit message']} \u202eok"
        scene.push({"app.py": f"TOKEN = '{TOKENS['added line']}'\nis_\u0430dmin = '\U000e0041'\n"})
        ended = scene.run()
        assert ended.code == 1
        assert scene.providers is not None
        assert bool(scene.providers.requests) == (secrets == "redact")
        prompts = "".join(request.prompt for request in scene.providers.requests)
        bodies = [request.body.decode() for request in scene.github.requests]
        texts = "".join([ended.out, ended.err, prompts, *bodies, *scene.comments, scene.summary])
        assert not [place for place, one in TOKENS.items() if one in texts]
        assert not {"\u202e", "\U000e0041"} & set(prompts)
        said = "".join(scene.comments) + scene.summary
        for words in (
            "GitHub token in the change",
            "Hidden text: tag characters and more",
            "Hidden text: bidirectional",
        ):
            assert words in said
