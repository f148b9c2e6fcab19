"""Write the bill of materials of a release, in CycloneDX 1.6: `make sbom` runs it.

https://cyclonedx.org/docs/1.6/json has the form. Packages, hashes and who asks for whom come from requirements/run.txt,
licences from the metadata of the installed wheels. The same lock and the same installation give the same document.
"""

from __future__ import annotations

import json
import sys
import tomllib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from locked import Locked, read_lock

ROOT = Path(__file__).parents[1]
_SPACE = uuid.UUID("2f2a6f52-6a7b-5c0e-9d43-0f6c6a1d7c1e")
"""Of our serial numbers; any constant will do."""

Json = None | bool | int | float | str | Sequence["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What a package says of its licence, in the language of SPDX (`expression`) or in words of its own."""

    text: str
    expression: bool


Licences = Callable[[str], Licence | None]
"""The name of a package -> its licence; None when its metadata does not tell."""


def bill(locked: Sequence[Locked], *, name: str, version: str, licence: Licences) -> dict[str, Json]:
    """The document for a release of the package `name`."""
    root = f"pkg:pypi/{name}@{version}"
    uses: dict[str, list[str]] = {root: [_ref(package) for package in locked if package.wanted]}
    for user in locked:
        uses[_ref(user)] = [_ref(package) for package in locked if user.name in package.via]
    document: dict[str, Json] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": root, "name": name, "version": version, "purl": root}
        },
        "components": [_component(package, licence(package.name)) for package in locked],
        "dependencies": [{"ref": ref, "dependsOn": sorted(used)} for ref, used in uses.items()],
    }
    return {**document, "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, json.dumps(document, sort_keys=True))}"}


def _ref(package: Locked) -> str:
    return f"pkg:pypi/{package.name}@{package.version}"


def _component(package: Locked, licence: Licence | None) -> dict[str, Json]:
    """Hashes stand at the release's page, for they are those of its files, of which one is installed."""
    hashes: list[Json] = [{"alg": "SHA-256", "content": digest} for digest in package.hashes]
    page = f"https://pypi.org/project/{package.name}/{package.version}/"
    return {
        "type": "library",
        "bom-ref": _ref(package),
        "name": package.name,
        "version": package.version,
        "purl": _ref(package),
        **({"licenses": [_stated(licence)]} if licence else {}),
        "externalReferences": [{"type": "distribution", "url": page, "hashes": hashes}],
        **({"properties": [{"name": "marker", "value": package.marker}]} if package.marker else {}),
    }


def _stated(licence: Licence) -> Json:
    return {"expression": licence.text} if licence.expression else {"license": {"name": licence.text}}


def installed_licence(name: str) -> Licence | None:
    """As the metadata of an installed package has it, in one line; None where it is not installed or does not tell.

    Only `License-Expression` is SPDX: https://packaging.python.org/en/latest/specifications/core-metadata/
    """
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := "".join(about.get_all("License-Expression") or []).strip():
        return Licence(text=expression, expression=True)
    classifiers = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or [] if line[:7] == "License"]
    stated = about.get_all("License") or [", ".join(classifiers)]
    text = stated[0].partition("\n")[0].strip()
    return Licence(text=text, expression=False) if text else None


def main(output: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = read_lock((ROOT / "requirements/run.txt").read_text("utf-8"))
    document = bill(locked, name=project["name"], version=project["version"], licence=installed_licence)
    output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
