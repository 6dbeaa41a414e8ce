"""Expiring what is left of a wallet after its last day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.ids import derived_id
from pointsvc.ledger.books import open_books
from pointsvc.ledger.errors import FutureExpiry
from pointsvc.ledger.models import Account
from pointsvc.ledger.transfers import NewTransfer, Recording, Side


def find_expired_accounts(
    *, community_id: UUID, today: date, after: UUID | None = None, limit: int = 500
) -> Sequence[UUID]:
    """Wallets with points whose last day is before `today`, by id."""
    query = (
        select(Account.id)
        .where(
            Account.community_id == community_id,
            Account.kind == "wallet",
            Account.expires_on < today,
            Account.balance > 0,
        )
        .order_by(Account.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Account.id > after)
    return db.session.scalars(query).all()


def expire_account(*, community_id: UUID, account_id: UUID, today: date, now: datetime) -> int:
    """Move what is left of one wallet to `expired`; the points moved (0 when there are none).

    One short transaction for each account; the transfer's id comes from account and date, so that
    a run that is repeated, doubled or killed expires once.

    Raises:
        FutureExpiry: the wallet is still usable on `today`.
    """
    row = db.session.execute(
        select(Account.owner_id, Account.expires_on).where(
            Account.community_id == community_id,
            Account.id == account_id,
            Account.kind == "wallet",
        )
    ).one()
    if row.expires_on >= today:
        raise FutureExpiry
    books = open_books(community_id=community_id, owner_ids={row.owner_id}, unit="points")
    wallet = Side(row.owner_id, "wallet", row.expires_on)
    amount = books.amount(wallet)
    if amount == 0:
        return 0
    transfer = NewTransfer(
        id=derived_id("expire", community_id, account_id, today),
        unit="points",
        debit=wallet,
        credit=Side(community_id, "expired"),
        amount=amount,
        kind="expire",
        reason="expire",
        source_type="account",
        source_id=account_id,
        effect=f"expire/{today}",
    )
    return amount if books.post([transfer], Recording(None, now, today)) else 0
