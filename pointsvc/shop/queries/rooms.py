"""How many units of each product the limits still leave to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from pointsvc.earning.limits import Wish, used_of
from pointsvc.shop.queries.catalogue import ProductFacts
from pointsvc.shop.queries.limits import LimitFacts, limits_on
from pointsvc.shop.rules import limit_subject


def units_left(
    community_id: UUID,
    products: Sequence[ProductFacts],
    *,
    member_id: UUID | None,
    household_id: UUID,
    today: date,
) -> dict[UUID, int | None]:
    """The least that any limit leaves, by product; None where nothing limits it.

    Limits on several products together are looked at for each as if it were alone.
    """
    if not products:
        return {}
    in_force = limits_on(community_id, {each.shop_id for each in products}, today)
    limits = in_force.limits
    person = member_id or household_id
    holders = {
        each.id: each.holder_of(member_id=person, household_id=household_id)
        for each in limits
        if member_id is not None or each.holder == "household"
    }
    wishes = [
        Wish(limit_subject(each.id), household_id, today, 1, month_cap=each.limit)
        for each in products
        if each.limit is not None
    ]
    wishes += [
        Wish(each.subject, holders[each.id], in_force.starts[each.id], 1)
        for each in limits
        if each.id in holders
    ]
    used = used_of(community_id=community_id, wishes=wishes) if wishes else {}

    def rooms(product: ProductFacts) -> Iterator[int]:
        if product.limit is not None:
            key = (limit_subject(product.id), household_id, "month")
            yield max(0, product.limit - used.get(key, 0))
        for each in limits:
            if each.id in holders and each.holds_for(product):
                yield _room(each, product, used.get(_key(each, holders[each.id]), 0))

    return {product.id: min(rooms(product), default=None) for product in products}


def _key(limit: LimitFacts, holder_id: UUID) -> tuple[str, UUID, str]:
    return (limit.subject, holder_id, "month" if limit.window_kind == "month" else "day")


def _room(limit: LimitFacts, product: ProductFacts, used: int) -> int:
    left = max(0, limit.most - used)
    return left if limit.measure == "units" else left // product.price_points
