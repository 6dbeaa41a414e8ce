"""Every deed that moves points, ready to be done, and done again with the same key.

A deed is made on a day of its own, so that the thousandth meets the same caps and codes as the first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_sqlalchemy import SQLAlchemy

from pointsvc.checkin.errors import DecidedBefore
from pointsvc.kernel.errors import Busy
from pointsvc.kernel.ids import new_id
from pointsvc.ledger.jobs import expire_due
from pointsvc.shop import handing
from pointsvc.shop.counter import Desk
from pointsvc.shop.rules import WantedLine
from tests.checkin.duty import Duty
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping
from tests.support.cast import Person, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

Answer = Any
Deed = Callable[[], Answer]
# What is another in each deed's answer: ids, days, and numbers that grow.
OTHERS = frozenset(
    (
        "id",
        "order_id",
        "order_line_id",
        "scan_id",
        "shift_id",
        "attendance_id",
        "product_id",
        "received_on",
        "receipt_no",
        "reservation_id",
        "reservation_no",
        "balance_points",
    )
)
UNDONE = 500


@dataclass
class Street:
    """The cast, a duty and a shop, and the days that pass between deeds."""

    duty: Duty
    shop: Shop
    client: HouseClient
    clock: FrozenClock
    database: SQLAlchemy

    def wake(self) -> None:
        """The next day, at nine."""
        self.clock.advance(days=1)

    def shift(self) -> str:
        """A shift on plot 1 that has just begun."""
        now = self.duty.now()
        return str(self.duty.open_shift(now, now + timedelta(hours=2)))

    def send(self, path: str, body: Any, person: Person) -> Deed:
        """A request with a key, and what it answers; 503 is no answer."""
        headers = bearer(person) | {"Idempotency-Key": str(new_id())}

        def deed() -> Answer:
            answer = self.client.post(f"/api/v1{path}", json=body, headers=headers)
            if answer.status_code >= UNDONE:
                raise Busy
            told = dict(answer.json or {})
            told.pop("request_id", None)
            return answer.status_code, told

        return deed


def alike(answer: Answer) -> Answer:
    """What every deed of a kind answers, whatever its number."""
    if isinstance(answer, list | tuple):
        return [alike(each) for each in answer]
    if isinstance(answer, dict):
        return {name: alike(value) for name, value in answer.items() if name not in OTHERS}
    return answer


def check_in(street: Street) -> Deed:
    card = street.duty.card(street.shop.cast.limei)
    return _scan(street, card, "in", street.shift())


def check_out(street: Street) -> Deed:
    """The award of an hour, points and minutes."""
    card, shift_id = street.duty.card(street.shop.cast.limei), street.shift()
    _scan(street, card, "in", shift_id)()
    street.clock.advance(hours=2)
    return _scan(street, card, "out", shift_id)


def _scan(street: Street, card: str, direction: str, shift_id: str, **more: Any) -> Deed:
    body = {"scan_id": str(new_id()), "code": card, "direction": direction, "shift_id": shift_id}
    leader = street.shop.cast.sungang if direction == "drop" else street.shop.cast.wangqiang
    return street.send("/scans", body | more, leader)


def drop(street: Street) -> Deed:
    card, station = street.duty.card(street.shop.cast.limei), str(street.duty.open_station())
    return _scan(street, card, "drop", station, quantity=2)


def upload(street: Street) -> Deed:
    """An afternoon of two people, sent later."""
    shift_id, began = street.shift(), street.duty.now()
    street.clock.advance(hours=3)
    cast, scans = street.shop.cast, []
    for person in (cast.limei, cast.liuyang):
        for direction, minutes in (("in", 0), ("out", 90)):
            scan = {"scan_id": str(new_id()), "code": street.duty.card(person)}
            at = (began + timedelta(minutes=minutes)).isoformat()
            scans.append(scan | {"direction": direction, "shift_id": shift_id, "claimed_at": at})
    return street.send("/scans/batch", {"scans": scans}, cast.wangqiang)


def exchange(street: Street) -> Deed:
    cast = street.shop.cast
    line = {"product_id": str(street.shop.soap), "quantity": 1}
    body = {"member_code": street.shop.card(cast.limei), "lines": [line]}
    return street.send("/orders", body, cast.zhangdian)


def reserve(street: Street) -> Deed:
    """Soap is kept for 李梅 for a week."""
    shop = street.shop
    desk, due_at = _desk(street, shop.cast.limei), street.duty.now() + timedelta(days=7)
    wanted = handing.Wanted(shop.cast.shop_id, [WantedLine(shop.soap, 2)], due_at)
    return lambda: handing.book(desk, wanted)


def fetch(street: Street) -> Deed:
    """She fetches a part of it with the code on her phone."""
    shop, keeping = street.shop, Keeping(street.shop)
    code = keeping.code(keeping.book(shop.cast.limei, (shop.soap, 2)))
    desk, lines = _desk(street, shop.cast.zhangdian), [(shop.soap, 1)]
    return lambda: handing.fetch(desk, shop_id=shop.cast.shop_id, text=code, lines=lines)


def _desk(street: Street, person: Person) -> Desk:
    return Desk(street.shop.community_id, person.id, str(new_id()), street.duty.now())


def refund(street: Street) -> Deed:
    cast, shop = street.shop.cast, street.shop
    order_id = shop.buy(cast.limei, (shop.soap, 2)).order_id
    line = {"order_line_id": str(shop.lines(order_id)[0].id), "quantity": 1}
    body = {"lines": [line], "reason": "拿错了", "approver_code": shop.code(cast.hedu)}
    return street.send(f"/orders/{order_id}/refunds", body, cast.zhangdian)


def donation(street: Street) -> Deed:
    line = {"product_id": str(street.shop.soap), "quantity": 2}
    body = {"donor": "街坊商店", "lines": [line]}
    return street.send("/donations", body, street.shop.cast.zhangdian)


def second_look(street: Street) -> Deed:
    """What waited in review is released."""
    cast, duty = street.shop.cast, street.duty
    now = duty.now()
    duty.shift_id = duty.open_shift(now, now + timedelta(hours=2))
    duty.scan(cast.limei, duty.sign())
    street.clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out")
    return _decided(lambda: duty.decide(cast.wangqiang, left), lambda: duty.state(left))


def correction(street: Street) -> Deed:
    """An award is taken back, and the true one paid."""
    cast, duty = street.shop.cast, street.duty
    now = duty.now()
    duty.shift_id = duty.open_shift(now, now + timedelta(hours=2))
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    street.clock.advance(hours=2)
    left = duty.scan(cast.wangqiang, card, "out")
    asked = duty.ask_correction(cast.wangqiang, left, now, now + timedelta(hours=1))
    return _decided(lambda: duty.approve(cast.zhaofang, asked), lambda: duty.state(left))


def _decided(decide: Deed, state: Deed) -> Deed:
    """A decision that has no key: asked for again, it says that it was made before."""

    def deed() -> Answer:
        with suppress(DecidedBefore):
            decide()
        return state()

    return deed


def expiry(street: Street) -> Deed:
    """A wallet whose last day was yesterday."""
    today = street.shop.today
    street.shop.points(street.shop.cast.liuyang, 8, today)
    street.wake()
    now = street.duty.now()

    def deed() -> Answer:
        expire_due(now)
        return street.shop.balance(street.shop.cast.liuyang)

    return deed


DEEDS: dict[str, Callable[[Street], Deed]] = {
    made.__name__: made
    for made in (
        check_in,
        check_out,
        drop,
        upload,
        exchange,
        reserve,
        fetch,
        refund,
        donation,
        second_look,
        correction,
        expiry,
    )
}
