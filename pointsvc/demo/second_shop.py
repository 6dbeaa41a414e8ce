"""A second, smaller shop at the east gate: what 尚城积分超市 sent there, and milk of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import create_place
from pointsvc.demo.founding import Street
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.organisation.service import grant_role
from pointsvc.shop.models import Batch, Product
from pointsvc.shop.service import Arrival, take_in
from pointsvc.shop.service.catalogue import CatalogueRow, create_product
from pointsvc.shop.service.transfers import Sending, transfer_stock
from pointsvc.shop.shelf import Moving

KEEPER: Final = "田海涛"
SENT: Final = {"食盐": 12, "垃圾袋": 20, "香皂": 10, "抽纸": 6}
MILK: Final = CatalogueRow("6907992512570", "纯牛奶", "250ml×12", 180, 2, "粮油", 12)


def open_second_shop(street: Street, now: datetime) -> None:
    """Three days ago the shop sent goods to the gate; the milk there came yesterday."""
    opened_at = now - timedelta(days=4)
    shop_id = street.derived("second shop")
    create_place(
        community_id=street.community_id,
        place_id=shop_id,
        kind="shop",
        name="东门便民点",
        location="小区东门传达室",
        open_hours="周二、四、六 15:00–17:30",
    )
    grant_role(
        community_id=street.community_id,
        grant_id=street.derived("grant", "keeper", KEEPER),
        member_id=street.people[KEEPER],
        role="keeper",
        group_id=None,
        place_id=shop_id,
        granted_by=SYSTEM,
        now=opened_at,
    )
    for name, units in SENT.items():
        _send(street, name, units, shop_id, now - timedelta(days=3))
    _buy_milk(street, shop_id, now - timedelta(days=1))


def _send(street: Street, name: str, units: int, shop_id: UUID, at: datetime) -> None:
    """So many of the batch that has most of them."""
    batch_id = db.session.scalars(
        select(Batch.id)
        .join(
            Product,
            (Product.community_id == Batch.community_id) & (Product.id == Batch.product_id),
        )
        .where(
            Batch.community_id == street.community_id,
            Product.shop_id == street.shop_id,
            Product.name == name,
            Batch.restriction.is_(None),
        )
        .order_by(Batch.on_hand.desc(), Batch.id)
        .limit(1)
    ).one()
    sending = Sending(street.derived("sent", name), batch_id, shop_id, units, "东门便民点开张")
    day = clock.local_day(at, street.zone)
    moving = Moving(street.people["张店"], at, day)
    transfer_stock(community_id=street.community_id, sending=sending, moving=moving)


def _buy_milk(street: Street, shop_id: UUID, at: datetime) -> None:
    keeper_id, day = street.people[KEEPER], clock.local_day(at, street.zone)
    product_id = create_product(
        community_id=street.community_id, shop_id=shop_id, row=MILK, set_by_id=keeper_id, now=at
    )
    arrival = Arrival(
        street.derived("milk"), product_id, 8, day + timedelta(days=45), None, "便民超市", None
    )
    take_in(
        community_id=street.community_id,
        arrivals=[arrival],
        kind="purchase",
        moving=Moving(keeper_id, at, day),
    )
