from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from secret_samples import Sample, pem, samples
from values import file, hunk

from reviewbot.model import Diff
from reviewbot.stages.redact import redact, redact_text, secret_findings

SAMPLES = samples()
SECRETS = [sample.secret for sample in SAMPLES]
NAMES = ["password", "api_key", "SECRET_KEY", "token", "aws_secret_access_key", "heroku", "bearer ", "Basic ", "login "]
SIGNS = [
    " = ",
    ": ",
    '"',
    "'",
    "=",
    ":",
    "_",
    "-",
    ".",
    "/",
    "\\n",
    "%3D",
    "\\",
    "]",
    "[",
    "(",
    "://",
    "@",
    "\r",
    "é",
    "x",
]
PREFIXES = sorted({secret[:n] for secret in SECRETS for n in (3, 5)})
PARTS = [secret[n:] for secret in SECRETS[::7] for n in (1, 6)] + [secret[:-1] for secret in SECRETS[::7]]
KEY = pem(Random(1), lines=4)

pieces = st.sampled_from(SECRETS) | st.sampled_from([*NAMES, *SIGNS, *KEY, "[REDACTED:jwt]", *PREFIXES, *PARTS])
texts = st.lists(pieces | st.sampled_from(SIGNS) | st.text("ab1 =", max_size=4), max_size=8).map("".join)
hunks = st.lists(st.tuples(st.sampled_from(" +-"), texts | st.sampled_from(KEY)), min_size=1, max_size=12).map(
    lambda lines: "\n".join(sign + text for sign, text in lines)
)
diffs = st.lists(st.tuples(texts, texts, hunks), min_size=1, max_size=3).map(
    lambda files: Diff(
        files=tuple(file(f"{i}{path}", hunk(text, section=section)) for i, (path, section, text) in enumerate(files))
    )
)


@given(diffs)
def test_redacting_again_finds_nothing_and_changes_nothing(diff: Diff) -> None:
    once = redact(diff)
    again = redact(once.diff)
    assert again.secrets == ()
    assert again.diff is once.diff


@given(diffs)
def test_files_hunks_lines_and_their_numbers_stay(diff: Diff) -> None:
    clean = redact(diff).diff
    shape = [
        [(h.old_start, h.old_count, h.new_start, h.new_count, [(x.kind, x.old, x.new) for x in h.lines])]
        for f in (*diff.files, *clean.files)
        for h in f.hunks
    ]
    assert shape[: len(shape) // 2] == shape[len(shape) // 2 :]
    assert len({f.path for f in clean.files}) == len(diff.files)


@given(diffs)
def test_what_changed_has_a_finding_on_its_file_and_what_did_not_is_the_same_object(diff: Diff) -> None:
    redacted = redact(diff)
    found = {secret.path for secret in redacted.secrets}
    for before, after in zip(diff.files, redacted.diff.files, strict=True):
        assert (after is before) == (after.path not in found)


@given(diffs, st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=3))
def test_no_finding_holds_the_secret_that_it_is_about(diff: Diff, added: list[Sample]) -> None:
    lines = "\n".join(f"+{sample.line}" for sample in added)
    redacted = redact(Diff(files=(*diff.files, file("z.py", hunk(lines)))))
    own = [found for found in secret_findings(redacted.secrets, redacted.diff) if found.anchor.path == "z.py"]
    assert len(own) == len(added)
    assert not [sample for sample in added if sample.secret in repr(own)]


@given(st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=5))
def test_of_secrets_on_neighbouring_lines_none_is_left(several: list[Sample]) -> None:
    clean = redact_text("\n".join(sample.line for sample in several))
    assert not [sample.secret for sample in several if sample.secret in clean]


@given(st.text(max_size=200) | texts)
def test_any_text_is_read_and_keeps_its_lines(text: str) -> None:
    clean = redact_text(text)
    assert clean.count("\n") == text.count("\n")
    assert redact_text(clean) == clean


@given(st.text("abcdefghij_-./ :=\"'(){}", max_size=200))
def test_a_text_without_digits_or_capitals_is_left_as_it_is(text: str) -> None:
    assert redact_text(text) == text
