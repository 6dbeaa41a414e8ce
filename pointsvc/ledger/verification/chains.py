"""All entries in the order of their books, looked at by the database: L4, L5, L7 and the hashes (A1).

Each entry is held against the one before it of its book and of its account. By induction the chain holds
where every link does, so no walk is needed: what comes back is what is broken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, not_, or_, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.verification import NAMED_MAX, Check
from pointsvc.ledger.hashing import EMPTY
from pointsvc.ledger.models import Account, Entry, Passbook, Transfer
from pointsvc.ledger.verification.hashed import entry_hash, teach

TESTS = ("L4", "L5", "L7", "A1")
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
    entries = _count(Entry, community_id)
    seen, checks = Walk(community_id, entries), {id_: Check(id_, entries) for id_ in TESTS}
    for query in (_links(community_id), _accounts(community_id)):
        for row in db.session.execute(query):
            found = row._mapping  # noqa: SLF001 - SQLAlchemy's name for a row's columns by name
            for id_, check in checks.items():
                if not found.get(id_, True):
                    _name(check, f"{row.passbook_id}/{row.seq}")
            if not (found.get("L4", True) and found.get("A1", True)):
                seen.broken_books.add(row.passbook_id)
    return seen, list(checks.values())


def check_heads(seen: Walk) -> Check:
    """L6: passbook heads and account balances are those of their last entries."""
    tracked = Account.balance.is_not(None)
    looked_at = _count(Passbook, seen.community_id) + _count(Account, seen.community_id, tracked)
    check = Check("L6", looked_at)
    for query in (_heads(seen.community_id), _booksless(seen.community_id)):
        for [book] in db.session.execute(query):
            _name(check, str(book))
            seen.broken_books.add(book)
    for [account] in db.session.execute(_balances(seen.community_id)):
        _name(check, str(account))
    return check


def _count(model: Any, community_id: UUID, *where: ColumnElement[bool]) -> int:
    of = select(func.count()).select_from(model).where(model.community_id == community_id, *where)
    return db.session.scalar(of) or 0


def _name(check: Check, thing: str) -> None:
    check.broken_count += 1
    if len(check.broken) < NAMED_MAX:
        check.broken.append(thing)


def _links(community_id: UUID) -> Select[*tuple[Any, ...]]:
    """Entries that do not follow the one before them in their book, or are not of their transfer."""
    before = aliased(Entry)
    follows = and_(
        Entry.seq == func.coalesce(before.seq, 0) + 1,
        Entry.spendable_before == func.coalesce(before.spendable_after, 0),
        Entry.spendable_after == Entry.spendable_before + Entry.spendable_delta,
    )
    hashed = and_(
        Transfer.id.is_not(None), Entry.hash == entry_hash(func.coalesce(before.hash, EMPTY))
    )
    tests = {
        "L4": follows,
        "L7": func.coalesce(_is_side(), False),
        "A1": func.coalesce(hashed, False),
    }
    wanted = select(Entry.passbook_id, Entry.seq, *(test.label(id_) for id_, test in tests.items()))
    of = Entry.community_id
    return (
        wanted.outerjoin(
            before,
            (before.community_id == of)
            & (before.passbook_id == Entry.passbook_id)
            & (before.seq == Entry.seq - 1),
        )
        .outerjoin(Transfer, (Transfer.community_id == of) & (Transfer.id == Entry.transfer_id))
        .outerjoin(Account, (Account.community_id == of) & (Account.id == Entry.account_id))
        .where(of == community_id, not_(and_(*tests.values())))
    )


def _accounts(community_id: UUID) -> Select[*tuple[Any, ...]]:
    """Entries that do not add up with the one before them of their account, or lie below nothing."""
    of_account: dict[str, Any] = {"partition_by": Entry.account_id, "order_by": Entry.seq}
    before = func.lag(Entry.account_after, 1, 0).over(**of_account)
    stands = and_(
        before + Entry.delta == Entry.account_after,
        Entry.account_after >= 0,
        Entry.spendable_after >= 0,
    )
    all_ = (
        select(Entry.passbook_id, Entry.seq, stands.label("L5"))
        .where(Entry.community_id == community_id)
        .subquery()
    )
    return select(all_).where(not_(all_.c.L5))


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


def _heads(community_id: UUID) -> Select[UUID]:
    """Passbooks whose head is not their last entry; a book without entries is empty."""
    last, mine = _last(community_id, Entry.passbook_id), aliased(Entry)
    stands = and_(
        Passbook.head_seq == func.coalesce(mine.seq, 0),
        Passbook.spendable == func.coalesce(mine.spendable_after, 0),
        Passbook.head_hash == func.coalesce(mine.hash, EMPTY),
    )
    return (
        select(Passbook.id)
        .outerjoin(last, last.c.of == Passbook.id)
        .outerjoin(
            mine,
            (mine.community_id == Passbook.community_id)
            & (mine.passbook_id == Passbook.id)
            & (mine.seq == last.c.seq),
        )
        .where(Passbook.community_id == community_id, not_(stands))
    )


def _booksless(community_id: UUID) -> Select[UUID]:
    """Books that have entries and no passbook: each of them is broken."""
    last = _last(community_id, Entry.passbook_id)
    known = select(Passbook.id).where(Passbook.community_id == community_id)
    return select(last.c.of).where(last.c.of.not_in(known))


def _balances(community_id: UUID) -> Select[UUID]:
    """Tracked accounts that do not hold what their last entry says."""
    last, mine = _last(community_id, Entry.account_id), aliased(Entry)
    stands = and_(
        Account.balance == func.coalesce(mine.account_after, 0),
        func.coalesce(Account.last_seq, 0) == func.coalesce(mine.seq, 0),
    )
    return (
        select(Account.id)
        .outerjoin(last, last.c.of == Account.id)
        .outerjoin(
            mine,
            (mine.community_id == Account.community_id)
            & (mine.account_id == Account.id)
            & (mine.seq == last.c.seq),
        )
        .where(Account.community_id == community_id, Account.balance.is_not(None), not_(stands))
    )


def _last(community_id: UUID, of: Any) -> Subquery:
    """The last number in each book, or account."""
    return (
        select(of.label("of"), func.max(Entry.seq).label("seq"))
        .where(Entry.community_id == community_id)
        .group_by(of)
        .subquery()
    )
