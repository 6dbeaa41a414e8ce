"""Two passbooks become one: each account moves to the survivor's of the same kind and date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.clock import FOREVER
from pointsvc.kernel.ids import derived_id
from pointsvc.ledger.books import Books, open_books
from pointsvc.ledger.models import Account
from pointsvc.ledger.service.payments import post_all
from pointsvc.ledger.transfers import AMOUNT_MAX, NewTransfer, Recording, Side, Unit
from pointsvc.members.asking_errors import SecondPersonMissing
from pointsvc.members.changes import Merge

SOURCE = "merge"


def merge_books(merge: Merge) -> None:
    """Move every tracked account of `from_id` to `into_id`, points and minutes, and close the books.

    A transfer's id comes from the account, so that doing it twice is doing it once (L8). Locks both
    passbooks by id, points before minutes.

    Raises:
        AccountClosed: one of the two was merged away or erased before.
        SecondPersonMissing: either holds something, and nobody agreed (L15).
    """
    recording = Recording(merge.by_id, merge.now, merge.on, merge.agreed_by_id)
    owners = {merge.from_id, merge.into_id}
    units: tuple[Unit, ...] = ("points", "minutes")
    for unit in units:
        books = open_books(community_id=merge.community_id, owner_ids=owners, unit=unit)
        if merge.agreed_by_id is None and any(each.amount for each in books.balances.values()):
            raise SecondPersonMissing
        post_all(books, list(_moves(books, merge)), recording)
        close_accounts(merge.community_id, merge.from_id, unit, merge.now)


def close_accounts(community_id: UUID, owner_id: UUID, unit: Unit, now: datetime) -> None:
    """Let nothing be posted to the owner any more; the passbook is locked and stays to be read.

    Who never had an account gets an empty one that says so.
    """
    side = Side(owner_id, "minutes" if unit == "minutes" else "receivable")
    empty = {
        "community_id": community_id,
        "id": side.account_id(community_id, unit),
        "owner_kind": "member",
        "owner_id": owner_id,
        "kind": side.kind,
        "unit": unit,
        "expires_on": FOREVER,
        "balance": 0,
        "last_seq": None,
        "opened_at": now,
    }
    insert_rows(Account, [empty], skip_known=True)
    mine = (Account.community_id == community_id, Account.owner_id == owner_id)
    db.session.execute(update(Account).where(*mine, Account.unit == unit).values(closed_at=now))


def _moves(books: Books, merge: Merge) -> Iterator[NewTransfer]:
    for balance in sorted(books.balances.values(), key=lambda each: _key(each.side)):
        if balance.side.owner_id == merge.from_id:
            yield from _parts(books, balance.side, balance.amount, merge)


def _key(side: Side) -> tuple[str, str]:
    return side.kind, side.expires_on.isoformat()


def _parts(books: Books, side: Side, amount: int, merge: Merge) -> Iterator[NewTransfer]:
    """One transfer, or several where an account holds more than one may move."""
    for number, start in enumerate(range(0, amount, AMOUNT_MAX)):
        effect = f"merge/{books.unit}/{side.kind}/{side.expires_on}/{number}"
        yield NewTransfer(
            id=derived_id("merge", books.community_id, merge.from_id, effect),
            unit=books.unit,
            debit=side,
            credit=Side(merge.into_id, side.kind, side.expires_on),
            amount=min(AMOUNT_MAX, amount - start),
            kind="merge",
            reason="merge",
            source_type=SOURCE,
            source_id=merge.from_id,
            effect=effect,
        )
