"""A reservation under its lock: who ends some of it, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.shop.errors import AmountRefused, NotOpen
from pointsvc.shop.models import Hold, Reservation
from pointsvc.shop.pickup_codes import code_for


@dataclass(frozen=True, slots=True)
class Part:
    """So many units of a hold."""

    hold: Hold
    quantity: int

    @property
    def points(self) -> int:
        """What they come to, at the price that was kept."""
        return self.quantity * self.hold.price_points


def left_of(hold: Hold) -> int:
    """Units that still wait."""
    return hold.quantity - hold.picked - hold.released


def lock_reservation(community_id: UUID, reservation_id: UUID) -> Reservation:
    """The open reservation, locked until commit. Raises NotFound, NotOpen."""
    found = find_locked(community_id, Reservation.id == reservation_id)
    if found is None:
        raise NotFound
    if found.state != "open":
        raise NotOpen
    return found


def find_locked(community_id: UUID, condition: ColumnElement[bool]) -> Reservation | None:
    """The reservation of which this is true, locked until commit."""
    return db.session.scalars(
        select(Reservation)
        .where(Reservation.community_id == community_id, condition)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def holds_of(kept: Reservation) -> Sequence[Hold]:
    """Its lines, read under the reservation's lock."""
    wanted = select(Hold).where(
        Hold.community_id == kept.community_id, Hold.reservation_id == kept.id
    )
    return db.session.scalars(
        wanted.order_by(Hold.number).execution_options(populate_existing=True)
    ).all()


def parts_of(kept: Reservation, asked: Sequence[tuple[UUID, int]] | None) -> list[Part]:
    """What is asked for by product, or all that still waits.

    Raises:
        NotFound: a product is not in it. AmountRefused: nothing, or more than still waits.
    """
    holds = {hold.product_id: hold for hold in holds_of(kept)}
    if asked is None:
        asked = [(hold.product_id, left_of(hold)) for hold in holds.values() if left_of(hold)]
    if not {product_id for product_id, _units in asked} <= holds.keys():
        raise NotFound
    parts = [Part(holds[product_id], quantity) for product_id, quantity in asked]
    if not parts or any(not 1 <= part.quantity <= left_of(part.hold) for part in parts):
        raise AmountRefused
    return parts


def count_ended(kept: Reservation, parts: Sequence[Part], name: str) -> None:
    """Count the parts as `picked` or `released`; the CHECK has the last word."""
    for part in parts:
        column: Any = getattr(Hold, name)
        db.session.execute(
            update(Hold)
            .where(Hold.community_id == kept.community_id, Hold.id == part.hold.id)
            .values({name: column + part.quantity})
            .execution_options(synchronize_session=False)
        )


def end_or_go_on(
    kept: Reservation, state: str, *, by_id: UUID | None, reason: str | None, now: datetime
) -> None:
    """Give it the next code where something still waits; else it has ended so (S5)."""
    if any(left_of(hold) for hold in holds_of(kept)):
        kept.turn += 1
        _digits, kept.code_hash = code_for(
            community_id=kept.community_id, reservation_id=kept.id, turn=kept.turn
        )
    else:
        kept.state, kept.code_hash = state, None
        kept.ended_at, kept.ended_by_id, kept.reason = now, by_id, reason
    db.session.flush()
