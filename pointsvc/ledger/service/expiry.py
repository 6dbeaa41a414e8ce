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
    """`expire_accounts` for one wallet."""
    return expire_accounts(
        community_id=community_id, account_ids=[account_id], today=today, now=now
    )


def expire_accounts(
    *, community_id: UUID, account_ids: Sequence[UUID], today: date, now: datetime
) -> int:
    """Move what is left of these wallets to `expired`; the points moved (0 when there are none).

    A transfer's id comes from account and date, so that a run that is repeated, doubled or killed
    expires once. Locks the owners' passbooks by id.

    Raises:
        FutureExpiry: one of the wallets is still usable on `today`.
    """
    rows = db.session.execute(
        select(Account.id, Account.owner_id, Account.expires_on).where(
            Account.community_id == community_id,
            Account.id.in_(account_ids),
            Account.kind == "wallet",
        )
    ).all()
    if any(row.expires_on >= today for row in rows):
        raise FutureExpiry
    owners = {row.owner_id for row in rows}
    books = open_books(
        community_id=community_id,
        owner_ids=owners,
        unit="points",
        until=max((row.expires_on for row in rows), default=today),
    )
    wallets = {row.id: Side(row.owner_id, "wallet", row.expires_on) for row in rows}
    transfers = [
        _expiring(community_id, account_id, wallet, amount, today)
        for account_id, wallet in sorted(wallets.items())
        if (amount := books.amount(wallet))
    ]
    posted = books.post(transfers, Recording(None, now, today))
    return sum(transfer.amount for transfer in transfers if transfer.id in posted)


def _expiring(
    community_id: UUID, account_id: UUID, wallet: Side, amount: int, today: date
) -> NewTransfer:
    return NewTransfer(
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
