"""Diffs to read, made from nothing: sections, hunks whose counts are right most often, lines that look like others."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_NAMES = (b"a.py", b"src/b c.py", b'"t\\tb"', "\u00e9.md".encode(), b"\xff.bin", b"x => y", b"+++ b", b"@@ -1 +1 @@")
_TEXTS = (
    b"",
    b"x",
    b"return 1",
    b"-- a/x",
    b"++ b/x",
    b"@@ -1 +1 @@",
    b"diff --git a/x b/x",
    b"\r",
    b"\xff\xfe",
    b"\x0c",
    b"\xe2\x80\xa8",
)


def _hunks(chance: Random, words: Sequence[bytes]) -> bytes:
    """Hunks whose counts are right, most often."""
    made, old, new = b"", 1, 1
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        old, new = old + chance.choice((0, 3, 90)), new + chance.choice((0, 3, 90))
        signs = chance.choices(b" +-", k=chance.choice((1, 2, 3, 8, 40)))
        lines = [
            bytes([sign]) + chance.choice((chance.choice(_TEXTS), chance.choice(words).strip(b"\n"))) for sign in signs
        ]
        body = b"".join(line + chance.choice((b"\n", b"\n", b"\n", b"\r\n")) for line in lines)
        if chance.random() < 0.2:
            body += b"\\ No newline at end of file\n"
        counts = [sum(sign in kinds for sign in signs) for kinds in (b" -", b" +")]
        if chance.random() < 0.1:
            counts[chance.randrange(2)] += chance.choice((-1, 1, 10**6))
        made += b"@@ -%d,%d +%d,%d @@%s\n" % (old, counts[0], new, counts[1], chance.choice((b"", b" def f():"))) + body
        old, new = old + counts[0], new + counts[1]
    return made


def patches(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Sections of a diff, of git and of others, with hunks of their own; now and then one of the seeds between."""
    made = b""
    for _ in range(chance.choice((1, 1, 2, 4))):
        name, other = chance.choice(_NAMES), chance.choice(_NAMES)
        header = chance.choice(
            (
                b"diff --git a/%s b/%s\nindex 1111111..2222222 100644\n--- a/%s\n+++ b/%s\n" % (name, name, name, name),
                b"diff --git a/%s b/%s\nnew file mode 100755\n--- /dev/null\n+++ b/%s\n" % (name, name, name),
                b"diff --git a/%s b/%s\ndeleted file mode 100644\n--- a/%s\n+++ /dev/null\n" % (name, name, name),
                b"diff --git a/%s b/%s\nsimilarity index 50%%\nrename from %s\nrename to %s\n"
                % (name, other, name, other),
                b"--- %s\t2026-11-28 10:00:00\n+++ %s\t2026-11-28 10:01:00\n" % (name, other),
                b"Index: %s\n=====\n--- %s\t(revision 1)\n+++ %s\t(working copy)\n" % (name, name, name),
                chance.choice(words),
            )
        )
        made += header + (_hunks(chance, words) if chance.random() < 0.9 else chance.choice(seeds))
    return made


def raw_patches(chance: Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """git's list of files and the patch behind it, which agree, most often."""
    listed, sections = [], []
    for number in range(chance.choice((1, 2, 4))):
        ids = b"%040x" % (number + 1), b"%040x" % (number + 100)
        name, status = (
            chance.choice(_NAMES),
            chance.choice((b"M", b"M", b"M", b"A", b"D", b"R090", b"C100", b"T", b"U", b"X")),
        )
        old_mode, new_mode = chance.choice(((b"100644", b"100644"), (b"100644", b"100755"), (b"000000", b"120000")))
        names = name + b"\0" + (chance.choice(_NAMES) + b"\0" if status[:1] in b"RC" else b"")
        listed.append(b":%s %s %s %s %s\0%s" % (old_mode, new_mode, *ids, status, names))
        head = b"diff --git a/x b/x\nindex %s..%s 100644\n--- a/x\n+++ b/x\n" % ids
        sections += [head + _hunks(chance, words)] * {b"T": 2, b"U": 0}.get(status, 1)
    if chance.random() < 0.1:
        chance.shuffle(sections)
    return b"".join(listed) + b"\0" + b"".join(sections)
