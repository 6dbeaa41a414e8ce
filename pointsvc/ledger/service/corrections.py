"""Taking back what a deed earned, and adjusting with a second person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.books import Books, open_books
from pointsvc.ledger.errors import CorrectionExceeds, NothingToCorrect
from pointsvc.ledger.service.correcting import (
    Moved,
    count_corrected,
    find_moved,
    find_review_end,
    open_owners,
)
from pointsvc.ledger.transfers import NewTransfer, Recording, Side, check_amount


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a correction took: points from wallets or review, points now owed, minutes."""

    points: int
    owed_points: int
    minutes: int


def take_back(
    *,
    community_id: UUID,
    source_type: str,
    source_id: UUID,
    number: int,
    reason: str,
    recorded_by_id: UUID | None,
    now: datetime,
    business_on: date,
    approved_by_id: UUID | None = None,
) -> TakenBack:
    """Reverse award `number` of a deed: its points and its minutes, each by its own transfers.

    Points come from where they are (review, or the wallet that they were released to), then from
    the member's other wallets, earliest first; what was spent meanwhile is booked as receivable
    (docs/ledger.md §1), so that no balance is negative.

    Raises:
        NothingToCorrect: the deed has no such award, or it was annulled.
        CorrectionExceeds: it was taken back before.
    """
    source = {
        "community_id": community_id,
        "source_type": source_type,
        "source_id": source_id,
    }
    opened = open_owners(**source, units=("points", "minutes"))  # type: ignore[arg-type]
    if not opened:
        raise NothingToCorrect
    points, minutes = opened
    recording = Recording(recorded_by_id, now, business_on, approved_by_id)
    mine = _find_standing(source, number)
    if not mine:
        raise NothingToCorrect
    taken = TakenBack(0, 0, 0)
    for each in mine:
        if each.left == 0:
            raise CorrectionExceeds
        count_corrected(community_id=community_id, moved=each, amount=each.left)
        books = points if each.unit == "points" else minutes
        legs = list(_legs(books, each, business_on))
        books.post(
            [
                _back(
                    leg,
                    side,
                    credit,
                    amount,
                    each,
                    source_type=source_type,
                    source_id=source_id,
                    number=number,
                    reason=reason,
                )
                for leg, (side, credit, amount) in enumerate(legs)
            ],
            recording,
        )
        taken = _added(taken, each, legs)
    return taken


def _find_standing(source: dict[str, object], number: int) -> list[Moved]:
    """The transfers of award `number`, those in review where they stand after its end."""
    moved = find_moved(**source, kinds=("award", "service"))  # type: ignore[arg-type]
    mine = [each for each in moved if each.effect.endswith(f"/{number}")]
    ended = find_review_end(**source, number=number)  # type: ignore[arg-type]
    if ended is None:
        return mine
    if ended == "annul":
        return [each for each in mine if each.account_kind != "review"]
    return [
        replace(each, account_kind="wallet") if each.account_kind == "review" else each
        for each in mine
    ]


_Leg = tuple[Side, Side, int]


def _legs(books: Books, moved: Moved, today: date) -> Iterator[_Leg]:
    if moved.unit == "minutes":
        yield (
            Side(moved.owner_id, "minutes"),
            Side(books.community_id, "service"),
            moved.left,
        )
        return
    rest = moved.left
    origin = Side(moved.owner_id, moved.account_kind, moved.expires_on)
    wallets = [wallet.side for wallet in books.wallets(moved.owner_id, today)]
    for side in [origin, *(wallet for wallet in wallets if wallet != origin)]:
        amount = min(rest, books.amount(side))
        if amount:
            yield side, Side(books.community_id, "issuance"), amount
            rest -= amount
    if rest:
        yield (
            Side(books.community_id, "receivable_contra"),
            Side(moved.owner_id, "receivable"),
            rest,
        )


def _back(
    leg: int,
    debit: Side,
    credit: Side,
    amount: int,
    moved: Moved,
    *,
    source_type: str,
    source_id: UUID,
    number: int,
    reason: str,
) -> NewTransfer:
    return NewTransfer(
        id=new_id(),
        unit="points" if moved.unit == "points" else "minutes",
        debit=debit,
        credit=credit,
        amount=amount,
        kind="owe" if credit.kind == "receivable" else "take_back",
        reason=reason,
        source_type=source_type,
        source_id=source_id,
        effect=f"take_back/{moved.unit}/{number}/{leg}",
        tariff_id=moved.tariff_id,
        corrects_id=moved.id,
    )


def _added(taken: TakenBack, moved: Moved, legs: list[_Leg]) -> TakenBack:
    if moved.unit == "minutes":
        return TakenBack(taken.points, taken.owed_points, taken.minutes + moved.left)
    owed = sum(amount for _debit, credit, amount in legs if credit.kind == "receivable")
    back = moved.left - owed
    return TakenBack(taken.points + back, taken.owed_points + owed, taken.minutes)


def adjust(
    *,
    community_id: UUID,
    member_id: UUID,
    points: int,
    adjustment_id: UUID,
    expires_on: date,
    reason: str,
    recorded_by_id: UUID,
    approved_by_id: UUID,
    now: datetime,
    business_on: date,
) -> int:
    """Add (or, below 0, take) points by hand, with two different persons (L15, by constraint).

    Returns the member's spendable points afterwards.

    Raises:
        AmountRefused, InsufficientPoints.
    """
    check_amount(abs(points) if type(points) is int else points)
    books = open_books(community_id=community_id, owner_ids={member_id}, unit="points")
    wallet, issuance = (
        Side(member_id, "wallet", expires_on),
        Side(community_id, "issuance"),
    )
    debit, credit = (issuance, wallet) if points > 0 else (wallet, issuance)
    transfer = NewTransfer(
        id=new_id(),
        unit="points",
        debit=debit,
        credit=credit,
        amount=abs(points),
        kind="adjust",
        reason=reason,
        source_type="adjustment",
        source_id=adjustment_id,
        effect="adjust",
    )
    books.post([transfer], Recording(recorded_by_id, now, business_on, approved_by_id))
    return books.spendable(member_id, business_on)
