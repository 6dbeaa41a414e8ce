"""What sums and counts must say: L1, L2, L7, L8, L10, L12, L15, and of H2 what members hold."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.ledger.models import Account, CorrectedTransfer, Transfer
from pointsvc.ledger.months import HELD_KINDS, added_up
from pointsvc.ledger.service.correcting import heir_id, is_owner
from pointsvc.ledger.transfers import AMOUNT_MAX
from pointsvc.members.models import Member

_debit, _credit = aliased(Account), aliased(Account)
_MOVES = {
    "award": (("issuance",), ("wallet", "review")),
    "service": (("service",), ("minutes",)),
    "opening": (("opening",), ("wallet",)),
    "release": (("review",), ("wallet",)),
    "annul": (("review",), ("issuance",)),
    "payment": (("wallet", "reserved"), ("shop",)),
    "refund": (("shop",), ("wallet",)),
    "reserve": (("wallet",), ("reserved",)),
    "unreserve": (("reserved",), ("wallet",)),
    "expire": (("wallet",), ("expired",)),
    "regrant": (("expired",), ("wallet",)),
    "donate": (("wallet",), ("donated",)),
    # What an erased member owed is let go.
    "owe": (("receivable_contra", "receivable"), ("receivable", "receivable_contra")),
}


def sum_checks(community_id: UUID, entries: int) -> list[Check]:
    """All checks that the database can answer by counting."""
    of = Transfer.community_id == community_id
    return [
        _check_zero_sum(community_id),
        _check_conservation(community_id),
        _check_sides(community_id, entries),
        _none("L8", _repeated_effects(of), _count(of)),
        _none(
            "L10",
            _reviews_ended_twice(of),
            _count(of, Transfer.kind.in_(["release", "annul"])),
        ),
        _check_reserved(community_id),
        _check_gone(community_id),
        _none(
            "L12",
            _over_corrected(community_id),
            _count(of, Transfer.corrects_id.is_not(None)),
        ),
        _none("L15", _one_person(of), _count(of, Transfer.approved_by_id.is_not(None))),
    ]


def _none(id_: str, query: Select[Any], looked_at: int) -> Check:
    check = Check(id_, looked_at)
    rows = db.session.execute(query).all()
    check.broken_count, check.broken = len(rows), [str(row[0]) for row in rows[:20]]
    return check


def _count(*where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(Transfer).where(*where)) or 0


def _sided(community_id: UUID) -> Select[Any]:
    """Transfers with both accounts, where they exist."""
    return (
        select(Transfer.id)
        .outerjoin(
            _debit,
            and_(
                _debit.community_id == Transfer.community_id,
                _debit.id == Transfer.debit_account_id,
            ),
        )
        .outerjoin(
            _credit,
            and_(
                _credit.community_id == Transfer.community_id,
                _credit.id == Transfer.credit_account_id,
            ),
        )
        .where(Transfer.community_id == community_id)
    )


def _check_zero_sum(community_id: UUID) -> Check:
    """L1: two accounts of one community and unit, a whole amount in range, sides that fit."""
    fits = or_(
        *(
            and_(Transfer.kind == kind, _debit.kind.in_(debited), _credit.kind.in_(credited))
            for kind, (debited, credited) in _MOVES.items()
        ),
        and_(
            Transfer.kind == "merge",
            _debit.kind == _credit.kind,
            _debit.expires_on == _credit.expires_on,
        ),
        Transfer.kind.not_in([*_MOVES, "merge"]),
    )
    wrong = or_(
        _debit.id.is_(None),
        _credit.id.is_(None),
        _debit.unit != Transfer.unit,
        _credit.unit != Transfer.unit,
        Transfer.debit_account_id == Transfer.credit_account_id,
        ~Transfer.amount.between(1, AMOUNT_MAX),
        ~fits,
    )
    of = Transfer.community_id == community_id
    return _none("L1", _sided(community_id).where(wrong), _count(of))


def _check_conservation(community_id: UUID) -> Check:
    """L2: what was issued less what left is what members hold, wallets, reviews, reservations."""
    check = Check("L2")
    books = added_up(community_id=community_id)
    held = db.session.scalar(
        select(func.coalesce(func.sum(Account.balance), 0)).where(
            Account.community_id == community_id,
            Account.kind.in_(HELD_KINDS),
        )
    )
    check.expect(books == int(held or 0), f"books {books}, held {held}")
    return check


def _check_sides(community_id: UUID, entries: int) -> Check:
    """L7: as many entries as transfers have tracked sides."""
    check = Check("L7")
    tracked = case((_debit.balance.is_not(None), 1), else_=0) + case(
        (_credit.balance.is_not(None), 1), else_=0
    )
    query = _sided(community_id).with_only_columns(func.coalesce(func.sum(tracked), 0))
    expected = int(db.session.execute(query).scalar_one())
    check.count = expected
    if expected != entries:
        check.broken_count, check.broken = (
            1,
            [f"{entries} entries for {expected} sides"],
        )
    return check


def _repeated_effects(of: Any) -> Select[Any]:
    keys = (Transfer.source_type, Transfer.source_id, Transfer.effect)
    return select(func.min(Transfer.effect)).where(of).group_by(*keys).having(func.count() > 1)


def _reviews_ended_twice(of: Any) -> Select[Any]:
    return (
        select(Transfer.source_id)
        .where(of, Transfer.kind.in_(["release", "annul"]))
        .group_by(Transfer.source_type, Transfer.source_id, Transfer.effect)
        .having(func.count() > 1)
    )


def _check_reserved(community_id: UUID) -> Check:
    """L10: a reserved account holds what was reserved and has not ended, and nothing else.

    What two accounts held that became one is held by the survivor, under the same date.
    """
    check = Check("L10")
    ended, key = aliased(Transfer), (heir_id(Account.owner_id), Account.expires_on)
    reserved = (
        select(*key, Transfer.amount, func.sum(ended.amount))
        .join(
            Account,
            and_(
                Account.community_id == Transfer.community_id,
                Account.id == Transfer.credit_account_id,
            ),
        )
        .outerjoin(Member, is_owner(Account))
        .outerjoin(
            ended,
            and_(ended.community_id == Transfer.community_id, ended.corrects_id == Transfer.id),
        )
        .where(Transfer.community_id == community_id, Transfer.kind == "reserve")
        .group_by(Transfer.id, *key, Transfer.amount)
    )
    open_points: Counter[tuple[UUID, date]] = Counter()
    for owner_id, expires_on, amount, gone in db.session.execute(reserved):
        check.expect(int(gone or 0) <= amount, owner_id)
        open_points[owner_id, expires_on] += amount - int(gone or 0)
    held = (
        select(*key, func.sum(Account.balance))
        .select_from(Account)
        .outerjoin(Member, is_owner(Account))
        .where(Account.community_id == community_id, Account.kind == "reserved")
        .group_by(*key)
    )
    for owner_id, expires_on, balance in db.session.execute(held):
        check.expect(int(balance or 0) == open_points[owner_id, expires_on], owner_id)
    return check


def _check_gone(community_id: UUID) -> Check:
    """H2: who was merged away holds nothing, of either unit; who was erased holds no points."""
    gone = or_(Member.state == "merged", and_(Member.state == "erased", Account.kind != "minutes"))
    holding = (
        select(Member.id)
        .join(Account, is_owner(Account))
        .where(Member.community_id == community_id, gone, Account.balance > 0)
    )
    return _none("H2", holding, 0)


def _over_corrected(community_id: UUID) -> Select[Any]:
    """L12: the corrections of a row, summed from themselves, are what was counted, and no more."""
    fixed, original = aliased(Transfer), aliased(Transfer)
    total = func.sum(fixed.amount)
    return (
        select(original.id)
        .join(
            fixed,
            and_(
                fixed.community_id == original.community_id,
                fixed.corrects_id == original.id,
            ),
        )
        .outerjoin(
            CorrectedTransfer,
            and_(
                CorrectedTransfer.community_id == original.community_id,
                CorrectedTransfer.transfer_id == original.id,
            ),
        )
        .where(original.community_id == community_id)
        .group_by(original.id, original.amount, CorrectedTransfer.corrected)
        .having(
            or_(
                total > original.amount,
                and_(
                    CorrectedTransfer.corrected.is_not(None),
                    total != CorrectedTransfer.corrected,
                ),
            )
        )
    )


def _one_person(of: Any) -> Select[Any]:
    return select(Transfer.id).where(
        of,
        or_(
            Transfer.recorded_by_id == Transfer.approved_by_id,
            and_(Transfer.kind == "adjust", Transfer.approved_by_id.is_(None)),
        ),
    )
