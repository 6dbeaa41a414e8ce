"""Names as they are stored: what looks the same is the same."""

from __future__ import annotations

import pytest

from pointsvc.members.rules import plain_name


@pytest.mark.parametrize(
    "text",
    ["李\u200b梅", "\u202e李梅", "李梅\u00ad", "\ufeff李梅", "李\u2060 \u3000梅", " 李梅\u200f "],
)
def test_signs_that_nobody_sees_make_no_other_name(text: str) -> None:
    assert plain_name(text) == "李梅"


def test_a_name_of_unseen_signs_alone_is_none() -> None:
    assert plain_name("\u200b\u202e\u2066") == ""


@pytest.mark.parametrize("text", ["Li Mei", "阿依古丽·买买提", "O’Neill"])
def test_a_name_of_any_people_stays(text: str) -> None:
    assert plain_name(text) == text
