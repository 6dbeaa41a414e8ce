"""Exchanges that come at once share a transaction; each keeps its key, its answer and its trail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from pointsvc.audit.models import AuditEvent
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.outcomes import KeyReused
from pointsvc.kernel.request_id import set_request_id
from pointsvc.shop import tills
from pointsvc.shop.counter import Desk, Exchanged, exchange
from pointsvc.shop.errors import InsufficientPoints, LimitReached, OutOfStock
from pointsvc.shop.models import Order
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.tills import Placed, Wanted
from tests.kernel.test_together import await_line
from tests.shop.conftest import Shop
from tests.support.cast import Person
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once


@dataclass
class Queue:
    """The shop on exchange day; `serve` lets all come at once, the first waiting for the rest."""

    shop: Shop
    app: Flask
    monkeypatch: pytest.MonkeyPatch
    sizes: list[int] = field(default_factory=list)

    def till(
        self, person: Person, *lines: tuple[UUID, int], key: str | None = None, code: str = ""
    ) -> Callable[[], Exchanged]:
        """A till with somebody in front of it."""
        desk = Desk(
            self.shop.community_id, self.shop.cast.zhangdian.id, key or str(uuid4()), clocks.now()
        )
        text = code or self.shop.card(person)
        return partial(
            exchange,
            desk,
            shop_id=self.shop.cast.shop_id,
            read_code=desk.reader(text),
            shown=text,
            lines=[WantedLine(*line) for line in lines],
            pin=None,
        )

    def serve(self, *works: Callable[[], Exchanged]) -> list[Exchanged | Exception]:
        """What each till got."""
        current_app.extensions.pop(tills.LINES, None)  # nobody waited here a test ago
        place, first = tills._place, threading.Lock()

        def placed(community_id: UUID, wanted: Sequence[Wanted]) -> list[Placed]:
            if first.acquire(blocking=False):
                await_line(tills._line(community_id), len(works) - 1)
            self.sizes.append(len(wanted))
            return place(community_id, wanted)

        self.monkeypatch.setattr(tills, "_place", placed)
        return at_once(self.app, works)


@pytest.fixture
def queue(shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """Three people who can pay, soap for everybody."""
    shop.stock(shop.soap, 20)
    for person, points in (
        (shop.cast.limei, 100),
        (shop.cast.liuyang, 100),
        (shop.cast.wangqiang, 60),
    ):
        shop.points(person, points)
    return Queue(shop, app, monkeypatch)


def kinds(ended: Sequence[Any]) -> list[str]:
    """What came out, in no order: "Exchanged", or the refusal's code."""
    return sorted(getattr(each, "code", type(each).__name__) for each in ended)


def test_whoever_comes_meanwhile_is_served_together(queue: Queue) -> None:
    cast, soap = queue.shop.cast, (queue.shop.soap, 1)
    people = (cast.limei, cast.liuyang, cast.wangqiang)
    ended = queue.serve(*(queue.till(person, soap) for person in people))
    assert (kinds(ended), queue.sizes) == (["Exchanged"] * 3, [1, 2])
    assert [queue.shop.balance(person) for person in people] == [60, 60, 20]
    assert queue.shop.on_hand(queue.shop.soap) == 17
    assert verify_everything().ok


def test_one_without_points_costs_the_others_nothing(queue: Queue) -> None:
    cast, soap = queue.shop.cast, queue.shop.soap
    ended = queue.serve(
        queue.till(cast.limei, (soap, 1)),
        queue.till(cast.wangqiang, (soap, 2)),
        queue.till(cast.liuyang, (soap, 2)),
    )
    assert kinds(ended) == ["Exchanged", "Exchanged", InsufficientPoints.code]
    assert queue.shop.balance(cast.wangqiang) == 60
    assert queue.shop.on_hand(soap) == 17


def test_a_fault_of_one_is_that_one_s_alone(queue: Queue) -> None:
    cast, soap = queue.shop.cast, queue.shop.soap
    ended = queue.serve(
        queue.till(cast.limei, (soap, 1)),
        queue.till(cast.liuyang, (uuid4(), 1)),
        queue.till(cast.wangqiang, (soap, 1)),
    )
    assert kinds(ended) == sorted(["Exchanged", "Exchanged", NotFound.code])
    assert queue.shop.on_hand(soap) == 18


def test_the_last_pieces_go_to_as_many_as_there_are(queue: Queue) -> None:
    cast, rice = queue.shop.cast, queue.shop.rice
    queue.shop.stock(rice, 2)
    people = (cast.limei, cast.liuyang, cast.wangqiang)
    for person in people:
        queue.shop.points(person, 1000)
        queue.shop.give_pin(person)
    works = [queue.till(person, (rice, 1), code=queue.shop.code(person)) for person in people]
    assert kinds(queue.serve(*works)) == ["Exchanged", "Exchanged", OutOfStock.code]
    assert queue.shop.on_hand(rice) == 0


def test_a_month_s_limit_is_one_for_all_tills(queue: Queue, clock: FrozenClock) -> None:
    shop, cast = queue.shop, queue.shop.cast
    shop.stock(shop.rice, 9)
    shop.points(cast.limei, 2000)
    works = [queue.till(cast.liuyang, (shop.soap, 1))]
    for wanted in (2, 1):
        works.append(queue.till(cast.limei, (shop.rice, wanted), code=shop.code(cast.limei)))
        clock.advance(seconds=30)
    assert kinds(queue.serve(*works)) == ["Exchanged", "Exchanged", LimitReached.code]


def test_a_second_tap_in_the_same_group_is_the_first_one_s_order(queue: Queue) -> None:
    cast, soap = queue.shop.cast, (queue.shop.soap, 1)
    tap, text = str(uuid4()), queue.shop.card(queue.shop.cast.limei)
    works = [queue.till(cast.liuyang, soap)]
    works += [queue.till(cast.limei, soap, key=tap, code=text)] * 2
    ended = queue.serve(*works)
    assert (kinds(ended), queue.sizes) == (["Exchanged"] * 3, [1, 2])
    assert queue.shop.balance(cast.limei) == 60
    assert db.session.scalar(select(func.count()).select_from(Order)) == 2


def test_a_key_with_another_body_in_the_same_group_is_refused(queue: Queue) -> None:
    cast, soap, tap = queue.shop.cast, queue.shop.soap, str(uuid4())
    ended = queue.serve(
        queue.till(cast.liuyang, (soap, 1)),
        queue.till(cast.limei, (soap, 1), key=tap),
        queue.till(cast.limei, (soap, 2), key=tap),
    )
    assert kinds(ended) == ["Exchanged", "Exchanged", KeyReused.code]


def test_who_is_at_two_tills_pays_at_both_or_is_refused(queue: Queue) -> None:
    cast, soap = queue.shop.cast, (queue.shop.soap, 2)
    ended = queue.serve(
        queue.till(cast.liuyang, soap), queue.till(cast.limei, soap), queue.till(cast.limei, soap)
    )
    assert kinds(ended) == ["Exchanged", "Exchanged", InsufficientPoints.code]
    assert queue.shop.balance(cast.limei) == 20


def test_a_changing_code_that_was_refused_pays_the_next_exchange(queue: Queue) -> None:
    shop, cast = queue.shop, queue.shop.cast
    code = shop.code(cast.limei)
    with pytest.raises(InsufficientPoints):
        shop.buy(cast.limei, (shop.soap, 9), code=code)
    assert kinds(queue.serve(queue.till(cast.limei, (shop.soap, 1), code=code))) == ["Exchanged"]


def test_each_keeps_its_own_request_in_the_trail(queue: Queue) -> None:
    cast, soap = queue.shop.cast, (queue.shop.soap, 1)

    def named(name: str, work: Callable[[], Exchanged]) -> Exchanged:
        set_request_id(name)
        return work()

    works = [
        partial(named, name, queue.till(getattr(cast, name), soap)) for name in ("limei", "liuyang")
    ]
    assert kinds(queue.serve(*works)) == ["Exchanged"] * 2
    rows = db.session.execute(
        select(AuditEvent.request_id, AuditEvent.detail).where(
            AuditEvent.action == "shop.order_placed"
        )
    )
    assert {name: UUID(detail["member_id"]) for name, detail in rows} == {
        "limei": cast.limei.id,
        "liuyang": cast.liuyang.id,
    }
