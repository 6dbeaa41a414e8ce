"""Passbooks as an auditor reads them: every entry with what stood before and after, and by whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.paging import PAGE_LENGTH, Page
from pointsvc.ledger.entries import page_of_entries
from pointsvc.ledger.models import Account, Entry, Passbook, Transfer
from pointsvc.ledger.transfers import Unit, passbook_id


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One line of a passbook; `before` and `after` are the spendable total (or the minutes)."""

    seq: int
    transfer_id: UUID
    at: datetime
    business_on: date
    kind: str
    reason: str
    source_type: str
    source_id: UUID
    tariff_id: UUID | None
    corrects_id: UUID | None
    recorded_by_id: UUID | None
    approved_by_id: UUID | None
    account_kind: str
    expires_on: date
    delta: int
    before: int
    after: int
    account_after: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class BookHead:
    """The end of a passbook: how many entries, what is left, the hash that covers them all."""

    seq: int = 0
    spendable: int = 0
    hash: bytes = bytes(32)


def page_of_book(
    community_id: UUID,
    owner_id: UUID,
    unit: Unit,
    *,
    after: str | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[BookEntry]:
    """A passbook's entries, newest first, keyset by seq.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    columns = select(
        Entry.seq,
        Entry.transfer_id,
        Transfer.recorded_at,
        Transfer.business_on,
        Transfer.kind,
        Transfer.reason,
        Transfer.source_type,
        Transfer.source_id,
        Transfer.tariff_id,
        Transfer.corrects_id,
        Transfer.recorded_by_id,
        Transfer.approved_by_id,
        Account.kind,
        Account.expires_on,
        Entry.delta,
        Entry.spendable_before,
        Entry.spendable_after,
        Entry.account_after,
        Entry.hash,
    )
    book = passbook_id(community_id, owner_id, unit)
    rows, cursor = page_of_entries(
        columns, community_id=community_id, book_id=book, after=after, limit=limit
    )
    return Page([BookEntry(*row) for row in rows], cursor)


def heads_of(community_id: UUID, owner_ids: Collection[UUID], unit: Unit) -> dict[UUID, BookHead]:
    """The ends of these owners' passbooks; an empty head for those who have none."""
    rows = db.session.execute(
        select(Passbook.owner_id, Passbook.head_seq, Passbook.spendable, Passbook.head_hash).where(
            Passbook.community_id == community_id,
            Passbook.owner_id.in_(owner_ids),
            Passbook.unit == unit,
        )
    )
    found = {row.owner_id: BookHead(row.head_seq, row.spendable, row.head_hash) for row in rows}
    return dict.fromkeys(owner_ids, BookHead()) | found


def owners_of_books(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Whose these passbooks are; ids of other things are missing."""
    rows = db.session.execute(
        select(Passbook.id, Passbook.owner_id).where(
            Passbook.community_id == community_id, Passbook.id.in_(ids)
        )
    )
    return {row.id: row.owner_id for row in rows}
