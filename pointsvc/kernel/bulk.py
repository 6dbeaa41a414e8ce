"""Many rows in one statement, past the unit of work.

On PostgreSQL the rows travel as one array for each column: the statement's text, its plan and the
work of the driver stay the same for any number of rows. SQLite's driver is quick row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, any_, bindparam, column, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from pointsvc.extensions import Base, db

Row = dict[str, Any]
_DOUBLED: Final = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
AND pg_has_role(relowner, 'USAGE')
AND pg_relation_size(oid) > (8 + 2 * relpages) * current_setting('block_size')::int
"""


def insert_rows(model: type[Base], rows: Sequence[Row], *, skip_known: bool = False) -> None:
    """Insert rows; `skip_known` leaves those alone whose unique keys are taken."""
    if rows:
        statement, given = _insertion(_table(model), rows)
        db.session.execute(statement.on_conflict_do_nothing() if skip_known else statement, given)


def insert_unknown(model: type[Base], rows: Sequence[Row], *, key: Sequence[str]) -> set[UUID]:
    """Insert the rows whose `key` is free; the ids of these. Waits for a rival's commit."""
    if not rows:
        return set()
    table = _table(model)
    statement, given = _insertion(table, rows)
    statement = statement.on_conflict_do_nothing(index_elements=key).returning(table.c.id)
    return set(db.session.scalars(statement, given))


def update_rows(model: type[Base], rows: Sequence[Row]) -> None:
    """Give the rows of these (`community_id`, `id`) their other values."""
    if not rows:
        return
    table = _table(model)
    names = [name for name in rows[0] if name not in ("community_id", "id")]
    of = {name: bindparam(f"of_{name}", type_=table.c[name].type) for name in rows[0]}
    given: Any = [{f"of_{name}": value for name, value in row.items()} for row in rows]
    if _by_arrays(rows):
        of, given = _unnested(table, rows)
    db.session.execute(
        update(table)
        .where(table.c.community_id == of["community_id"], table.c.id == of["id"])
        .values({name: of[name] for name in names}),
        given,
    )


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


def _insertion(table: Table, rows: Sequence[Row]) -> tuple[Any, Any]:
    statement: Any = (postgresql if _is_postgresql() else sqlite).insert(table)
    if not _by_arrays(rows):
        return statement, rows
    of, given = _unnested(table, rows)
    return statement.from_select(list(of), select(*of.values())), given


def _unnested(table: Table, rows: Sequence[Row]) -> tuple[dict[str, Any], Row]:
    """The columns of the rows as the server sees them, and the arrays that it is given."""
    types = {name: table.c[name].type for name in rows[0]}
    arrays = [bindparam(f"all_{name}", type_=postgresql.ARRAY(types[name])) for name in types]
    columns = [column(name, type_) for name, type_ in types.items()]
    unnested = func.unnest(*arrays).table_valued(*columns).render_derived(name="given")
    given = {f"all_{name}": [row[name] for row in rows] for name in types}
    return dict(unnested.c), given


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def _by_arrays(rows: Sequence[Row]) -> bool:
    return len(rows) > 1 and _is_postgresql()


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"
