"""Keys that an answer spells with the escapes of JSON, which nobody sees before it is decoded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from reviewbot.model import Anchor, Finding, Outcome, Reviewed
from reviewbot.sanitize.keys import hide_secrets

_ESCAPED = re.compile(r"\\(?:u00[2-7]|x[2-7]|/)", re.IGNORECASE)


def spells_with_escapes(reply: str) -> bool:
    """Whether a letter, a digit or a sign of ASCII stands in it in another form than itself."""
    return _ESCAPED.search(reply) is not None


def without_keys(outcome: Outcome, values: Sequence[str]) -> Outcome:
    """The outcome without any of these values in what its findings say. The answer as it came was looked through
    before; what it spells with escapes is looked through here."""
    if not isinstance(outcome, Reviewed) or not values or not spells_with_escapes(outcome.reply):
        return outcome
    return replace(
        outcome,
        findings=tuple(_clean(finding, values) for finding in outcome.findings),
        dropped=tuple(hide_secrets(reason, values) for reason in outcome.dropped),
    )


def _clean(finding: Finding, values: Sequence[str]) -> Finding:
    def hide(text: str | None) -> str | None:
        return None if text is None else hide_secrets(text, values)

    anchor: Anchor = replace(finding.anchor, path=hide(finding.anchor.path))
    return replace(
        finding,
        anchor=anchor,
        title=hide_secrets(finding.title, values),
        body=hide_secrets(finding.body, values),
        quote=hide(finding.quote),
        suggestion=hide(finding.suggestion),
    )
