"""Points and minutes are whole numbers everywhere: no float comes near them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from tests.support import tree
from tests.support.tree import Source

ROOMS: Final = {"ledger", "earning", "shop"}
INEXACT: Final = {
    "float",
    "Float",
    "Double",
    "Numeric",
    "Real",
    "REAL",
    "DOUBLE",
    "FLOAT",
    "complex",
}


def counts_points(source: Source) -> bool:
    return source.furniture[0] in ROOMS or source.furniture == ("checkin", "rules")


def inexact_in(source: Source) -> Iterator[str]:
    """Float literals and types, and `/`, which makes floats of whole numbers."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield source.at(node.lineno, repr(node.value))
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield source.at(node.lineno, "/ (use //, and say which way it rounds)")
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in INEXACT:
                yield source.at(node.lineno, name)


def test_no_float_touches_points() -> None:
    sources = [source for source in tree.package() if counts_points(source)]
    assert {source.furniture[0] for source in sources} >= ROOMS
    assert [finding for source in sources for finding in inexact_in(source)] == []
