"""`/api/v1/products`, `/orders`, `/orders/{id}/refunds`, `/donations`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from pointsvc.kernel import clock
from pointsvc.kernel.outcomes import check_key
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.organisation.queries import kept_shop_ids
from pointsvc.shop import counter
from pointsvc.shop.counter import Desk
from pointsvc.shop.queries.catalogue import list_products
from pointsvc.shop.queries.donations import get_donation
from pointsvc.shop.queries.orders import get_refund
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.schemas import (
    DonationShown,
    NewDonation,
    NewOrder,
    NewRefund,
    OrderShown,
    ProductsOf,
    ProductsShown,
    RefundShown,
)
from pointsvc.shop.service.donations import DonatedLine
from pointsvc.shop.service.refunds import ReturnedLine

blueprint = Blueprint("shop_api", __name__, url_prefix="/api/v1", description="积分超市 shop")
KEYED = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "description": "Your name for this request; sent again, it gets the first answer again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
    ]
}


@blueprint.route("/products")
@requires("shop.read")
@blueprint.arguments(ProductsOf, location="query")
@blueprint.response(200, ProductsShown)
def products(query: dict[str, Any]) -> dict[str, Any]:
    """What a shop exchanges for points; a till sees its own shop's."""
    shop_id = current_caller().place_id or query.get("shop_id") or _only_kept()
    return {"products": list_products(current_community_id(), shop_id=shop_id)}


@blueprint.route("/orders", methods=["POST"])
@requires("shop.sell")
@blueprint.doc(**KEYED)
@blueprint.arguments(NewOrder)
@blueprint.response(201, OrderShown)
@blueprint.alt_response(
    409,
    description="shop.insufficient_points, shop.out_of_stock, shop.limit_reached, "
    "shop.pin_required, shop.pin_wrong, shop.pin_unset, shop.scan_again, shop.which_shop, "
    "shop.product_closed, shop.own_order, idempotency.key_reused",
)
@blueprint.alt_response(429, description="sign_in.too_many: digits or a PIN were guessed")
def place_order(body: dict[str, Any]) -> dict[str, Any]:
    """Exchange points for goods: the member's code, lines, and the PIN where one is needed."""
    desk = _desk()
    done = counter.exchange(
        desk,
        shop_id=body.get("shop_id"),
        read_code=desk.reader(body["member_code"]),
        shown=body["member_code"],
        lines=[WantedLine(**line) for line in body["lines"]],
        pin=body.get("pin"),
    )
    return {
        "id": done.order.id,
        "receipt_no": done.order.receipt_no,
        "total_points": done.order.total_points,
        "balance_points": done.balance_points,
        "lines": done.order.lines,
    }


@blueprint.route("/orders/<uuid:order_id>/refunds", methods=["POST"])
@requires("shop.refund")
@blueprint.doc(**KEYED)
@blueprint.arguments(NewRefund)
@blueprint.response(201, RefundShown)
@blueprint.alt_response(
    409,
    description="shop.refund_exceeds, shop.second_person_required, shop.approver_not_allowed, "
    "shop.approver_pin_required, shop.pin_wrong, shop.pin_unset, code.spent, "
    "shop.approver_totp_required, shop.approver_totp_wrong, "
    "idempotency.key_reused",
)
@blueprint.alt_response(429, description="sign_in.too_many: digits or a PIN were guessed")
def refund_order(body: dict[str, Any], order_id: UUID) -> dict[str, Any]:
    """Take goods back, with the code of a supervisor who is neither keeper nor member."""
    desk = _desk()
    result = counter.give_back(
        desk,
        order_id=order_id,
        lines=[ReturnedLine(**line) for line in body["lines"]],
        reason=body["reason"],
        approver_code=body["approver_code"],
        approver_pin=body.get("approver_pin"),
        approver_totp=body.get("approver_totp"),
    )
    refund = get_refund(desk.community_id, UUID(result["refund_id"]))
    return {
        "id": refund.id,
        "order_id": refund.order_id,
        "receipt_no": refund.receipt_no,
        "total_points": refund.total_points,
        "balance_points": result["balance_points"],
        "lines": refund.lines,
    }


@blueprint.route("/donations", methods=["POST"])
@requires("shop.donate")
@blueprint.doc(**KEYED)
@blueprint.arguments(NewDonation)
@blueprint.response(201, DonationShown)
def record_donation(body: dict[str, Any]) -> dict[str, Any]:
    """Take a gift of goods in: into the register and onto the shelf, with a receipt number."""
    desk = _desk()
    result = counter.take_gift(
        desk,
        donor=body["donor"],
        donor_kind=body.get("donor_kind"),
        is_named=body.get("is_named", False),
        lines=[_donated(line) for line in body["lines"]],
    )
    gift = get_donation(desk.community_id, UUID(result["donation_id"]))
    return {
        "id": gift.id,
        "receipt_no": gift.receipt_no,
        "received_on": gift.received_on,
        "lines": [
            {
                "id": line.id,
                "product_id": line.product_id,
                "name": line.product_name,
                "quantity": line.quantity,
            }
            for line in gift.lines
        ],
    }


def _donated(line: dict[str, Any]) -> DonatedLine:
    return DonatedLine(
        line["product_id"],
        line["quantity"],
        line.get("best_before"),
        line.get("restriction") or None,
    )


def _only_kept() -> UUID | None:
    """The one shop that the caller keeps, as `place_order` takes it where none is named."""
    kept = kept_shop_ids(current_community_id(), current_actor_id())
    return next(iter(kept)) if len(kept) == 1 else None


def _desk() -> Desk:
    """The caller, their key (400 without one) and the moment, read once."""
    key = check_key(request.headers.get("Idempotency-Key"))
    return Desk(current_community_id(), current_actor_id(), key, clock.now())
