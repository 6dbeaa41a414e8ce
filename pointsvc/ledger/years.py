"""Several months of a community's points at once, for drawings and tables of a year."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, select

from pointsvc.extensions import db
from pointsvc.ledger.models import Account, Transfer
from pointsvc.ledger.months import MonthTotals
from pointsvc.ledger.totals import held_points

_DOWN: Final = "adjust_down"  # adjustments that took points: from a wallet, so a member's side


def totals_by_month(*, community_id: UUID, firsts: Sequence[date], last: date) -> list[MonthTotals]:
    """The totals of months that follow each other, each from one of `firsts` on, until `last`.

    Two statements by day and kind, whatever their number; the first opening goes back from what
    members hold now, as `month_totals` does.
    """
    months: list[Counter[str]] = [Counter() for _first in firsts]
    after: Counter[str] = Counter()
    for day, kind, points in _sums(community_id, firsts[0]):
        sums = after if day > last else months[bisect_right(firsts, day) - 1]
        sums[kind] += points
    changes = [_totals(0, sums) for sums in (*months, after)]
    opening = held_points(community_id=community_id) - sum(each.closing for each in changes)
    totals: list[MonthTotals] = []
    for sums in months:
        totals.append(_totals(opening, sums))
        opening = totals[-1].closing
    return totals


def _sums(community_id: UUID, first: date) -> list[tuple[date, str, int]]:
    """Points by day and kind; adjustments from a wallet a second time under a name of their own."""
    since = (
        Transfer.community_id == community_id,
        Transfer.business_on >= first,
        Transfer.unit == "points",
    )
    amount = func.sum(Transfer.amount)
    posted = select(Transfer.business_on, Transfer.kind, amount).where(*since)
    down = (
        select(Transfer.business_on, amount)
        .join(
            Account,
            and_(
                Account.community_id == Transfer.community_id,
                Account.id == Transfer.debit_account_id,
            ),
        )
        .where(*since, Transfer.kind == "adjust", Account.kind == "wallet")
    )
    rows = db.session.execute(posted.group_by(Transfer.business_on, Transfer.kind))
    sums = [(row[0], row[1], int(row[2])) for row in rows]
    for day, points in db.session.execute(down.group_by(Transfer.business_on)):
        sums.append((day, _DOWN, int(points or 0)))
    return sums


def _totals(opening: int, sums: Counter[str]) -> MonthTotals:
    down, settled = sums[_DOWN], sums["settle"] // 2
    return MonthTotals(
        opening=opening,
        imported=sums["opening"],
        issued=sums["award"] + sums["adjust"] - down,
        taken_back=sums["take_back"] + sums["annul"] + down + settled,
        exchanged=sums["payment"],
        refunded=sums["refund"],
        expired=sums["expire"],
        regranted=sums["regrant"],
        donated_back=sums["donate"],
    )
