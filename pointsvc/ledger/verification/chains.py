"""All entries in the order of their books, looked at by the database: L4, L5, L7 and the hashes (A1).

Each entry is held against the one before it of its book and of its account. By induction the chain holds
where every link does, so no walk is needed: what comes back is what is broken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, not_, or_, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.verification import NAMED_MAX, Check
from pointsvc.ledger.hashing import EMPTY
from pointsvc.ledger.models import Account, Entry, Passbook, Transfer
from pointsvc.ledger.verification.hashed import entry_hash, teach

COUNTED = ("wallet", "minutes")  # the accounts that a book's spendable sum counts


@dataclass(slots=True)
class Walk:
    """What was found of the entries: how many there are, and the books in which something is broken."""

    community_id: UUID
    entries: int = 0
    broken_books: set[UUID] = field(default_factory=set)


def walk(community_id: UUID) -> tuple[Walk, list[Check]]:
    """Look at all entries of a community; the checks L4, L5, L7 and A1, and what was seen."""
    teach(db.session.connection())
    links = _links(community_id)
    tests = {
        "L4": links.c.follows,
        "L5": links.c.is_above_floor,
        "L7": links.c.is_side,
        "A1": links.c.is_hashed,
    }
    entries = _count(community_id)
    seen, checks = Walk(community_id, entries), {id_: Check(id_, entries) for id_ in tests}
    broken = select(
        links.c.passbook_id, links.c.seq, *(test.label(id_) for id_, test in tests.items())
    )
    for row in db.session.execute(broken.where(not_(and_(*tests.values())))):
        for id_, check in checks.items():
            if not row._mapping[id_]:  # noqa: SLF001 - SQLAlchemy's name for a row's columns by name
                _name(check, f"{row.passbook_id}/{row.seq}")
        if not (row.L4 and row.A1):
            seen.broken_books.add(row.passbook_id)
    return seen, list(checks.values())


def check_heads(seen: Walk) -> Check:
    """L6: passbook heads and account balances are those of their last entries."""
    check = Check("L6")
    for query in (_heads(seen.community_id), _booksless(seen.community_id)):
        for book, holds in db.session.execute(query):
            check.expect(bool(holds), book)
            if not holds:
                seen.broken_books.add(book)
    for account, holds in db.session.execute(_balances(seen.community_id)):
        check.expect(bool(holds), account)
    return check


def _count(community_id: UUID) -> int:
    of = select(func.count()).select_from(Entry).where(Entry.community_id == community_id)
    return db.session.scalar(of) or 0


def _name(check: Check, thing: str) -> None:
    check.broken_count += 1
    if len(check.broken) < NAMED_MAX:
        check.broken.append(thing)


def _links(community_id: UUID) -> Subquery:
    """Each entry with what it must be, held against the entries before it and its transfer."""
    before: dict[str, Any] = {"partition_by": Entry.passbook_id, "order_by": Entry.seq}
    of_account: dict[str, Any] = {"partition_by": Entry.account_id, "order_by": Entry.seq}
    follows = and_(
        Entry.seq == func.lag(Entry.seq, 1, 0).over(**before) + 1,
        Entry.spendable_before == func.lag(Entry.spendable_after, 1, 0).over(**before),
        Entry.spendable_after == Entry.spendable_before + Entry.spendable_delta,
    )
    floor = and_(
        func.lag(Entry.account_after, 1, 0).over(**of_account) + Entry.delta == Entry.account_after,
        Entry.account_after >= 0,
        Entry.spendable_after >= 0,
    )
    previous = func.lag(Entry.hash).over(**before)
    hashed = and_(
        Transfer.id.is_not(None), Entry.hash == entry_hash(func.coalesce(previous, EMPTY))
    )
    joined = (
        select(
            Entry.passbook_id,
            Entry.seq,
            follows.label("follows"),
            floor.label("is_above_floor"),
            func.coalesce(_is_side(), False).label("is_side"),
            func.coalesce(hashed, False).label("is_hashed"),
        )
        .outerjoin(
            Transfer,
            (Transfer.community_id == Entry.community_id) & (Transfer.id == Entry.transfer_id),
        )
        .outerjoin(
            Account,
            (Account.community_id == Entry.community_id) & (Account.id == Entry.account_id),
        )
    )
    return joined.where(Entry.community_id == community_id).subquery()


def _is_side() -> ColumnElement[bool]:
    """Whether the entry is one of its transfer's two sides, in kind and amount."""
    is_debit = Entry.account_id == Transfer.debit_account_id
    is_credit = Entry.account_id == Transfer.credit_account_id
    moved = case((is_debit, -Transfer.amount), else_=Transfer.amount)
    return and_(
        or_(is_debit, is_credit),
        Account.balance.is_not(None),
        Entry.delta == moved,
        Entry.spendable_delta == case((Account.kind.in_(COUNTED), moved), else_=0),
    )


def _heads(community_id: UUID) -> Select[UUID, bool]:
    """Whether each passbook's head is its last entry; a book without entries is empty."""
    last, mine = _last(community_id, Entry.passbook_id), aliased(Entry)
    return (
        select(
            Passbook.id,
            and_(
                Passbook.head_seq == func.coalesce(mine.seq, 0),
                Passbook.spendable == func.coalesce(mine.spendable_after, 0),
                Passbook.head_hash == func.coalesce(mine.hash, EMPTY),
            ),
        )
        .outerjoin(last, last.c.of == Passbook.id)
        .outerjoin(
            mine,
            (mine.community_id == Passbook.community_id)
            & (mine.passbook_id == Passbook.id)
            & (mine.seq == last.c.seq),
        )
        .where(Passbook.community_id == community_id)
    )


def _booksless(community_id: UUID) -> Select[UUID, bool]:
    """Books that have entries and no passbook: each of them is broken."""
    last = _last(community_id, Entry.passbook_id)
    known = select(Passbook.id).where(Passbook.community_id == community_id)
    return select(last.c.of, false()).where(last.c.of.not_in(known))


def _balances(community_id: UUID) -> Select[UUID, bool]:
    """Whether each tracked account holds what its last entry says."""
    last, mine = _last(community_id, Entry.account_id), aliased(Entry)
    return (
        select(
            Account.id,
            and_(
                Account.balance == func.coalesce(mine.account_after, 0),
                func.coalesce(Account.last_seq, 0) == func.coalesce(mine.seq, 0),
            ),
        )
        .outerjoin(last, last.c.of == Account.id)
        .outerjoin(
            mine,
            (mine.community_id == Account.community_id)
            & (mine.account_id == Account.id)
            & (mine.seq == last.c.seq),
        )
        .where(Account.community_id == community_id, Account.balance.is_not(None))
    )


def _last(community_id: UUID, of: Any) -> Subquery:
    """The last number in each book, or account."""
    return (
        select(of.label("of"), func.max(Entry.seq).label("seq"))
        .where(Entry.community_id == community_id)
        .group_by(of)
        .subquery()
    )
