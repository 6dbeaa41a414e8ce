"""What one person or household may have: the list of a shop's limits, a new one, other numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import PlaceFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, NotFound, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.shop.forms.stock import LimitForm, NewLimitForm
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    choose,
    chosen_of,
    faults_of,
    id_in,
    my_stockrooms,
    my_view,
    shown_here,
)
from pointsvc.shop.queries.catalogue import categories_of, list_products
from pointsvc.shop.queries.limits import get_limit, limit_rows
from pointsvc.shop.service.limits import NewLimit, change_limit, end_limit, set_limit

CATEGORY: Final = "category:"
PRODUCT: Final = "product:"


@blueprint.route("/limits", methods=["GET", "POST"])
@requires("shop.inspect")
def limits() -> ResponseReturnValue:
    """A shop's limits, and a new one."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.limits")
    if request.method == "GET":
        return _page(shop, shops, {}, None)
    check_open(shop.id, my_stockrooms())
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        limit = _new(shop.id)
        transact(lambda: set_limit(community_id=community_id, limit=limit, by_id=actor_id, now=now))
    except Refusal as refusal:
        page = _page(shop, shops, request.form.to_dict(), shown_here(refusal))
        return page, refusal.status
    flash(_("限兑定好了，从下一单起算。"), "success")
    return redirect(url_for("shop.limits", shop_id=shop.id), 303)


@blueprint.route("/limits/<uuid:limit_id>", methods=["POST"])
@requires("shop.stock")
def change_number(limit_id: UUID) -> ResponseReturnValue:
    """Another number."""

    def work(**whose: Any) -> None:
        change_limit(most=parse_form(LimitForm, request.form)["most"], **whose)

    return _done(limit_id, work, _("改好了。"))


@blueprint.route("/limits/<uuid:limit_id>/end", methods=["POST"])
@requires("shop.stock")
def stop_limit(limit_id: UUID) -> ResponseReturnValue:
    """Out of force."""
    return _done(limit_id, end_limit, _("这条限兑取消了。"))


def _done(limit_id: UUID, work: Callable[..., None], words: str) -> ResponseReturnValue:
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    limit = get_limit(community_id, limit_id)
    check_open(limit.shop_id, my_stockrooms())
    try:
        transact(
            lambda: work(community_id=community_id, limit_id=limit_id, by_id=actor_id, now=now)
        )
    except (Invalid, NotFound) as refusal:
        said = _("没有改：数要填 1 以上的整数。") if isinstance(refusal, Invalid) else ""
        flash(said or _("这条限兑已经取消了。"), "error")
    else:
        flash(words, "success")
    return redirect(url_for("shop.limits", shop_id=limit.shop_id), 303)


def _new(shop_id: UUID) -> NewLimit:
    values = parse_form(NewLimitForm, request.form)
    values.pop("shop_id")
    on: str = values.pop("on")
    return NewLimit(
        id=new_id(),
        shop_id=shop_id,
        product_id=id_in(on.removeprefix(PRODUCT)) if on.startswith(PRODUCT) else None,
        category=on.removeprefix(CATEGORY) if on.startswith(CATEGORY) else None,
        **values,
    )


def _page(
    shop: PlaceFacts, shops: list[PlaceFacts], values: dict[str, Any], refusal: Refusal | None
) -> str:
    community_id = current_community_id()
    categories = categories_of(community_id, shop.id)
    products = list_products(community_id, shop_id=shop.id)
    choices = [("all", _("店里所有东西"))]
    choices += [(f"{CATEGORY}{each}", _("分类：%(name)s", name=each)) for each in categories]
    choices += [(f"{PRODUCT}{each.id}", each.label) for each in products]
    return render_template(
        "shop/limits.html",
        shop=shop,
        shops=shops,
        limits=limit_rows(community_id, shop.id),
        minimum=get_community(community_id).settings.exchange_minimum_points,
        choices=choices,
        may_write=shop.id in {each.id for each in my_stockrooms()},
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
    )
