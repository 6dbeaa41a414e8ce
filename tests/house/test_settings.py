"""What a community can set is asked somewhere: a number that nothing reads would be a lie."""

from __future__ import annotations

import re

import pytest

from pointsvc.communities.settings import NAMES
from tests.support import tree

SHOWING = {"communities/settings.py", "organisation/pages/places.py"}


@pytest.fixture(scope="module")
def deciding() -> str:
    """All of our code but the two files that keep the numbers and show them."""
    package = tree.ROOT / "pointsvc"
    files = (
        file for file in package.rglob("*.py") if str(file.relative_to(package)) not in SHOWING
    )
    return "\n".join(file.read_text() for file in files)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_of_a_community_decides_something(deciding: str, name: str) -> None:
    assert re.search(rf"settings\.{name}\b", deciding)
