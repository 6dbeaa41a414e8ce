"""What others wrote and we ship or build with: every licence fits ours, every finding is told."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from cyclonedx.output.json import JsonV1Dot6
from license_expression import get_spdx_licensing

from docs.audit import arguments_in, judge, words_of
from docs.materials import bill, licence_of, needed_at_run_time, pins
from tests.support import tree

# Each may be conveyed together with a work under AGPL-3.0-or-later.
COMPATIBLE: Final = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "ISC", "MIT"),
    *("MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "LGPL-3.0-only", "GPL-3.0-or-later"),
}
HARMLESS: Final = {"name": "flask", "version": "3.1.3", "vulns": []}
FOUND: Final = {
    "name": "jinja2",
    "version": "3.1.6",
    "vulns": [{"id": "PYSEC-2026-9", "aliases": ["CVE-2026-9"], "fix_versions": ["3.1.7"]}],
}
SKIPPED: Final = {"name": "six", "skip_reason": "not found"}


def report(*pins: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(pins)}


def test_every_licence_may_stand_beside_ours() -> None:
    parse = get_spdx_licensing().parse
    terms = {name: parse(licence_of(name), validate=True) for name in pins()}
    unfit = {name: {str(each) for each in terms[name].symbols} - COMPATIBLE for name in terms}
    assert {name: words for name, words in unfit.items() if words} == {}


def test_the_bill_names_every_pin_and_every_script() -> None:
    document = json.loads(JsonV1Dot6(bill()).output_as_string())
    named = {part["name"]: part for part in document["components"]}
    assert pins().keys() | {"htmx.org", "idb"} <= named.keys()
    needed = {name for name, part in named.items() if part["scope"] == "required"}
    assert needed >= {"flask", "cryptography", "granian", "psycopg-binary", "htmx.org"}
    assert {"pytest", "ruff", "pip-audit"} & needed == set()
    assert all(part["licenses"] for part in document["components"])


def test_everything_needed_at_run_time_is_pinned() -> None:
    assert needed_at_run_time() - pins().keys() == set()


def test_a_finding_fails() -> None:
    verdict = judge(report(HARMLESS, FOUND), {})
    assert not verdict.passes
    assert "VULNERABLE: jinja2 3.1.6: PYSEC-2026-9" in words_of(verdict)[0]


@pytest.mark.parametrize("name", ["PYSEC-2026-9", "CVE-2026-9"])
def test_a_finding_that_is_argued_is_told_and_passes(name: str) -> None:
    verdict = judge(report(FOUND), {name: "we render no strangers' templates"})
    assert verdict.passes
    assert any(line.startswith("argued in setup.cfg: jinja2") for line in words_of(verdict))


def test_an_argument_without_its_finding_fails() -> None:
    assert not judge(report(HARMLESS), {"PYSEC-2020-1": "long gone"}).passes


@pytest.mark.parametrize("asked", [None, report(SKIPPED)])
def test_a_machine_that_reaches_nothing_passes_and_says_so_first(
    asked: dict[str, Any] | None,
) -> None:
    verdict = judge(asked, {"PYSEC-2026-9": "argued"})
    assert verdict.passes
    assert words_of(verdict)[0].startswith("*** NOT AUDITED")


def test_what_was_not_asked_about_is_named() -> None:
    assert "*** NOT AUDITED: six ***" in words_of(judge(report(HARMLESS, SKIPPED), {}))


def test_the_arguments_are_read_from_our_settings() -> None:
    assert arguments_in("[audit]\nPYSEC-1 = never called\n") == {"PYSEC-1": "never called"}
    text = (tree.ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert all(reason.strip() for reason in arguments_in(text).values())
