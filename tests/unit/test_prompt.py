from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from values import file, hunk

from reviewbot.config.values import InstructionText
from reviewbot.model import Category, Chunk, FileDiff, FileStatus, Prompt, Segment, Severity
from reviewbot.stages.prompt import answer_schema, build_system, build_user, render_segment
from reviewbot.stages.reply import parse_reply

MARK = "=== 5ca1ab1e ==="


def segment(changed: FileDiff) -> Segment:
    return Segment(file=changed, hunks=changed.hunks)


def prompt(
    *files: FileDiff,
    brief: str | None = None,
    own: tuple[str, ...] = (),
    mark: str = MARK,
) -> Prompt:
    chunk = Chunk(
        number=1, segments=tuple(map(segment, files)), reviewers=("opus",), instructions=("For *.py: be kind",)
    )
    return Prompt(
        system=build_system(
            brief=InstructionText(source="b.md", text=brief) if brief else None,
            instructions=[InstructionText(source="AGENTS.md", text=text) for text in own],
        ),
        user=build_user(chunk, delimiter=mark),
    )


EDITED = file("src/a.py", hunk(" keep\n-old\n+new\n+more", old=9, new=11, section="def f():"))


def test_lines_carry_the_numbers_of_their_side() -> None:
    assert render_segment(segment(EDITED)) == (
        "\nFile: src/a.py (modified)\n@@ def f():\n    11   keep\n   L10 - old\n    12 + new\n    13 + more"
    )


def test_a_rename_says_where_the_file_came_from() -> None:
    renamed = file("new.py", hunk("+x"), status=FileStatus.RENAMED, old_path="old.py")
    assert "File: new.py (renamed, from old.py)" in render_segment(segment(renamed))


def test_a_changed_mode_and_a_symbolic_link_are_told() -> None:
    assert "mode 100644 to 100755" in render_segment(segment(replace(EDITED, new_mode="100755")))
    assert "symbolic link" in render_segment(segment(replace(EDITED, new_mode="120000", old_mode="120000")))


@pytest.mark.requirement("R26")
def test_invisible_characters_are_shown_and_the_end_of_a_crlf_line_is_not() -> None:
    odd = file("a\u202e.py", hunk("+x\u200by\r"))
    assert "a<U+202E>.py" in render_segment(segment(odd))
    assert render_segment(segment(odd)).endswith("+ x<U+200B>y")


@pytest.mark.requirement("R26")
@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\U000e0041", "\n"])
def test_whatever_is_said_of_a_file_shows_what_is_hidden_in_it(hidden: str) -> None:
    name = f"a{hidden}b"
    lines = hunk(f"-{name}\n {name}\n+{name}" if hidden != "\n" else "+x", section=name)
    told = render_segment(segment(file(f"{name}.py", lines, status=FileStatus.RENAMED, old_path=f"old {name}.py")))
    shown = f"a<U+{ord(hidden):04X}>b"
    assert f"File: {shown}.py (renamed, from old {shown}.py)\n@@ {shown}\n" in told
    assert told.count(shown) == (6 if hidden != "\n" else 3)
    assert name not in told


def test_a_missing_last_newline_is_told() -> None:
    plain = hunk("+x")
    last = replace(plain, lines=(replace(plain.lines[0], no_newline=True),))
    assert render_segment(segment(file("a.py", last))).endswith("no newline at the end of the file")


def test_the_persons_words_go_in_verbatim_and_after_ours() -> None:
    words = "Look   at *locks*\n\n\tfirst {braces} %s"
    system = prompt(EDITED, brief=words, own=("Be strict.",)).system
    assert system.endswith("Be strict.\n\n" + words)
    assert "Where they differ from what stands above, they hold" in system


@pytest.mark.requirement("R26")
def test_nothing_of_the_change_stands_in_the_system_message() -> None:
    system = prompt(EDITED).system
    assert "src/a.py" not in system
    assert MARK not in system


def test_the_system_message_is_the_same_for_every_change_and_run() -> None:
    assert prompt(EDITED).system == prompt(file("z.py", hunk("+q")), mark="other").system


@pytest.mark.requirement("R26")
def test_all_text_of_the_change_stands_between_the_two_marks() -> None:
    user = prompt(EDITED).user
    before, inside, after = user.split(f"\n{MARK}\n")[0], user.split(MARK)[2], user.split(MARK)[3]
    assert "For *.py: be kind" in before
    assert "src/a.py" in inside
    assert after == ""
    assert user.count(MARK) == 3


def test_the_form_that_is_asked_for_can_be_read_once_it_is_filled_in() -> None:
    system = prompt(EDITED).system
    form = system[system.index('{"findings": [{') : system.index("Keep a range short")]
    for names, choice in ((Category, "security"), (Severity, "high")):
        form = form.replace("|".join(names), choice)
    (read,) = parse_reply(form, reviewer="opus", chunk=1).findings
    assert (read.category, read.severity) == (Category.SECURITY, Severity.HIGH)


def test_the_judgement_is_asked_for_after_the_reason() -> None:
    properties = list(json.loads(json.dumps(answer_schema()))["properties"]["findings"]["items"]["properties"])
    assert properties.index("body") < properties.index("severity") < properties.index("suggestion")
    form = prompt(EDITED).system
    assert form.index('"body"') < form.index('"severity"') < form.index('"suggestion"')


def test_the_schema_requires_every_key_as_strict_providers_demand() -> None:
    items = json.loads(json.dumps(answer_schema()))["properties"]["findings"]["items"]
    assert items["required"] == list(items["properties"])
    assert items["additionalProperties"] is False
