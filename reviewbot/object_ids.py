"""What a git object's id looks like."""

from __future__ import annotations

import re

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""SHA-1 or SHA-256, to be matched whole."""
