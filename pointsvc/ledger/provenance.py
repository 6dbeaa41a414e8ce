"""Which points paid: behind each payment the credits of its wallets that it used up, first in first out.

Points of one wallet (one expiry date) are alike. The house counts them as they came: a payment uses
the oldest that are left there, as an earlier payment, an expiry or a correction did before it.
Points that were kept for a reservation, or came back from one, are told by what earned them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, func, select

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.ledger.models import Account, Entry, Transfer

CREDITS_MAX: Final = 200
KEEPING: Final = frozenset({"reserve", "unreserve", "merge"})  # only moved: nothing was earned
ROUNDS_MAX: Final = 6


@dataclass(frozen=True, slots=True)
class Fund:
    """Points of one credit that paid for a line: `source_type` and `source_id` name the deed.

    `offset`: how many points of the credit lie before these.
    """

    line_id: UUID
    points: int
    transfer_id: UUID
    kind: str
    reason: str
    source_type: str
    source_id: UUID
    recorded_at: datetime
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """A payment of a line from one wallet; `start` points of the wallet were used before it."""

    line_id: UUID
    account_id: UUID
    passbook_id: UUID
    seq: int
    points: int
    expires_on: date
    start: int = 0


@dataclass(frozen=True, slots=True)
class _Credit:
    first: int
    points: int
    facts: tuple[Any, ...]


def funds_of(
    *, community_id: UUID, source_type: str, source_ids: Collection[UUID]
) -> tuple[list[Fund], bool]:
    """The credits behind the payments of these lines, and whether there were more than are told.

    Two statements for each wallet that paid, three for each time that points were kept; at most 200
    credits of a wallet.
    """
    legs = _legs(community_id, source_type, source_ids)
    funds: list[Fund] = []
    is_cut = False
    for account_id in dict.fromkeys(leg.account_id for leg in legs):
        own = [leg for leg in legs if leg.account_id == account_id]
        placed = _placed(own, _used_before(community_id, own[0]))
        sources = _credits(community_id, placed)
        is_cut = is_cut or len(sources) > CREDITS_MAX
        funds.extend(_shared(placed, sources[:CREDITS_MAX]))
    for _round in range(ROUNDS_MAX):
        if not any(fund.kind in KEEPING for fund in funds):
            break
        funds = [before for fund in funds for before in _before(community_id, fund)]
    return funds, is_cut


def _before(community_id: UUID, fund: Fund) -> list[Fund]:
    """The fund itself; of kept points the credits that they were before they were moved."""
    if fund.kind not in KEEPING:
        return [fund]
    row = db.session.execute(
        select(Entry.account_id, Entry.passbook_id, Entry.seq, Account.expires_on)
        .join(
            Account,
            and_(Account.community_id == Entry.community_id, Account.id == Entry.account_id),
        )
        .where(
            Entry.community_id == community_id,
            Entry.transfer_id == fund.transfer_id,
            Entry.delta < 0,
        )
    ).one_or_none()
    if row is None:
        return [fund]
    leg = Leg(fund.line_id, row.account_id, row.passbook_id, row.seq, fund.points, row.expires_on)
    placed = replace(leg, start=_used_before(community_id, leg) + fund.offset)
    return list(_shared([placed], _credits(community_id, [placed])[:CREDITS_MAX]))


def _legs(community_id: UUID, source_type: str, source_ids: Collection[UUID]) -> list[Leg]:
    rows = db.session.execute(
        select(
            Transfer.source_id,
            Entry.account_id,
            Entry.passbook_id,
            Entry.seq,
            Transfer.amount,
            Account.expires_on,
        )
        .join(
            Entry,
            and_(
                Entry.community_id == Transfer.community_id,
                Entry.transfer_id == Transfer.id,
                Entry.account_id == Transfer.debit_account_id,
            ),
        )
        .join(
            Account,
            and_(Account.community_id == Entry.community_id, Account.id == Entry.account_id),
        )
        .where(
            Transfer.community_id == community_id,
            Transfer.source_type == source_type,
            is_among(Transfer.source_id, source_ids),
            Transfer.kind == "payment",
        )
        .order_by(Entry.seq)
    )
    return [Leg(*row) for row in rows]


def _used_before(community_id: UUID, leg: Leg) -> int:
    """How many points had left the wallet before this payment."""
    used = db.session.scalar(
        select(func.sum(-Entry.delta)).where(
            Entry.community_id == community_id,
            Entry.passbook_id == leg.passbook_id,
            Entry.account_id == leg.account_id,
            Entry.seq < leg.seq,
            Entry.delta < 0,
        )
    )
    return int(used or 0)


def _placed(legs: Sequence[Leg], used: int) -> list[Leg]:
    """Each leg with what was used before it: an order's legs follow each other."""
    placed = []
    for leg in legs:
        placed.append(
            Leg(
                leg.line_id,
                leg.account_id,
                leg.passbook_id,
                leg.seq,
                leg.points,
                leg.expires_on,
                used,
            )
        )
        used += leg.points
    return placed


def _credits(community_id: UUID, legs: Sequence[Leg]) -> list[_Credit]:
    """The credits that hold the points from the first leg's start to the last one's end."""
    first, last = legs[0], legs[-1]
    came = case((Entry.delta > 0, Entry.delta), else_=0)
    book = (
        select(
            Entry.transfer_id,
            Entry.delta,
            func.sum(came).over(order_by=Entry.seq).label("so_far"),
        )
        .where(
            Entry.community_id == community_id,
            Entry.passbook_id == first.passbook_id,
            Entry.account_id == first.account_id,
            Entry.seq < last.seq,
        )
        .subquery()
    )
    rows = db.session.execute(
        select(
            book.c.so_far,
            book.c.delta,
            Transfer.id,
            Transfer.kind,
            Transfer.reason,
            Transfer.source_type,
            Transfer.source_id,
            Transfer.recorded_at,
        )
        .join(Transfer, Transfer.id == book.c.transfer_id)
        .where(
            Transfer.community_id == community_id,
            book.c.delta > 0,
            book.c.so_far > first.start,
            book.c.so_far - book.c.delta < last.start + last.points,
        )
        .order_by(book.c.so_far)
        .limit(CREDITS_MAX + 1)
    )
    return [_Credit(int(row[0]) - row[1], row[1], tuple(row[2:])) for row in rows]


def _shared(legs: Sequence[Leg], sources: Sequence[_Credit]) -> Iterator[Fund]:
    """Where a leg's stretch of points and a credit's overlap."""
    for leg in legs:
        for credit in sources:
            low = max(leg.start, credit.first)
            high = min(leg.start + leg.points, credit.first + credit.points)
            if low < high:
                found = Fund(leg.line_id, high - low, *credit.facts)
                yield replace(found, offset=low - credit.first)
