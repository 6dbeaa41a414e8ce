"""English of one thing."""

from __future__ import annotations

import pytest

from pointsvc.kernel.plurals import of_one


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("1 pieces", "1 piece"),
        ("11 pieces, 21 points", "11 pieces, 21 points"),
        ("1 points are back; 1 people", "1 point is back; 1 person"),
        ("0.1 points, 09:1 times", "0.1 points, 09:1 times"),
    ],
)
def test_one_thing_is_singular(many: str, one: str) -> None:
    assert of_one(many) == one
