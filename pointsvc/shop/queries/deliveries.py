"""What is carried to which door, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, or_, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.models import Household, HouseholdMembership, Member
from pointsvc.members.rules import Door
from pointsvc.shop.models import HomeDelivery
from pointsvc.shop.queries.orders import OrderFacts, orders_by_id

LISTED_MAX: Final = 300
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """An exchange for a door; `door` is where the member lives now."""

    id: UUID
    order: OrderFacts
    member_id: UUID
    name: str
    door: Door | None
    note: str | None
    state: str
    business_on: date
    ended_at: datetime | None
    ended_by_id: UUID | None
    received_by: str | None
    request_id: UUID | None


def deliveries_of(community_id: UUID, shop_id: UUID, *, on: date) -> list[DeliveryFacts]:
    """What waits whatever its day, and what was asked for or ended that day, by door."""
    wanted = _deliveries(community_id).where(
        HomeDelivery.shop_id == shop_id,
        or_(HomeDelivery.state == "waiting", HomeDelivery.business_on == on),
    )
    return sorted(_read(community_id, wanted), key=_by_door)


def find_delivery(community_id: UUID, order_id: UUID) -> DeliveryFacts | None:
    """The delivery of an exchange, if it is one."""
    found = _read(community_id, _deliveries(community_id).where(HomeDelivery.order_id == order_id))
    return found[0] if found else None


def shop_of_delivery(community_id: UUID, delivery_id: UUID) -> UUID:
    """Whose it is. Raises NotFound."""
    wanted = select(HomeDelivery.shop_id).where(
        HomeDelivery.community_id == community_id, HomeDelivery.id == delivery_id
    )
    shop_id = db.session.scalar(wanted)
    if shop_id is None:
        raise NotFound
    return shop_id


def by_building(rows: Sequence[DeliveryFacts]) -> list[tuple[str, list[DeliveryFacts]]]:
    """The rows of each building together; those without a door last."""
    ordered = sorted(rows, key=_by_door)
    return [
        (building, list(group))
        for building, group in groupby(ordered, lambda row: row.door.building if row.door else "")
    ]


def _by_door(row: DeliveryFacts) -> tuple[bool, list[tuple[int, str]], int]:
    """9 before 10; letters as they are."""
    parts = (row.door.building, row.door.unit, row.door.room) if row.door else ()
    keys = [(int(found[0]) if (found := _DIGITS.search(part)) else 0, part) for part in parts]
    return (row.door is None, keys, row.order.receipt_no)


def _deliveries(community_id: UUID) -> Select[*tuple[Any, ...]]:
    lives = HouseholdMembership
    return (
        select(HomeDelivery, Member.name, Household.building, Household.unit, Household.room)
        .join(
            Member,
            (Member.community_id == HomeDelivery.community_id)
            & (Member.id == HomeDelivery.member_id),
        )
        .outerjoin(
            lives,
            (lives.community_id == HomeDelivery.community_id)
            & (lives.member_id == HomeDelivery.member_id)
            & lives.left_at.is_(None),
        )
        .outerjoin(
            Household,
            (Household.community_id == lives.community_id) & (Household.id == lives.household_id),
        )
        .where(HomeDelivery.community_id == community_id)
        .order_by(HomeDelivery.id.desc())
        .limit(LISTED_MAX)
    )


def _read(community_id: UUID, wanted: Select[*tuple[Any, ...]]) -> list[DeliveryFacts]:
    rows: Sequence[Any] = db.session.execute(wanted).all()
    orders = orders_by_id(community_id, [row[0].order_id for row in rows])
    return [
        DeliveryFacts(
            each.id,
            orders[each.order_id],
            each.member_id,
            name,
            Door(building, unit, room) if building is not None else None,
            each.note,
            each.state,
            each.business_on,
            each.ended_at,
            each.ended_by_id,
            each.received_by,
            each.request_id,
        )
        for each, name, building, unit, room in rows
    ]
