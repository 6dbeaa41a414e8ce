"""One walk over all entries in the order of their books: L1, L4, L6, L7 and the hashes (A1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.ledger.hashing import EMPTY, entry_hash, transfer_digest
from pointsvc.ledger.models import Account, Entry, Passbook, Transfer

BATCH = 5_000
_ENTRY = (
    "community_id",
    "passbook_id",
    "seq",
    "owner_id",
    "account_id",
    "delta",
    "account_after",
    "prev_seq",
    "spendable_before",
    "spendable_delta",
    "spendable_after",
    "hash",
    "transfer_id",
)
_TRANSFER = (
    "id",
    "unit",
    "debit_account_id",
    "credit_account_id",
    "amount",
    "kind",
    "reason",
    "source_type",
    "source_id",
    "effect",
    "tariff_id",
    "corrects_id",
    "recorded_by_id",
    "approved_by_id",
    "recorded_at",
    "business_on",
)


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
    columns = [getattr(Entry, name) for name in _ENTRY]
    columns += [getattr(Transfer, name).label(f"t_{name}") for name in _TRANSFER]
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
    entry = dict(zip(_ENTRY, row, strict=False))
    transfer = dict(zip(_TRANSFER, row[len(_ENTRY) :], strict=True))
    book, name = entry["passbook_id"], f"{entry['passbook_id']}/{entry['seq']}"
    seq, spendable, previous = seen.heads.get(book, (0, 0, EMPTY))
    follows = (
        entry["seq"] == seq + 1
        and entry["spendable_before"] == spendable
        and entry["spendable_after"] == spendable + entry["spendable_delta"]
    )
    chain.expect(follows, name)
    balance, _last = seen.balances.get(entry["account_id"], (0, 0))
    after = balance + entry["delta"]
    floor.expect(after == entry["account_after"] >= 0 <= entry["spendable_after"], name)
    sides.expect(_is_side(seen, entry, transfer), name)
    expected = entry_hash(previous, transfer_digest(transfer), entry)
    hashes.expect(transfer["id"] is not None and expected == entry["hash"], name)
    if not (follows and expected == entry["hash"]):
        seen.broken_books.add(book)
    seen.heads[book] = (entry["seq"], entry["spendable_after"], entry["hash"])
    seen.balances[entry["account_id"]] = (entry["account_after"], entry["seq"])
    seen.sides[entry["transfer_id"]] = seen.sides.get(entry["transfer_id"], 0) + 1
    seen.entries += 1


def _is_side(seen: Walk, entry: dict[str, Any], transfer: dict[str, Any]) -> bool:
    kind, is_tracked = seen.kinds.get(entry["account_id"], ("", False))
    if entry["account_id"] == transfer["debit_account_id"]:
        delta = -transfer["amount"]
    elif entry["account_id"] == transfer["credit_account_id"]:
        delta = transfer["amount"]
    else:
        return False
    counted = delta if kind in {"wallet", "minutes"} else 0
    return is_tracked and entry["delta"] == delta and entry["spendable_delta"] == counted


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
