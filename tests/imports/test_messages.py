"""Every problem has words for the clerk, and no words are left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pointsvc import imports
from pointsvc.imports.lines import Problem
from pointsvc.imports.messages import MESSAGES, OVERDRAWN, message_for

READING_PARTS = (
    "amounts catalogue cells dates directory donations ledger plots reading roster rows years"
)


def codes_in_use() -> set[str]:
    """The codes that the readers may give."""
    folder = Path(imports.__path__[0])
    texts = [(folder / f"{part}.py").read_text("utf-8") for part in READING_PARTS.split()]
    return {code for text in texts for code in re.findall(r'"(imports\.[a-z_]+)"', text)}


def test_every_code_has_a_message_and_every_message_a_code() -> None:
    assert codes_in_use() | {OVERDRAWN} == MESSAGES.keys()


def test_every_code_is_named_by_a_test() -> None:
    texts = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    named = {word for text in texts for word in re.findall(r"[a-z_]+", text)}
    assert {code.removeprefix("imports.") for code in MESSAGES} - named == set()


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_message_says_what_is_wrong_and_fills_its_places(code: str) -> None:
    text = message_for(Problem("表", 3, "积分", code, "那个值", see_row=2))
    assert "%(" not in text
    assert text.endswith("。")
