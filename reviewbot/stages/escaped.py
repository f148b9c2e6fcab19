"""Keys that nobody sees in an answer before it is decoded, or before its words are cleaned of what stands between."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from reviewbot.model import Anchor, Finding, Outcome, Reviewed
from reviewbot.sanitize import clean_body, clean_title
from reviewbot.sanitize.keys import hide_secrets

_ESCAPED = re.compile(r"\\(?:u00[2-7]|x[2-7]|/)", re.IGNORECASE)


def spells_with_escapes(reply: str) -> bool:
    """Whether a letter, a digit or a sign of ASCII stands in it in another form than itself."""
    return _ESCAPED.search(reply) is not None


def without_keys(outcome: Outcome, values: Sequence[str]) -> Outcome:
    """The outcome without any of these values in what its findings say. The answer as it came was looked through
    before; what it spells with escapes, or parts by what is taken out of words, is looked through here."""
    if not isinstance(outcome, Reviewed) or not values:
        return outcome
    if spells_with_escapes(outcome.reply):
        outcome = replace(
            outcome,
            findings=tuple(_clean(finding, values) for finding in outcome.findings),
            dropped=tuple(hide_secrets(reason, values) for reason in outcome.dropped),
        )
    findings = tuple(_clean_once_cleaned(finding, values) for finding in outcome.findings)
    return outcome if findings == outcome.findings else replace(outcome, findings=findings)


def _clean_once_cleaned(finding: Finding, values: Sequence[str]) -> Finding:
    """A key with a tag or a comment of HTML between its letters is whole once these are gone."""
    title, body = clean_title(finding.title), clean_body(finding.body)
    shown = hide_secrets(title, values), hide_secrets(body, values)
    return finding if shown == (title, body) else replace(finding, title=shown[0], body=shown[1])


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
