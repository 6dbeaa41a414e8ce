"""Goods go from one shop to another: one transaction, both sides recorded, the same dates (调拨)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.members.telling import leave_message
from pointsvc.organisation.queries import grants_in
from pointsvc.shop.errors import AmountRefused, GoodsPast, SameShop, WasteExceeds
from pointsvc.shop.models import Batch, Product, ProductPrice, StockTransfer
from pointsvc.shop.queries.shops import open_shops
from pointsvc.shop.rules import is_past
from pointsvc.shop.service.catalogue import CatalogueRow, first_price, new_product
from pointsvc.shop.service.markdowns import end_spent
from pointsvc.shop.shelf import Move, Moving, open_shelf


@dataclass(frozen=True, slots=True)
class Sending:
    """So many units of a batch to another shop."""

    id: UUID
    batch_id: UUID
    to_shop_id: UUID
    quantity: int
    reason: str | None


def transfer_stock(*, community_id: UUID, sending: Sending, moving: Moving) -> UUID:
    """Move units to a batch of their own in the other shop; that batch's id.

    There they are the open product with the same barcode, else of the same name and pack, else a new
    one at the same price. Dates, donor and restriction go along.

    Locks: both products by id (docs/ledger.md §3).

    Raises:
        NotFound, AmountRefused, SameShop, WasteExceeds; GoodsPast: what is past its date (S6).
    """
    if type(sending.quantity) is not int or sending.quantity < 1:
        raise AmountRefused
    batch, product = _found(community_id, sending.batch_id)
    if product.shop_id == sending.to_shop_id:
        raise SameShop
    if all(shop.id != sending.to_shop_id for shop in open_shops(community_id)):
        raise NotFound
    if is_past(batch.best_before_on, moving.business_on):
        raise GoodsPast
    there = _product_there(community_id, product, sending.to_shop_id, moving)
    shelf = open_shelf(
        community_id=community_id, product_ids={product.id, there}, batch_ids={batch.id}
    )
    on_hand = shelf.batches[batch.id].on_hand
    if sending.quantity > on_hand:
        raise WasteExceeds(on_hand=on_hand)
    to_batch_id = new_id()
    shelf.add_batches([_batch_like(batch, to_batch_id, there)])
    row = {
        "community_id": community_id,
        "id": sending.id,
        "from_batch_id": batch.id,
        "to_batch_id": to_batch_id,
        "quantity": sending.quantity,
        "reason": sending.reason,
        "moved_by_id": moving.moved_by_id,
        "moved_at": moving.at,
        "business_on": moving.business_on,
    }
    db.session.execute(insert(StockTransfer), [row])
    source = ("transfer", "transfer", sending.id)
    out = Move(batch.id, -sending.quantity, *source, "out", sending.reason)
    back = Move(to_batch_id, sending.quantity, *source, "in", sending.reason)
    shelf.move([out, back], moving)
    end_spent(community_id, {product.id}, moving.at)
    _tell(community_id, sending, product.id, moving)
    return to_batch_id


def _found(community_id: UUID, batch_id: UUID) -> tuple[Batch, Product]:
    row = db.session.execute(
        select(Batch, Product)
        .join(
            Product,
            (Product.community_id == Batch.community_id) & (Product.id == Batch.product_id),
        )
        .where(Batch.community_id == community_id, Batch.id == batch_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _product_there(community_id: UUID, product: Product, shop_id: UUID, moving: Moving) -> UUID:
    """The same product in the other shop; made where it is none, as it is here."""
    same = select(Product.id).where(
        Product.community_id == community_id,
        Product.shop_id == shop_id,
        Product.closed_at.is_(None),
    )
    if product.barcode is not None:
        found = db.session.scalar(same.where(Product.barcode == product.barcode))
        if found is not None:
            return found
    named = same.where(Product.name == product.name, Product.pack == product.pack)
    if (found := db.session.scalar(named)) is not None:
        return found
    row = CatalogueRow(
        product.barcode,
        product.name,
        product.pack,
        product.price_points,
        product.limit_household_month,
        product.category,
    )
    new = new_product(community_id, shop_id, row, moving.at)
    db.session.execute(insert(Product), [new])
    db.session.execute(insert(ProductPrice), [first_price(new, moving.moved_by_id, moving.at)])
    made: UUID = new["id"]
    return made


def _batch_like(batch: Batch, batch_id: UUID, product_id: UUID) -> dict[str, object]:
    return {
        "id": batch_id,
        "product_id": product_id,
        "best_before_on": batch.best_before_on,
        "use_by_on": batch.use_by_on,
        "restriction": batch.restriction,
        "donation_line_id": batch.donation_line_id,
        "supplier": batch.supplier,
        "received_on": batch.received_on,
    }


def _tell(community_id: UUID, sending: Sending, product_id: UUID, moving: Moving) -> None:
    """Leave the audit event, and a message to those who keep the other shop."""
    note(
        community_id=community_id,
        actor=Actor("member", moving.moved_by_id),
        action="shop.stock_transferred",
        subject_id=product_id,
        now=moving.at,
        detail={"delta": -sending.quantity, "place_id": str(sending.to_shop_id)},
    )
    for grant in grants_in(community_id, role="keeper"):
        if grant.place_id == sending.to_shop_id and grant.member_id != moving.moved_by_id:
            leave_message(
                community_id=community_id,
                recipient_id=grant.member_id,
                topic="shop.stock_arrived",
                payload={"units": sending.quantity, "product_id": str(product_id)},
                now=moving.at,
            )
