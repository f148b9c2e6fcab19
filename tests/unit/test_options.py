"""Words of the command line that stand there so that a command which ends at once imports little."""

from __future__ import annotations

import subprocess
import sys

from reviewbot.cli.options import SEVERITIES
from reviewbot.model import Severity


def test_the_severities_of_the_options_are_those_of_the_model() -> None:
    assert tuple(Severity) == SEVERITIES


def test_a_push_with_nothing_to_review_imports_no_part_of_a_review() -> None:
    code = (
        "import io, sys; sys.argv = ['reviewbot', 'hook', 'pre-push', 'origin', 'x'];"
        "import reviewbot.cli.main as main; ended = main._run();"
        "sys.exit(ended or ' '.join(sorted(m for m in sys.modules if m.startswith(('reviewbot.', 'rich', 'yaml')))))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], input=b"", capture_output=True, check=False)
    imported = set(done.stderr.decode().split())
    assert imported == {
        "reviewbot.cli",
        "reviewbot.cli.hook",
        "reviewbot.cli.hook_run",
        "reviewbot.cli.lazy",
        "reviewbot.cli.main",
        "reviewbot.cli.options",
        "reviewbot.errors",
    }
