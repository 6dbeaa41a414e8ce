"""Turning the pages of a passbook: its entries, newest first, keyset by seq."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select

from pointsvc.extensions import db
from pointsvc.kernel.paging import open_number, seal_cursor
from pointsvc.ledger.models import Account, Entry, Transfer


def page_of_entries(
    columns: Select[*tuple[Any, ...]],
    *,
    community_id: UUID,
    book_id: UUID,
    after: str | None,
    limit: int,
) -> tuple[list[tuple[Any, ...]], str | None]:
    """A page of a passbook in these columns of `Entry`, the first its seq; the next page's cursor.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    of_transfer = (Transfer.community_id == Entry.community_id) & (Transfer.id == Entry.transfer_id)
    of_account = (Account.community_id == Entry.community_id) & (Account.id == Entry.account_id)
    wanted = (
        columns.join(Transfer, of_transfer)
        .join(Account, of_account)
        .where(Entry.community_id == community_id, Entry.passbook_id == book_id)
        .order_by(Entry.seq.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(Entry.seq < open_number(after))
    rows = [tuple(row) for row in db.session.execute(wanted)]
    return rows[:limit], seal_cursor(rows[limit - 1][0]) if len(rows) > limit else None
