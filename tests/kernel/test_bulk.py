"""Many rows in one statement: the same rows as one by one, on either engine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, text

from pointsvc.kernel import clock as moments
from pointsvc.kernel.bulk import insert_rows, insert_unknown, is_among, keep_statistics, update_rows
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.models import Household, Member
from tests.support.cast import Cast

MANY = 3_000


def doors(community_id: UUID, count: int) -> list[dict[str, Any]]:
    """Households behind so many doors."""
    return [
        {"community_id": community_id, "id": new_id(), "building": "9", "unit": "1", "room": str(n)}
        for n in range(count)
    ]


def members(community_id: UUID, count: int) -> list[dict[str, Any]]:
    """People with every kind of value, the first without what may be absent."""
    now = moments.now()
    return [
        {
            "community_id": community_id,
            "id": new_id(),
            "volunteer_no": 900 + n,
            "name": '张"{三},\\',
            "born_on": now.date() if n else None,
            "is_party_member": bool(n),
            "phone_tail_index": b"\x00'\\\xff" if n else None,
            "state": "active",
            "joined_at": now,
        }
        for n in range(count)
    ]


def rooms(database: SQLAlchemy, ids: list[UUID]) -> list[str]:
    """The rooms of these households, in their order."""
    database.session.rollback()
    found = select(Household.id, Household.room).where(is_among(Household.id, ids))
    by_id = {row.id: row.room for row in database.session.execute(found)}
    return [by_id[id_] for id_ in ids if id_ in by_id]


@pytest.mark.parametrize("count", [1, 3])
def test_rows_of_every_kind_of_value_come_back_as_they_were(
    database: SQLAlchemy, cast: Cast, count: int
) -> None:
    rows = members(cast.community_id, count)
    transact(lambda: insert_rows(Member, rows))
    found = [database.session.get_one(Member, (row["community_id"], row["id"])) for row in rows]
    assert [{name: getattr(each, name) for name in rows[0]} for each in found] == rows
    assert {(each.mode, each.locale, each.note) for each in found} == {("elder", "zh", None)}


def test_known_rows_are_left_as_they_are(database: SQLAlchemy, cast: Cast) -> None:
    first, again = doors(cast.community_id, 2), doors(cast.community_id, 4)
    transact(lambda: insert_rows(Household, first))
    transact(lambda: insert_rows(Household, again, skip_known=True))
    assert rooms(database, [row["id"] for row in first]) == ["0", "1"]
    assert rooms(database, [row["id"] for row in again]) == ["2", "3"]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_only_rows_whose_key_is_free_are_named(
    database: SQLAlchemy, cast: Cast, count: int
) -> None:
    key = ("community_id", "building", "unit", "room")
    rows = doors(cast.community_id, count)
    transact(lambda: insert_rows(Household, doors(cast.community_id, count)[1:]))
    new = transact(lambda: insert_unknown(Household, rows, key=key))
    assert new == {row["id"] for row in rows if row["room"] == "0"}
    assert len(rooms(database, [row["id"] for row in rows])) == len(new)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_each_row_gets_its_own_values(database: SQLAlchemy, cast: Cast, count: int) -> None:
    rows = doors(cast.community_id, 3)
    changed = [
        {"community_id": cast.community_id, "id": row["id"], "room": f"新{row['room']}"}
        for row in rows[:count]
    ]
    transact(lambda: insert_rows(Household, rows))
    transact(lambda: update_rows(Household, changed))
    expected = [f"新{n}" if n < count else str(n) for n in range(3)]
    assert rooms(database, [row["id"] for row in rows]) == expected


def known_pages(database: SQLAlchemy) -> int:
    """How many pages of households the planner knows of."""
    pages = text("SELECT relpages FROM pg_class WHERE relname = 'households'")
    return int(database.session.execute(pages).scalar_one())


@pytest.mark.engines("postgresql")
def test_the_planner_learns_of_a_table_that_has_grown(database: SQLAlchemy, cast: Cast) -> None:
    transact(keep_statistics)
    before = known_pages(database)
    transact(lambda: insert_rows(Household, doors(cast.community_id, MANY)))
    transact(keep_statistics)
    assert before < 8 < known_pages(database)


@pytest.mark.engines("postgresql")
def test_a_role_that_owns_no_table_leaves_the_planner_alone(
    database: SQLAlchemy, cast: Cast
) -> None:
    transact(lambda: insert_rows(Household, doors(cast.community_id, MANY)))
    before = known_pages(database)

    def as_another() -> None:
        database.session.execute(text("SET LOCAL ROLE pg_monitor"))
        keep_statistics()

    transact(as_another)
    assert known_pages(database) == before
