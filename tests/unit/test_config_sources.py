"""From where a setting may come: the file that is trusted, three flags, and nothing else."""

from __future__ import annotations

import json

import pytest
import yaml
from config_files import EVERY_KEY, EVERY_TEXT, loaded
from msgspec.structs import replace

from reviewbot.config.load import Overrides
from reviewbot.config.schema import key_name, load_schema, top, walk
from reviewbot.model import Severity

_ROOT = top(load_schema())
KEYS = [key_name(_ROOT, names) for names, key in walk(_ROOT) if not key.keys]
FILE = "reviewers: [{name: a, model: v/a}, {name: b, model: v/b}]\npaths: [{match: x}]\n"
FLAGS = {
    ("gate.fail_on", "hook.fail_on"): Overrides(fail_on=Severity.CRITICAL),
    ("gate.min_agreement", "hook.min_agreement"): Overrides(min_agreement=1),
    ("reviewers", "hook.reviewers"): Overrides(reviewers=("b",)),
}
"""What the operator of a run may change of a trusted file, all of it narrower or plain to see in the verdict."""


def variables(key: str) -> list[str]:
    """Names under which programs commonly take a setting from the environment."""
    plain = key.replace("[]", "_0").replace(".", "_")
    dunder = key.replace("[]", "__0").replace(".", "__")
    last = key.rpartition(".")[2].upper()
    return [f"REVIEWBOT_{plain}".upper(), f"REVIEWBOT_{dunder}".upper(), f"REVIEWBOT_{last}", last]


def other_than_default(key: str) -> object:
    """A valid value of a key that would change something."""
    values = [yaml.safe_load(EVERY_KEY)]
    defaults = load_schema()
    for name in key.split("."):
        values = [value.get(name.removesuffix("[]")) for value in values]
        values = [entry for value in values for entry in value] if name.endswith("[]") else values
        defaults = defaults["properties"][name.removesuffix("[]")]  # type: ignore[index, call-overload, assignment]
        defaults = defaults["items"] if name.endswith("[]") else defaults  # type: ignore[assignment]
    return next(value for value in values if value not in (None, defaults.get("default")))


def spelt(value: object) -> list[str]:
    """How it may be written into a variable."""
    many = [",".join(map(str, value)), " ".join(map(str, value))] if isinstance(value, list) else []
    return list(dict.fromkeys(["1", str(value), str(value).lower(), json.dumps(value), *many]))


@pytest.mark.requirement("R3")
@pytest.mark.parametrize("key", KEYS)
def test_no_variable_of_the_environment_sets_a_key(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(EVERY_KEY, others=EVERY_TEXT)  # every value is a valid one
    plain = loaded(FILE)
    for text in spelt(other_than_default(key)):
        environ = dict.fromkeys(variables(key), text)
        for name in environ:
            monkeypatch.setenv(name, text)
        assert loaded(FILE, environ=environ) == plain


@pytest.mark.requirement("R3")
def test_a_flag_changes_its_own_keys_and_no_flag_has_a_key_that_is_not_listed_here() -> None:
    assert len(Overrides.__struct_fields__) == len(FLAGS)
    file = FILE + "hook: {reviewers: [a]}\n"
    plain = loaded(file)
    for keys, flags in FLAGS.items():
        config = loaded(file, overrides=flags)
        changed = {name for name, origin in config.origins.items() if origin != plain.origins.get(name)}
        assert {name for name in changed if not name.startswith("reviewers[")} == set(keys)
        back = config.config
        for key in keys:
            section, _, field = key.rpartition(".")
            if section:
                part = getattr(back, section)
                before = getattr(getattr(plain.config, section), field)
                back = replace(back, **{section: replace(part, **{field: before})})
            else:
                back = replace(back, **{field: getattr(plain.config, field)})
        assert back == plain.config
