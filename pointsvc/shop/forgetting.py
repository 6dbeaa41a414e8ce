"""What the shop knows of somebody who is erased: kept goods return, words go, receipts stay."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import or_, select, update

from pointsvc.extensions import db
from pointsvc.kernel.i18n import gettext as _
from pointsvc.members.blotting import EMPTY, Words, blot, blot_through
from pointsvc.members.changes import Erasure
from pointsvc.members.erasure_errors import StillOpen
from pointsvc.shop.carrying import Carried, carry
from pointsvc.shop.gone import DECIDABLE
from pointsvc.shop.models import (
    GoodsIssue,
    HomeDelivery,
    Order,
    Proxy,
    Refund,
    Reservation,
    ShopRequest,
    WantedGoods,
    Wish,
)
from pointsvc.shop.service.releasing import cancel_reservation

REFUNDED: Final = Words(Refund, ("order_id",), {"reason": EMPTY})
OWN: Final = (
    Words(Proxy, ("member_id", "proxy_member_id"), {"relation": EMPTY}),
    Words(ShopRequest, ("member_id",), {"reason": EMPTY, "answer": None}),
    Words(Reservation, ("member_id",), {"reason": None}),
    Words(HomeDelivery, ("member_id",), {"note": None}),
    Words(WantedGoods, ("added_by_id",), {"words": EMPTY}),
    Words(GoodsIssue, ("recipient_id",), {"recipient": EMPTY}),
)

WORDS: Final = (*OWN, REFUNDED)


def forget(erasure: Erasure) -> None:
    """What was used of limits is counted for nobody's household any more: its id is made of the door.

    Raises:
        StillOpen: goods are on their way to the door.
    """
    of: Any = (HomeDelivery.community_id == erasure.community_id,)
    mine = HomeDelivery.member_id == erasure.member_id
    if db.session.scalar(select(HomeDelivery.id).where(*of, mine, HomeDelivery.state == "waiting")):
        raise StillOpen(what=_("送货上门"))
    own = erasure.member_id
    carry(Carried(erasure.community_id, own, own, own))
    _give_back(erasure)
    _end(erasure)
    blot(erasure, OWN)
    orders = select(Order.id).where(
        Order.community_id == erasure.community_id, Order.member_id == erasure.member_id
    )
    blot_through(erasure, REFUNDED, orders)


def _give_back(erasure: Erasure) -> None:
    kept = select(Reservation.id).where(
        Reservation.community_id == erasure.community_id,
        Reservation.member_id == erasure.member_id,
        Reservation.state == "open",
    )
    for reservation_id in db.session.scalars(kept.order_by(Reservation.id)).all():
        cancel_reservation(
            community_id=erasure.community_id,
            reservation_id=reservation_id,
            by_id=erasure.by_id,
            reason=None,
            now=erasure.now,
        )


def _end(erasure: Erasure) -> None:
    """Wishes, requests and proxies that wait are over."""
    community_id, me = erasure.community_id, erasure.member_id
    for model, which, values in (
        (Wish, (Wish.member_id == me,), {"holder_id": me}),
        (Wish, (Wish.member_id == me, Wish.state.in_(DECIDABLE)), {"state": "withdrawn"}),
        (
            ShopRequest,
            (ShopRequest.member_id == me, ShopRequest.state == "asked"),
            {"state": "withdrawn", "ended_at": erasure.now},
        ),
        (
            Proxy,
            (or_(Proxy.member_id == me, Proxy.proxy_member_id == me), Proxy.revoked_at.is_(None)),
            {"revoked_at": erasure.now, "revoked_by_id": erasure.by_id},
        ),
    ):
        rows: Any = model
        db.session.execute(
            update(rows).where(rows.community_id == community_id, *which).values(values)
        )
