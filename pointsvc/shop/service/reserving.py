"""Keeping goods for somebody: points, allowance and units are set aside until they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.audit.service import Trace, note_all
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.earning.limits import Allowances, open_allowances
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.clock import local, local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.kernel.outbox import Message
from pointsvc.kernel.request_id import current_request_id
from pointsvc.ledger.service import Payment, PaymentLine, Purses, open_purses, reserve
from pointsvc.members.errors import NotActive
from pointsvc.members.queries import active_ids, holders_of
from pointsvc.members.telling import leave_messages
from pointsvc.shop.errors import DueTooFar, ProductClosed
from pointsvc.shop.models import Hold, HoldLimit, Reservation
from pointsvc.shop.pickup_codes import code_for
from pointsvc.shop.queries.catalogue import ProductFacts, products_by_id
from pointsvc.shop.queries.limits import InForce, limits_on
from pointsvc.shop.queries.regular import at_regular_price
from pointsvc.shop.queries.shops import open_shops
from pointsvc.shop.rules import WantedLine, decide_picks, decide_points, merge_lines, total_for
from pointsvc.shop.service.allowances import Claim, Taken, claims_of, counted_rows
from pointsvc.shop.service.baskets import Line
from pointsvc.shop.shelf import Shelf, open_shelf

NUMBERS: Final = "shop.reservation"
REASON: Final = "shop.reservation"
KEPT_MAX: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class OnDay:
    """Where a reservation belongs to an exchange day: its slot, and the number that is called."""

    day_id: UUID
    slot_id: UUID
    queue_no: int
    said: str


@dataclass(frozen=True, slots=True)
class Booking:
    """Goods of a shop that are kept for a member until `due_at`; `on_day` takes them from its pool."""

    member_id: UUID
    shop_id: UUID
    lines: Sequence[WantedLine]
    due_at: datetime
    booked_by_id: UUID | None
    on_day: OnDay | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class BookingReceipt:
    """What was kept: its number, the points set aside, and what the member can still spend."""

    reservation_id: UUID
    reservation_no: int
    total_points: int
    balance_points: int


@dataclass(slots=True)
class Booker:
    """Locked limits, passbooks and goods, and what of them was promised so far."""

    community: CommunityFacts
    now: datetime
    today: date
    holders: dict[UUID, UUID]
    products: dict[UUID, ProductFacts]
    active: set[UUID]
    limits: InForce
    allowances: Allowances
    purses: Purses
    shelf: Shelf
    _points: Counter[UUID] = field(default_factory=Counter)

    def take(self, member_id: UUID, line: WantedLine, due_on: date, *, from_pool: bool) -> None:
        """Promise it, or refuse; a refusal has taken nothing.

        Raises:
            NotActive, ProductClosed, BalanceTooLow, InsufficientPoints, OutOfStock; LimitReached,
            UnitsLimitReached, PointsLimitReached.
        """
        product = self.products[line.product_id]
        wanted = Line(new_id(), 1, product, line.quantity)
        self._check(member_id, wanted)
        claims = self._claims(member_id, [wanted])
        for claim in claims:
            claim.check(self.allowances)
        if not from_pool:
            reserved = self.shelf.reserved[product.id]
            decide_picks(self.shelf.batches_of(product.id), line, due_on, reserved)
            self.shelf.hold(product.id, line.quantity)
        for claim in claims:
            self.allowances.take(claim.wish, claim.wish.amount)
        self._points[member_id] += wanted.points

    def _check(self, member_id: UUID, line: Line) -> None:
        if member_id not in self.active:
            raise NotActive
        if line.product.closed_at is not None:
            raise ProductClosed(product_id=str(line.product.id))
        decide_points(
            usable=self.purses.usable(member_id),
            total_points=self._points[member_id] + line.points,
            minimum=self.community.settings.exchange_minimum_points,
        )

    def _claims(self, member_id: UUID, lines: Sequence[Line]) -> list[Claim]:
        return claims_of(self.limits, Taken(member_id, self.holders[member_id], lines))

    def write(self, bookings: Sequence[Booking]) -> list[BookingReceipt]:
        """Make last what was promised; each member has at most one of the bookings."""
        if not bookings:
            return []
        holds = {booking.id: self._hold_rows(booking) for booking in bookings}
        self.allowances.store()
        reserve(
            purses=self.purses,
            holds=[_payment(booking, holds[booking.id]) for booking in bookings],
            reason=REASON,
            now=self.now,
        )
        self.shelf.write()
        numbers = take_numbers(community_id=self.community.id, name=NUMBERS, count=len(bookings))
        receipts = [
            BookingReceipt(
                booking.id, number, _total(holds[booking.id]), self.purses.usable(booking.member_id)
            )
            for booking, number in zip(bookings, numbers, strict=True)
        ]
        told = list(zip(bookings, receipts, strict=True))
        insert_rows(Reservation, [self._row(*each) for each in told])
        insert_rows(Hold, [row for booking in bookings for row in holds[booking.id]])
        claims = [c for each in bookings for c in self._counted(each, holds[each.id])]
        insert_rows(HoldLimit, counted_rows(self.community.id, claims, "hold_id"))
        self._tell(told)
        return receipts

    def _hold_rows(self, booking: Booking) -> list[dict[str, Any]]:
        return [
            {
                "community_id": self.community.id,
                "id": new_id(),
                "reservation_id": booking.id,
                "number": number,
                "product_id": line.product_id,
                "quantity": line.quantity,
                "price_points": self.products[line.product_id].price_points,
                "price_version": self.products[line.product_id].price_version,
                "limit_taken": line.quantity if self.products[line.product_id].limit else None,
                "picked": 0,
                "released": 0,
            }
            for number, line in enumerate(booking.lines, start=1)
        ]

    def _counted(self, booking: Booking, holds: Sequence[dict[str, Any]]) -> list[Claim]:
        lines = [
            Line(row["id"], row["number"], self.products[row["product_id"]], row["quantity"])
            for row in holds
        ]
        return self._claims(booking.member_id, lines)

    def _row(self, booking: Booking, receipt: BookingReceipt) -> dict[str, Any]:
        community_id, on_day = self.community.id, booking.on_day
        _digits, code_hash = code_for(community_id=community_id, reservation_id=booking.id, turn=1)
        return {
            "community_id": community_id,
            "id": booking.id,
            "reservation_no": receipt.reservation_no,
            "shop_id": booking.shop_id,
            "member_id": booking.member_id,
            "holder_id": self.holders[booking.member_id],
            "booked_by_id": booking.booked_by_id,
            "day_id": on_day.day_id if on_day else None,
            "slot_id": on_day.slot_id if on_day else None,
            "queue_no": on_day.queue_no if on_day else None,
            "state": "open",
            "turn": 1,
            "code_hash": code_hash,
            "placed_at": self.now,
            "business_on": self.today,
            "due_at": booking.due_at,
        }

    def _tell(self, told: Sequence[tuple[Booking, BookingReceipt]]) -> None:
        community_id, request_id = self.community.id, current_request_id()
        traces = [
            Trace(
                Actor("member", each.booked_by_id) if each.booked_by_id else SYSTEM,
                "shop.goods_reserved",
                each.id,
                request_id,
                {
                    "number": receipt.reservation_no,
                    "points": receipt.total_points,
                    "member_id": str(each.member_id),
                },
            )
            for each, receipt in told
        ]
        note_all(community_id=community_id, traces=traces, now=self.now)
        messages = [
            Message(
                each.member_id,
                "shop.day_given" if each.on_day else "shop.goods_reserved",
                {
                    "number": receipt.reservation_no,
                    "points": receipt.total_points,
                    "until": each.on_day.said if each.on_day else self._said(each.due_at),
                    "queue_no": each.on_day.queue_no if each.on_day else 0,
                },
            )
            for each, receipt in told
        ]
        leave_messages(community_id=community_id, messages=messages, now=self.now)

    def _said(self, moment: datetime) -> str:
        return f"{local(moment, self.community.zone):%Y-%m-%d %H:%M}"


def open_booker(
    *,
    community_id: UUID,
    wanted: Iterable[tuple[UUID, UUID]],
    shop_id: UUID,
    now: datetime,
) -> Booker:
    """Lock what these (member, product) pairs need: limits, passbooks, products (docs/ledger.md §3).

    Raises:
        NotFound: a product is not this shop's.
    """
    pairs = sorted(set(wanted))
    community = get_community(community_id)
    today = local_day(now, community.zone)
    members, goods = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    products = products_by_id(community_id, goods)
    if len(products) < len(goods) or any(p.shop_id != shop_id for p in products.values()):
        raise NotFound
    products = at_regular_price(community_id, products)
    holders = holders_of(community_id, members)
    in_force = limits_on(community_id, {shop_id}, today)
    claims = [
        claim
        for member_id, product_id in pairs
        for claim in claims_of(in_force, _one(member_id, holders, products[product_id]))
    ]
    wishes = [claim.wish for claim in claims]
    return Booker(
        community,
        now,
        today,
        holders,
        products,
        active_ids(community_id, members),
        in_force,
        open_allowances(community_id=community_id, wishes=wishes),
        open_purses(community_id=community_id, member_ids=members, business_on=today),
        open_shelf(community_id=community_id, product_ids=goods),
    )


def book_goods(*, community_id: UUID, booking: Booking, now: datetime) -> BookingReceipt:
    """Keep goods for a member: points, allowance and units, until the day after `due_at` at the latest.

    A mark-down is for the counter: what is kept is kept at the regular price.
    What is kept is good until then: units whose last day comes first are left to the counter (S6).

    Locks: limits, passbook, products by id, the counter of numbers.

    Raises:
        NotFound: also a shop that is closed. AmountRefused, DueTooFar; what `Booker.take` raises.
    """
    if booking.shop_id not in {shop.id for shop in open_shops(community_id)}:
        raise NotFound
    if not now < booking.due_at <= now + KEPT_MAX:
        raise DueTooFar({"due_on": [str(DueTooFar.message)]})
    booking = replace(booking, lines=merge_lines(booking.lines))
    booker = open_booker(
        community_id=community_id,
        wanted=[(booking.member_id, line.product_id) for line in booking.lines],
        shop_id=booking.shop_id,
        now=now,
    )
    total_for((w.quantity, booker.products[w.product_id].price_points) for w in booking.lines)
    due_on = local_day(booking.due_at, booker.community.zone)
    for line in booking.lines:
        booker.take(booking.member_id, line, due_on, from_pool=False)
    [receipt] = booker.write([booking])
    return receipt


def _one(member_id: UUID, holders: dict[UUID, UUID], product: ProductFacts) -> Taken:
    """A unit of it, which is in the same windows as any number."""
    return Taken(member_id, holders[member_id], [Line(new_id(), 1, product, 1)])


def _payment(booking: Booking, holds: Sequence[dict[str, Any]]) -> Payment:
    lines = [PaymentLine(row["id"], row["quantity"] * row["price_points"]) for row in holds]
    return Payment(booking.member_id, lines, booking.booked_by_id)


def _total(holds: Sequence[dict[str, Any]]) -> int:
    return sum(row["quantity"] * row["price_points"] for row in holds)
