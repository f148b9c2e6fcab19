"""`reviewbot demo`: the real pipeline, with recorded answers in place of models."""

from __future__ import annotations

import os
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

import click

from reviewbot.cli.options import read_targets
from reviewbot.cli.output import use_color, write_report
from reviewbot.cli.progress import watch

_CONFIG = """\
reviewers:
  - {{name: opus, model: anthropic/claude-opus-4-6, api_base: "{base}", api_key_env: DEMO}}
  - {{name: gpt, model: openai/gpt-5.4, api_base: "{base}/v1", api_key_env: DEMO}}
  - {{name: gemini, model: gemini/gemini-3.5-flash, api_base: "{base}", api_key_env: DEMO}}
"""


@click.command()
@click.option("--format", "formats", multiple=True, metavar="FORMAT[=FILE]", help="text, json or markdown.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Also what each reviewer said in its own words.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def demo(*, formats: tuple[str, ...], quiet: bool, verbose: bool, color: str) -> int:
    """A whole review on a bundled change with recorded answers of three reviewers.

    No key and no network are needed. Everything but the models is real: the answers come over HTTP from a server on
    this machine, through the same code as any other answer. Exits with 0 whatever the verdict is.
    """
    targets = read_targets(formats, None)

    from reviewbot import app
    from reviewbot.config.overrides import Overrides
    from reviewbot.demo.server import Recording, serve
    from reviewbot.surroundings import Surroundings

    bundled = files("reviewbot.demo")
    answers = bundled / "answers"
    recordings = {
        "anthropic": Recording(
            text=(answers / "opus.txt").read_text("utf-8"), seconds=1.2, input_tokens=2310, output_tokens=552
        ),
        "openai": Recording(
            text=(answers / "gpt.txt").read_text("utf-8"), seconds=0.7, input_tokens=2204, output_tokens=431
        ),
        "gemini": Recording(
            text=(answers / "gemini.txt").read_text("utf-8"), seconds=0.4, input_tokens=2267, output_tokens=318
        ),
    }
    if not quiet:
        click.echo("This is a demo: the answers are recorded, no model is asked and nothing is billed.\n", err=True)
    with serve(recordings) as base, tempfile.TemporaryDirectory() as folder:
        Path(folder, ".reviewbot.yaml").write_text(_CONFIG.format(base=base), encoding="utf-8")
        request = app.Request(
            source=app.Patch(data=(bundled / "change.patch").read_bytes(), name="the bundled change"),
            around=Surroundings(
                cwd=Path(folder),
                environ={"DEMO": "recorded", "PATH": os.environ.get("PATH", os.defpath)},
                config_path=None,
                overrides=Overrides(),
            ),
        )
        report = app.review(request, watch(quiet=quiet, color=use_color(color, sys.stderr)))
    write_report(report, targets, color=color, verbose=verbose)
    if not quiet and report.verdict.fails:
        click.echo("\nA push or a CI job would have failed here; the demo itself exits with 0.", err=True)
    return 0
