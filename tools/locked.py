"""What a lock file in requirements/ says: the packages, with their hashes and what they are there for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>[^\\]+?))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"#\s+(?:via\s+)?(?P<what>\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """One package of a lock.

    hashes: sha256 of every file of the release that may be installed, in hex.
    via: packages of the same lock that ask for it. wanted: the project itself does.
    """

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    via: tuple[str, ...]
    wanted: bool


def read_lock(text: str) -> tuple[Locked, ...]:
    """The packages of a lock, in its order. Raises ValueError for a line that is none of a lock's.

    An address, an option, a range or a package without a hash is no line of a lock.
    """
    logical = text.replace("\\\n", " ").splitlines()
    starts = [number for number, line in enumerate(logical) if line and not line.lstrip().startswith("#")]
    ends = [*starts[1:], len(logical)]
    return tuple(_locked(logical[start], logical[start + 1 : end]) for start, end in zip(starts, ends, strict=True))


def _locked(line: str, comments: list[str]) -> Locked:
    requirement, _, rest = line.partition(" --hash=")
    found = _REQUIREMENT.fullmatch(requirement.strip())
    hashes = _HASH.findall(f"--hash={rest}")
    if found is None or not hashes or rest.count("--hash=") != len(hashes) - 1:
        raise ValueError(f"{line[:80]!r} is not a package with one version and its hashes")
    said = [via["what"] for comment in comments if (via := _VIA.fullmatch(comment.strip()))]
    return Locked(
        name=found["name"],
        version=found["version"],
        marker=found["marker"],
        hashes=tuple(hashes),
        via=tuple(what for what in said if re.fullmatch(r"[a-z0-9][a-z0-9.-]*", what) and what != "via"),
        wanted=any("pyproject.toml" in what for what in said),
    )
