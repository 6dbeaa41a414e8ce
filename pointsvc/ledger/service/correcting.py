"""What corrections share: finding the transfers of a deed, counting what was corrected (L12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.outcomes import insert_once
from pointsvc.ledger.books import Books, open_books
from pointsvc.ledger.errors import CorrectionExceeds
from pointsvc.ledger.models import Account, CorrectedTransfer, Transfer
from pointsvc.ledger.transfers import Unit
from pointsvc.members.models import Member


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer of the books as corrections need it: the member's side and what is left of it.

    `owner_id` is who goes on for the member: after a merge the survivor, who has the same accounts.
    """

    id: UUID
    unit: str
    kind: str
    effect: str
    amount: int
    corrected: int
    owner_id: UUID
    account_kind: str
    expires_on: date
    tariff_id: UUID | None

    @property
    def left(self) -> int:
        """How much of it can still be corrected."""
        return self.amount - self.corrected


def find_owners(*, community_id: UUID, source_type: str, source_id: UUID) -> set[UUID]:
    """The members whose books the deed's awards or payments touched, or who goes on for them."""
    account = aliased(Account)
    return set(
        db.session.scalars(
            select(heir_id(account.owner_id))
            .select_from(account)
            .outerjoin(Member, is_owner(account))
            .join(
                Transfer,
                (Transfer.community_id == account.community_id)
                & (account.id.in_([Transfer.credit_account_id, Transfer.debit_account_id])),
            )
            .where(
                Transfer.community_id == community_id,
                Transfer.source_type == source_type,
                Transfer.source_id == source_id,
                account.owner_kind == "member",
            )
        )
    )


def open_owners(
    *, community_id: UUID, source_type: str, source_id: UUID, units: Sequence[Unit]
) -> list[Books]:
    """Lock the passbooks of the deed's owners, unit by unit; empty where it has none.

    A merge may end between reading who they are and holding their books: then they are read again.
    """
    source = {"community_id": community_id, "source_type": source_type, "source_id": source_id}
    while True:
        owners = find_owners(**source)  # type: ignore[arg-type]
        if not owners:
            return []
        books = [open_books(community_id=community_id, owner_ids=owners, unit=u) for u in units]
        if not books[0].closed or find_owners(**source) == owners:  # type: ignore[arg-type]
            return books


def find_moved(
    *, community_id: UUID, source_type: str, source_id: UUID, kinds: Sequence[str]
) -> list[Moved]:
    """The deed's transfers of these kinds with the member's side; read under the passbooks' lock."""
    member_side = Account.owner_kind == "member"
    rows = db.session.execute(
        select(
            Transfer.id,
            Transfer.unit,
            Transfer.kind,
            Transfer.effect,
            Transfer.amount,
            func.coalesce(CorrectedTransfer.corrected, 0),
            heir_id(Account.owner_id),
            Account.kind,
            Account.expires_on,
            Transfer.tariff_id,
        )
        .join(
            Account,
            (Account.community_id == Transfer.community_id)
            & Account.id.in_([Transfer.credit_account_id, Transfer.debit_account_id])
            & member_side,
        )
        .outerjoin(Member, is_owner(Account))
        .outerjoin(
            CorrectedTransfer,
            (CorrectedTransfer.community_id == Transfer.community_id)
            & (CorrectedTransfer.transfer_id == Transfer.id),
        )
        .where(
            Transfer.community_id == community_id,
            Transfer.source_type == source_type,
            Transfer.source_id == source_id,
            Transfer.kind.in_(kinds),
        )
        .order_by(Transfer.effect)
    )
    return [Moved(*tuple(row)) for row in rows]


def heir_id(owner_id: Any) -> ColumnElement[UUID]:
    """Who goes on for an owner whose `Member` row was joined by `is_owner`."""
    return func.coalesce(Member.merged_into_id, owner_id)


def is_owner(account: Any) -> ColumnElement[bool]:
    """The `Member` row of an account's owner."""
    return and_(Member.community_id == account.community_id, Member.id == account.owner_id)


def find_review_end(
    *, community_id: UUID, source_type: str, source_id: UUID, number: int
) -> str | None:
    """How the review of award `number` ended: `release`, `annul`, or None while it waits (L10)."""
    return db.session.scalar(
        select(Transfer.kind).where(
            Transfer.community_id == community_id,
            Transfer.source_type == source_type,
            Transfer.source_id == source_id,
            Transfer.effect == review_end_effect(number),
        )
    )


def review_end_effect(number: int) -> str:
    """The one effect that both ways of ending a review have in common."""
    return f"review_end/{number}"


def count_corrected(*, community_id: UUID, moved: Moved, amount: int) -> None:
    """Count `amount` as corrected. Raises CorrectionExceeds; the CHECK has the last word."""
    if amount > moved.left:
        raise CorrectionExceeds
    row = {
        "community_id": community_id,
        "transfer_id": moved.id,
        "amount": moved.amount,
        "corrected": 0,
    }
    insert_once(CorrectedTransfer, [row])
    counted = db.session.execute(
        update(CorrectedTransfer)
        .where(
            CorrectedTransfer.community_id == community_id,
            CorrectedTransfer.transfer_id == moved.id,
            CorrectedTransfer.corrected + amount <= CorrectedTransfer.amount,
        )
        .values(corrected=CorrectedTransfer.corrected + amount)
    )
    if counted.rowcount != 1:  # type: ignore[attr-defined]
        raise CorrectionExceeds
