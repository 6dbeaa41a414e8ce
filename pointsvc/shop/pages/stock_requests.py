"""What was asked about stock or an invoice: the keeper's page that waits, the supervisor's answer."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.shop.forms.requests import AnswerForm
from pointsvc.shop.pages.desk import blueprint, check_open, my_stockrooms, shown_here
from pointsvc.shop.pages.requests import waiting_page
from pointsvc.shop.queries.stock_requests import get_stock_request
from pointsvc.shop.service.stock_requests import decide_stock, withdraw_stock


@blueprint.route("/requests/stock/<uuid:stock_request_id>")
@requires("shop.stock")
def stock_request(stock_request_id: UUID) -> str:
    """What was asked, waiting for a supervisor; the answer appears here by itself."""
    community = get_community(current_community_id())
    asked = get_stock_request(community.id, stock_request_id)
    check_open(asked.shop_id, my_stockrooms())
    people = [each for each in (asked.asked_by_id, asked.decided_by_id) if each]
    return render_template(
        "shop/stock_request.html",
        asked=asked,
        state=asked.state_at(clock.now()),
        names=names_of(community.id, people),
        is_mine=asked.asked_by_id == current_actor_id(),
        zone=community.zone,
    )


@blueprint.route("/requests/stock/<uuid:stock_request_id>/withdraw", methods=["POST"])
@requires("shop.stock")
def withdraw_stock_request(stock_request_id: UUID) -> ResponseReturnValue:
    """Take a request back."""
    community_id, keeper_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        transact(
            lambda: withdraw_stock(
                community_id=community_id,
                request_id=stock_request_id,
                keeper_id=keeper_id,
                now=now,
            )
        )
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    return redirect(url_for("shop.stock_request", stock_request_id=stock_request_id), 303)


@blueprint.route("/requests/stock/<uuid:stock_request_id>/decide", methods=["POST"])
@requires("shop.approve")
def decide_stock_request(stock_request_id: UUID) -> ResponseReturnValue:
    """Agree, and it is carried out at once; or decline with a reason."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    try:
        values = parse_form(AnswerForm, request.form.to_dict())
        transact(
            lambda: decide_stock(
                community_id=community_id,
                caller=caller,
                request_id=stock_request_id,
                approve=values["approve"],
                answer=values["answer"],
                now=now,
            )
        )
    except Refusal as refusal:
        return waiting_page(shown_here(refusal)), refusal.status
    said = (
        _("同意了，已经记好。")
        if values["approve"]
        else _("记下了：没有同意。店员那边看得到原因。")
    )
    flash(said, "success")
    return redirect(url_for("shop.requests"), 303)
