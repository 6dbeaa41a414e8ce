"""Wishing for what an exchange day shares out, from a phone or at the clerk's desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.members.errors import NotActive
from pointsvc.members.queries import active_ids, holders_of
from pointsvc.shop.errors import AlreadyWished, WishesClosed
from pointsvc.shop.models import ExchangeDay, Wish
from pointsvc.shop.service.exchange_days import (
    goods_to_free,
    last_end,
    lock_day,
    slots_of_day,
)


def make_wish(
    *,
    community_id: UUID,
    day_id: UUID,
    product_id: UUID,
    slot_id: UUID,
    member_id: UUID,
    by_id: UUID,
    now: datetime,
) -> int:
    """Wish for one unit, once in a household; the ticket's number. After the draw it waits at the end.

    Locks: the day, so that tickets are numbered without a gap.

    Raises:
        NotFound: the good or the slot is not the day's. NotActive, WishesClosed, AlreadyWished.
    """
    day = lock_day(community_id, day_id)
    _check_time(day, now)
    if product_id not in goods_to_free(day):
        raise NotFound
    if slot_id not in {slot.id for slot in slots_of_day(community_id, day_id)}:
        raise NotFound
    if member_id not in active_ids(community_id, [member_id]):
        raise NotActive
    holder_id = holders_of(community_id, [member_id])[member_id]
    if _find(day, product_id, holder_id) is not None:
        raise AlreadyWished
    ticket = _next(day, Wish.ticket)
    wish = Wish(
        community_id=community_id,
        id=new_id(),
        day_id=day_id,
        product_id=product_id,
        slot_id=slot_id,
        member_id=member_id,
        holder_id=holder_id,
        ticket=ticket,
        had_nothing=False,
        place=_next(day, Wish.place, product_id) if day.state == "drawn" else None,
        state="waiting" if day.state == "drawn" else "wished",
        wished_at=now,
        wished_by_id=by_id,
    )
    db.session.add(wish)
    db.session.flush()
    _note(wish, "shop.wish_made", by_id, now)
    return ticket


def withdraw_wish(
    *, community_id: UUID, wish_id: UUID, member_id: UUID, by_id: UUID, now: datetime
) -> None:
    """Take a wish back while nothing was given for it.

    Raises:
        NotFound: no such wish, or another household's. WishesClosed: it was decided.
    """
    found = db.session.get(Wish, (community_id, wish_id))
    holder_id = holders_of(community_id, [member_id])[member_id]
    if found is None or found.holder_id != holder_id:
        raise NotFound
    lock_day(community_id, found.day_id)
    db.session.refresh(found)
    if found.state not in {"wished", "waiting"}:
        raise WishesClosed
    found.state = "withdrawn"
    db.session.flush()
    _note(found, "shop.wish_withdrawn", by_id, now)


def _check_time(day: ExchangeDay, now: datetime) -> None:
    may_wish = day.state == "open" and day.wishes_open_at <= now < day.wishes_close_at
    may_wait = day.state == "drawn" and now < last_end(day.community_id, day.id)
    if not may_wish and not may_wait:
        raise WishesClosed


def _find(day: ExchangeDay, product_id: UUID, holder_id: UUID) -> UUID | None:
    return db.session.scalar(
        select(Wish.id).where(
            Wish.community_id == day.community_id,
            Wish.day_id == day.id,
            Wish.product_id == product_id,
            Wish.holder_id == holder_id,
            Wish.state != "withdrawn",
        )
    )


def _next(day: ExchangeDay, column: Any, product_id: UUID | None = None) -> int:
    """The number after the last, under the day's lock."""
    wanted = select(func.max(column)).where(
        Wish.community_id == day.community_id, Wish.day_id == day.id
    )
    if product_id is not None:
        wanted = wanted.where(Wish.product_id == product_id)
    return int(db.session.scalar(wanted) or 0) + 1


def _note(wish: Wish, action: str, by_id: UUID, now: datetime) -> None:
    note(
        community_id=wish.community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=wish.day_id,
        now=now,
        detail={"number": wish.ticket, "member_id": str(wish.member_id)},
    )
