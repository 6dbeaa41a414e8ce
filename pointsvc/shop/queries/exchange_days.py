"""Reading exchange days: what they share out, who wished, whose number is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.shop.models import (
    ExchangeDay,
    ExchangeGood,
    ExchangeSlot,
    Markdown,
    Product,
    Reservation,
    Wish,
)

DAYS_MAX: Final = 50
CALLED_FOR: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class DayFacts:
    """An exchange day; its seed is a secret until it is drawn."""

    id: UUID
    shop_id: UUID
    title: str
    state: str
    wishes_open_at: datetime
    wishes_close_at: datetime
    seed_hash: bytes
    drawn_seed: bytes | None
    spoken: str | None
    drawn_at: datetime | None

    def takes_wishes(self, now: datetime) -> bool:
        """Whether it is open for wishes that go into the draw."""
        return self.state == "open" and self.wishes_open_at <= now < self.wishes_close_at

    def can_be_drawn(self, now: datetime) -> bool:
        """Whether wishes have closed and nobody has drawn."""
        return self.state == "open" and self.wishes_close_at <= now


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """When and where so many come."""

    id: UUID
    number: int
    spot: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    is_makeup: bool


@dataclass(frozen=True, slots=True)
class GoodFacts:
    """A product that the day shares out: how many, how many nobody has yet, how many wish for it."""

    product_id: UUID
    label: str
    price_points: int
    units: int
    pool: int
    wishes: int


@dataclass(frozen=True, slots=True)
class WishFacts:
    """A wish with what became of it."""

    id: UUID
    day_id: UUID
    product_id: UUID
    label: str
    slot_id: UUID
    member_id: UUID
    holder_id: UUID
    ticket: int
    had_nothing: bool
    place: int | None
    state: str
    reservation_id: UUID | None


def get_day(community_id: UUID, day_id: UUID) -> DayFacts:
    """The day. Raises NotFound."""
    found = _read(_days(community_id).where(ExchangeDay.id == day_id))
    if not found:
        raise NotFound
    return found[0]


def days_in(community_id: UUID, state: str) -> list[DayFacts]:
    """Days in this state, the next to close first."""
    wanted = _days(community_id).where(ExchangeDay.state == state)
    return _read(wanted.order_by(ExchangeDay.wishes_close_at, ExchangeDay.id))


def days_of_shops(community_id: UUID, shop_ids: Sequence[UUID]) -> list[DayFacts]:
    """The newest days of these shops."""
    wanted = _days(community_id).where(ExchangeDay.shop_id.in_(shop_ids))
    return _read(wanted.order_by(ExchangeDay.wishes_close_at.desc()).limit(DAYS_MAX))


def slots_of(community_id: UUID, day_id: UUID) -> list[SlotFacts]:
    """Its slots in their order."""
    rows = db.session.execute(
        select(
            ExchangeSlot.id,
            ExchangeSlot.number,
            ExchangeSlot.spot,
            ExchangeSlot.starts_at,
            ExchangeSlot.ends_at,
            ExchangeSlot.seats,
            ExchangeSlot.is_makeup,
        )
        .where(ExchangeSlot.community_id == community_id, ExchangeSlot.day_id == day_id)
        .order_by(ExchangeSlot.number)
    )
    return [SlotFacts(*row) for row in rows]


def goods_of(community_id: UUID, day_id: UUID) -> list[GoodFacts]:
    """Its goods by name at regular prices, with how many wish for each."""
    wishes = (
        select(Wish.product_id, func.count().label("wishes"))
        .where(
            Wish.community_id == community_id,
            Wish.day_id == day_id,
            Wish.state != "withdrawn",
        )
        .group_by(Wish.product_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Product.id,
            Product.name,
            Product.pack,
            func.coalesce(Markdown.regular_points, Product.price_points),
            ExchangeGood.units,
            ExchangeGood.pool,
            func.coalesce(wishes.c.wishes, 0),
        )
        .join(
            Product,
            (Product.community_id == ExchangeGood.community_id)
            & (Product.id == ExchangeGood.product_id),
        )
        .outerjoin(
            Markdown,
            (Markdown.community_id == Product.community_id)
            & (Markdown.product_id == Product.id)
            & (Markdown.version == Product.price_version),
        )
        .outerjoin(wishes, wishes.c.product_id == Product.id)
        .where(ExchangeGood.community_id == community_id, ExchangeGood.day_id == day_id)
        .order_by(Product.name, Product.pack)
    )
    return [GoodFacts(row[0], f"{row[1]} {row[2]}".strip(), *row[3:]) for row in rows]


def wishes_of_day(community_id: UUID, day_id: UUID) -> list[WishFacts]:
    """All that were not withdrawn, by ticket."""
    wanted = _wishes(community_id).where(Wish.day_id == day_id, Wish.state != "withdrawn")
    return [_wish(row) for row in db.session.execute(wanted.order_by(Wish.ticket))]


def drawn_wishes(community_id: UUID, day: DayFacts) -> list[WishFacts]:
    """The list of the draw: what was wished for in time and not taken back before it, by ticket."""
    is_listed = Wish.place.is_not(None) if day.drawn_at else Wish.state == "wished"
    wanted = _wishes(community_id).where(
        Wish.day_id == day.id, Wish.wished_at < day.wishes_close_at, is_listed
    )
    return [_wish(row) for row in db.session.execute(wanted.order_by(Wish.ticket))]


def wishes_of_household(community_id: UUID, holder_id: UUID, day_id: UUID) -> list[WishFacts]:
    """A household's own, by ticket."""
    wanted = _wishes(community_id).where(
        Wish.day_id == day_id, Wish.holder_id == holder_id, Wish.state != "withdrawn"
    )
    return [_wish(row) for row in db.session.execute(wanted.order_by(Wish.ticket))]


def called_numbers(community_id: UUID, day_id: UUID, now: datetime) -> list[int]:
    """Numbers called within the quarter of an hour whose goods still wait, the newest first."""
    wanted = select(Reservation.queue_no).where(
        Reservation.community_id == community_id,
        Reservation.day_id == day_id,
        Reservation.state == "open",
        Reservation.called_at > now - CALLED_FOR,
    )
    ordered = wanted.order_by(Reservation.called_at.desc(), Reservation.queue_no.desc())
    return [number for number in db.session.scalars(ordered.limit(12)) if number is not None]


def waiting_numbers(community_id: UUID, day_id: UUID) -> list[int]:
    """Numbers that were not called and wait, in their order."""
    wanted = select(Reservation.queue_no).where(
        Reservation.community_id == community_id,
        Reservation.day_id == day_id,
        Reservation.state == "open",
        Reservation.called_at.is_(None),
    )
    return [n for n in db.session.scalars(wanted.order_by(Reservation.queue_no)) if n is not None]


def _days(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        ExchangeDay.id,
        ExchangeDay.shop_id,
        ExchangeDay.title,
        ExchangeDay.state,
        ExchangeDay.wishes_open_at,
        ExchangeDay.wishes_close_at,
        ExchangeDay.seed_hash,
        ExchangeDay.seed,
        ExchangeDay.spoken,
        ExchangeDay.drawn_at,
    ).where(ExchangeDay.community_id == community_id)


def _read(wanted: Select[*tuple[Any, ...]]) -> list[DayFacts]:
    """The seed leaves the database only once it was drawn with."""
    found = [DayFacts(*tuple(row)) for row in db.session.execute(wanted)]
    return [day if day.drawn_at else replace(day, drawn_seed=None) for day in found]


def _wishes(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Wish.id,
            Wish.day_id,
            Wish.product_id,
            Product.name,
            Product.pack,
            Wish.slot_id,
            Wish.member_id,
            Wish.holder_id,
            Wish.ticket,
            Wish.had_nothing,
            Wish.place,
            Wish.state,
            Wish.reservation_id,
        )
        .join(
            Product, (Product.community_id == Wish.community_id) & (Product.id == Wish.product_id)
        )
        .where(Wish.community_id == community_id)
    )


def _wish(row: Any) -> WishFacts:
    label = f"{row.name} {row.pack}".strip()
    values: tuple[Any, ...] = (*row[:3], label, *row[5:])
    return WishFacts(*values)
