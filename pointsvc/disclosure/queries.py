"""A community's month, read for the public: sums and goods, no person's name unmasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from pointsvc.communities.queries import get_community
from pointsvc.disclosure.goods import (
    ExchangeLine,
    StockLine,
    exchanges_of_month,
    stock_of_month,
)
from pointsvc.disclosure.rules import Month
from pointsvc.kernel import clock
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.ledger.months import MonthTotals, month_totals
from pointsvc.ledger.queries import SealFacts, latest_seal
from pointsvc.ledger.standing import GapFacts, gaps_of
from pointsvc.ledger.totals import Served, first_day, served_between
from pointsvc.shop.models import Donation
from pointsvc.shop.queries.donations import DonationFacts, donations_between


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A month in the open. `seal` is of the month's last sealed day; None before the first.

    `gaps` are those declared, or with days lost, in the month.
    """

    month: Month
    points: MonthTotals
    donations: list[DonationFacts]
    stock: list[StockLine]
    exchanges: list[ExchangeLine]
    served: Served
    seal: SealFacts | None
    gaps: list[GapFacts]


def disclosure_of(community_id: UUID, month: Month) -> Disclosure:
    """The month of a community that exists."""
    first, last = month.first, month.last
    return Disclosure(
        month=month,
        points=month_totals(community_id=community_id, first=first, last=last),
        donations=donations_between(community_id, first, last),
        stock=stock_of_month(community_id, first, last),
        exchanges=exchanges_of_month(community_id, first, last),
        served=served_between(community_id=community_id, first=first, last=last),
        seal=latest_seal(community_id=community_id, until=last),
        gaps=_gaps_in(community_id, month),
    )


def _gaps_in(community_id: UUID, month: Month) -> list[GapFacts]:
    zone = get_community(community_id).zone
    return [
        each
        for each in gaps_of(community_id=community_id)
        if (each.gap.from_on is None or each.gap.from_on < month.last)
        and clock.local_day(each.declared_at, zone) >= month.first
    ]


def find_first_disclosed_day(community_id: UUID) -> date | None:
    """The earliest day in the books or in the donation register."""
    [found] = fetch(_first_days(), community_id=community_id)
    return min((day for day in found if day), default=None)


@prepared
def _first_days(_among: Among) -> Select[*tuple[Any, ...]]:
    donation = table_of(Donation).c
    given = select(func.min(donation.received_on)).where(
        donation.community_id == bindparam("community_id")
    )
    return select(first_day().label("posted"), given.scalar_subquery().label("given"))
