"""Setting points aside for goods that are fetched later, and ending that: paid, or given back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.errors import InsufficientPoints, ReservationEnded
from pointsvc.ledger.service.correcting import Moved, count_corrected, find_moved
from pointsvc.ledger.service.payments import SOURCE as ORDER_LINE, Payment, Purses, post_all
from pointsvc.ledger.transfers import NewTransfer, Recording, Side, check_amount

SOURCE = "hold"


@dataclass(frozen=True, slots=True)
class Ending:
    """So many points of a hold end: `line_id` is the order's line that they pay, None gives them back.

    `number` tells the endings of one hold apart (L8): a hold ends in parts.
    """

    member_id: UUID
    hold_id: UUID
    points: int
    number: int
    line_id: UUID | None = None
    recorded_by_id: UUID | None = None

    @property
    def effect(self) -> str:
        """As order lines are paid everywhere; or which giving back of the hold it is."""
        return f"payment/{self.line_id}" if self.line_id else f"unreserve/{self.number}"


def reserve(*, purses: Purses, holds: Sequence[Payment], reason: str, now: datetime) -> None:
    """Move points to `reserved` accounts of the same dates, from the wallets that expire first.

    A payment's lines are holds here; a member comes once.

    Raises:
        InsufficientPoints: fewer usable points than somebody sets aside; nothing is written.
        AmountRefused. EffectRepeated: a hold was made before (L8).
    """
    legs: list[NewTransfer] = []
    for payment in holds:
        usable, total = purses.usable(payment.member_id), payment.points
        if usable < total:
            raise InsufficientPoints(balance_points=usable, total_points=total)
        legs.extend(_reserving(payment, purses.wallets(payment.member_id), reason))
    post_all(purses.books, legs, Recording(None, now, purses.business_on))


def end_holds(
    *, purses: Purses, endings: Sequence[Ending], reason: str, now: datetime, grace_days: int
) -> None:
    """Pay order lines from what was reserved, or give it back to the wallets it came from.

    The earliest points pay; the latest go back. Points whose date has passed meanwhile pay as well,
    and go back to a wallet that lasts `grace_days` from today (docs/ledger.md case 26).

    Raises:
        ReservationEnded: more ends than is left of the hold (L10; by constraint as well).
        EffectRepeated: this ending was made before (L8).
    """
    transfers: list[NewTransfer] = []
    for ending in endings:
        transfers.extend(_ended(purses, ending, reason, grace_days))
    post_all(purses.books, transfers, Recording(None, now, purses.business_on))


def _reserving(
    payment: Payment, wallets: list[tuple[Side, int]], reason: str
) -> Iterator[NewTransfer]:
    for line in payment.lines:
        rest, leg = line.points, 0
        while rest:
            side, amount = wallets.pop(0)
            taken = min(rest, amount)
            yield NewTransfer(
                id=new_id(),
                unit="points",
                debit=side,
                credit=Side(payment.member_id, "reserved", side.expires_on),
                amount=taken,
                kind="reserve",
                reason=reason,
                source_type=SOURCE,
                source_id=line.line_id,
                effect=f"reserve/{leg}",
                recorded_by_id=payment.recorded_by_id,
            )
            rest, leg = rest - taken, leg + 1
            if amount > taken:
                wallets.insert(0, (side, amount - taken))


def _ended(purses: Purses, ending: Ending, reason: str, grace_days: int) -> Iterator[NewTransfer]:
    community_id = purses.books.community_id
    legs = _legs_of(community_id, ending)
    rest = check_amount(ending.points)
    if sum(each.left for each in legs) < rest:
        raise ReservationEnded
    for number, moved in enumerate(legs):
        amount = min(rest, moved.left)
        if amount == 0:
            continue
        count_corrected(community_id=community_id, moved=moved, amount=amount)
        last_day = _last_day(moved.expires_on, purses.business_on, grace_days)
        back = Side(ending.member_id, "wallet", last_day)
        pays = ending.line_id is not None
        yield NewTransfer(
            id=new_id(),
            unit="points",
            debit=Side(ending.member_id, "reserved", moved.expires_on),
            credit=Side(community_id, "shop") if pays else back,
            amount=amount,
            kind="payment" if pays else "unreserve",
            reason=reason,
            source_type=ORDER_LINE if pays else SOURCE,
            source_id=ending.line_id or ending.hold_id,
            effect=f"{ending.effect}/{number}",
            corrects_id=moved.id,
            recorded_by_id=ending.recorded_by_id,
        )
        rest -= amount


def _legs_of(community_id: UUID, ending: Ending) -> list[Moved]:
    """The hold's legs, earliest points first to pay, latest first to give back."""
    found = find_moved(
        community_id=community_id,
        source_type=SOURCE,
        source_id=ending.hold_id,
        kinds=("reserve",),
    )
    mine = [m for m in found if m.account_kind == "reserved" and m.owner_id == ending.member_id]
    return sorted(
        mine, key=lambda m: int(m.effect.rsplit("/", 1)[1]), reverse=ending.line_id is None
    )


def _last_day(expires_on: date, today: date, grace_days: int) -> date:
    return today + timedelta(days=grace_days) if expires_on < today else expires_on
