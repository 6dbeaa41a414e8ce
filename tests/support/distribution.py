"""Which tables of a community a statement touches without saying of which community."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, event

from tests.support import schemas

# A table where a statement names it, with the name that it goes by there.
_TOUCHED: Final = re.compile(
    r"\b(?:FROM|JOIN|UPDATE|DELETE FROM)\s+(\w+)(?:\s+AS\s+(\w+))?", re.IGNORECASE
)
_LISTED: Final = re.compile(
    r",\s+(\w+)(?:\s+AS\s+(\w+))?(?=\s*(?:,|\s(?:WHERE|JOIN|LEFT|ORDER|GROUP)\b))"
)
_INTO: Final = re.compile(r"\bINSERT INTO\s+(\w+)\s*\(([^)]*)\)", re.IGNORECASE)
_VALUE: Final = r"(?:\?|%\(\w+\)s|:\w+|CAST\(\?)"
_SAID: Final = re.compile(rf"(?:\b(\w+)\.)?\bcommunity_id\s*(?:=\s*{_VALUE}|IN\s*\()")
_PAIRED: Final = re.compile(r"\((?:(\w+)\.)?community_id,[^()]*\)\s+IN\s*\(")
_TIED: Final = re.compile(r"\b(\w+)\.community_id\s*=\s*(\w+)\.community_id\b")


def strays_in(statement: str, tables: frozenset[str]) -> list[str]:
    """The tables among `tables` whose community the statement leaves open.

    It is said by `community_id = value` (or IN), for the table itself or for one that is tied to it
    by `a.community_id = b.community_id`; an INSERT says it in its columns.
    """
    text = " ".join(statement.split())
    open_inserts = [
        name
        for name, columns in _INTO.findall(text)
        if name in tables and "community_id" not in re.findall(r"\w+", columns)
    ]
    read = {alias or name: name for name, alias in _touched(text) if name in tables}
    said = {who for pattern in (_SAID, _PAIRED) for who in pattern.findall(text)}
    if "" in said and len(read) == 1:
        said |= read.keys()
    ties = _TIED.findall(text)
    while more := {other for pair in ties for other in pair if said & set(pair)} - said:
        said |= more
    return sorted({*open_inserts, *(name for alias, name in read.items() if alias not in said)})


def _touched(text: str) -> Iterator[tuple[str, str]]:
    yield from _TOUCHED.findall(text)
    for listed in re.findall(r"\bFROM\s+(.*?)(?:\bWHERE\b|\bORDER\b|$)", text):
        yield from _LISTED.findall(f"{listed} WHERE")


def tables_of_communities(exceptions: frozenset[str]) -> frozenset[str]:
    """The tables that would be distributed."""
    return frozenset(schemas.tables().tables) - exceptions


@contextmanager
def recorded(engine: Engine) -> Iterator[list[str]]:
    """The statements that reach the driver while the block runs."""
    found: list[str] = []

    def keep(*arguments: Any) -> None:
        found.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", keep)
