"""The draw of an exchange day, and its waiting list: who gets a thing has it from that moment on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func, or_, select

from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.bulk import update_rows
from pointsvc.kernel.clock import local
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.outbox import Message
from pointsvc.members.telling import leave_messages
from pointsvc.shop.draws import Lot, Ticket, allot, order_of, plain_words
from pointsvc.shop.errors import AlreadyDrawn, DrawTooEarly
from pointsvc.shop.models import ExchangeDay, ExchangeGood, ExchangeSlot, Reservation, Wish
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.exchange_days import (
    goods_of_day,
    goods_to_free,
    lock_day,
    slots_of_day,
)
from pointsvc.shop.service.reserving import Booker, Booking, OnDay, open_booker
from pointsvc.shop.service.seating import Seating


def draw_day(
    *,
    community_id: UUID,
    day_id: UUID,
    spoken: str | None,
    by_id: UUID | None,
    now: datetime,
) -> None:
    """Draw: each unit to one household; points, allowance and unit are theirs at once.

    Who cannot pay, or had as much as the month allows, is passed over; who gets nothing waits in the
    order of the draw. Nothing leaves the pool without an owner.

    Locks: day, limits, passbooks, products by id, the counter of numbers.

    Raises:
        NotFound; DrawTooEarly: wishes are still open. AlreadyDrawn: or called off.
    """
    day = lock_day(community_id, day_id)
    if day.state != "open":
        raise AlreadyDrawn
    if now < day.wishes_close_at:
        raise DrawTooEarly
    day.spoken = plain_words(spoken)
    wishes = {wish.ticket: wish for wish in _wishes(day, "wished")}
    unlucky = _had_nothing(day)
    for wish in wishes.values():
        wish.had_nothing = wish.holder_id in unlucky
    db.session.flush()
    lots = _share_out(day, wishes, now)
    day.state, day.drawn_at = "drawn", now
    db.session.flush()
    outcomes = Counter(lot.outcome for lot in lots)
    note(
        community_id=community_id,
        actor=Actor("member", by_id) if by_id else SYSTEM,
        action="shop.day_drawn",
        subject_id=day_id,
        now=now,
        detail={"given": outcomes["given"], "waiting": outcomes["waiting"]},
    )


def serve_waiting(*, community_id: UUID, day_id: UUID, now: datetime) -> int:
    """Give what came back to who waits, in their order; how many got something. Safe to repeat.

    They come in the next slot; without one left, nothing is given and the day ends soon.
    """
    day = lock_day(community_id, day_id)
    slots = [slot for slot in slots_of_day(community_id, day_id) if slot.ends_at > now]
    free = {product_id for product_id, units in goods_to_free(day).items() if units}
    waiting = [wish for wish in _wishes(day, "waiting") if wish.product_id in free]
    if day.state != "drawn" or not slots or not waiting:
        return 0
    ordered = sorted(waiting, key=lambda wish: (wish.place or 0, wish.ticket))
    lots = _served(day, {wish.ticket: wish for wish in ordered}, slots, now)
    return sum(lot.outcome == "given" for lot in lots)


class Wished(Protocol):
    """A wish, as the table or a query has it."""

    @property
    def ticket(self) -> int:
        """Its number."""

    @property
    def product_id(self) -> UUID:
        """What for."""

    @property
    def holder_id(self) -> UUID:
        """Whose household."""

    @property
    def had_nothing(self) -> bool:
        """Whether it comes first."""


def tickets_of(wishes: Iterable[Wished]) -> list[Ticket]:
    """The list of a draw, as it is published: numbers and goods, no names."""
    listed = list(wishes)
    household: dict[UUID, int] = {}
    for wish in sorted(listed, key=lambda wish: wish.ticket):
        household.setdefault(wish.holder_id, wish.ticket)
    return [
        Ticket(wish.ticket, str(wish.product_id), household[wish.holder_id], wish.had_nothing)
        for wish in listed
    ]


def _share_out(day: ExchangeDay, wishes: Mapping[int, Wish], now: datetime) -> list[Lot]:
    ordered = order_of(day.seed, day.spoken or "", tickets_of(wishes.values()))
    slots = [slot for slot in slots_of_day(day.community_id, day.id) if not slot.is_makeup]
    return _give(day, wishes, ordered, slots, now)


def _served(
    day: ExchangeDay, waiting: Mapping[int, Wish], slots: Sequence[ExchangeSlot], now: datetime
) -> list[Lot]:
    """In the order of their turns; each place stays what the draw made it."""
    return _give(day, waiting, tickets_of(waiting.values()), slots, now, keeps_places=True)


def _give(
    day: ExchangeDay,
    wishes: Mapping[int, Wish],
    ordered: Sequence[Ticket],
    slots: Sequence[ExchangeSlot],
    now: datetime,
    *,
    keeps_places: bool = False,
) -> list[Lot]:
    if not wishes:
        return []
    pairs = [(wish.member_id, wish.product_id) for wish in wishes.values()]
    booker = open_booker(community_id=day.community_id, wanted=pairs, shop_id=day.shop_id, now=now)
    goods = goods_of_day(day.community_id, day.id)
    units = {str(good.product_id): good.pool for good in goods}
    lots = allot(ordered, units, take=lambda ticket: _takes(booker, wishes[ticket.number]))
    given = [wishes[lot.ticket.number] for lot in lots if lot.outcome == "given"]
    bookings = _bookings(day, given, slots, now)
    booker.write(list(bookings.values()))
    _drain(goods, given)
    _write(day, wishes, lots, bookings, keeps_places=keeps_places)
    _tell(day, wishes, lots, keeps_places=keeps_places, now=now)
    return lots


def _takes(booker: Booker, wish: Wish) -> bool:
    line = WantedLine(wish.product_id, 1)
    try:
        booker.take(wish.member_id, line, booker.today, from_pool=True)
    except Conflict:
        return False
    return True


def _bookings(
    day: ExchangeDay, given: Sequence[Wish], slots: Sequence[ExchangeSlot], now: datetime
) -> dict[UUID, Booking]:
    """One reservation for each member, in the slot they wished for while it has seats."""
    community = get_community(day.community_id)
    seating = Seating(slots, _seated(day), _last_number(day))
    goods: dict[UUID, list[WantedLine]] = defaultdict(list)
    wished: dict[UUID, UUID] = {}
    for wish in given:
        goods[wish.member_id].append(WantedLine(wish.product_id, 1))
        wished.setdefault(wish.member_id, wish.slot_id)
    bookings = {}
    for member_id, seat in seating.seat(wished, now).items():
        begins = local(seat.slot.starts_at, community.zone)
        ends = local(seat.slot.ends_at, community.zone)
        said = f"{begins:%Y-%m-%d %H:%M}–{ends:%H:%M} {seat.slot.spot}".strip()
        on_day = OnDay(day.id, seat.slot.id, seat.number, said)
        bookings[member_id] = Booking(
            member_id, day.shop_id, goods[member_id], seat.until, None, on_day, new_id()
        )
    return bookings


def _seated(day: ExchangeDay) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Reservation.slot_id, func.count())
        .where(
            Reservation.community_id == day.community_id,
            Reservation.day_id == day.id,
            Reservation.state.in_(["open", "picked"]),
        )
        .group_by(Reservation.slot_id)
    )
    return {row[0]: int(row[1]) for row in rows if row[0] is not None}


def _last_number(day: ExchangeDay) -> int:
    wanted = select(func.max(Reservation.queue_no)).where(
        Reservation.community_id == day.community_id, Reservation.day_id == day.id
    )
    return db.session.scalar(wanted) or 0


def _drain(goods: Sequence[ExchangeGood], given: Sequence[Wish]) -> None:
    """Out of the pool into somebody's hands; the product's `reserved` stays what it is."""
    gone = Counter(wish.product_id for wish in given)
    for good in goods:
        good.pool -= gone[good.product_id]
    db.session.flush()


def _write(
    day: ExchangeDay,
    wishes: Mapping[int, Wish],
    lots: Sequence[Lot],
    bookings: Mapping[UUID, Booking],
    *,
    keeps_places: bool,
) -> None:
    rows: list[dict[str, Any]] = []
    for lot in lots:
        wish = wishes[lot.ticket.number]
        booking = bookings.get(wish.member_id) if lot.outcome == "given" else None
        rows.append(
            {
                "community_id": day.community_id,
                "id": wish.id,
                "state": lot.outcome,
                "place": wish.place if keeps_places else lot.place,
                "reservation_id": booking.id if booking else None,
            }
        )
    update_rows(Wish, sorted(rows, key=lambda row: row["id"]))
    db.session.expire_all()


def _tell(
    day: ExchangeDay,
    wishes: Mapping[int, Wish],
    lots: Sequence[Lot],
    *,
    keeps_places: bool,
    now: datetime,
) -> None:
    """Who got something is told by the reservation itself; the others here."""
    messages = [
        Message(
            wishes[lot.ticket.number].member_id,
            f"shop.day_{lot.outcome}",
            {"title": day.title, "number": lot.ticket.number, "place": lot.place},
        )
        for lot in lots
        if lot.outcome == "passed" or (lot.outcome == "waiting" and not keeps_places)
    ]
    leave_messages(community_id=day.community_id, messages=messages, now=now)


def _wishes(day: ExchangeDay, state: str) -> Sequence[Wish]:
    wanted = select(Wish).where(
        Wish.community_id == day.community_id, Wish.day_id == day.id, Wish.state == state
    )
    return db.session.scalars(
        wanted.order_by(Wish.ticket).execution_options(populate_existing=True)
    ).all()


def _had_nothing(day: ExchangeDay) -> set[UUID]:
    """Households that wished before the shop's last draw and went home without anything.

    Who joined the list after the draw came first for nothing, if that counted.
    """
    last = db.session.execute(
        select(ExchangeDay.id, ExchangeDay.wishes_close_at)
        .where(
            ExchangeDay.community_id == day.community_id,
            ExchangeDay.shop_id == day.shop_id,
            ExchangeDay.state == "over",
            ExchangeDay.wishes_close_at < day.wishes_close_at,
        )
        .order_by(ExchangeDay.wishes_close_at.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return set()
    rows = db.session.execute(
        select(Wish.holder_id, Wish.state).where(
            Wish.community_id == day.community_id,
            Wish.day_id == last.id,
            or_(
                Wish.state == "given",
                (Wish.state == "lost") & (Wish.wished_at < last.wishes_close_at),
            ),
        )
    ).all()
    return {r.holder_id for r in rows} - {r.holder_id for r in rows if r.state == "given"}
