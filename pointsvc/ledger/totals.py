"""Sums over the whole community's books: for the public page of a month and for the auditor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, and_, bindparam, case, func, select

from pointsvc.extensions import db
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.ledger.models import Account, Passbook, Seal, Transfer
from pointsvc.ledger.models.accounts import MEMBER_KINDS
from pointsvc.ledger.models.transfers import TRANSFER_KINDS
from pointsvc.ledger.months import HELD_KINDS


@dataclass(frozen=True, slots=True)
class Served:
    """Volunteer service: how many different people, and their minutes after corrections."""

    people_count: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What the members of a community hold together in one kind of account."""

    community_id: UUID
    kind: str
    points: int


@dataclass(frozen=True, slots=True)
class Held:
    """All points on members' passbooks: by their accounts, and by the passbooks' last lines."""

    by_accounts: int
    by_passbooks: int


@dataclass(frozen=True, slots=True)
class KindTotal:
    """All transfers of a kind and unit: how many, how much; in a stretch of days, and ever if asked."""

    kind: str
    unit: str
    count: int
    amount: int
    count_ever: int | None = None
    amount_ever: int | None = None


@dataclass(frozen=True, slots=True)
class SealRow:
    """A sealed day, with the root that it chains to."""

    sealed_on: date
    root: bytes
    previous_root: bytes
    passbooks: int
    entries: int


def first_day() -> ScalarSelect[date]:
    """The first day in the books of `community_id`, as a part of another statement."""
    transfer = table_of(Transfer).c
    of_community = transfer.community_id == bindparam("community_id")
    return select(func.min(transfer.business_on)).where(of_community).scalar_subquery()


def served_between(*, community_id: UUID, first: date, last: date) -> Served:
    """Service posted from `first` to `last`, both included, less what corrections took back."""
    [found] = fetch(_served(), community_id=community_id, first=first, last=last)
    return Served(found.people, int(found.served or 0) - int(found.taken_back or 0))


@prepared
def _served(_among: Among) -> Select[*tuple[Any, ...]]:
    transfer, account = table_of(Transfer).c, table_of(Account)
    to_account = and_(
        account.c.community_id == transfer.community_id, account.c.id == transfer.credit_account_id
    )
    amounts = {
        name: func.sum(case((transfer.kind == kind, transfer.amount))).label(name)
        for name, kind in {"served": "service", "taken_back": "take_back"}.items()
    }
    people = func.count(case((transfer.kind == "service", account.c.owner_id)).distinct())
    return (
        select(people.label("people"), *amounts.values())
        .select_from(table_of(Transfer).join(account, to_account))
        .where(
            transfer.community_id == bindparam("community_id"),
            transfer.unit == "minutes",
            transfer.business_on.between(bindparam("first"), bindparam("last")),
        )
    )


def totals_by_kind(
    *, community_id: UUID, first: date, last: date, with_ever: bool = False
) -> list[KindTotal]:
    """The kinds posted in these days, in the books' order, points before minutes.

    `with_ever`: every kind, and how often since the books began; that reads all of them.
    """
    during = _by_kind(community_id, first, last)
    ever = _by_kind(community_id) if with_ever else {}
    ordered = sorted(
        ever or during, key=lambda key: (key[1] != "points", TRANSFER_KINDS.index(key[0]))
    )
    return [KindTotal(*key, *during.get(key, (0, 0)), *ever.get(key, ())) for key in ordered]


def balances_by_kind(*, community_id: UUID) -> dict[str, int]:
    """What all members together hold now, by kind of account."""
    rows = db.session.execute(
        select(Account.kind, func.sum(Account.balance))
        .where(Account.community_id == community_id, Account.kind.in_(MEMBER_KINDS))
        .group_by(Account.kind)
    )
    return dict.fromkeys(MEMBER_KINDS, 0) | {kind: int(total or 0) for kind, total in rows}


def outstanding_points() -> list[Outstanding]:
    """What the members of every community hold now (wallets, reviews, reservations): its liability."""
    rows = db.session.execute(
        select(Account.community_id, Account.kind, func.sum(Account.balance))
        .where(Account.kind.in_(HELD_KINDS))
        .group_by(Account.community_id, Account.kind)
    )
    return [Outstanding(community_id, kind, int(total or 0)) for community_id, kind, total in rows]


def held_points(*, community_id: UUID) -> int:
    """All points on members' passbooks now: wallets, reviews and reservations (L2's other side)."""
    balances = balances_by_kind(community_id=community_id)
    return sum(balances[kind] for kind in HELD_KINDS)


def held_twice(*, community_id: UUID) -> Held:
    """The same twice, in one statement: as the accounts say, and as the last line of each passbook says.

    The second is what the daily root covers. A month's closing goes back from the first.
    """
    of = Account.community_id == community_id

    def held(*kinds: str) -> ScalarSelect[Any]:
        wanted = select(func.coalesce(func.sum(Account.balance), 0))
        return wanted.where(of, Account.kind.in_(kinds)).scalar_subquery()

    lines = select(func.coalesce(func.sum(Passbook.spendable), 0)).where(
        Passbook.community_id == community_id, Passbook.unit == "points"
    )
    rest = held(*(kind for kind in HELD_KINDS if kind != "wallet"))
    wallets, heads, others = db.session.execute(
        select(held("wallet"), lines.scalar_subquery(), rest)
    ).one()
    return Held(int(wallets) + int(others), int(heads) + int(others))


def latest_seals(*, community_id: UUID, limit: int = 10) -> Sequence[SealRow]:
    """The newest sealed days."""
    rows = db.session.execute(
        select(Seal.sealed_on, Seal.root, Seal.previous_root, Seal.passbooks, Seal.entries)
        .where(Seal.community_id == community_id)
        .order_by(Seal.sealed_on.desc())
        .limit(limit)
    )
    return [SealRow(*row) for row in rows]


def find_sealed_day(*, community_id: UUID, root: str) -> date | None:
    """The day whose root somebody copied, in hexadecimal digits of any case and spacing."""
    try:
        copied = bytes.fromhex("".join(root.split()))
    except ValueError:
        return None
    return db.session.scalar(
        select(Seal.sealed_on).where(Seal.community_id == community_id, Seal.root == copied)
    )


def _by_kind(
    community_id: UUID, first: date | None = None, last: date | None = None
) -> dict[tuple[str, str], tuple[int, int]]:
    wanted = select(Transfer.kind, Transfer.unit, func.count(), func.sum(Transfer.amount)).where(
        Transfer.community_id == community_id
    )
    if first is not None and last is not None:
        wanted = wanted.where(Transfer.business_on.between(first, last))
    rows = db.session.execute(wanted.group_by(Transfer.kind, Transfer.unit))
    return {(kind, unit): (int(count), int(amount)) for kind, unit, count, amount in rows}
