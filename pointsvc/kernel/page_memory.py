"""What a page has asked once, it need not ask again.

The frame of a page, its tables and its words each ask for the community, for places and for names. While
a request is answered, the first answer does for all; inside a transaction that writes nothing is
remembered, and after it everything is asked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import copy
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from flask import g, has_request_context

from pointsvc.extensions import writing

P = ParamSpec("P")
T = TypeVar("T")
MEMORY: Final = "page_memory"


def once_a_page(read: Callable[P, T]) -> Callable[P, T]:
    """Answer the same question once while a page is made; elsewhere each time."""

    @wraps(read)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
        if not has_request_context() or writing.get():
            return read(*args, **kwargs)
        memory: dict[Any, T] = g.setdefault(MEMORY, {})
        key = (read, tuple(map(_key, args)), tuple((n, _key(v)) for n, v in kwargs.items()))
        if key not in memory:
            memory[key] = read(*args, **kwargs)
        return copy(memory[key])

    return remembered


def forget() -> None:
    """Ask anew from here on."""
    if has_request_context():
        g.pop(MEMORY, None)


def _key(value: Any) -> Hashable:
    """A list, a set or what a caller gives piece by piece, as something that can be looked up."""
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return value  # type: ignore[no-any-return]
    return tuple(value)
