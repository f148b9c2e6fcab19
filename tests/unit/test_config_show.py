"""The effective configuration as it is shown."""

from __future__ import annotations

from config_files import loaded

from reviewbot.config.load import Overrides
from reviewbot.config.schema import key_name, load_schema, top, walk
from reviewbot.config.show import render_config
from reviewbot.config.values import Json
from reviewbot.config.yaml_tree import read_yaml
from reviewbot.model import Severity


def test_the_screen_of_a_small_configuration() -> None:
    text = """\
reviewers:
  - name: opus
    model: anthropic/claude-opus-5-5
    brief: reviewers/opus.md
    params: {temperature: 0.2, stop: ["no", x y], deep: {on: null}}
  - {name: two, model: openai/m, instructions: Look for races.}
paths:
  - match: "db/**"
    instructions: Can it be rolled back?
gate:
  min_agreement: 1
"""
    config = loaded(
        text,
        others={"reviewers/opus.md": "x" * 1234, "AGENTS.md": "abc"},
        overrides=Overrides(fail_on=Severity.LOW),
    )
    assert (
        render_config(config)
        == """\
# From .reviewbot.yaml.
reviewers:
  - name: opus                                            # .reviewbot.yaml:2
    model: anthropic/claude-opus-5-5                      # .reviewbot.yaml:3
    api_base: null                                        # default
    api_key_env: null                                     # default
    brief: reviewers/opus.md                              # .reviewbot.yaml:4, 1,234 characters
    instructions: null                                    # default
    timeout_s: 120                                        # default
    max_output_tokens: 8000                               # default
    params: {temperature: 0.2, stop: ["no", "x y"], deep: {"on": null}}  # .reviewbot.yaml:5
  - name: two                                             # .reviewbot.yaml:6
    model: openai/m                                       # .reviewbot.yaml:6
    api_base: null                                        # default
    api_key_env: null                                     # default
    brief: null                                           # default
    instructions: ...                                     # .reviewbot.yaml:6, 15 characters
    timeout_s: 120                                        # default
    max_output_tokens: 8000                               # default
    params: {}                                            # default
paths:
  - match: "db/**"                                        # .reviewbot.yaml:8
    instructions: ...                                     # .reviewbot.yaml:9, 22 characters
    reviewers: null                                       # default
instructions:                                             # default
  - AGENTS.md                                             # 3 characters
exclude: ["**/*.lock", "vendor/**"]                       # default
context_lines: 10                                         # default
gate:
  fail_on: low                                            # --fail-on
  min_agreement: 1                                        # .reviewbot.yaml:11
  quorum: null                                            # default
  on_incomplete: fail                                     # default
  on_missing_keys: pass                                   # default
publish:
  min_severity: medium                                    # default
  max_inline: 10                                          # default
  solo: high                                              # default
  summary: always                                         # default
  check_run: false                                        # default
  skip:
    drafts: true                                          # default
    authors: ["dependabot[bot]"]                          # default
    labels: [skip-review]                                 # default
limits:
  deadline_s: 300                                         # default
  max_cost_usd: 1                                         # default
  max_concurrency: 8                                      # default
hook:
  mode: block                                             # default
  fail_on: low                                            # --fail-on
  min_agreement: 1                                        # as gate.min_agreement
  reviewers: null                                         # default
  deadline_s: 120                                         # default
  on_incomplete: pass                                     # default
secrets: redact                                           # default
cache: true                                               # default
network:
  trust_env: false                                        # default
  ca_bundle: null                                         # default
"""
    )


def test_every_key_that_can_be_set_is_shown() -> None:
    config = loaded("reviewers: [{name: a, model: v/a}]\npaths: [{match: x}]\n", others={"AGENTS.md": "abc"})
    shown = read_yaml("f", render_config(config).encode()).value
    root = top(load_schema())
    for names, _ in walk(root):
        value: Json = shown
        for name in names:
            entry = value[0] if isinstance(value, list) else value
            assert isinstance(entry, dict)
            assert name in entry, key_name(root, names)
            value = entry[name]


def test_without_a_file_it_says_so_and_shows_whose_key_is_set() -> None:
    shown = render_config(loaded(environ={"OPENAI_API_KEY": "the-" + "value"}))
    assert shown.startswith("# No configuration file: every value is a default.\nreviewers:")
    assert "# default, OPENAI_API_KEY is set" in shown
    assert "the-value" not in shown
    assert "instructions: []" in shown
    assert "# default, whose files are not there" in shown


def test_an_empty_panel_is_shown_as_one() -> None:
    assert "reviewers: []" in render_config(loaded())


def test_a_file_that_was_named_says_by_what() -> None:
    config = loaded("secrets: off\n", file="x.yaml", explicit="x.yaml")
    assert render_config(config).startswith("# From x.yaml (--config).\n")
    config = loaded("secrets: off\n", file="x.yaml", environ={"REVIEWBOT_CONFIG": "x.yaml"})
    assert render_config(config).startswith("# From x.yaml (REVIEWBOT_CONFIG).\n")


def test_notes_stand_at_the_top() -> None:
    config = loaded("", others={".reviewbot.yml": ""})
    assert render_config(config).splitlines()[1] == (
        "# Note: .reviewbot.yml is not read, because there is .reviewbot.yaml."
    )


def test_fail_on_never_is_shown_as_the_word() -> None:
    assert "fail_on: never" in render_config(loaded("gate: {fail_on: never}\n"))


def test_what_is_shown_can_be_read_again() -> None:
    text = """\
reviewers:
  - {name: a, model: v/a, timeout_s: 1e-05, params: {"a\\nb": "\\u202e # x", i: -1, f: 1e+300, t: [yes, "7", "~"]}}
exclude: ["x #y", "*", "ü", "a: b", "\\U000E0041"]
instructions: []
limits: {max_cost_usd: 0.25}
publish: {solo: never, max_inline: 3, check_run: true, skip: {drafts: false, authors: ["a#b"], labels: []}}
"""
    first = loaded(text)
    again = loaded(render_config(first))
    assert again.config == first.config
    assert read_yaml("f", render_config(first).encode()).value["exclude"] == ["x #y", "*", "ü", "a: b", "\U000e0041"]
