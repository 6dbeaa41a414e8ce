"""Giving kept goods free: cancelled, run out, or gone bad; points, allowance and units return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.earning.limits import Wish, give_back
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.ledger.service import Ending, end_holds, open_purses
from pointsvc.members.telling import leave_message
from pointsvc.shop.models import (
    ExchangeDay,
    ExchangeGood,
    HoldLimit,
    Reservation,
)
from pointsvc.shop.rules import limit_subject
from pointsvc.shop.service.allowances import wishes_back
from pointsvc.shop.service.kept import (
    Part,
    count_ended,
    end_or_go_on,
    find_locked,
    lock_reservation,
    parts_of,
)
from pointsvc.shop.shelf import open_shelf

REASON: Final = "shop.released"
End = Literal["cancelled", "expired"]
TOPICS: Final = {
    "cancelled": "shop.reservation_cancelled",
    "expired": "shop.reservation_expired",
    "spoiled": "shop.kept_goods_spoiled",
}


def cancel_reservation(
    *,
    community_id: UUID,
    reservation_id: UUID,
    by_id: UUID,
    reason: str | None,
    now: datetime,
) -> int:
    """Give all of it free, asked for by the member or by who keeps the shop; the points that return.

    Raises:
        NotFound, NotOpen: it was fetched, cancelled or ended before.
    """
    kept = lock_reservation(community_id, reservation_id)
    return release(kept, parts_of(kept, None), "cancelled", by_id=by_id, reason=reason, now=now)


def expire_reservation(*, community_id: UUID, reservation_id: UUID, now: datetime) -> int:
    """Give free what nobody fetched in time; 0 where it was fetched meanwhile, or is not due.

    Safe to repeat, in parallel and after a crash: the reservation ends once (L10).
    """
    kept = find_locked(community_id, Reservation.id == reservation_id)
    if kept is None or kept.state != "open" or kept.due_at > now:
        return 0
    return release(kept, parts_of(kept, None), "expired", by_id=None, reason=None, now=now)


def due_reservations(community_id: UUID, now: datetime) -> Sequence[UUID]:
    """Open ones whose time is over, the longest over first."""
    wanted = select(Reservation.id).where(
        Reservation.community_id == community_id,
        Reservation.state == "open",
        Reservation.due_at <= now,
    )
    return db.session.scalars(wanted.order_by(Reservation.due_at, Reservation.id)).all()


def release(
    kept: Reservation,
    parts: Sequence[Part],
    end: End,
    *,
    by_id: UUID | None,
    reason: str | None,
    now: datetime,
    is_spoiled: bool = False,
) -> int:
    """Give these parts of a locked reservation back; the points that return.

    Locks: limits, passbook, products by id.
    """
    community = get_community(kept.community_id)
    if wishes := allowance_of(kept, parts):
        give_back(community_id=kept.community_id, wishes=wishes)
    _return_points(community, kept, parts, now)
    _return_goods(kept, parts, is_spoiled=is_spoiled)
    count_ended(kept, parts, "released")
    end_or_go_on(kept, end, by_id=by_id, reason=reason, now=now)
    points = sum(part.points for part in parts)
    topic = TOPICS["spoiled" if is_spoiled else end]
    _tell(kept, topic, points, by_id=by_id, now=now)
    return points


def allowance_of(kept: Reservation, parts: Sequence[Part]) -> list[Wish]:
    """What the parts took of limits, on the day when they were reserved."""
    wishes = [
        Wish(limit_subject(part.hold.product_id), kept.holder_id, kept.business_on, part.quantity)
        for part in parts
        if part.hold.limit_taken is not None
    ]
    back = [(part.hold.id, part.quantity, part.points) for part in parts]
    return wishes + wishes_back(kept.community_id, HoldLimit.hold_id, back)


def _return_points(
    community: CommunityFacts, kept: Reservation, parts: Sequence[Part], now: datetime
) -> None:
    today = local_day(now, community.zone)
    purses = open_purses(community_id=community.id, member_ids=[kept.member_id], business_on=today)
    endings = [
        Ending(kept.member_id, part.hold.id, part.points, part.hold.released) for part in parts
    ]
    grace = community.settings.regrant_grace_days
    end_holds(purses=purses, endings=endings, reason=REASON, now=now, grace_days=grace)


def _return_goods(kept: Reservation, parts: Sequence[Part], *, is_spoiled: bool) -> None:
    """To the exchange day's pool, for who waits there; else to the shelf."""
    shelf = open_shelf(
        community_id=kept.community_id, product_ids={part.hold.product_id for part in parts}
    )
    for part in parts:
        if is_spoiled or not _to_pool(kept, part):
            shelf.hold(part.hold.product_id, -part.quantity)
    shelf.write()


def _to_pool(kept: Reservation, part: Part) -> bool:
    is_going_on = select(ExchangeDay.id).where(
        ExchangeDay.community_id == kept.community_id,
        ExchangeDay.id == kept.day_id,
        ExchangeDay.state == "drawn",
    )
    if kept.day_id is None:
        return False
    moved = db.session.execute(
        update(ExchangeGood)
        .where(
            ExchangeGood.community_id == kept.community_id,
            ExchangeGood.day_id.in_(is_going_on),
            ExchangeGood.product_id == part.hold.product_id,
        )
        .values(pool=ExchangeGood.pool + part.quantity)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def _tell(kept: Reservation, topic: str, points: int, *, by_id: UUID | None, now: datetime) -> None:
    told = {"number": kept.reservation_no, "points": points}
    note(
        community_id=kept.community_id,
        actor=Actor("member", by_id) if by_id else SYSTEM,
        action=topic,
        subject_id=kept.id,
        now=now,
        detail=told | {"member_id": str(kept.member_id)},
    )
    if by_id != kept.member_id:
        leave_message(
            community_id=kept.community_id,
            recipient_id=kept.member_id,
            topic=topic,
            payload=told,
            now=now,
        )
