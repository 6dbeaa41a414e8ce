"""32 clients at once, double taps and killed servers: no point lost, doubled or negative.

Real processes are killed with SIGKILL, master, workers and jobs together, and started again. What
the clients were told is compared with the rows of the books, read by other code than wrote them.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from pointsvc.cli.verification import verify_everything
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service as shop_service
from pointsvc.shop.service import CatalogueRow
from tests.checkin.duty import Duty
from tests.races.crowd import Asked, Crowd, Log, Place
from tests.races.server import Server
from tests.shop.conftest import Shop
from tests.support.cast import ZONE, Cast, token_of
from tests.support.clocks import FrozenClock

CLIENTS = 32
WRITES = 10  # of each client
KILLS = 4
PRICE = 8
STOCK = 100_000
START = 64


@dataclass
class Scene:
    """The place, and whose card is whose."""

    place: Place
    owner_of: dict[str, UUID]
    shop: Shop


@pytest.fixture
def scene(app: Flask, cast: Cast, database: SQLAlchemy, clock: FrozenClock) -> Scene:  # noqa: ARG001
    """A station without caps and a shelf full of soap for 8 points; everybody has 64."""
    clock.run()  # the servers see the wall clock
    duty = Duty(cast)
    _lift_caps(cast)
    shift_id = duty.open_station()
    people = [cast.limei, cast.wangqiang, cast.liuyang, cast.zhoumin, cast.hedu]
    cards = {duty.card(person): person.id for person in people}
    soap = _put_soap_up(cast)
    shop = Shop(cast, soap, soap)
    shop.stock(soap, STOCK)
    for person in people:
        shop.points(person, START)
    place = Place(
        list(cards), str(shift_id), str(soap), token_of(cast.sungang), token_of(cast.zhangdian)
    )
    return Scene(place, cards, shop)


def _lift_caps(cast: Cast) -> None:
    now = clock.now()
    today = clock.local_day(now, ZONE)
    transact(
        lambda: set_tariff(
            community_id=cast.community_id,
            code="WASTE_SORT",
            terms=Terms("quantity", 1),
            valid_from_on=today,
            decision="压力测试",
            decided_on=today,
            recorded_by_id=cast.zhaofang.id,
            now=now - timedelta(seconds=1),
            today=today,
        )
    )


def _put_soap_up(cast: Cast) -> UUID:
    return transact(
        lambda: shop_service.create_product(
            community_id=cast.community_id,
            shop_id=cast.shop_id,
            row=CatalogueRow("6962914827422", "香皂", "125g", PRICE),
            set_by_id=cast.zhaofang.id,
            now=clock.now(),
        )
    )


@pytest.fixture
def server(scene: Scene, environment: dict[str, str], tmp_path: Path) -> Iterator[Server]:  # noqa: ARG001
    made = Server(environment, tmp_path / "server.log")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled_when_servers_are_killed(
    scene: Scene,
    server: Server,
    database: SQLAlchemy,
) -> None:
    database.session.rollback()
    at_work = Crowd(scene.place, lambda: server.port, CLIENTS, WRITES)
    for kill in range(1, KILLS + 1):
        at_work.wait_for(CLIENTS * WRITES * kill // (KILLS + 1))
        server.kill()
        server.start()
    logs = at_work.logs()
    server.stop()
    sys.stdout.write(f"{_figures(server, logs)}\n")  # shown by -s, and when it fails
    assert [each for log in logs for each in log.contradictions] == []
    asked = [each for log in logs for each in log.asked]
    assert {each.status for each in asked} <= {200, 201, 409}
    assert sum(log.unanswered for log in logs) >= CLIENTS, "the kills were felt"
    _compare(scene, asked, Rows(database))


def _figures(server: Server, logs: list[Log]) -> dict[str, int]:
    asked = [each for log in logs for each in log.asked]
    kinds = Counter(f"{each.write.kind} {each.status}" for each in asked)
    return dict(kinds) | {
        "kills": server.kills,
        "acknowledged writes": len(asked),
        "double taps": sum(log.repeated for log in logs),
        "unanswered sendings": sum(log.unanswered for log in logs),
    }


class Rows:
    """What the tables say, by plain SQL."""

    def __init__(self, database: SQLAlchemy) -> None:
        database.session.rollback()
        self.session = database.session
        self.is_sqlite = database.engine.dialect.name == "sqlite"

    def of(self, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(map(self._plain, row)) for row in self.session.execute(text(statement))]

    def _plain(self, value: object) -> object:
        is_id = self.is_sqlite and isinstance(value, str) and len(value) == 32
        return UUID(str(value)) if is_id else value


def _compare(scene: Scene, asked: list[Asked], rows: Rows) -> None:
    """Every acknowledged answer is in the books once, and nothing else is."""
    drops = {UUID(each.write.name): each for each in asked if each.write.kind == "drop"}
    orders = {UUID(str(e.answer["id"])): e for e in asked if e.status == 201}
    assert Counter(dict(rows.of("SELECT id, award_points FROM scans"))) == Counter(
        {scan_id: each.answer["award_points"] for scan_id, each in drops.items()}
    )
    awards = rows.of("SELECT source_id, amount FROM transfers WHERE source_type = 'scan'")
    assert sorted(awards) == sorted((i, e.write.body["quantity"]) for i, e in drops.items())
    paid = rows.of("SELECT id, receipt_no, total_points FROM orders")
    assert sorted(paid) == sorted(
        (i, e.answer["receipt_no"], e.answer["total_points"]) for i, e in orders.items()
    )
    assert len({receipt_no for _id, receipt_no, _total in paid}) == len(paid)
    _compare_balances(scene, asked, rows)
    report = verify_everything()
    assert [(check.id, check.broken) for check in report.checks if not check.ok] == []


def _compare_balances(scene: Scene, asked: list[Asked], rows: Rows) -> None:
    expected: dict[UUID, int] = defaultdict(lambda: START)
    sold = 0
    for each in asked:
        owner = scene.owner_of[each.write.card]
        if each.write.kind == "drop":
            expected[owner] += each.answer["award_points"]
        elif each.status == 201:
            expected[owner] -= each.answer["total_points"]
            sold += each.write.body["lines"][0]["quantity"]
    found = rows.of("SELECT owner_id, spendable FROM passbooks WHERE unit = 'points'")
    assert {owner: points for owner, points in found if owner in expected} == dict(expected)
    assert all(points >= 0 for _owner, points in found)
    assert rows.of("SELECT SUM(on_hand) FROM batches") == [(STOCK - sold,)]
