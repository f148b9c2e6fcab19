"""Write the table of secrets into docs/secrets.md: what is known, under which name, by what.

python tools/secrets_reference.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from reviewbot.stages.secrets.formats import FORMATS
from reviewbot.stages.secrets.rules import IN_FILES, PRIVATE_KEY, RULES
from reviewbot.stages.secrets.services import SERVICES

DOCUMENT = Path(__file__).parents[1] / "docs" / "secrets.md"
BEGIN, END = "<!-- table: make docs -->\n", "<!-- end of the table -->\n"


def table() -> str:
    """A row for each rule; the ones that a shape of their own gives away first."""
    shaped = (*FORMATS, *SERVICES)
    rows = ["| `[REDACTED:...]` | what it is | known by |", "|---|---|---|"]
    for rule in (*shaped, PRIVATE_KEY, *RULES[len(shaped) :], *(rule for rule, _ in IN_FILES)):
        known = ", ".join(f"`{hint}`" for hint in rule.hint) or "its shape"
        if rule is PRIVATE_KEY:
            known = "the lines between its markers: PEM, OpenSSH, OpenPGP, PuTTY"
        elif "secret" not in rule.pattern.groupindex and rule.spaced:
            known = "its shape"
        elif rule.spaced:
            known = f"what stands before it: {known}"
        rows.append(f"| `{rule.name}` | {rule.title} | {known} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """The document with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"wrote {DOCUMENT}\n")
