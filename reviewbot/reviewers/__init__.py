"""Reviewers: where a model lives, what it costs, and how it is asked."""

import sys

# httpx offers a command of its own where its packages are installed, and imports them all for it; without, it goes on.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # None is how a module is declared absent
