"""A month of the counters that is worth a look, read for the auditor; nothing here changes anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.members.models import HouseholdMembership
from pointsvc.members.queries import names_of
from pointsvc.shop.models import Order, Proxy, ProxyPickup, Refund
from pointsvc.shop.suspicions import (
    Case,
    Served,
    just_below,
    near_relations,
    repeated_proxies,
    same_pairs,
    taken_back,
)

ROWS_MAX: Final = 50_000
CASES_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class UnusualSales:
    """What is worth a look in a month of the shops; by name, nobody is ranked."""

    back: list[Case]
    below: list[Case]
    proxies: list[Case]
    pairs: list[Case]
    near: list[Case]
    names: dict[UUID, str]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.back or self.below or self.proxies or self.pairs or self.near)


def unusual_sales(community_id: UUID, since: date, until: date) -> UnusualSales:
    """The cases of business days from `since`, before `until`."""
    served = _served(community_id, since, until)
    limit = get_community(community_id).settings.pin_above_points
    near = _near(community_id, {each.keeper_id for each in served})
    found = [
        taken_back(served),
        just_below(served, limit),
        repeated_proxies(served),
        same_pairs(served),
        near_relations(served, near),
    ]
    people = {id_ for cases in found for each in cases for id_ in (each.who_id, each.with_id)}
    names = names_of(community_id, [id_ for id_ in people if id_])
    ordered = [
        sorted(cases, key=lambda each: (names.get(each.who_id, ""), each.who_id))[:CASES_MAX]
        for cases in found
    ]
    back, below, proxies, pairs, near_ones = ordered
    is_cut = len(served) == ROWS_MAX
    return UnusualSales(back, below, proxies, pairs, near_ones, names, is_cut)


def _served(community_id: UUID, since: date, until: date) -> list[Served]:
    back = (
        select(Refund.order_id, func.min(Refund.refunded_at).label("back_at"))
        .where(Refund.community_id == community_id, Refund.business_on >= since)
        .group_by(Refund.order_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Order.id,
            Order.receipt_no,
            Order.keeper_id,
            Order.member_id,
            Order.proof,
            Order.total_points,
            Order.placed_at,
            back.c.back_at,
            ProxyPickup.proxy_member_id,
        )
        .outerjoin(back, back.c.order_id == Order.id)
        .outerjoin(
            ProxyPickup,
            and_(ProxyPickup.community_id == Order.community_id, ProxyPickup.order_id == Order.id),
        )
        .where(
            Order.community_id == community_id,
            Order.business_on >= since,
            Order.business_on < until,
        )
        .order_by(Order.id)
        .limit(ROWS_MAX)
    )
    return [Served(*row) for row in rows]


def _near(community_id: UUID, keeper_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """By keeper: who lives or ever lived behind the same door, and who is bound by a proxy."""
    mine, other = aliased(HouseholdMembership), aliased(HouseholdMembership)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    lived = db.session.execute(
        select(mine.member_id, other.member_id)
        .join(
            other,
            and_(
                other.community_id == mine.community_id,
                other.household_id == mine.household_id,
                other.member_id != mine.member_id,
            ),
        )
        .where(mine.community_id == community_id, mine.member_id.in_(keeper_ids))
    )
    for keeper_id, person_id in lived:
        found[keeper_id].add(person_id)
    bound = db.session.execute(
        select(Proxy.member_id, Proxy.proxy_member_id).where(
            Proxy.community_id == community_id,
            or_(Proxy.member_id.in_(keeper_ids), Proxy.proxy_member_id.in_(keeper_ids)),
        )
    )
    for one, another in bound:
        found[one].add(another)
        found[another].add(one)
    return {keeper_id: frozenset(found[keeper_id]) for keeper_id in keeper_ids}
