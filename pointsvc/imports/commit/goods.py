"""The shop's price list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pointsvc.communities.queries import find_places
from pointsvc.communities.service import create_place
from pointsvc.imports.lines import CatalogueLine
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.shop.errors import BarcodeRefused
from pointsvc.shop.rules import normal_barcode
from pointsvc.shop.service.catalogue import CatalogueRow
from pointsvc.shop.service.price_list import upsert_products


def take_catalogue(
    *, community_id: UUID, lines: Sequence[CatalogueLine], set_by_id: UUID | None, now: datetime
) -> int:
    """Put the products into the community's first shop, made where there is none; how many new."""
    if not lines:
        return 0
    shops = find_places(community_id, kind="shop")
    shop_id = shops[0].id if shops else new_id()
    if not shops:
        create_place(community_id=community_id, place_id=shop_id, kind="shop", name=_("积分超市"))
    rows = [
        CatalogueRow(
            _barcode(line.barcode),
            line.name,
            line.pack,
            line.price_points,
            line.limit_household_month,
        )
        for line in lines
    ]
    done = upsert_products(
        community_id=community_id, shop_id=shop_id, rows=rows, set_by_id=set_by_id, now=now
    )
    return done.created


def _barcode(text: str | None) -> str | None:
    """A barcode that a scanner can read; a mistyped one is left out, the product is not."""
    try:
        return normal_barcode(text)
    except BarcodeRefused:
        return None
