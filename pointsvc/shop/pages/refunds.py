"""Goods given back: the form at the counter that asks a supervisor, and the list for reviewers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import get_member, names_of
from pointsvc.shop.forms.requests import ReturnForm
from pointsvc.shop.pages.carts import cart_in
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    faults_of,
    my_counters,
    new_key,
    shown_here,
)
from pointsvc.shop.queries.orders import OrderFacts, get_order, page_of_refunds
from pointsvc.shop.queries.requests import requests_of_order
from pointsvc.shop.service.refunds import ReturnedLine
from pointsvc.shop.service.requests import Asked, ask_return


@blueprint.route("/orders/<uuid:order_id>/refund", methods=["GET", "POST"])
@requires("shop.refund")
def refund(order_id: UUID) -> ResponseReturnValue:
    """Choose what comes back and why; a supervisor is asked, and answers on their own phone."""
    community_id, keeper_id = current_community_id(), current_actor_id()
    order = get_order(community_id, order_id)
    check_open(order.shop_id, my_counters())
    if request.method == "GET":
        return _form(order, {}, None)
    now = clock.now()
    try:
        form = {name: text for name, text in request.form.items() if name in ReturnForm().fields}
        values = parse_form(ReturnForm, form)
        asked = Asked(values["key"], "refund", order_id, _returned(), values["reason"])
        request_id = transact(
            lambda: ask_return(community_id=community_id, asked=asked, keeper_id=keeper_id, now=now)
        )
    except Refusal as refusal:
        return _form(order, request.form.to_dict(), shown_here(refusal)), refusal.status
    return redirect(url_for("shop.request_asked", request_id=request_id), 303)


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
    asked = requests_of_order(community.id, order.id)
    typed = dict(zip(request.form.getlist("line"), request.form.getlist("quantity"), strict=False))
    return render_template(
        "shop/refund.html",
        order=order,
        member=get_member(community.id, order.member_id),
        values=values,
        typed=typed,
        refusal=refusal,
        faults=faults_of(refusal),
        key=values.get("key") or new_key(),
        waiting=next((r for r in asked if r.state_at(clock.now()) == "asked"), None),
        zone=community.zone,
    )
