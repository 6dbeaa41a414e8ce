"""What neighbours do for each other at the shop: one collects, one carries, one decides."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from pointsvc.demo.founding import Street
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.shop.models import Order, Refund
from pointsvc.shop.queries.orders import OrderFacts, get_order
from pointsvc.shop.service.deliveries import hand_over, send_home
from pointsvc.shop.service.proxies import name_proxy
from pointsvc.shop.service.refunds import ReturnedLine
from pointsvc.shop.service.requests import Asked, ask_return

HOME_COUNT: Final = 3


def help_each_other(street: Street, now: datetime) -> None:
    """李梅 lets 刘洋 collect; three exchanges go to the door; one waits for 何督's word."""
    people = street.people
    name_proxy(
        community_id=street.community_id,
        proxy_id=new_id(),
        member_id=people["李梅"],
        proxy_member_id=people["刘洋"],
        relation="邻居",
        named_by_id=people["李梅"],
        now=now,
    )
    orders = _untouched(street, HOME_COUNT + 1)
    if len(orders) <= HOME_COUNT:
        return
    for place, order in enumerate(orders[:HOME_COUNT]):
        _carry(street, order, now, is_there=place == 0)
    _ask(street, orders[HOME_COUNT], now)


def _untouched(street: Street, count: int) -> list[OrderFacts]:
    """The newest exchanges of others of which nothing came back."""
    keeper_id = street.people["张店"]
    wanted = (
        select(Order.id)
        .outerjoin(
            Refund, (Refund.community_id == Order.community_id) & (Refund.order_id == Order.id)
        )
        .where(
            Order.community_id == street.community_id,
            Order.member_id != keeper_id,
            Refund.id.is_(None),
        )
        .order_by(Order.id.desc())
        .limit(count)
    )
    return [get_order(street.community_id, id_) for id_ in db.session.scalars(wanted)]


def _carry(street: Street, order: OrderFacts, now: datetime, *, is_there: bool) -> None:
    delivery_id, keeper_id = new_id(), street.people["张店"]
    send_home(
        community_id=street.community_id,
        delivery_id=delivery_id,
        order_id=order.id,
        note="腿脚不便，敲门后等一等",
        keeper_id=keeper_id,
        now=now,
    )
    if is_there:
        hand_over(
            community_id=street.community_id,
            delivery_id=delivery_id,
            received_by="self",
            keeper_id=keeper_id,
            now=now,
        )


def _ask(street: Street, order: OrderFacts, now: datetime) -> None:
    line = order.lines[0]
    asked = Asked(new_id(), "refund", order.id, [ReturnedLine(line.id, 1)], "有破损")
    ask_return(
        community_id=street.community_id,
        asked=asked,
        keeper_id=street.people["张店"],
        now=now,
    )
