"""Statements as the driver takes them: compiled by SQLAlchemy once, sent often (kernel.direct)."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from sqlalchemy import Dialect, Executable, Select

Process = Callable[[Any], Any]
_PLACE: Final = re.compile(r"%\((\w+)\)s|%%")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A statement with places for its values.

    Attributes:
        text: with $1, $2 … for its values on PostgreSQL, ? on SQLite.
        names: which value stands at each place.
        fixed: values that are part of the statement.
        binds: how a value of a name is sent, where not as it is.
        make: a row out of a tuple; None when nothing comes back.
        reads: how a column is read, by place, where not as it comes.
        is_whole: whether SQLAlchemy would add nothing at each sending.
        lists: on SQLite, the values that are lists: each has as many places as it is long.
    """

    text: str
    names: tuple[str, ...]
    fixed: dict[str, Any]
    binds: dict[str, Process]
    make: Callable[[Sequence[Any]], Any] | None
    reads: tuple[tuple[int, Process], ...]
    is_whole: bool
    lists: dict[str, list[str]]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """What is sent, in its order."""
        sent = {**self.fixed, **given}
        for name, places in self.lists.items():
            sent.update(zip(places, _padded(sent[name], len(places)), strict=True))
        for name, process in self.binds.items():
            sent[name] = process(sent[name])
        return [sent[name] for name in self.names]

    def row(self, found: Sequence[Any]) -> Any:
        """What came."""
        assert self.make is not None
        if not self.reads:
            return self.make(found)
        values = list(found)
        for place, process in self.reads:
            values[place] = process(values[place])
        return self.make(values)


def spoken(statement: Executable, dialect: Dialect) -> Spoken:
    """The statement; its lists, if it has any, have no places yet."""
    return _spoken(_Key(statement, dialect))


def with_places(
    statement: Executable, dialect: Dialect, said: Spoken, given: Mapping[str, Any]
) -> Spoken:
    """The statement with places enough for these lists: 1, 2, 4 … so that there are few of them."""
    wanted = tuple((name, _room(len(given[name]))) for name in said.lists)
    return _with_places(_Key(statement, dialect), wanted)


class _Key:
    """A statement; the dialect says how and is the same for all of one database."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        self.statement = statement
        self.dialect = dialect

    def __hash__(self) -> int:
        return id(self.statement)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.statement is self.statement


@cache
def _spoken(key: _Key) -> Spoken:
    statement, dialect = key.statement, key.dialect
    compiled = statement.compile(dialect=dialect)
    asked = {name: bind for bind, name in compiled.bind_names.items() if bind.required}
    lists = {name for name, bind in asked.items() if bind in compiled.post_compile_params}
    binds = {
        name: process
        for name, bind in asked.items()
        if name not in lists
        and (process := bind.type.dialect_impl(dialect).bind_processor(dialect))
    }
    every = compiled.construct_params(dict.fromkeys(asked))
    fixed = {name: value for name, value in every.items() if name not in asked}
    columns = list(statement.exported_columns) if _answers(statement) else []
    reads = tuple(
        (place, process)
        for place, each in enumerate(columns)
        if (process := each.type.dialect_impl(dialect).result_processor(dialect, None))
    )
    row: Any = namedtuple("Found", [each.key or "_" for each in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024
    text, names = _placed(compiled)
    is_whole = not (
        compiled.insert_prefetch
        or compiled.update_prefetch
        or compiled.literal_execute_params
        or compiled.post_compile_params - set(asked.values())
        or (lists and not compiled.positional)
    )
    make = row._make if columns else None
    return Spoken(text, names, fixed, binds, make, reads, is_whole, {name: [] for name in lists})


@cache
def _with_places(key: _Key, lists: tuple[tuple[str, int], ...]) -> Spoken:
    compiled, said = key.statement.compile(dialect=key.dialect), _spoken(key)
    samples = {name: [_sample(compiled.binds[name])] * room for name, room in lists}
    state = compiled.construct_expanded_state(dict.fromkeys(said.names) | samples)
    places = {place for each in state.parameter_expansion.values() for place in each}
    return replace(
        said,
        text=state.statement,
        names=tuple(state.positiontup),
        binds=said.binds
        | {place: state.processors[place] for place in places & state.processors.keys()},
        lists={name: list(state.parameter_expansion[name]) for name, _room in lists},
    )


def _sample(bind: Any) -> Any:
    """What stands for one of a list: a value, or one of each column."""
    types = getattr(bind.type, "types", None)
    return (None,) * len(types) if types else None


def _room(count: int) -> int:
    return 1 << (count - 1).bit_length() if count else 0


def _padded(values: Any, room: int) -> list[Any]:
    """The values, one after the other; the last one fills what room is left."""
    flat = [each for key in values for each in key] if _are_keys(values) else list(values)
    if len(flat) < room:
        width = len(values[0]) if _are_keys(values) else 1
        flat += flat[-width:] * ((room - len(flat)) // width)
    return flat


def _are_keys(values: Sequence[Any]) -> bool:
    return isinstance(values, list) and bool(values) and isinstance(values[0], tuple)


def _placed(compiled: Any) -> tuple[str, tuple[str, ...]]:
    """The text with places for its values, and the name of each."""
    if compiled.positional:
        return compiled.string, tuple(compiled.positiontup)
    names: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        name = found[1]
        return f"${names.setdefault(name, len(names) + 1)}" if name else "%"

    return _PLACE.sub(place, compiled.string), tuple(names)


def _answers(statement: Any) -> bool:
    return isinstance(statement, Select) or bool(statement.returning_column_descriptions)
