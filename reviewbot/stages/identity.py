"""What makes a finding the same finding in a later run, whatever its line number and its words are by then."""

from __future__ import annotations

import hashlib

from reviewbot.model import Finding


def plain(identity: str) -> str:
    """A fingerprint without the number that tells equal ones of one run apart."""
    return identity.partition("-")[0]


def fingerprint(finding: Finding) -> str:
    """The one that an earlier run gave it, else a hash of path, anchored source without its spacing, and category.

    Without an anchored line the title stands in for the source.
    """
    if finding.fingerprint is not None:
        return finding.fingerprint
    source = " ".join(finding.anchor.source.split()) or " ".join(finding.title.casefold().split())
    parts = (finding.anchor.path or "", source, finding.category.value)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
