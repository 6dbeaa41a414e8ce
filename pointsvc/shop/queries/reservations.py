"""Reading reservations: a member's own, a shop's, one of them with its goods."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.i18n import pause
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_id, seal_cursor
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.shop.models import Hold, Pickup, Product, Reservation

LIST_MAX: Final = 200
NEWEST_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Goods of one kind in a reservation, at the price that was kept."""

    id: UUID
    product_id: UUID
    name: str
    pack: str
    quantity: int
    price_points: int
    picked: int
    released: int

    @property
    def label(self) -> str:
        """Name and pack, as people say it."""
        return f"{self.name} {self.pack}".strip()

    @property
    def waiting(self) -> int:
        """Units that can still be fetched."""
        return self.quantity - self.picked - self.released


@dataclass(frozen=True, slots=True)
class ReservationFacts:
    """A reservation with its lines; `code_hash` leads to the code that is shown to its owner."""

    id: UUID
    reservation_no: int
    shop_id: UUID
    member_id: UUID
    holder_id: UUID
    booked_by_id: UUID | None
    day_id: UUID | None
    slot_id: UUID | None
    queue_no: int | None
    called_at: datetime | None
    state: str
    turn: int
    code_hash: bytes | None
    placed_at: datetime
    due_at: datetime
    ended_at: datetime | None
    reason: str | None
    lines: tuple[HeldLine, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something of it can still be fetched."""
        return self.state == "open"

    @property
    def points(self) -> int:
        """What waits still, at the prices kept."""
        return sum(line.waiting * line.price_points for line in self.lines)

    @property
    def goods(self) -> str:
        """What waits, or what it was about, in a few words."""
        shown = [line for line in self.lines if line.waiting] or self.lines
        return pause().join(f"{line.label} ×{line.waiting or line.quantity}" for line in shown)


_NAMES: Final = ReservationFacts.__slots__[:-1]  # its columns; the lines come after


def get_reservation(community_id: UUID, reservation_id: UUID) -> ReservationFacts:
    """The reservation. Raises NotFound."""
    found = _read(community_id, _rows(community_id).where(Reservation.id == reservation_id))
    if not found:
        raise NotFound
    return found[0]


def find_by_code(community_id: UUID, hashes: Sequence[bytes]) -> ReservationFacts | None:
    """The open reservation whose code has one of these hashes."""
    found = _read(community_id, _rows(community_id).where(Reservation.code_hash.in_(hashes)))
    return found[0] if found else None


def reservations_of(
    community_id: UUID, member_ids: Collection[UUID], *, only_open: bool = False
) -> list[ReservationFacts]:
    """The newest reservations of these members."""
    wanted = _newest_open() if only_open else _newest()
    rows = fetch(wanted, community_id=community_id, member_ids=list(member_ids))
    return _with_lines(community_id, rows)


@prepared
def _newest(among: Among) -> Select[*tuple[Any, ...]]:
    reservation = table_of(Reservation).c
    return (
        select(*(reservation[name] for name in _NAMES))
        .where(
            reservation.community_id == bindparam("community_id"),
            among(reservation.member_id, "member_ids"),
        )
        .order_by(reservation.id.desc())
        .limit(NEWEST_MAX)
    )


@prepared
def _newest_open(_among: Among) -> Select[*tuple[Any, ...]]:
    return _newest().where(table_of(Reservation).c.state == "open")


def waiting_at(community_id: UUID, shop_id: UUID) -> list[ReservationFacts]:
    """What waits to be fetched at a shop, what runs out first before the others; at most 200."""
    wanted = _rows(community_id).where(Reservation.shop_id == shop_id, Reservation.state == "open")
    ordered = wanted.order_by(Reservation.due_at, Reservation.reservation_no)
    return _read(community_id, ordered.limit(LIST_MAX))


def of_day(community_id: UUID, day_id: UUID) -> list[ReservationFacts]:
    """All of an exchange day by the number that is called."""
    wanted = _rows(community_id).where(Reservation.day_id == day_id)
    return _read(community_id, wanted.order_by(Reservation.queue_no))


def ended_at_shop(
    community_id: UUID, shop_id: UUID, *, after: str | None
) -> Page[ReservationFacts]:
    """What was fetched, cancelled or ran out at a shop, newest first. Raises PageUnknown."""
    wanted = _rows(community_id).where(Reservation.shop_id == shop_id, Reservation.state != "open")
    if after is not None:
        wanted = wanted.where(Reservation.id < open_id(after))
    found = _read(community_id, wanted.order_by(Reservation.id.desc()).limit(PAGE_LENGTH + 1))
    more = len(found) > PAGE_LENGTH
    return Page(found[:PAGE_LENGTH], seal_cursor(found[PAGE_LENGTH - 1].id) if more else None)


@dataclass(frozen=True, slots=True)
class Kept:
    """Of which reservation an order's goods were, and when they were reserved."""

    reservation_no: int
    reserved_on: date


def kept_for(community_id: UUID, order_id: UUID) -> Kept | None:
    """The reservation that a pick-up handed out; None for an exchange at the counter."""
    row = db.session.execute(
        select(Reservation.reservation_no, Reservation.business_on)
        .join(
            Pickup,
            (Pickup.community_id == Reservation.community_id)
            & (Pickup.reservation_id == Reservation.id),
        )
        .where(Pickup.community_id == community_id, Pickup.order_id == order_id)
    ).one_or_none()
    return Kept(*row) if row is not None else None


def _rows(community_id: UUID) -> Select[*tuple[Any, ...]]:
    columns = (getattr(Reservation, name) for name in _NAMES)
    return select(*columns).where(Reservation.community_id == community_id)


def _read(community_id: UUID, wanted: Select[*tuple[Any, ...]]) -> list[ReservationFacts]:
    return _with_lines(community_id, db.session.execute(wanted).all())


def _with_lines(community_id: UUID, rows: Sequence[Any]) -> list[ReservationFacts]:
    lines = _lines(community_id, [row.id for row in rows])
    return [replace(ReservationFacts(*row), lines=tuple(lines.get(row.id, ()))) for row in rows]


def _lines(community_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[HeldLine]]:
    found: dict[UUID, list[HeldLine]] = {}
    if not ids:
        return found
    wanted = (
        select(
            Hold.reservation_id,
            Hold.id,
            Hold.product_id,
            Product.name,
            Product.pack,
            Hold.quantity,
            Hold.price_points,
            Hold.picked,
            Hold.released,
        )
        .join(
            Product, (Product.community_id == Hold.community_id) & (Product.id == Hold.product_id)
        )
        .where(Hold.community_id == community_id, Hold.reservation_id.in_(ids))
        .order_by(Hold.reservation_id, Hold.number)
    )
    for row in db.session.execute(wanted):
        line: tuple[Any, ...] = tuple(row)[1:]
        found.setdefault(row.reservation_id, []).append(HeldLine(*line))
    return found
