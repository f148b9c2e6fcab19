"""The text of the hook: made, recognised, told from what somebody made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import UsageError
from reviewbot.hook_file.script import read_command, read_script, render_command, render_script

ODD_PATHS = ["/usr/bin/python3", '/a b/it\'s "x"/$HOME/`id`/py', "/\udcff/python", "/tab\there/p;q&r/*", "/-I/café"]


@pytest.mark.parametrize("python", ODD_PATHS)
def test_a_hook_names_its_interpreter_whatever_is_in_its_path(python: str) -> None:
    script = read_script(render_script(python))
    assert script is not None
    assert (script.python, script.intact) == (python, True)
    command = read_command(render_command(python))
    assert (command.python, command.intact) == (python, True)


@pytest.mark.parametrize("python", ["/a\nb/python", "/a\r/python", "/a\0"])
def test_a_path_that_no_line_can_hold_is_refused(python: str) -> None:
    for render in (render_script, render_command):
        with pytest.raises(UsageError, match="line end"):
            render(python)


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), min_size=1))
def test_every_other_path_comes_back_as_it_was(python: str) -> None:
    script, command = read_script(render_script(python)), read_command(render_command(python))
    assert script is not None
    assert script.python == command.python == python
    assert script.intact
    assert command.intact


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"echo more\n",
        lambda data: data.replace(b"exit", b"exit 0 #", 1),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"python=", b"python=/other/", 1),
    ],
    ids=["appended", "changed", "line ends", "interpreter"],
)
def test_a_hook_that_somebody_changed_is_still_known_and_told_from_ours(change: object) -> None:
    assert callable(change)
    script = read_script(change(render_script("/py")))
    assert script is not None
    assert not script.intact


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#!/bin/sh\nreviewbot hook pre-push\n",
        b"#!/bin/sh\n# reviewbot-hook\n",
        b"\xff\x00",
        render_script("/p")[1:],
    ],
)
def test_what_others_wrote_is_not_ours(data: bytes) -> None:
    assert read_script(data) is None


def test_a_hook_of_another_version_is_intact_and_its_interpreter_known() -> None:
    from hashlib import sha256

    body = b"# another text\npython='/old py'\nexec \"$python\"\n"
    script = read_script(b"#!/bin/sh\n# reviewbot-hook 7 %s\n%s" % (sha256(body).hexdigest().encode(), body))
    assert script is not None
    assert (script.python, script.intact) == ("/old py", True)


@pytest.mark.parametrize("command", ["reviewbot hook pre-push", "x; reviewbot_hook 'a", render_command("/p") + " more"])
def test_a_command_that_somebody_wrote_into_our_section_is_not_intact(command: str) -> None:
    assert not read_command(command).intact
