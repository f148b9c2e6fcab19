from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace
from secret_samples import pem
from values import change, config, file, finding, hunk

from reviewbot.config.values import Json, PathRule
from reviewbot.errors import InputError
from reviewbot.model import (
    Category,
    Change,
    FileDiff,
    FileStatus,
    Hunk,
    Limit,
    Panelist,
    Severity,
    Side,
    SkippedFile,
    Usage,
)
from reviewbot.parts.node import Node
from reviewbot.parts.values import NamedBytes
from reviewbot.posted import Posted
from reviewbot.record.codec import from_json, to_json
from reviewbot.record.folder import Recorder, read_record
from reviewbot.record.values import Answered, Answers, Asked, Merge, MergeRecord, Read, Recording
from reviewbot.sanitize.keys import secret_values
from reviewbot.stages.diff import parse_patch

PATCH = b"""\
diff --git a/a.py b/a.py
index 1111111..2222222 100644
--- a/a.py
+++ b/a.py
@@ -1,3 +1,3 @@ def total(items):
 one
-two
+deux \xff
 three
@@ -10 +10,2 @@
-ten
\\ No newline at end of file
+ten
+eleven
\\ No newline at end of file
diff --git "a/\\303\\251 x.py" "b/\\303\\251 x.py"
new file mode 100755
index 0000000..3333333
--- /dev/null
+++ "b/\\303\\251 x.py"
@@ -0,0 +1,2 @@
+x
+y
diff --git a/gone.bin b/gone.bin
deleted file mode 100644
index 4444444..0000000
Binary files a/gone.bin and /dev/null differ
"""
ASKED = Asked(
    tool="0.1.0",
    change=change(file("a.py", hunk("+x = 1")), subjects=["Add x"]),
    chunks=(Read(number=1, paths=("a.py",), reviewers=("opus", "gpt")),),
    skipped=(SkippedFile(path="b.lock", status=FileStatus.ADDED, reason="excluded", gap=False),),
    own_findings=(finding("reviewbot", "a.py", 1, placed=True, source="x = 1"),),
    panel=(
        Panelist(name="opus", model="x/opus", vendor="anthropic", max_input_tokens=None, skipped="no key"),
        Panelist(name="gpt", model="x/gpt", vendor="openai", max_input_tokens=200_000),
    ),
    notes=("A note.",),
)
ANSWERS = Answers(
    answers=(
        Answered(reviewer="opus", chunk=1, reply='{"findings": []}', usage=Usage(input_tokens=3, cost_usd=None)),
        Answered(reviewer="gpt", chunk=1, failure="not asked", left_out=Limit.COST, duration_s=1.5),
    ),
    duration_s=2.0,
)
CONFIG = config(paths=[PathRule(match="b.py", instructions="Mind x.", reviewers=("gpt",))], max_cost_usd=None)


def again(value: object, kind: type[object]) -> object:
    return from_json(kind, Node(json.loads(json.dumps(to_json(value))), "x.json"))


def test_what_is_written_can_be_read_again() -> None:
    read = parse_patch(PATCH)
    assert again(Change(diff=read, base="b" * 40), Change) == Change(diff=read, base="b" * 40)
    assert again(ASKED, Asked) == ASKED
    assert again(ANSWERS, Answers) == ANSWERS
    assert again(CONFIG, type(CONFIG)) == CONFIG


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Usage, [], "must be an object"),
        (Usage, {"input_tokens": "3"}, "input_tokens: must be a whole number"),
        (Usage, {"input_tokens": True}, "must be a whole number"),
        (Usage, {"cost_usd": "free"}, "must be a number"),
        (Usage, {"cost_usd": 1e999}, "beyond any number"),
        (Usage, {"cost_usd": 10**400}, "beyond any number"),
        (Answered, {"reviewer": "opus"}, "chunk: is missing"),
        (Answered, {"reviewer": "opus", "chunk": 1, "left_out": "limits.luck"}, "must be one of limits.max_cost_usd"),
        (Answered, {"reviewer": "opus", "chunk": 1, "cut_off": 1}, "must be true or false"),
        (FileDiff, {"path": "a", "status": "modified", "hunks": {}}, "hunks: must be a list"),
        (FileDiff, {"path": "a", "status": "melted"}, "status: must be one of added"),
        (Hunk, {"old_start": 1}, "old_count"),
        (
            Hunk,
            {"old_start": 1, "old_count": 1, "new_start": 1, "new_count": 1, "section": "", "lines": ["?x"]}
            | {"no_newline": []},
            "lines[0]: must be a line with its sign in front",
        ),
        (
            Hunk,
            {"old_start": 1, "old_count": 9, "new_start": 1, "new_count": 1, "section": "", "lines": [" x"]}
            | {"no_newline": []},
            "its lines are not as many as it says",
        ),
    ],
)
def test_what_is_not_of_its_type_is_refused_with_its_place(kind: type[object], value: Json, said: str) -> None:
    with pytest.raises(InputError) as caught:
        from_json(kind, Node(value, "x.json"))
    assert said in str(caught.value)


def recorded(folder: Path, *hidden: str, asked: Asked = ASKED, answers: Answers = ANSWERS) -> Recorder:
    recorder = Recorder(folder, hidden=hidden)
    recorder.begin(asked, CONFIG)
    recorder.end(answers)
    return recorder


def test_a_record_is_three_files_of_its_owner(tmp_path: Path) -> None:
    assert recorded(tmp_path / "r" / "s").problem is None
    assert sorted(path.name for path in (tmp_path / "r" / "s").iterdir()) == [
        "answers.json",
        "change.json",
        "config.json",
    ]
    assert (tmp_path / "r" / "s").stat().st_mode & 0o077 == 0
    assert read_record(tmp_path / "r" / "s") == Recording(asked=ASKED, config=CONFIG, answers=ANSWERS)


@pytest.mark.requirement("R9")
def test_no_secret_and_no_key_is_kept(tmp_path: Path) -> None:
    token, key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2, "canary-key-0123456789abcdef"
    leaky = change(file("a.py", hunk(f'+TOKEN = "{token}"\n+KEY = "{key}"')), subjects=[f"Use {token}"])
    said = Answers(
        answers=(Answered(reviewer="opus", chunk=1, reply=f'{{"findings": []}} {token} {key} {key[::-1]}'),),
        duration_s=1.0,
    )
    recorded(tmp_path, key, asked=replace(ASKED, change=leaky), answers=said)
    text = "".join(path.read_text() for path in tmp_path.iterdir())
    for secret in (token, key, key[::-1]):
        assert secret not in text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("answers.json", None, "the run ended before the answers were there"),
        ("change.json", None, "has no change.json; it is no record"),
        ("config.json", "{", "config.json: is not JSON that can be used"),
        ("change.json", "[]", "change.json: must be an object"),
        ("change.json", '{"format": 99}', "this version of reviewbot replays format 1"),
        ("change.json", '{"format": 1}', "change.json: tool: is missing"),
        ("answers.json", '{"format": 1, "answers": 3, "duration_s": 1}', "answers.json: answers: must be a list"),
    ],
)
def test_a_damaged_record_is_refused(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    recorded(tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError) as caught:
        read_record(tmp_path)
    assert said in str(caught.value)


def test_a_chunk_of_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    recorded(tmp_path, asked=replace(ASKED, chunks=(Read(number=1, paths=("../x",), reviewers=()),)))
    with pytest.raises(InputError, match="chunk 1 holds a file that is not in the change"):
        read_record(tmp_path)


def test_a_file_that_is_in_no_chunk_and_a_chunk_that_is_there_twice_are_refused(tmp_path: Path) -> None:
    recorded(tmp_path / "lost", asked=replace(ASKED, chunks=()))
    with pytest.raises(InputError, match=r"a\.py is neither in a chunk nor skipped"):
        read_record(tmp_path / "lost")
    recorded(tmp_path / "twice", asked=replace(ASKED, chunks=ASKED.chunks * 2))
    with pytest.raises(InputError, match="two chunks have the same number"):
        read_record(tmp_path / "twice")


def test_a_file_that_is_already_there_is_not_written_over(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, hidden=())
    (tmp_path / "config.json").write_text("mine")
    recorder.begin(ASKED, CONFIG)
    assert recorder.problem is not None
    assert (tmp_path / "config.json").read_text() == "mine"


def test_a_path_that_is_a_secret_is_replaced_everywhere_and_the_record_replays(tmp_path: Path) -> None:
    path = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2 + ".txt"
    asked = replace(
        ASKED,
        change=change(file(path, hunk("+x = 1"))),
        chunks=(Read(number=1, paths=(path,), reviewers=("opus", "gpt")),),
        skipped=(),
    )
    recorded(tmp_path, asked=asked)
    assert path not in "".join(kept.read_text() for kept in tmp_path.iterdir())
    assert isinstance(read_record(tmp_path), Recording)


@pytest.mark.requirement("R9", "R23")
def test_no_word_about_the_change_keeps_a_secret_that_was_sent_as_it_was(tmp_path: Path) -> None:
    token, key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2, pem(Random(3), lines=4)
    moved = file(f"{token}-2.txt", status=FileStatus.RENAMED, old_path=f"{token}.txt")
    shown = file("k.py", hunk("\n".join(f"+{line}" for line in key)))
    asked = replace(
        ASKED,
        change=replace(change(moved, shown), label=f"the diff of {token}.patch"),
        chunks=(Read(number=1, paths=("k.py",), reviewers=("opus", "gpt")),),
        skipped=(
            SkippedFile(
                path=moved.path,
                status=FileStatus.RENAMED,
                reason=f"renamed from {moved.old_path} without a change",
                gap=False,
            ),
        ),
        own_findings=(
            finding("reviewbot", moved.path, None, title=f"Hidden text: {token}", body=f"`{token}` hides."),
            finding("reviewbot", "k.py", 2, placed=True, source=key[1]),
        ),
        notes=(f"{token} was read.",),
        posted=(
            Posted(
                fingerprint="f" * 16,
                path=f"{token}.txt",
                side=Side.RIGHT,
                category=Category.SECURITY,
                severity=Severity.LOW,
                title=f"{token} is read",
                body=f"It is {token}.",
                reviewers=("opus",),
                of=2,
                source="",
                declined=f"by eve: {token}",
            ),
        ),
    )
    recorded(tmp_path, asked=asked)
    text = (tmp_path / "change.json").read_text()
    assert token not in text
    assert not [line for line in key if line in text]
    kept = read_record(tmp_path)
    assert isinstance(kept, Recording)
    assert kept.asked.skipped[0].reason == "renamed from [REDACTED:github-token].txt without a change"


def test_a_key_is_hidden_however_json_spells_it_and_no_word_of_the_form_is_touched(tmp_path: Path) -> None:
    key = 'zq"W8\\e7RtYpLm'
    recorded(tmp_path, key, "number", "200000", asked=replace(ASKED, notes=(f"It is {key}.",)))
    assert isinstance(read_record(tmp_path), Recording)
    assert json.dumps(key)[1:-1] not in "".join(kept.read_text() for kept in tmp_path.iterdir())


def test_words_and_numbers_of_the_environment_are_no_secrets() -> None:
    environ = {"TOKEN_LIMIT": "200000", "SSH_KEY_TYPE": "ed25519", "X_KEYMAP": "emacs", "API_KEY": "k3y-0123456789"}
    assert secret_values(environ) == ("ed25519", "k3y-0123456789")


def test_a_merge_keeps_no_secret_that_is_spelt_in_escapes(tmp_path: Path) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in token)
    data = f'{{"reviewer": "opus", "findings": [], "model": "{escaped}"}}'.encode()
    Recorder(tmp_path, hidden=()).keep_merge(Merge(files=(NamedBytes(name="a.json", data=data),)), CONFIG)
    record = read_record(tmp_path)
    assert isinstance(record, MergeRecord)
    assert json.loads(record.merge.files[0].data)["model"] == "[REDACTED:github-token]"


@pytest.mark.parametrize("depth", [100, 700, 100_000])
def test_a_merge_keeps_a_file_that_is_nested_deeply(tmp_path: Path, depth: int) -> None:
    data = b'{"note": "x", "more": ' + b"[" * depth + b"]" * depth + b"}"
    Recorder(tmp_path, hidden=()).keep_merge(Merge(files=(NamedBytes(name="a.json", data=data),)), CONFIG)
    record = read_record(tmp_path)
    assert isinstance(record, MergeRecord)
    assert record.merge.files[0].data == data


def test_a_merge_keeps_no_secret_that_is_nested_deeply(tmp_path: Path) -> None:
    token = "\\u0067hp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
    data = b'{"more": ' + b"[" * 700 + f'"{token}"'.encode() + b"]" * 700 + b"}"
    Recorder(tmp_path, hidden=()).keep_merge(Merge(files=(NamedBytes(name="a.json", data=data),)), CONFIG)
    assert "a1B2c3D4e5F6g7H8i9J0" not in (tmp_path / "merge.json").read_text()


@pytest.mark.parametrize(
    "answers", [(Answered(reviewer="eve", chunk=1),), (Answered(reviewer="opus", chunk=9),), ANSWERS.answers[:1] * 2]
)
def test_an_answer_that_was_not_due_is_refused(tmp_path: Path, answers: tuple[Answered, ...]) -> None:
    recorded(tmp_path, answers=Answers(answers=answers, duration_s=1.0))
    with pytest.raises(InputError, match="was not due"):
        read_record(tmp_path)


def test_two_runs_into_one_folder_do_not_mix_their_files(tmp_path: Path) -> None:
    first, second = Recorder(tmp_path, hidden=()), Recorder(tmp_path, hidden=())
    first.begin(ASKED, CONFIG)
    second.begin(replace(ASKED, tool="9"), CONFIG)
    second.end(Answers(answers=(), duration_s=9.0))
    first.end(ANSWERS)
    assert (first.problem, second.problem is None) == (None, False)
    assert read_record(tmp_path) == Recording(asked=ASKED, config=CONFIG, answers=ANSWERS)


def test_half_of_a_surrogate_pair_in_what_a_merge_read_is_a_question_mark(tmp_path: Path) -> None:
    Recorder(tmp_path, hidden=()).keep_merge(Merge(files=(NamedBytes(name="a.json", data=b"{}"),)), CONFIG)
    kept = tmp_path / "merge.json"
    kept.write_text(kept.read_text().replace('"{}"', '"\\ud800"'))
    record = read_record(tmp_path)
    assert isinstance(record, MergeRecord)
    assert record.merge.files[0].data == b"?"
