"""Small files, small functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from statistics import median
from typing import Final

from tests.support import tree
from tests.support.tree import Function, Source

FILE_LINES_MAX: Final = 400
FUNCTION_LINES_MAX: Final = 60
TEST_LINES_MAX: Final = 20


def lines_of(function: Function) -> int:
    """Its lines, its docstring not counted: the house asks for docstrings."""
    assert function.end_lineno is not None
    first, last = function.lineno, function.end_lineno
    opening = function.body[0]
    said = ast.get_docstring(function, clean=False) is not None
    return last - first + 1 - ((opening.end_lineno or first) - opening.lineno + 1 if said else 0)


def longer_than(sources: Iterable[Source], limit: int, prefix: str = "") -> list[str]:
    return [
        source.at(function.lineno, f"{function.name}: {lines_of(function)} lines")
        for source in sources
        for function in source.functions
        if function.name.startswith(prefix) and lines_of(function) > limit
    ]


def test_no_file_is_longer_than_400_lines() -> None:
    sources = (*tree.package(), *tree.tests())
    long = {source.place: source.text.count("\n") for source in sources}
    assert {place: count for place, count in long.items() if count > FILE_LINES_MAX} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    assert longer_than((*tree.package(), *tree.tests()), FUNCTION_LINES_MAX) == []


def test_no_test_is_longer_than_20_lines() -> None:
    assert longer_than(tree.tests(), TEST_LINES_MAX, "test_") == []


def test_the_median_function_has_at_most_ten_lines() -> None:
    sizes = [lines_of(function) for source in tree.package() for function in source.functions]
    assert median(sizes) <= 10


def test_the_median_file_has_at_most_eighty_lines() -> None:
    sizes = [len([line for line in source.text.splitlines() if line]) for source in tree.package()]
    assert median(sizes) <= 80, "blank lines not counted"
