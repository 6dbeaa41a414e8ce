"""The community's points over a month: what there was, what came, what left, what is there then (L2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union_all

from pointsvc.extensions import db
from pointsvc.ledger.models import Account, Transfer

HELD_KINDS: Final = ("wallet", "review", "reserved")
_DOWN: Final = "adjust_down"  # adjustments that took points: from a wallet, so a member's side
_HELD: Final = "held"


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """A community's points in a stretch of days; `closing` follows from the rest."""

    opening: int
    imported: int
    issued: int
    taken_back: int
    exchanged: int
    refunded: int
    expired: int
    regranted: int
    donated_back: int

    @property
    def closing(self) -> int:
        """What members hold at the end: wallets, reviews and reservations."""
        came = self.opening + self.imported + self.issued + self.refunded + self.regranted
        return came - self.taken_back - self.exchanged - self.expired - self.donated_back


def month_totals(*, community_id: UUID, first: date, last: date) -> MonthTotals:
    """The community's points from `first` to `last`, both included.

    One statement, so that a scan in between does not show on one side only. It reads what was posted
    since `first`, and goes back from what members hold now: the years before need not be added up.
    """
    since = Transfer.business_on >= first
    is_after = Transfer.business_on > last
    rows = db.session.execute(
        union_all(
            _held(community_id),
            _sums(community_id, is_after).where(since),
            _down(community_id, is_after).where(since),
        )
    ).all()
    during = _by_kind(row for row in rows if not row.is_after)
    after = _by_kind(row for row in rows if row.is_after)
    opening = during.pop(_HELD) - _change(during) - _change(after)
    return MonthTotals(opening=opening, **_parts(during))


def added_up(*, community_id: UUID) -> int:
    """What members should hold, from every transfer that was ever posted."""
    never = literal(value=False)
    rows = db.session.execute(union_all(_sums(community_id, never), _down(community_id, never)))
    return _change(_by_kind(rows))


def _held(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        literal(_HELD).label("kind"),
        literal(value=False).label("is_after"),
        func.coalesce(func.sum(Account.balance), 0).label("points"),
    ).where(Account.community_id == community_id, Account.kind.in_(HELD_KINDS))


def _sums(community_id: UUID, is_after: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Transfer.kind, is_after.label("is_after"), func.sum(Transfer.amount).label("points"))
        .where(Transfer.community_id == community_id, Transfer.unit == "points")
        .group_by(Transfer.kind, is_after)
    )


def _down(community_id: UUID, is_after: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    paying = and_(
        Account.community_id == Transfer.community_id, Account.id == Transfer.debit_account_id
    )
    return (
        select(
            literal(_DOWN).label("kind"),
            is_after.label("is_after"),
            func.sum(Transfer.amount).label("points"),
        )
        .select_from(Transfer)
        .join(Account, paying)
        .where(
            Transfer.community_id == community_id,
            Transfer.kind == "adjust",
            Account.kind == "wallet",
        )
        .group_by(is_after)
    )


def _by_kind(rows: Iterable[Any]) -> dict[str, int]:
    return {row.kind: int(row.points) for row in rows}


def _change(sums: dict[str, int]) -> int:
    return MonthTotals(opening=0, **_parts(sums)).closing


def _parts(sums: dict[str, int]) -> dict[str, int]:
    down = sums.get(_DOWN, 0)
    settled = sums.get("settle", 0) // 2
    return {
        "imported": sums.get("opening", 0),
        "issued": sums.get("award", 0) + sums.get("adjust", 0) - down,
        "taken_back": sums.get("take_back", 0) + sums.get("annul", 0) + down + settled,
        "exchanged": sums.get("payment", 0),
        "refunded": sums.get("refund", 0),
        "expired": sums.get("expire", 0),
        "regranted": sums.get("regrant", 0),
        "donated_back": sums.get("donate", 0),
    }
