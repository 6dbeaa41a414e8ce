"""What people ask the books: balances, statements, a month's totals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from pointsvc.extensions import db
from pointsvc.kernel.clock import FOREVER
from pointsvc.kernel.paging import (
    PAGE_LENGTH,
    PAGE_LENGTH_MAX,
    Page,
)
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.ledger.entries import page_of_entries
from pointsvc.ledger.models import Account, Entry, Passbook, Seal, Transfer
from pointsvc.ledger.transfers import passbook_id


@dataclass(frozen=True, slots=True)
class Balances:
    """A member's books at a glance; `expiring` is (last usable day, points), earliest first."""

    balance_points: int
    review_points: int
    reserved_points: int
    receivable_points: int
    service_minutes: int
    expiring: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One entry as its owner reads it: what changed, why, and what was there afterwards."""

    seq: int
    transfer_id: UUID
    at: datetime
    kind: str
    reason: str
    delta_points: int
    balance_points: int
    account_kind: str
    source_type: str
    source_id: UUID
    recorded_by_id: UUID | None
    approved_by_id: UUID | None
    hash: bytes


@dataclass(frozen=True, slots=True)
class SealFacts:
    """A day's seal."""

    sealed_on: date
    root: bytes
    passbooks: int
    entries: int


def get_balances(*, community_id: UUID, member_id: UUID, today: date) -> Balances:
    """The member's balances; wallets whose last day has passed are not counted as spendable."""
    rows = fetch(_accounts(), community_id=community_id, member_id=member_id)

    def total(kind: str) -> int:
        return sum(row.balance or 0 for row in rows if row.kind == kind)

    usable = [row for row in rows if row.kind == "wallet" and row.expires_on >= today]
    return Balances(
        balance_points=sum(row.balance or 0 for row in usable),
        review_points=total("review"),
        reserved_points=total("reserved"),
        receivable_points=total("receivable"),
        service_minutes=total("minutes"),
        expiring=tuple((r.expires_on, r.balance or 0) for r in usable if r.expires_on < FOREVER),
    )


@prepared
def _accounts(_among: Among) -> Select[*tuple[Any, ...]]:
    account = table_of(Account).c
    return (
        select(account.kind, account.expires_on, account.balance)
        .where(
            account.community_id == bindparam("community_id"),
            account.owner_id == bindparam("member_id"),
            account.balance > 0,
        )
        .order_by(account.expires_on)
    )


def find_spendable(
    *, community_id: UUID, member_ids: Collection[UUID], today: date
) -> dict[UUID, int]:
    """What each of these members can spend on that day; 0 for those without a wallet."""
    found = fetch(_spendable(), community_id=community_id, member_ids=list(member_ids), today=today)
    return dict.fromkeys(member_ids, 0) | {owner: int(total or 0) for owner, total in found}


@prepared
def _spendable(among: Among) -> Select[*tuple[Any, ...]]:
    account = table_of(Account).c
    return (
        select(account.owner_id, func.sum(account.balance))
        .where(
            account.community_id == bindparam("community_id"),
            among(account.owner_id, "member_ids"),
            account.kind == "wallet",
            account.expires_on >= bindparam("today"),
        )
        .group_by(account.owner_id)
    )


def statement(
    *,
    community_id: UUID,
    member_id: UUID,
    limit: int = PAGE_LENGTH,
    after: str | None = None,
    unit: str = "points",
) -> Page[StatementRow]:
    """The member's entries, newest first, keyset by seq; `balance_points` is the spendable total.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    limit = min(limit, PAGE_LENGTH_MAX)
    book = passbook_id(community_id, member_id, "points" if unit == "points" else "minutes")
    columns = select(
        Entry.seq,
        Entry.transfer_id,
        Transfer.recorded_at,
        Transfer.kind,
        Transfer.reason,
        Entry.delta,
        Entry.spendable_after,
        Account.kind,
        Transfer.source_type,
        Transfer.source_id,
        Transfer.recorded_by_id,
        Transfer.approved_by_id,
        Entry.hash,
    )
    rows, cursor = page_of_entries(
        columns, community_id=community_id, book_id=book, after=after, limit=limit
    )
    return Page([StatementRow(*row) for row in rows], cursor)


def latest_seal(*, community_id: UUID, until: date | None = None) -> SealFacts | None:
    """The newest seal (of a day not after `until`)."""
    query = select(Seal.sealed_on, Seal.root, Seal.passbooks, Seal.entries).where(
        Seal.community_id == community_id
    )
    if until is not None:
        query = query.where(Seal.sealed_on <= until)
    row = db.session.execute(query.order_by(Seal.sealed_on.desc()).limit(1)).one_or_none()
    return SealFacts(*row) if row else None


def count_books() -> tuple[int, int]:
    """How many accounts and transfers the whole server has."""
    accounts = db.session.scalar(select(func.count()).select_from(Account)) or 0
    transfers = db.session.scalar(select(func.count()).select_from(Transfer)) or 0
    return accounts, transfers


def find_heads(*, community_id: UUID) -> list[tuple[UUID, int, bytes]]:
    """All passbooks' heads by id: (passbook, seq, hash)."""
    rows = db.session.execute(
        select(Passbook.id, Passbook.head_seq, Passbook.head_hash)
        .where(Passbook.community_id == community_id, Passbook.head_seq > 0)
        .order_by(Passbook.id)
    )
    return [(row.id, row.head_seq, row.head_hash) for row in rows]


def sums_by_source(*, community_id: UUID, source_type: str, kind: str) -> dict[UUID, int]:
    """The points that transfers of a kind moved for each source (verification of other rooms)."""
    rows = db.session.execute(
        select(Transfer.source_id, func.sum(Transfer.amount))
        .where(
            Transfer.community_id == community_id,
            Transfer.source_type == source_type,
            Transfer.kind == kind,
        )
        .group_by(Transfer.source_id)
    )
    return {source_id: int(total) for source_id, total in rows}


def find_balance_after(
    *,
    community_id: UUID,
    member_id: UUID,
    source_type: str,
    source_ids: Collection[UUID],
    kind: str,
) -> int | None:
    """What the member could spend right after the last transfer of a kind from these sources."""
    return db.session.scalar(
        select(Entry.spendable_after)
        .join(
            Transfer,
            (Transfer.community_id == Entry.community_id) & (Transfer.id == Entry.transfer_id),
        )
        .where(
            Entry.community_id == community_id,
            Entry.passbook_id == passbook_id(community_id, member_id, "points"),
            Transfer.source_type == source_type,
            Transfer.source_id.in_(source_ids),
            Transfer.kind == kind,
        )
        .order_by(Entry.seq.desc())
        .limit(1)
    )
