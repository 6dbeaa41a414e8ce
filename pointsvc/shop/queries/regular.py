"""Regular prices: what is kept for later does not take part in a mark-down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.shop.models import Markdown
from pointsvc.shop.queries.catalogue import ProductFacts


def at_regular_price(
    community_id: UUID, products: Mapping[UUID, ProductFacts]
) -> dict[UUID, ProductFacts]:
    """The products at the price version that a mark-down followed; the others as they are."""
    wanted = select(Markdown.product_id, Markdown.version, Markdown.regular_points).where(
        Markdown.community_id == community_id, Markdown.product_id.in_(products)
    )
    found = dict(products)
    for id_, version, regular_points in db.session.execute(wanted):
        if version == products[id_].price_version:
            found[id_] = replace(
                products[id_], price_points=regular_points, price_version=version - 1
            )
    return found
