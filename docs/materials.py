"""What the service is made of, as CycloneDX JSON: `make sbom` writes dist/sbom.cdx.json.

The pins of constraints.txt that the service needs at run time are required, the others excluded
(they build and check it); the vendored scripts of the pages stand beside them with their hashes.
The model and the JSON are cyclonedx-python-lib's, which pip-audit brings; cyclonedx-bom, the command
around it, would be fourteen more distributions, lxml among them.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOT: Final = Path(__file__).resolve().parent.parent
OUT: Final = ROOT / "dist" / "sbom.cdx.json"
VENDORED: Final = ROOT / "pointsvc" / "static" / "vendor" / "manifest.json"
OURS: Final = "pointsvc"
REQUIRED: Final = ComponentScope.REQUIRED
# What their metadata leave unsaid or say in older words; each was read in the distribution's files.
READ_IN_FILES: Final = {
    "qrcode": "BSD-3-Clause",  # "Other/Proprietary" among its classifiers is a leftover
    "pyrage": "MIT",
}
PLAIN_WORDS: Final = {
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def pins() -> dict[str, str]:
    """Name and version of every pin, names as the index compares them."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    return {_plain(name): version for name, _equals, version in (x.partition("==") for x in lines)}


def licence_of(name: str) -> str:
    """An SPDX expression, from the distribution's metadata or from what was read in its files."""
    if name in READ_IN_FILES:
        return READ_IN_FILES[name]
    said = importlib.metadata.metadata(name)
    if expression := said.get_all("License-Expression"):
        return str(expression[0])
    classified = [
        each.rpartition("::")[2].strip()
        for each in said.get_all("Classifier") or ()
        if each.startswith("License ::")
    ]
    words = ("".join(said.get_all("License") or ()).strip().partition("\n")[0].strip(), *classified)
    return next((PLAIN_WORDS.get(word, word) for word in words if word), "")


def needed_at_run_time() -> set[str]:
    """Our requirements and theirs, on this platform."""
    found: set[str] = set()
    waiting = [_plain(OURS)]
    extras: dict[str, set[str]] = {}
    while waiting:
        name = waiting.pop()
        for text in importlib.metadata.requires(name) or ():
            wanted = Requirement(text)
            here = [{"extra": extra} for extra in ("", *extras.get(name, ()))]
            if wanted.marker is not None and not any(map(wanted.marker.evaluate, here)):
                continue
            plain = _plain(wanted.name)
            extras.setdefault(plain, set()).update(wanted.extras)
            if plain not in found:
                found.add(plain)
                waiting.append(plain)
    return found


def bill() -> Bom:
    """The bill of materials of this tree."""
    bom = Bom(components=[*_distributions(), *_scripts()])
    bom.metadata.component = Component(
        name=OURS,
        version=importlib.metadata.version(OURS),
        type=ComponentType.APPLICATION,
        licenses=[LicenseFactory().make_from_string("AGPL-3.0-or-later")],
    )
    direct = {_plain(Requirement(text).name) for text in importlib.metadata.requires(OURS) or ()}
    bom.register_dependency(
        bom.metadata.component,
        [each for each in bom.components if each.scope is REQUIRED and each.name in direct],
    )
    return bom


def _distributions() -> Iterator[Component]:
    needed, licences = needed_at_run_time(), LicenseFactory()
    for name, version in sorted(pins().items()):
        yield Component(
            name=name,
            version=version,
            purl=PackageURL("pypi", name=name, version=version),
            scope=REQUIRED if name in needed else ComponentScope.EXCLUDED,
            licenses=[licences.make_from_string(licence_of(name))],
        )


def _scripts() -> Iterator[Component]:
    vendored: dict[str, Any] = json.loads(VENDORED.read_text(encoding="utf-8"))
    for name, facts in sorted(vendored.items()):
        yield Component(
            name=facts["npm"],
            version=facts["version"],
            purl=PackageURL("npm", name=facts["npm"], version=facts["version"]),
            scope=REQUIRED,
            licenses=[LicenseFactory().make_from_string(facts["license"])],
            components=[_file(path, each["sha256"]) for path, each in facts["files"].items()],
            description=f"pages: {name}",
        )


def _file(path: str, digest: str) -> Component:
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest)]
    return Component(name=path, type=ComponentType.FILE, hashes=hashes)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Write the bill."""
    OUT.parent.mkdir(exist_ok=True)
    made = bill()
    JsonV1Dot6(made).output_to_file(str(OUT), allow_overwrite=True, indent=1)
    sys.stdout.write(f"{OUT.relative_to(ROOT)}: {len(made.components)} components\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
