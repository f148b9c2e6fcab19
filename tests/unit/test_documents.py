"""What the documents say is what the program does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from reviewbot import __version__
from reviewbot.cli import main as command_line
from reviewbot.cli.main import cli
from reviewbot.config.ignored import read_ignored
from reviewbot.config.load import Overrides, load_config
from reviewbot.config.schema import key_name, load_schema, schema_text, top, walk
from reviewbot.config.yaml_tree import read_yaml
from reviewbot.model import BUILTIN

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
ROOT_KEY = top(load_schema())


def help_of(*words: str) -> str:
    result = CliRunner().invoke(cli, [*words, "--help"])
    assert result.exit_code == 0
    return result.output


def test_the_version_is_said_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__


@pytest.mark.requirement("R11")
def test_the_exit_codes_of_the_readme_and_of_help_are_those_of_the_code() -> None:
    codes = {value for name, value in vars(command_line).items() if name.startswith("EXIT_")} | {0}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)} == codes
    said = help_of().partition("Exit codes:")[2].partition("Options:")[0]
    assert {int(code) for code in re.findall(r"\b(\d+)\b", said)} == codes


def test_every_command_of_the_readme_exists_and_takes_the_options_that_it_shows() -> None:
    shown = re.findall(
        r"reviewbot (review|pr|publish|merge|replay|demo|ignore|init|doctor|hook (?:install|uninstall|status)"
        r"|cache show|cache clear|config show|config schema)((?: --[a-z-]+)*)",
        README,
    )
    assert len(shown) > 5
    for words, options in shown:
        text = help_of(*words.split())
        for option in options.split():
            assert option in text


def test_the_help_lists_every_command() -> None:
    for name in ("review", "pr", "merge", "publish", "hook", "ignore", "init", "doctor", "replay", "cache", "config"):
        assert re.search(rf"^  {name}  ", help_of(), re.MULTILINE)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("reveiw", "No such command 'reveiw'. Did you mean 'review'?"),
        ("hooks", "Did you mean 'hook'?"),
        ("xyz", "No such command 'xyz'."),
    ],
)
def test_a_command_that_is_misspelt_is_answered_with_the_nearest(word: str, said: str) -> None:
    ended = CliRunner().invoke(cli, [word])
    assert ended.exit_code == 2
    assert said in ended.output
    assert ("Did you mean" in ended.output) is ("mean" in said)


class _Files:
    root = None

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, path: str) -> bytes | None:
        return self.text.encode() if path == ".reviewbot.yaml" else None


_YAML = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("block", [block for block in _YAML if "reviewers:" in block])
def test_every_configuration_in_the_readme_can_be_used_as_it_is_copied(block: str) -> None:
    loaded = load_config(_Files(block), explicit=None, environ={}, overrides=Overrides())
    assert [r.name for r in loaded.config.reviewers] == [r["name"] for r in yaml.safe_load(block)["reviewers"]]


def test_the_list_of_ignored_findings_in_the_readme_can_be_used() -> None:
    (block,) = [block for block in _YAML if "reviewers:" not in block]
    (ignored,) = read_ignored(read_yaml("README.md", block.encode()))
    assert all(getattr(ignored, name) == words for name, words in next(iter(yaml.safe_load(block).values())).items())


def test_every_word_that_stands_in_for_a_value_is_one_that_the_schema_has() -> None:
    assert set(re.findall(r"# (critical \| .*)", README)) == {"critical | high | medium | low | never"}
    assert '"never"' in schema_text()


def test_the_documents_that_are_linked_are_there() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.requirement("R51")
def test_the_threats_are_told_in_words_that_the_program_has() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Report a weakness",
        "Who is who",
        "What is sent to whom",
        "What is not protected",
        "For operators",
    ]
    keys = {key_name(ROOT_KEY, names) for names, _ in walk(ROOT_KEY)}
    said = re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)(?:: \w+)?`", text)
    ours = {word for word in said if word.partition(".")[0] in ROOT_KEY.keys}
    assert ours >= {"gate.on_missing_keys", "gate.on_incomplete", "limits.max_cost_usd", "context_lines", "secrets"}
    assert ours <= keys
    for words, options in re.findall(r"`reviewbot ([a-z]+)((?: --[a-z-]+)*)`", text):
        assert all(option in help_of(words) for option in options.split())


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    parts = [p for p in (ROOT / "reviewbot").iterdir() if not p.name.startswith("_") and p.suffix in ("", ".py")]
    for part in parts:
        assert f"{part.stem}" in text, part.name


def test_the_glossary_has_the_words_of_the_report() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    for word in ("agreement", "fingerprint", "verdict", "quorum", "member", "severity"):
        assert word in glossary
    assert BUILTIN == "reviewbot"
