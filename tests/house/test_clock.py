"""The wall clock is read in one place; moments come in from outside."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.support import tree

CLOCK: Final = "pointsvc.kernel.clock"
WALL_CLOCKS: Final = re.compile(
    r"datetime\.(datetime\.(now|utcnow|today)|date\.today)"
    r"|time\.(time|time_ns|localtime|gmtime|ctime|asctime)"
    r"|sqlalchemy\.(sql\.)?func\.(now|current_\w+|localtime\w*|statement_timestamp|clock_timestamp)"
    r"|pointsvc\.extensions\.db\.func\.(now|current_\w+)"
    r"|uuid\.(uuid1|uuid6|uuid7)"
)
SQL_CLOCKS: Final = re.compile(
    r"CURRENT_(TIMESTAMP|DATE|TIME)|\bnow\(\)|date(time)?\('now'", re.IGNORECASE
)
PURE: Final = {"rules", "service", "queries", "models", "schemas"}


def test_the_wall_clock_is_read_in_the_kernels_clock_only() -> None:
    read = [
        source.at(line, name)
        for source in tree.package()
        if source.module != CLOCK
        for line, name in source.names()
        if WALL_CLOCKS.fullmatch(name)
    ]
    assert read == [], "take `now` from the caller, or pointsvc.kernel.clock.now() at a door"


def test_no_statement_asks_the_database_what_time_it_is() -> None:
    asked = [
        source.at(line, text)
        for source in tree.package()
        for line, text in source.texts()
        if SQL_CLOCKS.search(text)
    ]
    assert asked == [], "bind `now`"


@pytest.mark.parametrize("piece", sorted(PURE))
def test_time_comes_in_as_a_value(piece: str) -> None:
    asked = [
        source.at(line, name)
        for source in tree.package()
        if source.furniture[1] == piece and source.furniture[0] != "kernel"
        for line, name in source.names()
        if name == f"{CLOCK}.now"
    ]
    assert asked == [], "a door reads the clock once and passes `now` on"
