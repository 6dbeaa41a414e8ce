"""docs/security.md names what shows each claim; what it names is here, and no requirement is left out."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.support import tree

DOCUMENT: Final = tree.ROOT / "docs/security.md"
ROW: Final = re.compile(
    r"^\| ([0-9]+\.[0-9]+\.[0-9]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE
)
STATES: Final = {"met", "**partly**", "**not met**", "n/a"}
EVIDENCE: Final = re.compile(
    r"`((?:tests|pointsvc|deploy|docs|templates|\.ci)/[\w./-]+?)(?:::?(\w+))?`"
)
REQUIREMENTS: Final = 259  # of levels 1 and 2 in ASVS 4.0.3
# How many of each chapter's: a row that was lost would be seen here.
CHAPTERS: Final = {
    1: 38,
    2: 53,
    3: 18,
    4: 9,
    5: 30,
    6: 13,
    7: 12,
    8: 15,
    9: 7,
    10: 5,
    11: 8,
    12: 15,
    13: 13,
    14: 23,
}


def rows() -> list[tuple[str, str, str, str]]:
    """Id, short words, state, evidence of each requirement."""
    return ROW.findall(DOCUMENT.read_text(encoding="utf-8"))


def named() -> list[tuple[str, str]]:
    """Every file that the document names, with the test or function in it."""
    return sorted(set(EVIDENCE.findall(DOCUMENT.read_text(encoding="utf-8"))))


def test_every_requirement_has_one_row() -> None:
    ids = [row[0] for row in rows()]
    assert (len(ids), len(set(ids))) == (REQUIREMENTS, REQUIREMENTS)
    chapters = [int(each.partition(".")[0]) for each in ids]
    assert {chapter: chapters.count(chapter) for chapter in sorted(set(chapters))} == CHAPTERS


def test_every_state_is_one_of_four_and_says_why() -> None:
    assert {row[2] for row in rows()} == STATES
    assert [row[0] for row in rows() if not row[3].strip()] == []


def test_the_sums_are_those_of_the_rows() -> None:
    states = [row[2] for row in rows()]
    told = (
        f"{states.count('met')} met, {states.count('**partly**')} partly, "
        f"{states.count('**not met**')} not met, {states.count('n/a')} not applicable"
    )
    assert told in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(("path", "name"), named())
def test_what_shows_a_claim_is_here(path: str, name: str) -> None:
    file = tree.ROOT / path
    assert file.exists()
    if name:
        assert re.search(
            rf"^\s*(def|class) {name}\b", file.read_text(encoding="utf-8"), re.MULTILINE
        )
