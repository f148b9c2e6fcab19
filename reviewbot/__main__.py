"""`python -m reviewbot`: the same command line as the `reviewbot` entry point."""

import sys

if not sys.flags.safe_path:
    # `-m` puts the current folder first, and with it whatever litellm.py a reviewed tree may hold.
    del sys.path[0]

from reviewbot.cli import run

if __name__ == "__main__":
    run()
