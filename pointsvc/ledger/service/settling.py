"""New spendable points first settle a part of what the member owes the books (docs/ledger.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.books import Books
from pointsvc.ledger.transfers import NewTransfer, Side


def settlement(
    books: Books, earned: NewTransfer, *, effect: str, share_percent: int, at_least: int = 0
) -> Iterator[NewTransfer]:
    """What `earned`, a transfer into a wallet, settles: up to `share_percent` of it, or `at_least`.

    The points leave the wallet as if they had not been issued, and the debt shrinks by as much.
    """
    owed = Side(earned.credit.owner_id, "receivable")
    wanted = max(earned.amount * share_percent // 100, at_least)
    amount = min(books.amount(owed), earned.amount, wanted)
    if amount == 0:
        return
    legs = (
        (earned.credit, Side(books.community_id, "issuance")),
        (owed, Side(books.community_id, "receivable_contra")),
    )
    for leg, (debit, credit) in enumerate(legs):
        yield replace(
            earned,
            id=new_id(),
            debit=debit,
            credit=credit,
            amount=amount,
            kind="settle",
            effect=f"{effect}/{leg}",
            corrects_id=None,
        )
