"""The Shanghai afternoon: two hundred people, twelve tills, thirty bags of rice, and everything goes wrong.

Two hundred came there and the gifts were gone. Here nobody who is told "yours" leaves with nothing:
tills are killed at any statement and try again, people tap twice, the counter sells in between.
"""

from __future__ import annotations

import operator
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from structlog.testing import capture_logs

from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import Busy, Refusal
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import Award, award
from pointsvc.members.rules import Door
from pointsvc.members.service import NewMember, register_members
from pointsvc.shop import tills
from pointsvc.shop.counter import Desk, exchange
from pointsvc.shop.handing import fetch
from pointsvc.shop.jobs import keep_promises
from pointsvc.shop.models import Order, OrderLine
from pointsvc.shop.queries.exchange_days import slots_of
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.wishing import make_wish
from tests.shop.conftest import Shop
from tests.shop.sharing import Sharing
from tests.support.clocks import FrozenClock
from tests.support.faults import Crash, statements
from tests.support.rivals import at_once

PEOPLE, TILLS, SCARCE, SOAP = 200, 12, 30, 60
ABSENT = 5


@dataclass
class Afternoon:
    """The crowd, the day, and what each was told at a till."""

    sharing: Sharing
    people: list[UUID]
    app: Flask
    told: list[tuple[str, UUID, Any]] = field(default_factory=list)
    codes: dict[UUID, str] = field(default_factory=dict)

    @property
    def shop(self) -> Shop:
        return self.sharing.shop

    def winners(self) -> dict[UUID, UUID]:
        """Whose rice waits under which reservation."""
        wishes = self.sharing.wishes(self.sharing.day_id)
        return {w.member_id: w.reservation_id for w in wishes if w.reservation_id is not None}

    def desk(self, key: str) -> Desk:
        return Desk(self.shop.community_id, self.shop.cast.zhangdian.id, key, clocks.now())

    def fetches(self, member_id: UUID, reservation_id: UUID) -> Callable[[], None]:
        """Somebody comes for what was promised, with the code on the phone."""
        code, key = self.sharing.keeping.code(reservation_id), str(new_id())
        shop_id = self.shop.cast.shop_id
        return lambda: self.try_until_told(
            "fetch", member_id, lambda: fetch(self.desk(key), shop_id=shop_id, text=code)
        )

    def buys(self, member_id: UUID, product_id: UUID) -> Callable[[], None]:
        """Somebody tries at the counter with the code on the phone."""
        key, text = str(new_id()), self.codes[member_id]
        shop_id = self.shop.cast.shop_id

        def once() -> Any:
            desk = self.desk(key)
            return exchange(
                desk,
                shop_id=shop_id,
                read_code=desk.reader(text),
                shown=text,
                lines=[WantedLine(product_id, 1)],
                pin=None,
            )

        return lambda: self.try_until_told("buy", member_id, once)

    def show_codes(self) -> None:
        """Everybody opens the code on their phone."""
        self.codes = {id_: self.shop.code(_Named(id_, self.shop)) for id_ in self.people}  # type: ignore[arg-type]

    def try_until_told(self, deed: str, member_id: UUID, once: Callable[[], Any]) -> None:
        """A killed till begins again with the same key, until there is an answer."""
        while True:
            try:
                answer: Any = once()
            except (Crash, Busy):
                db.session.rollback()
                continue
            except Refusal as refusal:
                answer = refusal.code
            self.told.append((deed, member_id, answer))
            return


@dataclass(frozen=True)
class _Named:
    id: UUID
    shop: Shop

    @property
    def community_id(self) -> UUID:
        return self.shop.community_id


@pytest.fixture
def afternoon(shop: Shop, app: Flask, clock: FrozenClock) -> Afternoon:
    """Two hundred households with 400 points each wish for thirty bags of rice."""
    shop.stock(shop.rice, SCARCE)
    shop.stock(shop.soap, SOAP)
    people = transact(lambda: _register(shop))
    sharing = Sharing(shop)
    sharing.day_id = sharing.plan((shop.rice, SCARCE), seats=15)
    made = Afternoon(sharing, people, app)
    first, second = (each.id for each in slots_of(shop.community_id, sharing.day_id)[:2])
    transact(
        lambda: [
            make_wish(
                community_id=shop.community_id,
                day_id=sharing.day_id,
                product_id=shop.rice,
                slot_id=(first, second)[number % 2],
                member_id=member_id,
                by_id=member_id,
                now=clocks.now(),
            )
            for number, member_id in enumerate(people)
        ]
    )
    clock.advance(days=2)
    return made


def _register(shop: Shop) -> list[UUID]:
    people = register_members(
        community_id=shop.community_id,
        people=[
            NewMember(f"邻居{n}", door=Door(str(10 + n // 50), "1", str(100 + n)))
            for n in range(PEOPLE)
        ],
        recorded_by_id=None,
        now=clocks.now(),
    )
    ids = [person.member_id for person in people]
    expires_on = shop.today.replace(year=2027)
    deeds = [
        Award(id_, 400, 0, "attendance", new_id(), 0, None, expires_on, "PLOT_CARE") for id_ in ids
    ]
    award(
        community_id=shop.community_id,
        awards=deeds,
        recorded_by_id=None,
        now=clocks.now(),
        business_on=shop.today,
    )
    return ids


def test_nobody_who_is_told_yours_leaves_with_nothing(
    afternoon: Afternoon, app: Flask, database: SQLAlchemy, clock: FrozenClock
) -> None:
    """docs/ledger.md cases 1, 2, 9, 35 and 38 in one afternoon."""
    sharing, shop = afternoon.sharing, afternoon.shop
    _draw_through_crashes(afternoon, database)
    clock.advance(days=1, minutes=5)
    promised = afternoon.winners()
    _serve_everybody(afternoon, promised, app, database)
    _check_who_came(afternoon, promised)
    clock.advance(hours=1)
    at_once(app, [lambda: keep_promises(clocks.now())] * 3)  # three runners, one effect
    _make_up(afternoon, promised, clock)
    assert (shop.on_hand(shop.rice), shop.product(shop.rice).reserved) == (0, 0)
    assert _sold(shop)[shop.rice] == SCARCE
    assert (sharing.state(sharing.day_id), verify_everything().ok) == ("over", True)


def _draw_through_crashes(afternoon: Afternoon, database: SQLAlchemy) -> None:
    """The server dies in the middle of the draw; nothing was drawn, and then it is drawn once."""
    sharing = afternoon.sharing
    for number in (9, 25):
        with statements(database.engine) as watched, capture_logs():
            watched.fault, watched.at = Crash, partial(operator.eq, number)
            with pytest.raises(Crash):
                sharing.draw(sharing.day_id)
        db.session.rollback()
        assert sharing.state(sharing.day_id) == "open"
    sharing.draw(sharing.day_id)


def _serve_everybody(
    afternoon: Afternoon, promised: dict[UUID, UUID], app: Flask, database: SQLAlchemy
) -> None:
    """Who was promised something comes (each at two tills), a hundred others try the counter."""
    afternoon.show_codes()
    shop, rng = afternoon.shop, random.Random(26)
    coming = list(promised.items())[ABSENT:]
    works = [afternoon.fetches(*each) for each in coming for _twice in range(2)]
    others = [id_ for id_ in afternoon.people if id_ not in promised]
    works += [afternoon.buys(id_, shop.rice) for id_ in others[:20]]
    works += [tap for id_ in others[20:100] for tap in [afternoon.buys(id_, shop.soap)] * 2]
    rng.shuffle(works)
    queue: Iterator[Callable[[], None]] = iter(works)
    app.extensions.pop(tills.LINES, None)
    reached = count()
    with statements(database.engine) as watched, capture_logs():
        watched.fault, watched.at = Crash, lambda _number: next(reached) % 151 == 150
        ended = at_once(app, [lambda: _work(queue)] * TILLS)
    assert [each for each in ended if isinstance(each, Exception)] == []
    assert next(reached) > 10 * 151  # so many tills were killed


def _make_up(afternoon: Afternoon, promised: dict[UUID, UUID], clock: FrozenClock) -> None:
    """What nobody fetched is promised to who waited; they come on the make-up day, and it is over."""
    later = {k: v for k, v in afternoon.winners().items() if v not in promised.values()}
    assert len(later) == ABSENT
    clock.advance(days=7)
    for member_id, reservation_id in later.items():
        afternoon.fetches(member_id, reservation_id)()
    clock.advance(hours=1)
    keep_promises(clocks.now())


def _work(queue: Iterator[Callable[[], None]]) -> None:
    for serve in queue:
        serve()


def _check_who_came(afternoon: Afternoon, promised: dict[UUID, UUID]) -> None:
    told = afternoon.told
    fetched = Counter(who for deed, who, answer in told if deed == "fetch" and _has(answer))
    assert fetched == Counter(list(promised)[ABSENT:])  # each once, whatever their two tills did
    bought = {who for deed, who, answer in told if deed == "buy" and _has(answer)}
    refused = Counter(a for deed, _who, a in told if deed == "buy" and not _has(a))
    assert len(bought) == SOAP
    assert set(refused) == {"shop.out_of_stock"}
    sold, shop = _sold(afternoon.shop), afternoon.shop
    assert (sold[shop.soap], sold[shop.rice]) == (SOAP, SCARCE - ABSENT)
    assert shop.on_hand(shop.rice) == ABSENT
    assert verify_everything().ok


def _has(answer: Any) -> bool:
    return not isinstance(answer, str)


def _sold(shop: Shop) -> Counter[UUID]:
    """Units that left, by product."""
    rows = db.session.execute(
        select(OrderLine.product_id, OrderLine.quantity)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.community_id == shop.community_id)
    )
    sold: Counter[UUID] = Counter()
    for product_id, units in rows:
        sold[product_id] += units
    return sold
