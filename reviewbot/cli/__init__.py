"""The doors: words and environment -> a request; a report -> text and an exit code. No decisions about findings."""

import os


def run() -> None:
    """The `reviewbot` command. An interrupt while it is still being loaded ends it as quietly as any later one."""
    try:
        from reviewbot.cli.main import main

        main()
    except KeyboardInterrupt:
        os._exit(130)
