"""Every message is compared whole: file, line, key, what is wrong, what to do."""

from __future__ import annotations

import pytest
from config_files import loaded, refusal

_ONE = "reviewers:\n  - name: a\n    model: v/m\n"


def _reviewer(line: str) -> str:
    return f"{_ONE}    {line}\n"


_UNKNOWN = {
    "gate:\n  fail_onn: high\n": "2: key `gate.fail_onn` is not known; did you mean `gate.fail_on`?",
    "gate: {min_agrement: 1}\n": "1: key `gate.min_agrement` is not known; did you mean `gate.min_agreement`?",
    "gate: {Quorum: 1}\n": "1: key `gate.Quorum` is not known; did you mean `gate.quorum`?",
    "\n\nfail_on: high\n": "3: key `fail_on` is not known; did you mean `gate.fail_on`?",
    "failon: high\n": "1: key `failon` is not known; did you mean `gate.fail_on`?",
    "model: v/m\n": "1: key `model` is not known; did you mean `reviewers[].model`?",
    "limits:\n\n\n  deadline: 3\n": "4: key `limits.deadline` is not known; did you mean `limits.deadline_s`?",
    "publsh: {}\n": "1: key `publsh` is not known; did you mean `publish`?",
    "colour: red\n": "1: key `colour` is not known; known here: reviewers, paths, instructions, exclude, "
    "context_lines, gate, publish, limits, hook, secrets, cache, network",
    "network: {zzz: 1}\n": "1: key `network.zzz` is not known; known here: trust_env, ca_bundle",
    '"a\\u202eb": 1\n': '1: key `"a<U+202E>b"` is not known; known here: reviewers, paths, instructions, exclude, '
    "context_lines, gate, publish, limits, hook, secrets, cache, network",
    _reviewer("modle: x"): "4: key `reviewers[0].modle` is not known; did you mean `reviewers[0].model`?",
    _reviewer("api_key: x"): "4: key `reviewers[0].api_key` is not known; did you mean `reviewers[0].api_key_env`?",
    "hook: {max_inlin: x}\n": "1: key `hook.max_inlin` is not known; did you mean `publish.max_inline`?",
    "paths:\n  - match: x\n    reviewer: [a]\n": "3: key `paths[0].reviewer` is not known; "
    "did you mean `paths[0].reviewers`?",
}

_WRONG_TYPE = {
    "gate: high\n": '1: `gate` must be a mapping, but is the text "high"',
    "gate: [fail_on]\n": "1: `gate` must be a mapping, but is a list",
    "gate:\n": "1: `gate` must be a mapping, but is empty (null); remove it to get its default",
    "gate:\n  quorum: two\n": '2: `gate.quorum` must be a whole number or null, but is the text "two"',
    "gate: {min_agreement: 1.5}\n": "1: `gate.min_agreement` must be a whole number, but is 1.5",
    "gate: {min_agreement: true}\n": "1: `gate.min_agreement` must be a whole number, but is true",
    "context_lines: 1_000\n": '1: `context_lines` must be a whole number, but is the text "1_000"',
    "limits: {deadline_s: 1:30}\n": '1: `limits.deadline_s` must be a number, but is the text "1:30"',
    "limits: {deadline_s: 2026-01-01}\n": '1: `limits.deadline_s` must be a number, but is the text "2026-01-01"',
    "limits: {max_cost_usd: free}\n": '1: `limits.max_cost_usd` must be a number or null, but is the text "free"',
    "network: {trust_env: yes}\n": '1: `network.trust_env` must be true or false, but is the text "yes"',
    "instructions: AGENTS.md\n": '1: `instructions` must be a list, but is the text "AGENTS.md"',
    "instructions: [1]\n": "1: `instructions[0]` must be text, but is 1",
    "exclude:\n  - a\n  - {}\n": "3: `exclude[1]` must be text, but is a mapping",
    "reviewers: opus\n": '1: `reviewers` must be a list, but is the text "opus"',
    "reviewers: [opus]\n": '1: `reviewers[0]` must be a mapping, but is the text "opus"',
    _reviewer(
        "max_output_tokens: 8k"
    ): '4: `reviewers[0].max_output_tokens` must be a whole number, but is the text "8k"',
    _reviewer("params: [1]"): "4: `reviewers[0].params` must be a mapping, but is a list",
    f"gate: {{quorum: {'x' * 40}}}\n": "1: `gate.quorum` must be a whole number or null, "
    "but is a text of 40 characters",
}

_WRONG_VALUE = {
    "gate: {fail_on: sevre}\n": "1: `gate.fail_on` must be one of critical, high, medium, low, never, "
    'but is the text "sevre"',
    "gate: {fail_on: High}\n": "1: `gate.fail_on` must be one of critical, high, medium, low, never, "
    'but is the text "High"; did you mean high?',
    "gate: {fail_on: null}\n": "1: `gate.fail_on` must be one of critical, high, medium, low, never, "
    "but is empty (null)",
    "gate: {on_incomplete: no}\n": '1: `gate.on_incomplete` must be one of fail, pass, but is the text "no"',
    "secrets: on\n": '1: `secrets` must be one of redact, block, off, but is the text "on"',
    "gate: {quorum: 0}\n": "1: `gate.quorum` must be at least 1, but is 0",
    "gate: {min_agreement: 0}\n": "1: `gate.min_agreement` must be at least 1, but is 0",
    "context_lines: -1\n": "1: `context_lines` must be at least 0, but is -1",
    "limits: {deadline_s: 0}\n": "1: `limits.deadline_s` must be more than 0, but is 0",
    "limits: {max_cost_usd: -0.5}\n": "1: `limits.max_cost_usd` must be at least 0, but is -0.5",
    "limits: {max_concurrency: 0}\n": "1: `limits.max_concurrency` must be at least 1, but is 0",
    "network: {ca_bundle: ''}\n": "1: `network.ca_bundle` must not be empty",
    _reviewer("timeout_s: 4000"): "4: `reviewers[0].timeout_s` must be at most 3600, but is 4000",
    _reviewer("instructions: ''"): "4: `reviewers[0].instructions` must not be empty",
    f"{_ONE}paths: [{{match: x, reviewers: []}}]\n": "4: `paths[0].reviewers` must not be empty",
    f"{_ONE}paths: [{{match: ''}}]\n": "4: `paths[0].match` must not be empty",
    f"exclude: [{', '.join(['a'] * 501)}]\n": "1: `exclude` must have at most 500 entries, but has 501",
}

_INCOMPLETE = {
    "reviewers:\n  - name: a\n": "2: `reviewers[0]` has no `model`",
    "reviewers:\n  - {}\n": "2: `reviewers[0]` has no `name` and no `model`",
    "paths:\n  - instructions: x\n": "2: `paths[0]` has no `match`",
}

_NAMES = {
    "reviewers: [{name: a b, model: v/m}]\n": "1: `reviewers[0].name` must be 1 to 40 letters, digits, dots, dashes "
    "and underscores, and begin with a letter or a digit",
    'reviewers: [{name: "a\\n", model: v/m}]\n': "1: `reviewers[0].name` must be 1 to 40 letters, digits, dots, dashes "
    "and underscores, and begin with a letter or a digit",
    "reviewers: [{name: ReviewBot, model: v/m}]\n": "1: `reviewers[0].name` must not be ReviewBot: "
    "the built-in reviewer has it",
    f"{_ONE}  - name: A\n    model: v/n\n": "4: `reviewers[1].name` A is taken by `reviewers[0]`; names are unique",
    "reviewers: [{name: a, model: v m}]\n": "1: `reviewers[0].model` must be a model's name as litellm writes it "
    "(vendor/model), without spaces",
    f"{_ONE}paths:\n  - match: x\n    reviewers: [b]\n": '6: `paths[0].reviewers[0]` names no reviewer: the text "b"; '
    "the reviewers are: a",
    "paths: [{match: x, reviewers: [claud]}]\n": '1: `paths[0].reviewers[0]` names no reviewer: the text "claud"; '
    "the reviewers are: claude, gpt, gemini, mistral, grok, deepseek; did you mean claude?",
}

_NOT_A_KEY = "`reviewers[0].api_key_env` is the name of an environment variable, not a key"
_SECRETS = {
    _reviewer("api_key_env: " + "sk-" + "ant-x"): f"4: {_NOT_A_KEY}",
    _reviewer("api_key_env: " + "AI" + "zaSyA0123456789abcdefghijklmnopqrstu"): f"4: {_NOT_A_KEY}",
    _reviewer("api_key_env: " + "gs" + "k_abcdefghijklmnopqrstuvwx"): f"4: {_NOT_A_KEY}",
    _reviewer("api_key_env: " + "Xy7" + "dQ2mZ9kLw4RtB8nVc"): f"4: {_NOT_A_KEY}",
    _reviewer("api_key_env: " + "a1b2c3d4" * 4): f"4: {_NOT_A_KEY}",
    _reviewer("api_key_env: $KEY"): f"4: {_NOT_A_KEY}",
    _reviewer("params: {api_key: x}"): "4: `reviewers[0].params.api_key` looks like a secret; "
    "name its variable in `api_key_env`",
    _reviewer("params: {extra_headers: {X-Api-Key: x}}"): "4: `reviewers[0].params.extra_headers.X-Api-Key` looks like "
    "a secret; name its variable in `api_key_env`",
    _reviewer("params: {api_base: x}"): "4: `reviewers[0].params.api_base` is not a parameter to pass on: "
    "reviewbot sets it itself",
    _reviewer("params: {tools: []}"): "4: `reviewers[0].params.tools` is not a parameter to pass on: "
    "reviewbot sets it itself",
}

_LOOPBACK_ONLY = (
    "4: `reviewers[0].api_base` must begin with https://; http:// is for this machine alone "
    "(localhost, 127.0.0.1, [::1])"
)
_ADDRESSES = {
    _reviewer("api_base: http://llm.example.com"): _LOOPBACK_ONLY,
    _reviewer("api_base: http://127.0.0.1.example.com"): _LOOPBACK_ONLY,
    _reviewer("api_base: http://0.0.0.0:11434"): _LOOPBACK_ONLY,
    _reviewer("api_base: ftp://127.0.0.1/"): _LOOPBACK_ONLY,
    _reviewer("api_base: https://me" + ":pw@llm.example.com"): "4: `reviewers[0].api_base` must not hold a user or a "
    "password; name a variable in `api_key_env`",
    _reviewer("api_base: http://127.0.0.1@llm.example.com"): "4: `reviewers[0].api_base` must not hold a user or a "
    "password; name a variable in `api_key_env`",
    _reviewer("api_base: llm.example.com"): "4: `reviewers[0].api_base` must be a whole address, such as "
    "https://llm.example.com/v1",
    _reviewer("api_base: https://h/?k=1"): "4: `reviewers[0].api_base` must end with its path: no ? and no #",
    _reviewer("api_base: https://h:port/"): "4: `reviewers[0].api_base` is not an address that can be read",
    _reviewer("api_base: 'http://127.0.0.1\\@h/'"): "4: `reviewers[0].api_base` must be an address without blanks and "
    "odd characters",
    _reviewer("api_base: ''"): "4: `reviewers[0].api_base` must be a whole address, such as https://llm.example.com/v1",
}

_PATHS = {
    "instructions: [../x.md]\n": "1: `instructions[0]` must not leave the repository (..)",
    "instructions: [a/../../x.md]\n": "1: `instructions[0]` must not leave the repository (..)",
    "instructions: [/etc/passwd]\n": "1: `instructions[0]` must be a path relative to the top of the repository",
    "instructions: ['C:/x.md']\n": "1: `instructions[0]` must be a path relative to the top of the repository",
    "instructions: [a\\b.md]\n": "1: `instructions[0]` must have / between folders, not \\",
    "instructions: [.git/config]\n": "1: `instructions[0]` must be a file of the repository",
    'instructions: ["a\\nb"]\n': "1: `instructions[0]` is a path with a character that cannot be printed",
    "instructions: [.]\n": "1: `instructions[0]` must be a file of the repository",
    "instructions:\n  - HOUSE.md\n": "2: `instructions[0]` names a file that does not exist: HOUSE.md",
    "instructions: [AGENTS.md]\n": "1: `instructions[0]` names a file that does not exist: AGENTS.md",
    _reviewer("brief: r/a.md"): "4: `reviewers[0].brief` names a file that does not exist: r/a.md",
    _reviewer("brief: ../a.md"): "4: `reviewers[0].brief` must not leave the repository (..)",
    _reviewer("brief: a.md\n    instructions: x"): "5: `reviewers[0].instructions` stands beside `brief`; "
    "one of them is enough",
}

_PATTERNS = {
    "exclude: ['!']\n": "1: `exclude[0]` is not a path pattern that can be read",
    "exclude: ['[z-a]']\n": "1: `exclude[0]` is not a path pattern that can be read",
    "exclude: ['# x']\n": "1: `exclude[0]` is a path pattern that matches nothing; "
    "write \\# for a name that begins with #",
    "exclude:\n- a\n- ' '\n": "3: `exclude[1]` is a path pattern that matches nothing",
    f"{_ONE}paths: [{{match: '!x'}}]\n": "4: `paths[0].match` must not begin with !: it says what the rule is for",
    f"{_ONE}paths: [{{match: '['}}]\n": "4: `paths[0].match` is a path pattern that matches nothing",
}

_YAML = {
    "gate:\n  fail_on: low\n  fail_on: never\n": "3: key `gate.fail_on` is there twice, first on line 2; remove one",
    "secrets: off\n'secrets': block\n": "2: key `secrets` is there twice, first on line 1; remove one",
    "reviewers:\n  - {name: a, model: b, name: c}\n": "2: key `reviewers[0].name` is there twice, first on line 2; "
    "remove one",
    "secrets: &x off\n": "1: the anchor &x is not allowed; write every value in full",
    "gate: &x {}\n": "1: the anchor &x is not allowed; write every value in full",
    "gate:\n  quorum: *x\n": "2: the alias *x is not allowed; write the value again",
    "*x : 1\n": "1: the alias *x is not allowed; write the value again",
    "secrets: !!str off\n": '1: the tag "tag:yaml.org,2002:str" is not allowed; remove it',
    "secrets: ! off\n": '1: the tag "!" is not allowed; remove it',
    "gate: !!python/object:os.system {}\n": '1: the tag "tag:yaml.org,2002:python/object:os.system" is not allowed; '
    "remove it",
    "<<: {secrets: off}\n": '1: key `"<<"` is not known; known here: reviewers, paths, instructions, exclude, '
    "context_lines, gate, publish, limits, hook, secrets, cache, network",
    "%YAML 1.1\n---\nsecrets: off\n": "1: a % directive is not allowed; remove it",
    "secrets: off\n---\nsecrets: block\n": "2: a second document begins; one file holds one configuration",
    "- secrets\n": "1: the file must hold keys with values, but is a list",
    "# nothing\nhigh\n": "2: the file must hold keys with values, but is a single value",
    "1: x\n": "1: the key `1` is not text; put it in quotes",
    "{[a]: x}\n": "1: the key is not text; put it in quotes",
    "limits:\n  deadline_s: .inf\n": "2: .inf is not a number that can be used",
    "limits: {deadline_s: 1e999}\n": "1: the number 1e999 is too large",
    f"context_lines: {'1' * 70}\n": "1: a number of 70 digits is too long",
    'secrets: "\\0"\n': "1: a text holds an escape for NUL or for half a character",
    f"gate: {'[' * 30}\n": "1: more than 20 mappings and lists are inside each other",
    "# a comment\rsecrets: off\n": "1: holds the line end U+000D; end lines with a line feed",
    "\n# a comment\u2028secrets: off\n": "2: holds the line end U+2028; end lines with a line feed",
    "secrets: \a\n": "1: holds the control character U+0007; remove it",
}


def _cases() -> list[tuple[str, str]]:
    tables = (
        _UNKNOWN, _WRONG_TYPE, _WRONG_VALUE, _INCOMPLETE, _NAMES, _SECRETS, _ADDRESSES, _PATHS,
        _PATTERNS, _YAML,
    )  # fmt: skip
    return [case for table in tables for case in table.items()]


@pytest.mark.requirement("R34")
@pytest.mark.parametrize(("text", "message"), _cases(), ids=lambda text: text[:60])
def test_a_bad_file_is_refused_with_file_line_key_and_what_to_do(text: str, message: str) -> None:
    assert refusal(text) == f".reviewbot.yaml:{message}"


def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = "reviewers:\n  - name: a\n    brief: ../x\nsecrets: on\ngate:\n  fail_onn: high\ncache: maybe\nhook: 1\n"
    assert refusal(text).splitlines() == [
        ".reviewbot.yaml:2: `reviewers[0]` has no `model`",
        ".reviewbot.yaml:3: `reviewers[0].brief` must not leave the repository (..)",
        '.reviewbot.yaml:4: `secrets` must be one of redact, block, off, but is the text "on"',
        ".reviewbot.yaml:6: key `gate.fail_onn` is not known; did you mean `gate.fail_on`?",
        '.reviewbot.yaml:7: `cache` must be true or false, but is the text "maybe"',
        ".reviewbot.yaml:8: `hook` must be a mapping, but is 1",
    ]


def test_ten_problems_are_told_and_the_rest_is_counted() -> None:
    lines = refusal("".join(f"colour{number}: x\n" for number in range(13))).splitlines()
    assert len(lines) == 11
    assert lines[9].startswith(".reviewbot.yaml:10: key `colour9` is not known")
    assert lines[10] == "and 3 more"


@pytest.mark.requirement("R34")
@pytest.mark.parametrize("key", ["api_key", "params", "api_base", "api_key_env", "timeout_s", "max_output_tokens"])
def test_a_secret_in_the_wrong_place_is_not_repeated(key: str) -> None:
    secret = "sk-" + "proj-Zx81mPq07LwTn35RbVcK"
    assert secret not in refusal(_reviewer(f"{key}: {secret}"))


@pytest.mark.requirement("R34")
@pytest.mark.parametrize(
    "text",
    [
        "gate: [1\nsecrets: off\n",
        "gate: {fail_on: high\n",
        "\tgate: 1\n",
        "gate: @x\n",
        "gate: b: c\n",
        'secrets: "\\ud800"\n',
        'secrets: "\\U00110000"\n',
        "secrets: 'off\n",
    ],
)
def test_what_is_no_yaml_is_refused_with_a_line(text: str) -> None:
    assert refusal(text).startswith((".reviewbot.yaml:1: ", ".reviewbot.yaml:2: "))


@pytest.mark.parametrize("common", ["", "||||||| 1a2b3c\n"])
def test_a_conflict_that_git_left_is_called_one(common: str) -> None:
    text = f"gate:\n<<<<<<< HEAD\n  quorum: 1\n{common}=======\n  quorum: 2\n>>>>>>> theirs\n"
    assert refusal(text) == ".reviewbot.yaml:2: git left a conflict here; settle it, and take its marks out"


@pytest.mark.requirement("R34")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"secrets: off\n# caf\xe9\n", ".reviewbot.yaml:2: is not UTF-8 text (byte 0xe9); save it as UTF-8"),
        ("secrets: off\n".encode("utf-16"), ".reviewbot.yaml: is UTF-16; save it as UTF-8"),
        (b"\nsecrets: \0\n", ".reviewbot.yaml:2: holds a NUL byte; is it a text file?"),
        (
            b"#" * 65_537,
            ".reviewbot.yaml: 65,537 bytes are too many for a configuration; at most 65,536",
        ),
    ],
    ids=["latin-1", "utf-16", "nul", "large"],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, message: str) -> None:
    assert refusal(data) == message


@pytest.mark.parametrize(
    "line",
    [
        "api_base: https://llm.example.com/v1",
        "api_base: https://10.0.0.7:8443",
        "api_base: http://127.0.0.1:11434",
        "api_base: http://127.8.9.10/v1",
        "api_base: http://localhost:8080",
        "api_base: http://[::1]:8080",
        "api_base: null",
        "api_key_env: MY_KEY_2",
        "api_key_env: _k",
        "api_key_env: REVIEWBOT_PRODUCTION_ANTHROPIC_API_KEY_2026",
        "api_key_env: null",
        "params: {temperature: 0.2, reasoning_effort: high, thinking: {budget_tokens: 9}, prompt_cache_key: x}",
        "params: {extra_body: {n: 2, model: x}}",
        "instructions: Look for races.",
        "timeout_s: 0.5",
        "max_output_tokens: 1",
    ],
)
def test_a_good_value_is_not_refused(line: str) -> None:
    assert loaded(_reviewer(line)).config.reviewers[0].name == "a"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "---\n",
        "---\nsecrets: off\n...\n",
        "gate: {}\n",
        "reviewers: []\npaths: []\ninstructions: []\nexclude: []\n",
        "limits: {max_cost_usd: null}\n",
        "limits: {max_cost_usd: 0}\n",
        "context_lines: 0\n",
        "exclude: ['*.lock', '!keep.lock', '/x/', 'a/**/b', '\\#x']\n",
        "paths: [{match: 'x/**'}]\n",
        "paths: [{match: x, reviewers: [claude]}]\n",
        '{"secrets": "off"}\n',
    ],
)
def test_a_good_file_is_not_refused(text: str) -> None:
    assert loaded(text).source == ".reviewbot.yaml"
