"""What supervisor and auditor find at the street's shop: a write-off that waits, voids, repeated proxies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.checkin.codes import read_member_code
from pointsvc.demo.founding import Street
from pointsvc.demo.people import CAST
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import Caller
from pointsvc.ledger.queries import find_spendable
from pointsvc.members.cards import live_cards
from pointsvc.shop.models import Batch, Product
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.asking_stock import StockAsked, ask_stock
from pointsvc.shop.service.orders import OrderReceipt, place_order
from pointsvc.shop.service.proxies import Collecting, lock_proxies, name_proxy, record_pickups
from pointsvc.shop.service.requests import Asked, ask_return, decide_return

GOODS: Final = "食盐"
VOIDED: Final = 3
FETCHED: Final = 2  # exchanges of each of two neighbours, by one person
EARLIER: Final = timedelta(minutes=40)
WHY: Final = ("扫错了人", "拿错了东西", "居民改了主意")


def leave_oddities(street: Street, now: datetime) -> None:
    """A broken bag waits for 何督; three exchanges were voided at once; 刘洋 fetched four times for two."""
    batch_id = _batch(street)
    broken = StockAsked(new_id(), batch_id, "包装破了，漏了一半", quantity=1)
    ask_stock(
        community_id=street.community_id,
        asked=broken,
        keeper_id=street.people["张店"],
        now=now,
    )
    at = _earlier_today(street, now)
    neighbours = _who_can_pay(street, at, VOIDED + 2)
    for member_id, why in zip(neighbours[2:], WHY, strict=False):
        _void(street, _buy(street, member_id, at), why, at)
    for member_id in neighbours[:2]:
        _fetch(street, member_id, at)


def _earlier_today(street: Street, now: datetime) -> datetime:
    """Days before today are closed."""
    begins, _ends = clock.day_bounds(clock.local_day(now, street.zone), street.zone)
    return max(begins, now - EARLIER)


def _batch(street: Street) -> UUID:
    wanted = (
        select(Batch.id)
        .join(
            Product, (Product.community_id == Batch.community_id) & (Product.id == Batch.product_id)
        )
        .where(
            Batch.community_id == street.community_id,
            Product.shop_id == street.shop_id,
            Product.name == GOODS,
            Batch.on_hand > 0,
        )
    )
    return db.session.scalars(wanted.order_by(Batch.id).limit(1)).one()


def _who_can_pay(street: Street, at: datetime, count: int) -> list[UUID]:
    """The richest neighbours, none of whom a visitor plays."""
    played = {resident.name for resident in CAST}
    others = [member_id for name, member_id in street.people.items() if name not in played]
    held = find_spendable(
        community_id=street.community_id,
        member_ids=others,
        today=clock.local_day(at, street.zone),
    )
    return sorted(others, key=lambda member_id: -held[member_id])[:count]


def _buy(street: Street, member_id: UUID, at: datetime) -> OrderReceipt:
    assert street.shop_id is not None
    community_id = street.community_id
    product = select(Product.id).where(
        Product.community_id == community_id,
        Product.shop_id == street.shop_id,
        Product.name == GOODS,
    )
    [token] = [
        card.token for card in live_cards(street.community_id) if card.member_id == member_id
    ]
    return place_order(
        community_id=community_id,
        shop_id=street.shop_id,
        code=read_member_code(text=token, community_id=community_id, now=at),
        lines=[WantedLine(db.session.scalars(product).one(), 1)],
        pin="absent",
        keeper_id=street.people["张店"],
        now=at,
    )


def _void(street: Street, receipt: OrderReceipt, why: str, at: datetime) -> None:
    asked = Asked(new_id(), "void", receipt.order_id, (), why)
    ask_return(
        community_id=street.community_id,
        asked=asked,
        keeper_id=street.people["张店"],
        now=at,
    )
    decide_return(
        community_id=street.community_id,
        caller=Caller("member", street.people["何督"], street.community_id),
        request_id=asked.id,
        approve=True,
        answer=None,
        now=at,
    )


def _fetch(street: Street, member_id: UUID, at: datetime) -> None:
    proxy_id, keeper_id = new_id(), street.people["张店"]
    name_proxy(
        community_id=street.community_id,
        proxy_id=proxy_id,
        member_id=member_id,
        proxy_member_id=street.people["刘洋"],
        relation="同楼邻居",
        named_by_id=member_id,
        now=at,
    )
    collecting = Collecting(proxy_id, member_id, keeper_id)
    receipts = [_buy(street, member_id, at) for _time in range(FETCHED)]
    _record(street, collecting, receipts, at)


def _record(
    street: Street, collecting: Collecting, receipts: Sequence[OrderReceipt], at: datetime
) -> None:
    today = clock.local_day(at, street.zone)
    proxy = lock_proxies(street.community_id, {0: collecting}, today=today, most=3)[0]
    assert not isinstance(proxy, Exception)
    fetched = [(proxy, collecting, receipt) for receipt in receipts]
    record_pickups(street.community_id, fetched, today=today, now=at)
