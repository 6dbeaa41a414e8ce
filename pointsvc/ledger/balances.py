"""Every account of a member that holds something: what goes over when two become one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.clock import FOREVER
from pointsvc.ledger.models import Account


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """Points or minutes of one kind; `expires_on` where they have a last day."""

    kind: str
    unit: str
    expires_on: date
    balance: int

    @property
    def last_day(self) -> date | None:
        """The last usable day, where there is one."""
        return None if self.expires_on == FOREVER else self.expires_on


def balances_of(community_id: UUID, member_id: UUID) -> list[AccountBalance]:
    """By kind and date."""
    rows = db.session.execute(
        select(Account.kind, Account.unit, Account.expires_on, Account.balance)
        .where(
            Account.community_id == community_id,
            Account.owner_id == member_id,
            Account.balance > 0,
        )
        .order_by(Account.unit.desc(), Account.kind.desc(), Account.expires_on)
    )
    return [AccountBalance(row[0], row[1], row[2], row[3] or 0) for row in rows]
