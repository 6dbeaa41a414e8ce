"""One walk over all entries in the order of their books: L1, L4, L6, L7 and the hashes (A1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.ledger.hashing import EMPTY, ENTRY_FACTS, TRANSFER_FACTS, digest_of, hash_of
from pointsvc.ledger.models import Account, Entry, Passbook, Transfer

BATCH = 5_000
_NEW = (0, 0, EMPTY)
_KEPT = ("hash", "transfer_id")  # what of an entry is not hashed itself
_OWN = slice(0, len(ENTRY_FACTS))
_OF_TRANSFER = slice(len(ENTRY_FACTS) + len(_KEPT), None)


@dataclass(slots=True)
class Walk:
    """What the walk has seen: heads by book, balances by account, tracked sides by transfer."""

    community_id: UUID
    kinds: dict[UUID, tuple[str, bool]]
    heads: dict[UUID, tuple[int, int, bytes]] = field(default_factory=dict)
    balances: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    sides: dict[UUID, int] = field(default_factory=dict)
    broken_books: set[UUID] = field(default_factory=set)
    entries: int = 0


def walk(community_id: UUID) -> tuple[Walk, list[Check]]:
    """Walk all books of a community; the checks L4, L5, L7 and A1, and what was seen."""
    accounts = db.session.execute(
        select(Account.id, Account.kind, Account.balance).where(
            Account.community_id == community_id
        )
    )
    seen = Walk(community_id, {row.id: (row.kind, row.balance is not None) for row in accounts})
    chain, floor, sides, hashes = Check("L4"), Check("L5"), Check("L7"), Check("A1")
    for row in _rows(community_id):
        _follow(seen, row, chain, floor, sides, hashes)
    return seen, [chain, floor, sides, hashes]


def _rows(community_id: UUID) -> Iterator[Row[Any]]:
    """Each entry's facts, hash and transfer, then the transfer's facts, in the order of the hashes."""
    columns = [getattr(Entry, name) for name in (*ENTRY_FACTS, *_KEPT)]
    columns += [getattr(Transfer, name).label(f"t_{name}") for name in TRANSFER_FACTS]
    query = (
        select(*columns)
        .join(
            Transfer,
            (Transfer.community_id == Entry.community_id) & (Transfer.id == Entry.transfer_id),
            isouter=True,
        )
        .where(Entry.community_id == community_id)
        .order_by(Entry.passbook_id, Entry.seq)
        .execution_options(yield_per=BATCH)
    )
    return iter(db.session.execute(query))


def _follow(
    seen: Walk, row: Row[Any], chain: Check, floor: Check, sides: Check, hashes: Check
) -> None:
    (_, book, number, _, account, delta, after, before, counted, spendable), kept = (
        row[_OWN],
        row[len(ENTRY_FACTS) :],
    )
    hashed, transfer_id, has_transfer = kept[0], kept[1], kept[2] is not None
    name = f"{book}/{number}"
    seq, was, previous = seen.heads.get(book, _NEW)
    follows = number == seq + 1 and before == was and spendable == was + counted
    chain.expect(follows, name)
    balance, _last = seen.balances.get(account, (0, 0))
    floor.expect(balance + delta == after >= 0 <= spendable, name)
    sides.expect(has_transfer and _is_side(seen, account, delta, counted, row), name)
    is_hashed = hashed == hash_of(previous, digest_of(row[_OF_TRANSFER]), row[_OWN])
    hashes.expect(has_transfer and is_hashed, name)
    if not (follows and is_hashed):
        seen.broken_books.add(book)
    seen.heads[book] = (number, spendable, hashed)
    seen.balances[account] = (after, number)
    seen.sides[transfer_id] = seen.sides.get(transfer_id, 0) + 1
    seen.entries += 1


def _is_side(seen: Walk, account: UUID, delta: int, counted: int, row: Row[Any]) -> bool:
    """Whether the entry is one of its transfer's two sides, in kind and amount."""
    _id, _unit, debit, credit, amount = row[_OF_TRANSFER][:5]
    kind, is_tracked = seen.kinds.get(account, ("", False))
    if account not in {debit, credit}:
        return False
    moved = -amount if account == debit else amount
    expected = moved if kind in {"wallet", "minutes"} else 0
    return is_tracked and delta == moved and counted == expected


def check_heads(seen: Walk) -> Check:
    """L6: passbook heads and account balances are those of their last entries."""
    check = Check("L6")
    heads = db.session.execute(
        select(Passbook.id, Passbook.head_seq, Passbook.spendable, Passbook.head_hash).where(
            Passbook.community_id == seen.community_id
        )
    )
    known = set()
    for row in heads:
        known.add(row.id)
        holds = seen.heads.get(row.id, (0, 0, EMPTY)) == tuple(row)[1:]
        check.expect(holds, row.id)
        if not holds:
            seen.broken_books.add(row.id)
    for book in seen.heads.keys() - known:
        check.expect(False, book)  # noqa: FBT003 - a sentence
    balances = db.session.execute(
        select(Account.id, Account.balance, Account.last_seq).where(
            Account.community_id == seen.community_id, Account.balance.is_not(None)
        )
    )
    for id_, balance, last_seq in balances:
        check.expect((balance, last_seq or 0) == seen.balances.get(id_, (0, 0)), id_)
    return check
