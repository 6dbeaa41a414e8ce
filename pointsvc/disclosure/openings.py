"""The five openings (五公开) of a month with the year behind it: income, outgo, stock, exchange, rest.

Money in fen beside points and units. Everything is summed from the registers and the books; a month's
stock and points follow from what moved, back from what there is now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, select

from pointsvc.communities.queries import get_community
from pointsvc.disclosure.rules import Month
from pointsvc.extensions import db
from pointsvc.kernel.clock import add_months
from pointsvc.ledger.months import MonthTotals
from pointsvc.ledger.years import totals_by_month
from pointsvc.shop.models import (
    Donation,
    DonationLine,
    Product,
    Sponsorship,
    StockMovement,
)
from pointsvc.shop.queries.money import (
    PurchaseFacts,
    PurchaseFilter,
    SponsorshipFacts,
    gifts_worth,
    list_sponsorships,
    purchases_for,
)
from pointsvc.shop.queries.money_changes import MoneyChange, money_changes
from pointsvc.shop.queries.spending import counted_on, spent_by_day

MONTHS: Final = 12
LIST_MAX: Final = 200
ARRIVALS: Final = frozenset({"donation", "purchase"})


@dataclass(frozen=True, slots=True)
class MonthOpening:
    """A month in five numbers, and what they are made of.

    `stock_units` and `money_fen` are at its end; `received_units` came in; `handed_units` were
    exchanged (less what came back) or handed out for their purpose.
    """

    month: Month
    gifts_count: int
    gifts_fen: int
    sponsored_fen: int
    spent_fen: int
    received_units: int
    handed_units: int
    stock_units: int
    exchanged_points: int
    held_points: int
    money_fen: int

    @property
    def income_fen(self) -> int:
        """What was given: goods at their value, and money."""
        return self.gifts_fen + self.sponsored_fen

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing at all, not even points."""
        sums = (self.received_units, self.handed_units, self.stock_units, self.held_points)
        return not any((self.gifts_count, self.income_fen, self.spent_fen, self.money_fen, *sums))


@dataclass(frozen=True, slots=True)
class Openings:
    """A month in the open: the last of `months`, oldest first; whose money came and went in it.

    An invoice stands in its month as it was entered, what it was corrected by in the month of that.
    """

    months: tuple[MonthOpening, ...]
    points: MonthTotals
    sponsorships: list[SponsorshipFacts]
    purchases: list[PurchaseFacts]
    corrections: list[MoneyChange]
    unvalued_lines: int

    @property
    def shown(self) -> MonthOpening:
        """The month itself."""
        return self.months[-1]


def openings_of(community_id: UUID, month: Month) -> Openings:
    """The month with up to eleven before it, from the first in which anything was.

    A bounded number of statements, whatever the books' size.
    """
    months = [Month(add_months(month.first, -back)) for back in reversed(range(MONTHS))]
    first, last = months[0].first, month.last
    gifts = _gifts(community_id, first, last)
    sponsored = _by_month(_sponsored(community_id, last), months)
    changes = money_changes(community_id, last)
    corrected = [(each.on, each.fen, each.is_sponsored) for each in changes]
    zone = get_community(community_id).zone
    spent = _by_month([*spent_by_day(community_id, last, zone), *corrected], months)
    units = _units(community_id, first, last)
    points = totals_by_month(
        community_id=community_id, firsts=[each.first for each in months], last=last
    )
    money, stock = sponsored.before - spent.before, units.before
    rows = []
    for each, totals in zip(months, points, strict=True):
        name = each.name
        money += sponsored.of.get(name, 0) - spent.of.get(name, 0)
        stock += units.all.get(name, 0)
        count, fen = gifts.get(name, (0, 0))
        rows.append(
            MonthOpening(
                month=each,
                gifts_count=count,
                gifts_fen=fen,
                sponsored_fen=sponsored.of.get(name, 0),
                spent_fen=_own(spent, name),
                received_units=units.came.get(name, 0),
                handed_units=units.handed.get(name, 0),
                stock_units=stock,
                exchanged_points=totals.exchanged - totals.refunded,
                held_points=totals.closing,
                money_fen=money,
            )
        )
    asked = PurchaseFilter(month.first, month.last, entered_in=zone)
    return Openings(
        months=(*dropwhile(lambda each: each.is_empty, rows[:-1]), rows[-1]),
        points=points[-1],
        sponsorships=list_sponsorships(community_id, first=month.first, last=month.last),
        purchases=[
            replace(each, recorded_on=counted_on(each.recorded_on, each.recorded_at, zone))
            for each in purchases_for(community_id, asked, limit=LIST_MAX)
        ],
        corrections=[each for each in changes if each.on >= month.first],
        unvalued_lines=gifts_worth(community_id, month.first, month.last)[2],
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums by month's name, and of everything before the first."""

    of: dict[str, int]
    before: int
    own: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Units:
    """Units by month: what came, what was handed out, and all that moved; what there was before."""

    came: dict[str, int]
    handed: dict[str, int]
    all: dict[str, int]
    before: int


def _own(spent: _Sums, name: str) -> int:
    return spent.of.get(name, 0) + spent.own.get(name, 0)


def _by_month(rows: Iterable[Any], months: list[Month]) -> _Sums:
    """Of (day, fen, whether it is of a sponsor's money)."""
    of: dict[str, int] = {}
    own: dict[str, int] = {}
    before = 0
    for day, fen, is_sponsored in rows:
        if day < months[0].first:
            before += int(fen) if is_sponsored else 0
            continue
        sums = of if is_sponsored else own
        name = f"{day:%Y-%m}"
        sums[name] = sums.get(name, 0) + int(fen)
    return _Sums(of, before, own)


def _gifts(community_id: UUID, first: date, last: date) -> dict[str, tuple[int, int]]:
    """By month: how many gifts, and the value of those whose value is known."""
    rows = db.session.execute(
        select(
            Donation.received_on,
            func.count(Donation.id.distinct()),
            func.coalesce(func.sum(DonationLine.value_fen), 0),
        )
        .join(
            DonationLine,
            and_(
                DonationLine.community_id == Donation.community_id,
                DonationLine.donation_id == Donation.id,
            ),
        )
        .where(Donation.community_id == community_id, Donation.received_on.between(first, last))
        .group_by(Donation.received_on)
    )
    found: dict[str, tuple[int, int]] = {}
    for day, count, fen in rows:
        name = f"{day:%Y-%m}"
        known = found.get(name, (0, 0))
        found[name] = (known[0] + int(count), known[1] + int(fen or 0))
    return found


def _sponsored(community_id: UUID, last: date) -> list[tuple[date, int, bool]]:
    rows = db.session.execute(
        select(Sponsorship.received_on, func.sum(Sponsorship.amount_fen))
        .where(Sponsorship.community_id == community_id, Sponsorship.received_on <= last)
        .group_by(Sponsorship.received_on)
    )
    return [(row[0], int(row[1] or 0), True) for row in rows]


def _units(community_id: UUID, first: date, last: date) -> _Units:
    """What moved since the first day; what there was before it follows from what there is now."""
    now = db.session.scalar(
        select(func.sum(Product.on_hand)).where(Product.community_id == community_id)
    )
    rows = db.session.execute(
        select(StockMovement.business_on, StockMovement.kind, func.sum(StockMovement.delta))
        .where(
            StockMovement.community_id == community_id,
            StockMovement.business_on >= first,
        )
        .group_by(StockMovement.business_on, StockMovement.kind)
    )
    before = int(now or 0)
    came: dict[str, int] = {}
    handed: dict[str, int] = {}
    moved: dict[str, int] = {}
    for day, kind, delta in rows:
        before -= int(delta)
        if day > last:
            continue
        name = f"{day:%Y-%m}"
        moved[name] = moved.get(name, 0) + int(delta)
        if kind in ARRIVALS:
            came[name] = came.get(name, 0) + int(delta)
        if kind in {"order", "refund", "issue"}:
            handed[name] = handed.get(name, 0) - int(delta)
    return _Units(came, handed, moved, before)
