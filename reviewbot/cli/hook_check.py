"""The run behind the hook's doors: find what a push brings, review it within the deadline, show it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.cli.clock import Deadline, OutOfTime
from reviewbot.cli.options import Shared, Target, open_memory, open_recorder, surroundings
from reviewbot.cli.output import (
    report_text,
    screen_width,
    speaks_unicode,
    use_color,
    write_file,
    write_report,
    write_stderr,
    write_stdout,
)
from reviewbot.errors import ConfigError, OutputError, ReviewbotError, UsageError
from reviewbot.outgoing import Named, Outgoing, Push, find_outgoing, find_repository, load_for_push
from reviewbot.pushed import RefUpdate

if TYPE_CHECKING:  # importing them costs time that a push of what the remote has should not take
    from reviewbot.config.values import HookConfig, LoadedConfig
    from reviewbot.model import Report
    from reviewbot.platforms.git_checkout import Checkout
    from reviewbot.ports import Progress
    from reviewbot.push import Checked
    from reviewbot.record.folder import Recorder
    from reviewbot.remembering import Memory
    from reviewbot.surroundings import Surroundings

DEADLINE_S = 120.0
"""Until the configuration is read, which says another one, or the same."""
_NAMED = 10
"""Ranges of which each has its line when the deadline is over."""
_WAY_PAST = "REVIEWBOT_SKIP=1 git push"


def check(
    find_what: Callable[[], tuple[RefUpdate, ...] | Named],
    *,
    remote: str,
    url: str,
    shared: Shared,
    targets: Sequence[Target],
    started: float,
    pushes: bool,
) -> int:
    """Review what a push brings, show it, and give the exit code. Raises ReviewbotError when no review can begin.

    `find_what` may take its time: the deadline holds for it too. `pushes`: somebody waits for a push.
    """
    around = surroundings(shared)
    run = _Run(targets=targets, shared=shared)

    def find_push() -> Push:
        return Push(what=find_what(), remote=remote, url=url or remote)

    with Deadline(started=started, seconds=DEADLINE_S, last_words=run.last_words, code=lambda: run.code) as clock:
        try:
            return _carry_out(find_push, around, run, clock)
        except OutOfTime:
            run.last_words()
            os._exit(run.code)  # an end that waits for stdout would wait for whoever does not read it
        except BaseException as error:
            if run.outgoing is not None:
                run.outgoing.forget()
            if isinstance(error, ReviewbotError) and pushes:
                raise UsageError(f"{error}\n  to push without a review: `{_WAY_PAST}`") from None
            raise


def _carry_out(find_push: Callable[[], Push], around: Surroundings, run: _Run, clock: Deadline) -> int:
    checkout = find_repository(around)
    loaded = _config_or_fault(around, checkout)
    if not isinstance(loaded, ConfigError):
        run.hook = loaded.config.hook
        clock.move(run.hook.deadline_s)
    push = find_push()
    if not push.what:
        return 0
    run.outgoing = find_outgoing(push, checkout)
    if not run.outgoing.ranges and not run.outgoing.unread:
        run.say("reviewbot: nothing to review: the remote has every commit")
        return 0
    if isinstance(loaded, ConfigError):
        raise loaded
    from reviewbot.push import keep_unread, review_push, stops

    run.kept = run.outgoing.keep()
    run.memory = open_memory(around.cwd, no_cache=run.shared["no_cache"])
    checked = review_push(
        run.outgoing,
        loaded,
        around.environ,
        run.watch(),
        started=clock.started,
        memory=run.memory,
        recorder=run.recorder,
    )
    hook = loaded.config.hook
    code = stops(checked, run.outgoing.unread, hook)
    run.kept = keep_unread(run.outgoing, checked, stopped=code != 0)
    run.decided = code
    run.show(checked, run.outgoing, hook, stopped=code != 0)
    return code


def _config_or_fault(around: Surroundings, checkout: Checkout) -> LoadedConfig | ConfigError:
    """A fault counts only when there is something to review."""
    try:
        return load_for_push(around, checkout)
    except ConfigError as error:
        return error


class _Run:
    """What a run has found out so far, and how it is shown."""

    def __init__(self, *, targets: Sequence[Target], shared: Shared) -> None:
        self.targets = targets
        self.shared = shared
        self.outgoing: Outgoing | None = None
        self.hook: HookConfig | None = None
        self.memory: Memory | None = None
        self.kept = False
        """What goes out unread is remembered."""
        self.decided: int | None = None
        """The exit code, once only telling it is left."""
        self._on_screen = any(target.path is None and target.format == "text" for target in targets)

    def say(self, line: str) -> None:
        """A line for a person: on stdout, unless that carries a report for a machine."""
        if self._on_screen:
            _print(line + "\n")
        else:
            _tell(line)

    def watch(self) -> Progress:
        from reviewbot.cli.progress import watch

        return watch(quiet=self.shared["quiet"], color=use_color(self.shared["color"], sys.stderr))

    def recorder(self, number: int) -> Recorder | None:
        record = self.shared["record"]
        return open_recorder(record if record is None or number == 0 else f"{record}-{number + 1}")

    @property
    def code(self) -> int:
        """The exit code when the deadline is over."""
        if self.decided is not None:
            return self.decided
        return 3 if self.hook is not None and self.hook.stops_incomplete else 0

    def last_words(self) -> None:
        """The deadline is over: says what goes out unread, and keeps it in mind. Once the review is done, nothing."""
        from reviewbot.formats.push_line import unchecked

        if self.decided is not None:
            return
        why = f"hook.deadline_s ({self.hook.deadline_s if self.hook else DEADLINE_S:g} s) is over"
        if self.code:
            if self.outgoing is not None:
                self.outgoing.forget()
            self.say(f"reviewbot: INCOMPLETE, {why} and hook.on_incomplete is fail; to go past: `{_WAY_PAST}`")
            return
        if self.outgoing is not None and not self.kept:
            self.kept = self.outgoing.keep()
        labels = [new.label for new in self.outgoing.ranges] if self.outgoing else ["the push"]
        for label in labels[:_NAMED]:
            self.say(unchecked(label, f"nothing reviewed: {why}", remembered=self.kept))
        if len(labels) > _NAMED:
            more = f"{len(labels) - _NAMED:,} more ranges"
            self.say(unchecked(more, f"nothing reviewed: {why}", remembered=self.kept))

    def show(self, checked: Sequence[Checked], outgoing: Outgoing, hook: HookConfig, *, stopped: bool) -> None:
        """Every range, one after the other."""
        for note in self.memory.store.notes if self.memory else ():
            _tell(f"reviewbot: {note}")  # a cache that does not work costs money with every push
        for unknown in outgoing.unread:
            self._say_unread(unknown.update.target, unknown.reason, stopped=stopped, kept=False)
        stopping = [one for one in checked if one.blocks or (one.report is not None and one.report.verdict.fails)]
        for number, one in enumerate(checked):
            if one.report is None:
                self._say_unread(one.new.label, one.unread or "", stopped=stopped, kept=self.kept)
            else:
                text = self._text(one.report, hook, last=one is stopping[-1] if stopping else True)
                self._show(one.report, text, number)

    def _say_unread(self, label: str, why: str, *, stopped: bool, kept: bool) -> None:
        from reviewbot.formats.push_line import stopped_line, unchecked

        line = stopped_line(label, why) if stopped else unchecked(label, f"nothing reviewed: {why}", remembered=kept)
        self.say(f"{line} To go past: `{_WAY_PAST}`" if stopped else line)

    def _show(self, report: Report, text: str, number: int) -> None:
        if not any(target.format == "text" for target in self.targets):
            self.say(text.rstrip("\n"))
        for target in self.targets:
            path = target.path and _numbered(target.path, number)
            if target.format != "text":
                one = [Target(format=target.format, path=path)]
                write_report(report, one, color=self.shared["color"], verbose=self.shared["verbose"])
            elif path is None:
                _print(text)
            else:
                write_file(path, text)

    def _text(self, report: Report, hook: HookConfig, *, last: bool) -> str:
        """A line when the push may go on, else what it takes to go on: once, behind the last that stops it."""
        from reviewbot.formats.push_line import passed_line, unchecked_line
        from reviewbot.model import Conclusion

        conclusion = report.verdict.conclusion
        full = report_text(report, color=self._color, verbose=True) + "\n" if self.shared["verbose"] else ""
        if conclusion in (Conclusion.PASS, Conclusion.SKIPPED):
            return f"{full}{passed_line(report)}\n"
        if conclusion is Conclusion.INCOMPLETE and not hook.stops_incomplete:
            return f"{full}{unchecked_line(report, remembered=self.kept)}\n"
        from reviewbot.formats.push_screen import render_stop

        return full + render_stop(
            report,
            width=screen_width(),
            color=self._color,
            ascii_only=not speaks_unicode(),
            warned=hook.mode == "warn",
            ways=last,
        )

    @property
    def _color(self) -> bool:
        return use_color(self.shared["color"], sys.stdout)


def _numbered(path: Path, number: int) -> Path:
    """The file of the range with that number: the first has the name that was given."""
    return path if number == 0 else path.with_name(f"{path.stem}-{number + 1}{path.suffix}")


def _print(text: str) -> None:
    """On stdout; that nobody reads it there is no reason to stop a push."""
    try:
        write_stdout(text)
    except OutputError:
        _tell(text.rstrip("\n"))


def _tell(line: str) -> None:
    from reviewbot.sanitize import terminal

    write_stderr(terminal(line))
