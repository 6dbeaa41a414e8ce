"""Planning an exchange day: its goods are kept for it at once; ending it gives the rest free."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.clock import local, local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.outbox import Message
from pointsvc.members.queries import all_active_ids
from pointsvc.members.telling import leave_messages
from pointsvc.shop.draws import SEED_BYTES, commitment
from pointsvc.shop.errors import DayDisordered, DayOver, ProductClosed
from pointsvc.shop.models import ExchangeDay, ExchangeGood, ExchangeSlot, Wish
from pointsvc.shop.queries.catalogue import products_by_id
from pointsvc.shop.rules import WantedLine, decide_picks, merge_lines
from pointsvc.shop.shelf import open_shelf


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """When and where so many people fetch their goods; `is_makeup` for who missed the others."""

    starts_at: datetime
    ends_at: datetime
    spot: str
    seats: int
    is_makeup: bool = False


@dataclass(frozen=True, slots=True)
class DayPlan:
    """An exchange day as it is planned."""

    shop_id: UUID
    title: str
    wishes_open_at: datetime
    wishes_close_at: datetime
    slots: Sequence[SlotPlan]
    goods: Sequence[WantedLine]


def plan_day(
    *, community_id: UUID, day_id: UUID, plan: DayPlan, by_id: UUID, now: datetime
) -> None:
    """Plan it, keep its goods, and commit to its draw: what is promised is there from now on.

    Everybody who agreed to messages is told. The same id again changes nothing.

    Locks: products by id.

    Raises:
        NotFound: a product is not the shop's. AmountRefused, ProductClosed, OutOfStock;
        DayDisordered: wishes close after the first slot begins, or make-up slots are not the last.
    """
    if db.session.get(ExchangeDay, (community_id, day_id)) is not None:
        return
    _check_order(plan, now)
    goods = merge_lines(plan.goods)
    products = products_by_id(community_id, {good.product_id for good in goods})
    if len(products) < len(goods) or any(p.shop_id != plan.shop_id for p in products.values()):
        raise NotFound
    if closed := [p for p in products.values() if p.closed_at is not None]:
        raise ProductClosed(product_id=str(closed[0].id))
    _keep(community_id, plan, goods)
    seed = secrets.token_bytes(SEED_BYTES)
    insert_rows(ExchangeDay, [_day_row(community_id, day_id, plan, seed, by_id, now)])
    insert_rows(ExchangeSlot, _slot_rows(community_id, day_id, plan))
    insert_rows(ExchangeGood, [_good_row(community_id, day_id, good) for good in goods])
    _note(community_id, "shop.day_planned", day_id, by_id, now, {"lines": len(goods)})
    closes = local(plan.wishes_close_at, get_community(community_id).zone)
    told = {"title": plan.title, "until": f"{closes:%Y-%m-%d %H:%M}"}
    messages = [Message(id_, "shop.day_planned", told) for id_ in all_active_ids(community_id)]
    leave_messages(community_id=community_id, messages=messages, now=now)


def cancel_day(*, community_id: UUID, day_id: UUID, by_id: UUID, now: datetime) -> None:
    """Call it off before the draw: the goods are free, who wished is told.

    Raises:
        NotFound; DayOver: it was drawn, ended or called off before.
    """
    day = lock_day(community_id, day_id)
    if day.state != "open":
        raise DayOver
    _end(day, "cancelled", "shop.day_cancelled", by_id, now)


def end_day(*, community_id: UUID, day_id: UUID, now: datetime) -> bool:
    """After the last slot, what nobody has is everybody's: back to the counter; whether it ended now.

    Reservations that are late are ended first, by `expire_reservation`; safe to repeat.
    """
    day = lock_day(community_id, day_id)
    if day.state != "drawn" or last_end(community_id, day_id) > now:
        return False
    _end(day, "over", "shop.day_lost", None, now)
    return True


def lock_day(community_id: UUID, day_id: UUID) -> ExchangeDay:
    """The day, locked until commit: wishes, draw and waiting list go one after the other."""
    day = db.session.scalars(
        select(ExchangeDay)
        .where(ExchangeDay.community_id == community_id, ExchangeDay.id == day_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if day is None:
        raise NotFound
    return day


def slots_of_day(community_id: UUID, day_id: UUID) -> Sequence[ExchangeSlot]:
    """Its slots in their order."""
    wanted = select(ExchangeSlot).where(
        ExchangeSlot.community_id == community_id, ExchangeSlot.day_id == day_id
    )
    return db.session.scalars(wanted.order_by(ExchangeSlot.number)).all()


def goods_of_day(community_id: UUID, day_id: UUID) -> Sequence[ExchangeGood]:
    """Its goods, fresh from the database, by product."""
    wanted = select(ExchangeGood).where(
        ExchangeGood.community_id == community_id, ExchangeGood.day_id == day_id
    )
    ordered = wanted.order_by(ExchangeGood.product_id).with_for_update()
    return db.session.scalars(ordered.execution_options(populate_existing=True)).all()


def last_end(community_id: UUID, day_id: UUID) -> datetime:
    """When its last slot is over."""
    return max(slot.ends_at for slot in slots_of_day(community_id, day_id))


def _check_order(plan: DayPlan, now: datetime) -> None:
    main = [slot for slot in plan.slots if not slot.is_makeup]
    makeup = [slot for slot in plan.slots if slot.is_makeup]
    is_right = (
        bool(main)
        and plan.wishes_open_at < plan.wishes_close_at
        and now < plan.wishes_close_at <= min(slot.starts_at for slot in main)
        and all(slot.starts_at < slot.ends_at for slot in plan.slots)
        and all(slot.starts_at >= max(each.ends_at for each in main) for slot in makeup)
    )
    if not is_right:
        raise DayDisordered


def _keep(community_id: UUID, plan: DayPlan, goods: Sequence[WantedLine]) -> None:
    zone = get_community(community_id).zone
    last_on = local_day(max(slot.ends_at for slot in plan.slots), zone)
    shelf = open_shelf(community_id=community_id, product_ids={good.product_id for good in goods})
    for good in goods:
        reserved = shelf.reserved[good.product_id]
        decide_picks(shelf.batches_of(good.product_id), good, last_on, reserved)
        shelf.hold(good.product_id, good.quantity)
    shelf.write()


def _end(day: ExchangeDay, state: str, topic: str, by_id: UUID | None, now: datetime) -> None:
    goods = goods_to_free(day)
    shelf = open_shelf(community_id=day.community_id, product_ids=goods.keys())
    for good in goods_of_day(day.community_id, day.id):
        shelf.hold(good.product_id, -good.pool)
        good.pool = 0
    shelf.write()
    losers = _still_wishing(day)
    for wish in losers:
        wish.state = "lost"
    day.state, day.ended_at = state, now
    db.session.flush()
    _note(day.community_id, topic, day.id, by_id, now, {"people": len(losers)})
    people = sorted({wish.member_id for wish in losers})
    messages = [Message(id_, topic, {"title": day.title}) for id_ in people]
    leave_messages(community_id=day.community_id, messages=messages, now=now)


def goods_to_free(day: ExchangeDay) -> dict[UUID, int]:
    """The day's products and what of them nobody has yet, without a lock."""
    rows = db.session.execute(
        select(ExchangeGood.product_id, ExchangeGood.pool).where(
            ExchangeGood.community_id == day.community_id, ExchangeGood.day_id == day.id
        )
    )
    return {row.product_id: row.pool for row in rows}


def _still_wishing(day: ExchangeDay) -> Sequence[Wish]:
    wanted = select(Wish).where(
        Wish.community_id == day.community_id,
        Wish.day_id == day.id,
        Wish.state.in_(["wished", "waiting"]),
    )
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()


def _day_row(
    community_id: UUID, day_id: UUID, plan: DayPlan, seed: bytes, by_id: UUID, now: datetime
) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "id": day_id,
        "shop_id": plan.shop_id,
        "title": plan.title,
        "state": "open",
        "wishes_open_at": plan.wishes_open_at,
        "wishes_close_at": plan.wishes_close_at,
        "seed": seed,
        "seed_hash": bytes.fromhex(commitment(seed)),
        "planned_by_id": by_id,
        "planned_at": now,
    }


def _slot_rows(community_id: UUID, day_id: UUID, plan: DayPlan) -> list[dict[str, Any]]:
    ordered = sorted(plan.slots, key=lambda slot: (slot.is_makeup, slot.starts_at))
    return [
        {
            "community_id": community_id,
            "id": new_id(),
            "day_id": day_id,
            "number": number,
            "spot": slot.spot,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "seats": slot.seats,
            "is_makeup": slot.is_makeup,
        }
        for number, slot in enumerate(ordered, start=1)
    ]


def _good_row(community_id: UUID, day_id: UUID, good: WantedLine) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "id": new_id(),
        "day_id": day_id,
        "product_id": good.product_id,
        "units": good.quantity,
        "pool": good.quantity,
    }


def _note(
    community_id: UUID,
    action: str,
    day_id: UUID,
    by_id: UUID | None,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    actor = Actor("member", by_id) if by_id else SYSTEM
    note(
        community_id=community_id,
        actor=actor,
        action=action,
        subject_id=day_id,
        now=now,
        detail=detail,
    )
