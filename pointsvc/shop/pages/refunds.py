"""Goods given back: the form at the counter with a second person, and the list for reviewers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.members.queries import get_member, names_of
from pointsvc.shop import counter as till
from pointsvc.shop.pages.carts import cart_in
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    desk_with,
    faults_of,
    my_counters,
    new_key,
    shown_here,
)
from pointsvc.shop.queries.orders import OrderFacts, get_order, page_of_refunds
from pointsvc.shop.schemas import RefundForm
from pointsvc.shop.service.refunds import ReturnedLine


@blueprint.route("/orders/<uuid:order_id>/refund", methods=["GET", "POST"])
@requires("shop.refund")
def refund(order_id: UUID) -> ResponseReturnValue:
    """Choose what comes back and why; a supervisor shows a code; once for the key of the page."""
    order = get_order(current_community_id(), order_id)
    check_open(order.shop_id, my_counters())
    if request.method == "GET":
        return _form(order, {}, None)
    now = clock.now()
    try:
        form = {name: text for name, text in request.form.items() if name in RefundForm().fields}
        values = parse_form(RefundForm, form)
        result = till.give_back(
            desk_with(values["key"], now),
            order_id=order_id,
            lines=_returned(),
            reason=values["reason"],
            approver_code=values["approver_code"],
            approver_pin=values["approver_pin"],
            approver_totp=values["approver_totp"],
        )
    except Refusal as refusal:
        return _form(order, request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("退好了，退回 %(points)s 分。", points=result["total_points"]), "success")
    return redirect(url_for("shop.order", order_id=order_id), 303)


@blueprint.route("/refunds")
@requires("shop.review")
def refunds() -> str:
    """Every refund: who took it back, and who approved it."""
    community = get_community(current_community_id())
    after = request.args.get("after")
    page = page_of_refunds(community.id, after=after)
    people = {p for r in page.rows for p in (r.member_id, r.keeper_id, r.approver_id)}
    return render_template(
        "shop/refunds.html",
        refunds=page.rows,
        names=names_of(community.id, people),
        zone=community.zone,
        next_url=url_for("shop.refunds", after=page.next) if page.next else None,
        first_url=url_for("shop.refunds") if after else None,
    )


def _returned() -> list[ReturnedLine]:
    """The order's lines of which something comes back."""
    return [ReturnedLine(line.product_id, line.quantity) for line in cart_in(request.form).lines]


def _form(order: OrderFacts, values: dict[str, Any], refusal: Refusal | None) -> str:
    community = get_community(current_community_id())
    typed = dict(zip(request.form.getlist("line"), request.form.getlist("quantity"), strict=False))
    return render_template(
        "shop/refund.html",
        order=order,
        member=get_member(community.id, order.member_id),
        values=values,
        typed=typed,
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
        zone=community.zone,
    )
