"""Asking a supervisor and answering: the keeper's page that waits, the supervisor's list."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.shop.errors import RequestWaiting
from pointsvc.shop.forms.requests import AnswerForm
from pointsvc.shop.pages.desk import blueprint, check_open, my_counters, shown_here
from pointsvc.shop.queries.orders import get_order
from pointsvc.shop.queries.requests import (
    get_request,
    may_decide,
    requests_of_order,
    waiting_requests,
)
from pointsvc.shop.queries.stock_requests import may_decide_stock, waiting_stock_requests
from pointsvc.shop.service.deliveries import withdraw as withdraw_request
from pointsvc.shop.service.requests import Asked, ask_return, decide_return


@blueprint.route("/orders/<uuid:order_id>/void", methods=["POST"])
@requires("shop.refund")
def void(order_id: UUID) -> ResponseReturnValue:
    """Ask to undo an exchange of the last minutes whole."""
    community_id, now = current_community_id(), clock.now()
    order = get_order(community_id, order_id)
    check_open(order.shop_id, my_counters())
    asked = Asked(new_id(), "void", order_id, [], _("刚办错，整单撤销"))
    keeper_id = current_actor_id()
    try:
        request_id = transact(
            lambda: ask_return(community_id=community_id, asked=asked, keeper_id=keeper_id, now=now)
        )
    except RequestWaiting:  # a second tap, or another keeper's
        waiting = _waiting_ids(order_id, now)
        if not waiting:  # answered just now
            return redirect(url_for("shop.order", order_id=order_id), 303)
        request_id = waiting[0]
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
        return redirect(url_for("shop.order", order_id=order_id), 303)
    return redirect(url_for("shop.request_asked", request_id=request_id), 303)


def _waiting_ids(order_id: UUID, now: datetime) -> list[UUID]:
    asked = requests_of_order(current_community_id(), order_id)
    return [each.id for each in asked if each.state_at(now) == "asked"]


@blueprint.route("/requests/<uuid:request_id>")
@requires("shop.refund")
def request_asked(request_id: UUID) -> str:
    """What was asked, waiting for a supervisor; the answer appears here by itself."""
    community = get_community(current_community_id())
    asked = get_request(community.id, request_id)
    check_open(asked.shop_id, my_counters())
    people = {asked.member_id, asked.asked_by_id, asked.decided_by_id} - {None}
    return render_template(
        "shop/request.html",
        asked=asked,
        state=asked.state_at(clock.now()),
        names=names_of(community.id, [each for each in people if each]),
        is_mine=asked.asked_by_id == current_actor_id(),
        zone=community.zone,
    )


@blueprint.route("/requests/<uuid:request_id>/withdraw", methods=["POST"])
@requires("shop.refund")
def withdraw(request_id: UUID) -> ResponseReturnValue:
    """Take a request back."""
    community_id, keeper_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        transact(
            lambda: withdraw_request(
                community_id=community_id, request_id=request_id, keeper_id=keeper_id, now=now
            )
        )
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    return redirect(url_for("shop.request_asked", request_id=request_id), 303)


@blueprint.route("/requests")
@requires("shop.approve")
def requests() -> str:
    """What waits for a supervisor, to agree or decline on their own phone."""
    return waiting_page(None)


@blueprint.route("/requests/<uuid:request_id>/decide", methods=["POST"])
@requires("shop.approve")
def decide(request_id: UUID) -> ResponseReturnValue:
    """Agree, and it is carried out at once; or decline with a reason."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    try:
        values = parse_form(AnswerForm, request.form.to_dict())
        receipt = transact(
            lambda: decide_return(
                community_id=community_id,
                caller=caller,
                request_id=request_id,
                approve=values["approve"],
                answer=values["answer"],
                now=now,
            )
        )
    except Refusal as refusal:
        return waiting_page(shown_here(refusal)), refusal.status
    if receipt is None:
        flash(_("记下了：没有同意。店员那边看得到原因。"), "success")
    else:
        flash(_("同意了，退回 %(points)s 分。", points=receipt.total_points), "success")
    return redirect(url_for("shop.requests"), 303)


def waiting_page(refusal: Refusal | None) -> str:
    """All that waits for a supervisor: goods that come back, stock, invoices."""
    community, now = get_community(current_community_id()), clock.now()
    person_id = current_actor_id()
    found, stock = waiting_requests(community.id, now), waiting_stock_requests(community.id, now)
    people = {id_ for each in found for id_ in (each.member_id, each.asked_by_id)}
    return render_template(
        "shop/requests.html",
        requests=found,
        stock=stock,
        may=may_decide(community.id, person_id, found)
        | may_decide_stock(community.id, person_id, stock),
        names=names_of(community.id, people | {each.asked_by_id for each in stock}),
        is_till=current_caller().on_device_id is not None,
        refusal=refusal,
        zone=community.zone,
    )
