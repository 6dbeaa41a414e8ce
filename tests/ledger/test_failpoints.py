"""A crash before or after any statement leaves nothing behind, and a retry works (case 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.ledger.verification import verify_community
from pointsvc.shop import counter
from pointsvc.shop.counter import Desk
from pointsvc.shop.rules import WantedLine
from tests.checkin.duty import Duty
from tests.shop.conftest import Shop, post, raise_shop
from tests.support import schemas
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient
from tests.support.faults import PASSING, Crash, statements

ROUNDS_MAX = 200


def rows_of(database: SQLAlchemy) -> dict[str, int]:
    """How many rows every table has."""
    database.session.rollback()
    names = schemas.tables().tables
    counting = " UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM {name}" for name in names)
    return {name: count for name, count in database.session.execute(text(counting))}  # noqa: C416


def crash_everywhere(database: SQLAlchemy, work: Callable[[], object], *, after: bool) -> int:
    """Run the work, dying at its first statement, then at its second, … until it comes through."""
    before = rows_of(database)
    for number in range(1, ROUNDS_MAX):
        with statements(database.engine) as watched:
            watched.fault, watched.is_after = Crash, after
            watched.at = lambda count, number=number: count == number  # type: ignore[misc]
            try:
                work()
            except Crash:
                database.session.rollback()
                assert rows_of(database) == before, f"statement {number} left something behind"
                continue
        return number
    raise AssertionError("it never came through")


@pytest.fixture
def shop(cast: Cast, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    made = raise_shop(cast)
    made.stock(made.soap, 10)
    made.points(cast.limei, 128)
    return made


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_exchange_crashes_without_a_trace(shop: Shop, database: SQLAlchemy, after: bool) -> None:
    card = shop.card(shop.cast.limei)
    desk = Desk(shop.community_id, shop.cast.zhangdian.id, str(new_id()), clock.now())

    def exchange() -> dict[str, Any]:
        line = WantedLine(shop.soap, 1)
        reader = desk.reader(card)
        return counter.exchange(
            desk, shop_id=None, read_code=reader, shown=card, lines=[line], pin=None
        )

    assert crash_everywhere(database, exchange, after=after) > 15
    first = exchange()
    assert (first["receipt_no"], shop.balance(shop.cast.limei)) == (1, 88)
    assert (shop.on_hand(shop.soap), verify_community(shop.community_id).ok) == (9, True)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_scan_crashes_without_a_trace(cast: Cast, database: SQLAlchemy, after: bool) -> None:
    duty = Duty(cast)
    station, card = duty.open_station(), duty.card(cast.limei)
    drop = duty.request(card, "drop", shift_id=station)
    sungang = duty.caller(cast.sungang)
    assert crash_everywhere(database, lambda: duty.record(sungang, [drop]), after=after) > 10
    duty.record(sungang, [drop])
    assert (duty.points(cast.limei), verify_community(cast.community_id).ok) == (2, True)


def test_a_database_that_stays_busy_is_503_with_nothing_done(
    shop: Shop, client: HouseClient, database: SQLAlchemy, engine_name: str
) -> None:
    """docs/ledger.md case 11, at the side door; the same key works afterwards."""
    line = {"product_id": str(shop.soap), "quantity": 1}
    body = {"member_code": shop.card(shop.cast.limei), "lines": [line]}
    keeper = bearer(shop.cast.zhangdian) | {"Idempotency-Key": "a key"}
    before = rows_of(database)
    with statements(database.engine) as watched:
        watched.fault = next(iter(PASSING[engine_name].values()))
        watched.at = lambda number: number > 12
        answer = client.post("/api/v1/orders", json=body, headers=keeper)
    assert (answer.status_code, (answer.json or {})["code"]) == (503, "busy")
    assert rows_of(database) == before
    assert client.post("/api/v1/orders", json=body, headers=keeper).status_code == 201
    assert post(client, "/orders", body, shop.cast.zhangdian).json["receipt_no"] == 2
