"""Whatever the code points its reader to is in this repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pointsvc.ledger.words import CHECKS
from tests.support import schemas, tree

DOCUMENT: Final = re.compile(r"[\w./-]*\w\.md\b")
TEST: Final = re.compile(r"tests/[a-z_/]+\.py\b")
SECTION: Final = re.compile(r"(docs/\w+\.md),? §([1-9][0-9]*)")
INVARIANT: Final = re.compile(r"^\| (\w+) \| [^|]+ \| ([^|]+) \| `", re.MULTILINE)
GUARD: Final = re.compile(r"`([a-z_]+)`")
ELSEWHERE: Final = ("pyproject.toml", "setup.cfg", "Makefile", "README.md", "README.zh-CN.md")


def texts() -> Iterator[tuple[str, str]]:
    """Every Python file and template of ours, and what stands at the top: name and text."""
    for source in (*tree.package(), *tree.tests()):
        yield source.place, source.text
    others = (*tree.TEMPLATES.rglob("*.html"), *map(tree.ROOT.joinpath, ELSEWHERE))
    for path in others:
        yield path.relative_to(tree.ROOT).as_posix(), path.read_text(encoding="utf-8")


def is_there(document: str) -> bool:
    return (tree.ROOT / document).is_file()


def headings(document: str) -> set[str]:
    """The numbers of a document's sections."""
    text = (tree.ROOT / document).read_text(encoding="utf-8")
    return set(re.findall(r"^## ([0-9]+)\. ", text, re.MULTILINE))


def test_every_document_that_is_named_is_here() -> None:
    absent = [
        f"{place}: {document}"
        for place, text in texts()
        if Path(place).name != Path(__file__).name
        for document in DOCUMENT.findall(text)
        if not is_there(document)
    ]
    assert absent == []


def test_every_section_that_is_named_is_in_its_document() -> None:
    lost = [
        f"{place}: {document} §{section}"
        for place, text in texts()
        for document, section in SECTION.findall(text)
        if section not in headings(document)
    ]
    assert lost == []


def test_every_test_that_is_named_is_here() -> None:
    """docs/force.md says where each case is played through."""
    named = {
        test
        for path in (tree.ROOT / "docs").glob("*.md")
        for test in TEST.findall(path.read_text())
    }
    assert {test for test in named if not (tree.ROOT / test).is_file()} == set()
    assert len(named) > 20


def invariants() -> dict[str, str]:
    """What docs/ledger.md has a line for: the id, and what the database holds it by."""
    text = (tree.ROOT / "docs/ledger.md").read_text(encoding="utf-8")
    return dict(INVARIANT.findall(text))


def test_every_invariant_that_verify_prints_is_explained() -> None:
    assert invariants().keys() == CHECKS.keys(), "docs/ledger.md §2"


def test_every_guard_that_is_explained_is_there() -> None:
    tables = schemas.tables().tables.values()
    named = {
        str(getattr(each, "name", ""))
        for table in tables
        for each in (
            *table.constraints,
            *table.indexes,
            *(rule for column in table.columns for rule in column.constraints),
        )
    }
    told = {guard for text in invariants().values() for guard in GUARD.findall(text)}
    lost = {guard for guard in told if not any(name.endswith(guard) for name in named)}
    assert lost == set(), "docs/ledger.md §2"
