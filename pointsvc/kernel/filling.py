"""Filling a table: thousands of rows in one statement, given as columns, what they share said once.

`bulk` is for some rows and says everything of each. Here a value that all rows share travels once
(PostgreSQL), or is made ready once (SQLite, whose driver takes rows), and SQLAlchemy looks at columns,
never at single rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Dialect, bindparam, column, func, insert, select
from sqlalchemy.dialects import sqlite

from pointsvc.extensions import Base, db
from pointsvc.kernel.arrays import ArrayText
from pointsvc.kernel.prepared import engine_name, run, table_of

Columns = Mapping[str, Sequence[Any]]


def fill(model: type[Base], columns: Columns, shared: Mapping[str, Any]) -> None:
    """Insert rows, past the unit of work.

    Args:
        model: whose table.
        columns: the values of each row, by column; all of one length.
        shared: what every row has, by column; None is said as well.
    """
    if not next(iter(columns.values())):
        return
    if engine_name() == "postgresql":
        given = {f"all_{name}": values for name, values in columns.items()}
        given |= {f"one_{name}": value for name, value in shared.items()}
        run(_in_arrays(model, tuple(columns), tuple(shared)), given)
        return
    text, order, makers = _in_rows(model)
    ready = {name: _made(makers[name], values) for name, values in columns.items()}
    count = len(next(iter(ready.values())))
    same = {name: _made(makers[name], [value]) * count for name, value in shared.items()}
    rows = zip(*((ready | same)[name] for name in order), strict=True)
    db.session.flush()
    db.session.connection().exec_driver_sql(text, list(rows))


@cache
def _in_arrays(model: type[Base], names: tuple[str, ...], shared: tuple[str, ...]) -> Any:
    """One array for each column, and one value for what is shared."""
    table = table_of(model)
    types = {name: table.c[name].type for name in names}
    arrays = [bindparam(f"all_{name}", type_=ArrayText(type_)) for name, type_ in types.items()]
    given = func.unnest(*arrays).table_valued(
        *(column(name, type_) for name, type_ in types.items())
    )
    same = [bindparam(f"one_{name}", type_=table.c[name].type) for name in shared]
    rows = select(*given.render_derived(name="given").c, *same)
    return insert(table).from_select([*names, *shared], rows)


@cache
def _in_rows(model: type[Base]) -> tuple[str, list[str], dict[str, Callable[[Any], Any] | None]]:
    """The statement, its columns in order, and what makes a value of each ready."""
    table, dialect = table_of(model), sqlite.dialect()
    order = [each.name for each in table.c]
    places = ", ".join("?" * len(order))
    text = f"INSERT INTO {table.name} ({', '.join(order)}) VALUES ({places})"  # noqa: S608 - our names
    return text, order, {each.name: _maker(each.type, dialect) for each in table.c}


def _maker(type_: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    maker: Callable[[Any], Any] | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return maker


def _made(maker: Callable[[Any], Any] | None, values: Sequence[Any]) -> list[Any]:
    """Ready for the driver; moments, which many rows share, once for each."""
    if maker is None:
        return list(values)
    if isinstance(values[0], datetime):
        known = {each: maker(each) for each in set(values)}
        return [known[each] for each in values]
    return [maker(each) for each in values]
