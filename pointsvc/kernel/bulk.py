"""Many rows in one statement, past the unit of work.

On PostgreSQL the rows travel as one array for each column: the statement's text, its plan and the
work of the driver stay the same for any number of rows. SQLite's driver is quick row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Table,
    any_,
    bindparam,
    column,
    func,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from pointsvc.extensions import Base, db
from pointsvc.kernel.arrays import ArrayText
from pointsvc.kernel.prepared import Found, engine_name, run, table_of

Row = dict[str, Any]
COMMUNITY: Final = "community_id"
_DOUBLED: Final = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
AND pg_has_role(relowner, 'USAGE')
AND pg_relation_size(oid) > (8 + 2 * relpages) * current_setting('block_size')::int
"""


def insert_rows(model: type[Base], rows: Sequence[Row], *, skip_known: bool = False) -> None:
    """Insert rows; `skip_known` leaves those alone whose unique keys are taken."""
    if rows:
        statement = _insertion(engine_name(), model, tuple(rows[0]), skip_known=skip_known)
        run(statement, _given(rows))


def insert_unknown(
    model: type[Base], rows: Sequence[Row], *, key: Sequence[str], told: Sequence[str] = ("id",)
) -> set[Any]:
    """Insert the rows whose `key` is free; what is `told` of these. Waits for a rival's commit."""
    if not rows:
        return set()
    statement = _telling(engine_name(), model, tuple(rows[0]), tuple(key), tuple(told))
    found = run(statement, _given(rows))
    return {row[0] for row in found} if len(told) == 1 else set(map(tuple, found))


def update_rows(
    model: type[Base],
    rows: Sequence[Row],
    *,
    key: Sequence[str] = ("community_id", "id"),
    added: Sequence[str] = (),
) -> None:
    """Give the rows of these keys their other values; those `added` on top of what is there."""
    if rows:
        statement = _change(engine_name(), model, tuple(rows[0]), tuple(key), tuple(added))
        run(statement, _given(rows))


def find_rows(
    model: type[Base],
    keys: Sequence[Row],
    *,
    told: Sequence[str],
    locking: bool = False,
) -> Sequence[Found]:
    """What is `told` of the rows of these keys, in their order; `locking` locks them in that order.

    For keys of several columns, all of which are given. On PostgreSQL each row is looked up by itself:
    out of several `= ANY (…)` in one condition its planner makes a walk through the whole table.
    """
    if not keys:
        return []
    statement = _finding(engine_name(), model, tuple(keys[0]), tuple(told), locking=locking)
    if _is_postgresql():
        return run(statement, _given(keys))
    return run(statement, {"keys": [tuple(row.values()) for row in keys]})


def is_among(attribute: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """`attribute IN (values)`; on PostgreSQL one array, so that every such statement is the same."""
    if not _is_postgresql():
        return attribute.in_(values)
    array = bindparam(None, list(values), type_=postgresql.ARRAY(attribute.type))
    return attribute == any_(array)


def keep_statistics() -> None:
    """Let PostgreSQL look again at tables that have doubled since it last did; in a transaction of its own.

    Between two looks of autovacuum a book can fill an empty table, whose indexes all seem alike: one
    may be chosen that holds no more than the community's key, and be walked through for every row.
    A role that does not own the tables leaves it to autovacuum.
    """
    if _is_postgresql() and (names := list(db.session.scalars(text(_DOUBLED)))):
        db.session.execute(text(f"ANALYZE {', '.join(names)}"))


@cache
def _insertion(
    engine: str, model: type[Base], names: tuple[str, ...], *, skip_known: bool = False
) -> Any:
    table = table_of(model)
    statement: Any = (postgresql if engine == "postgresql" else sqlite).insert(table)
    if engine == "postgresql":
        of = _unnested(table, names)
        statement = statement.from_select(list(of), select(*of.values()))
    else:
        statement = statement.values(_named(table, names))
    return statement.on_conflict_do_nothing() if skip_known else statement


@cache
def _finding(
    engine: str, model: type[Base], key: tuple[str, ...], told: tuple[str, ...], *, locking: bool
) -> Any:
    table = table_of(model)
    wanted = select(*(table.c[name] for name in told))
    if engine != "postgresql":
        asked = tuple_(*(table.c[name] for name in key)).in_(bindparam("keys", expanding=True))
        return wanted.where(asked).order_by(*(table.c[name] for name in key))
    of = _unnested(table, key)
    given = next(each.table for name, each in of.items() if name != COMMUNITY)
    one = wanted.where(*(table.c[name] == of[name] for name in key)).limit(1)
    found = (one.with_for_update() if locking else one).correlate(given).lateral("found")
    return select(*found.c).select_from(given.join(found, true()))


@cache
def _telling(
    engine: str,
    model: type[Base],
    names: tuple[str, ...],
    key: tuple[str, ...],
    told: tuple[str, ...],
) -> Any:
    columns = [table_of(model).c[name] for name in told]
    statement = _insertion(engine, model, names)
    return statement.on_conflict_do_nothing(index_elements=key).returning(*columns)


@cache
def _change(
    engine: str,
    model: type[Base],
    names: tuple[str, ...],
    key: tuple[str, ...],
    added: tuple[str, ...],
) -> Any:
    table = table_of(model)
    of = _unnested(table, names) if engine == "postgresql" else _named(table, names)
    values = {name: of[name] for name in names if name not in key}
    values |= {name: table.c[name] + of[name] for name in added}
    return update(table).where(*(table.c[name] == of[name] for name in key)).values(values)


def _unnested(table: Table, names: Sequence[str]) -> dict[str, Any]:
    """The columns of the rows as the server sees them, out of one array for each.

    Rows of one piece of work are of one community, which is said once: so the statement names where
    a distributed table keeps them.
    """
    types = {name: table.c[name].type for name in names if name != COMMUNITY}
    community = {COMMUNITY: bindparam(f"one_{COMMUNITY}", type_=table.c[COMMUNITY].type)}
    arrays = [bindparam(f"all_{name}", type_=ArrayText(types[name])) for name in types]
    columns = [column(name, type_) for name, type_ in types.items()]
    unnested = func.unnest(*arrays).table_valued(*columns).render_derived(name="given")
    return (community if COMMUNITY in names else {}) | dict(unnested.c)


def _named(table: Table, names: Sequence[str]) -> dict[str, Any]:
    """The columns of one row, as it is given by name."""
    return {name: bindparam(f"of_{name}", type_=table.c[name].type) for name in names}


def _given(rows: Sequence[Row]) -> Any:
    """What the statement is given: one array for each column, or rows of prefixed names."""
    if _is_postgresql():
        given: Row = {f"all_{name}": [row[name] for row in rows] for name in rows[0]}
        if COMMUNITY in rows[0]:
            [given[f"one_{COMMUNITY}"]] = set(given.pop(f"all_{COMMUNITY}"))
        return given
    return [{f"of_{name}": value for name, value in row.items()} for row in rows]


def _is_postgresql() -> bool:
    return engine_name() == "postgresql"
