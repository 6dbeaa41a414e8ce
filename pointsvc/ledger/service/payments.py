"""Paying with points, and giving them back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.books import Books, open_books
from pointsvc.ledger.errors import (
    CorrectionExceeds,
    EffectRepeated,
    InsufficientPoints,
    NothingToCorrect,
)
from pointsvc.ledger.service.correcting import Moved, count_corrected, find_moved
from pointsvc.ledger.transfers import NewTransfer, Recording, Side, check_amount
from pointsvc.members.heirs import heir_of

SOURCE = "order_line"


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One line to pay: its id and its points."""

    line_id: UUID
    points: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Lines that a member pays in their order, and who takes the points."""

    member_id: UUID
    lines: Sequence[PaymentLine]
    recorded_by_id: UUID | None

    @property
    def points(self) -> int:
        """What all of it comes to. Raises AmountRefused: a line's points are no amount."""
        return sum(check_amount(line.points) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Purses:
    """The locked passbooks of some members, on the day on which they pay."""

    books: Books
    business_on: date

    def usable(self, member_id: UUID) -> int:
        """What the member can pay with: points whose last day has not passed (case 24)."""
        return self.books.spendable(member_id, self.business_on)

    def wallets(self, member_id: UUID) -> list[tuple[Side, int]]:
        """What the member can pay with, the wallets that expire first before the others."""
        usable = self.books.wallets(member_id, self.business_on)
        return [(wallet.side, wallet.amount) for wallet in usable]

    def pay(self, payments: Sequence[Payment], *, reason: str, now: datetime) -> None:
        """Pay, each member once, from the wallets that expire first.

        One transfer for each wallet that a line touches (a leg).

        Raises:
            InsufficientPoints: fewer usable points than somebody pays; nothing is written.
            AmountRefused: a line's points are no amount.
            EffectRepeated: a line was paid before (L8).
        """
        legs: list[NewTransfer] = []
        for payment in payments:
            usable, total = self.usable(payment.member_id), payment.points
            if usable < total:
                raise InsufficientPoints(balance_points=usable, total_points=total)
            left = self.wallets(payment.member_id)
            legs.extend(_legs(self.books.community_id, payment, left, reason))
        post_all(self.books, legs, Recording(None, now, self.business_on))


def open_purses(*, community_id: UUID, member_ids: Collection[UUID], business_on: date) -> Purses:
    """Lock the members' passbooks by id."""
    books = open_books(community_id=community_id, owner_ids=set(member_ids), unit="points")
    return Purses(books, business_on)


def pay(
    *,
    community_id: UUID,
    member_id: UUID,
    lines: Sequence[PaymentLine],
    reason: str,
    recorded_by_id: UUID | None,
    now: datetime,
    business_on: date,
) -> int:
    """One member's payment; return what is spendable then. Raises what `Purses.pay` raises."""
    purses = open_purses(community_id=community_id, member_ids=[member_id], business_on=business_on)
    purses.pay([Payment(member_id, lines, recorded_by_id)], reason=reason, now=now)
    return purses.usable(member_id)


def post_all(books: Books, transfers: Sequence[NewTransfer], recording: Recording) -> None:
    """Post every leg: half a payment, or none that counts as one, is refused."""
    if len(books.post(transfers, recording)) != len(transfers):
        raise EffectRepeated


def _legs(
    community_id: UUID, payment: Payment, wallets: list[tuple[Side, int]], reason: str
) -> Iterator[NewTransfer]:
    shop = Side(community_id, "shop")
    for line in payment.lines:
        rest, leg = line.points, 0
        while rest:
            side, amount = wallets.pop(0)
            taken = min(rest, amount)
            yield NewTransfer(
                id=new_id(),
                unit="points",
                debit=side,
                credit=shop,
                amount=taken,
                kind="payment",
                reason=reason,
                source_type=SOURCE,
                source_id=line.line_id,
                effect=f"payment/{line.line_id}/{leg}",
                recorded_by_id=payment.recorded_by_id,
            )
            rest, leg = rest - taken, leg + 1
            if amount > taken:
                wallets.insert(0, (side, amount - taken))


def refund(
    *,
    community_id: UUID,
    member_id: UUID,
    line_id: UUID,
    number: int,
    points: int,
    reason: str,
    recorded_by_id: UUID,
    approved_by_id: UUID,
    now: datetime,
    business_on: date,
    grace_days: int,
) -> int:
    """Give back `points` of a line, reversing its legs, the last one first; return the balance.

    Points go to the wallets they came from; those whose date has passed to one that expires
    `grace_days` from today (docs/ledger.md §6). Of a member who was merged away, to the survivor's.

    Raises:
        NothingToCorrect: the line was not paid by this member.
        CorrectionExceeds: more than was paid and not yet given back (L12).
        EffectRepeated: the line's refund of this number was made before (L8).
    """
    check_amount(points)
    member_id, books = _heirs_books(community_id, member_id)
    found = find_moved(
        community_id=community_id,
        source_type=SOURCE,
        source_id=line_id,
        kinds=("payment",),
    )
    legs = sorted(
        (each for each in found if each.owner_id == member_id),
        key=_leg_number,
        reverse=True,
    )
    if not legs:
        raise NothingToCorrect
    if sum(each.left for each in legs) < points:
        raise CorrectionExceeds
    transfers = list(
        _reversals(
            books,
            legs,
            points=points,
            line_id=line_id,
            number=number,
            reason=reason,
            today=business_on,
            grace_days=grace_days,
        )
    )
    post_all(books, transfers, Recording(recorded_by_id, now, business_on, approved_by_id))
    return books.spendable(member_id, business_on)


def _heirs_books(community_id: UUID, member_id: UUID) -> tuple[UUID, Books]:
    """Who goes on for the member, and their books, held; asked again where a merge ended meanwhile."""
    heir = heir_of(community_id, member_id)
    books = open_books(community_id=community_id, owner_ids={heir}, unit="points")
    again = heir_of(community_id, member_id) if heir in books.closed else heir
    return (heir, books) if again == heir else _heirs_books(community_id, member_id)


def _leg_number(moved: Moved) -> int:
    return int(moved.effect.rsplit("/", 1)[1])


def _reversals(
    books: Books,
    legs: Sequence[Moved],
    *,
    points: int,
    line_id: UUID,
    number: int,
    reason: str,
    today: date,
    grace_days: int,
) -> Iterator[NewTransfer]:
    rest = points
    for leg, moved in enumerate(legs):
        amount = min(rest, moved.left)
        if amount == 0:
            continue
        count_corrected(community_id=books.community_id, moved=moved, amount=amount)
        passed = moved.expires_on < today
        expires_on = today + timedelta(days=grace_days) if passed else moved.expires_on
        yield NewTransfer(
            id=new_id(),
            unit="points",
            debit=Side(books.community_id, "shop"),
            credit=Side(moved.owner_id, "wallet", expires_on),
            amount=amount,
            kind="refund",
            reason=reason,
            source_type=SOURCE,
            source_id=line_id,
            effect=f"refund/{line_id}/{number}/{leg}",
            corrects_id=moved.id,
        )
        rest -= amount
