"""The books of an empty community, two people to post to, and a street with some history."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.hashing import EMPTY
from pointsvc.ledger.rules import Gap
from pointsvc.ledger.service import seal_day
from pointsvc.ledger.service.gaps import declare_gap
from pointsvc.shop.queries.money import purchase_lines_of
from pointsvc.shop.service.corrections import RightLine
from pointsvc.shop.service.purchases import BoughtLine
from tests.checkin.duty import Duty
from tests.disclosure.office import Office, live_november
from tests.ledger.bookkeeper import Bookkeeper, found_books
from tests.plots.doing import leave_traces
from tests.shop.asking import collect, name
from tests.shop.asking_stock import ask_right, decide_asked
from tests.shop.conftest import Shop, raise_shop
from tests.shop.giving import Giving
from tests.shop.keeping import Keeping
from tests.shop.stockrooms import Stockroom
from tests.shop.trading import trade
from tests.support.cast import Cast
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def books(database: SQLAlchemy) -> Bookkeeper:  # noqa: ARG001 - the books need its context
    return found_books()


@pytest.fixture
def limei() -> UUID:
    return new_id()


@pytest.fixture
def liuyang() -> UUID:
    return new_id()


@pytest.fixture
def history(cast: Cast, database: SQLAlchemy, client: HouseClient) -> SQLAlchemy:
    """A database with at least one row in every table that is history."""
    duty = Duty(cast)
    duty.scan(cast.limei, duty.sign(), "in")
    duty.scan(cast.wangqiang, duty.card(cast.limei), "in")
    shop = raise_shop(cast)
    shop.count(shop.stock(shop.soap, 3), 3)
    shop.points(cast.limei, 100)
    keeping = Keeping(shop)
    keeping.fetch(keeping.code(keeping.book(cast.limei, (shop.soap, 1))))
    day = clock.local_day(clock.now(), clock.DEFAULT_ZONE)
    transact(lambda: seal_day(community_id=cast.community_id, day=day, now=clock.now()))
    transact(
        lambda: declare_gap(
            community_id=cast.community_id,
            gap=Gap(None, EMPTY, day, EMPTY),
            reason="硬盘坏了",
            declared_by_id=cast.heyun.id,
            now=clock.now(),
        )
    )
    trade(shop, client)
    _be_kind(shop)
    leave_traces(cast)
    return database


def _be_kind(shop: Shop) -> None:
    """A donor agrees to another purpose; 李梅 collects for 刘洋; soap goes to another shop."""
    giving, liuyang = Giving(shop), shop.cast.liuyang
    giving.repurpose(giving.restricted(2), None)
    shop.points(liuyang, 100)
    collect(shop, liuyang, name(shop, liuyang, shop.cast.limei))
    stockroom = Stockroom(shop)
    stockroom.send(shop.stock(shop.soap, 3), 1, stockroom.open_another())
    _correct_an_invoice(giving)


def _correct_an_invoice(giving: Giving) -> None:
    shop = giving.shop
    purchase_id = giving.buy(giving.supplier("南门批发"), BoughtLine(shop.soap, 2, 100))
    [line] = purchase_lines_of(shop.community_id, [purchase_id])[purchase_id]
    decide_asked(shop, ask_right(shop, purchase_id, RightLine(line.id, 1, 100)))


@pytest.fixture
def november(cast: Cast, database: SQLAlchemy, clock: FrozenClock) -> Office:  # noqa: ARG001
    """An office after a month with every kind of movement."""
    office = Office(raise_shop(cast), clock)
    live_november(office)
    return office
