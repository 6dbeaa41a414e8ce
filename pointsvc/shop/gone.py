"""Kept goods, wishes and proxies of somebody who goes on under another account, or moves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from pointsvc.extensions import db
from pointsvc.members.changes import Merge, Move
from pointsvc.members.rows_over import go_over
from pointsvc.shop.carrying import Carried, carry
from pointsvc.shop.models import (
    HomeDelivery,
    Proxy,
    Reservation,
    ShopRequest,
    StockRequest,
    Wish,
)

DECIDABLE = ("wished", "waiting")


def follow(merge: Merge) -> None:
    """What is kept or wished goes over; what was used of limits is used by the one that is left.

    Locks: the open reservations of both, then limits.
    """
    is_open = Reservation.state == "open"
    _lock(Reservation, merge, is_open)
    for member_id in (merge.from_id, merge.into_id):
        carry(Carried(merge.community_id, member_id, merge.into_id, merge.into_holder_id))
    go_over(Reservation, merge, is_open, like=("id",), doubled={})
    go_over(HomeDelivery, merge, HomeDelivery.state == "waiting", like=("id",), doubled={})
    _wishes(merge)
    _proxies(merge)
    for model in (ShopRequest, StockRequest):
        waits = (
            model.state == "asked"
        )  # whoever asked never decides, by any of their accounts (L15)
        go_over(model, merge, waits, like=("id",), doubled={}, column="asked_by_id")


def carry_move(move: Move) -> None:
    """A move carries what the person used into the household that they join (case 33)."""
    carry(Carried(move.community_id, move.member_id, move.member_id, move.into_holder_id))


def _lock(model: Any, merge: Merge, *which: ColumnElement[bool]) -> None:
    both = model.member_id.in_([merge.from_id, merge.into_id])
    wanted = select(model.id).where(model.community_id == merge.community_id, both, *which)
    db.session.execute(wanted.order_by(model.id).with_for_update())


def _wishes(merge: Merge) -> None:
    """One wish of a household for one good: a second one is withdrawn, where it was not yet given."""
    of = (Wish.community_id == merge.community_id, Wish.state != "withdrawn")
    theirs = {
        (row.day_id, row.product_id)
        for row in db.session.execute(
            select(Wish.day_id, Wish.product_id).where(
                *of, Wish.holder_id == merge.into_holder_id, Wish.member_id != merge.from_id
            )
        )
    }
    mine = select(Wish).where(*of, Wish.member_id == merge.from_id).order_by(Wish.id)
    for wish in db.session.scalars(mine.with_for_update()):
        is_twice = (wish.day_id, wish.product_id) in theirs
        if is_twice and wish.state in DECIDABLE:
            wish.state = "withdrawn"
        elif not is_twice:
            wish.member_id, wish.holder_id = merge.into_id, merge.into_holder_id
            theirs.add((wish.day_id, wish.product_id))
    db.session.flush()


def _proxies(merge: Merge) -> None:
    """Nobody is their own proxy: what would make them so ends. The rest goes over, each once."""
    ended = {"revoked_at": merge.now, "revoked_by_id": merge.by_id}
    both = [merge.from_id, merge.into_id]
    own = (
        Proxy.member_id.in_(both) & Proxy.proxy_member_id.in_(both),
        (Proxy.proxy_member_id == merge.from_id) & (Proxy.named_by_id == merge.into_id),
    )
    live = (Proxy.community_id == merge.community_id, Proxy.revoked_at.is_(None))
    db.session.execute(update(Proxy).where(*live, or_(*own)).values(ended))
    for column, other in (("member_id", "proxy_member_id"), ("proxy_member_id", "member_id")):
        go_over(
            Proxy, merge, Proxy.revoked_at.is_(None), like=(other,), doubled=ended, column=column
        )
