"""What the shop asks donors for and cannot take: for residents, and for donors without a sign-in."""

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
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    public,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.shop.forms.stock import WantedForm
from pointsvc.shop.pages.desk import blueprint, check_open, faults_of, my_stockrooms, shown_here
from pointsvc.shop.queries.shops import open_shops
from pointsvc.shop.queries.wanted import shop_of_wanted, wanted_goods
from pointsvc.shop.service.wanted import add_wanted, end_wanted


@blueprint.route("/wanted/<uuid:community_id>")
@public
def wanted(community_id: UUID) -> str:
    """What the community's shops want and refuse, for whoever thinks of giving."""
    return _page(community_id, {}, None)


@blueprint.route("/wanted", methods=["POST"])
@requires("shop.stock")
def add_line() -> ResponseReturnValue:
    """Another line."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    wanted_id = new_id()
    try:
        values = parse_form(WantedForm, request.form)
        check_open(values["shop_id"], my_stockrooms())
        transact(
            lambda: add_wanted(
                community_id=community_id, wanted_id=wanted_id, by_id=actor_id, now=now, **values
            )
        )
    except Refusal as refusal:
        page = _page(community_id, request.form.to_dict(), shown_here(refusal))
        return page, refusal.status
    flash(_("加上了，居民和捐赠人都能看到。"), "success")
    return redirect(url_for("shop.wanted", community_id=community_id), 303)


@blueprint.route("/wanted/<uuid:wanted_id>/end", methods=["POST"])
@requires("shop.stock")
def end_line(wanted_id: UUID) -> ResponseReturnValue:
    """A line comes off the list."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    check_open(shop_of_wanted(community_id, wanted_id), my_stockrooms())
    transact(
        lambda: end_wanted(community_id=community_id, wanted_id=wanted_id, by_id=actor_id, now=now)
    )
    flash(_("去掉了。"), "success")
    return redirect(url_for("shop.wanted", community_id=community_id), 303)


def _page(community_id: UUID, values: dict[str, Any], refusal: Refusal | None) -> str:
    shops = open_shops(community_id)
    is_ours = current_caller().kind == "member" and current_caller().community_id == community_id
    mine = {each.id for each in my_stockrooms()} if is_ours else set()
    return render_template(
        "shop/wanted.html",
        community=get_community(community_id),
        shops=shops,
        lines=wanted_goods(community_id, {shop.id for shop in shops}),
        mine=mine,
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
    )
