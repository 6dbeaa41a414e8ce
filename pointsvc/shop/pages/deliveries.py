"""送货上门: the list by building, to print and take along; signed for, or brought back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import day_in, parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.shop.forms.deliveries import BroughtBackForm, SendForm, SignedForm
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    choose,
    chosen_of,
    my_counters,
    shown_here,
    today,
)
from pointsvc.shop.queries.deliveries import by_building, deliveries_of, shop_of_delivery
from pointsvc.shop.queries.orders import get_order
from pointsvc.shop.service.deliveries import bring_back, hand_over, send_home


@blueprint.route("/deliveries")
@requires("shop.sell")
def deliveries() -> str:
    """What is carried to which door: what waits, and what was settled today."""
    shops = my_counters()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.deliveries")
    community = get_community(current_community_id())
    on = day_in(request.args.get("on")) or today(clock.now())
    rows = deliveries_of(community.id, shop.id, on=on)
    return render_template(
        "shop/deliveries.html",
        community=community,
        shop=shop,
        shops=shops,
        on=on,
        buildings=by_building([row for row in rows if row.state == "waiting"]),
        ended=[row for row in rows if row.state != "waiting"],
        zone=community.zone,
    )


@blueprint.route("/orders/<uuid:order_id>/delivery", methods=["POST"])
@requires("shop.sell")
def deliver(order_id: UUID) -> ResponseReturnValue:
    """This exchange is carried home."""
    community_id, keeper_id, now = current_community_id(), current_actor_id(), clock.now()
    order, delivery_id = get_order(community_id, order_id), new_id()
    check_open(order.shop_id, my_counters())

    def work() -> None:
        values = parse_form(SendForm, request.form.to_dict())
        send_home(
            community_id=community_id,
            delivery_id=delivery_id,
            order_id=order_id,
            note=values["note"],
            keeper_id=keeper_id,
            now=now,
        )

    return _done(
        work, _("记下了，送货单上有它。"), url_for("shop.deliveries", shop_id=order.shop_id)
    )


@blueprint.route("/deliveries/<uuid:delivery_id>/signed", methods=["POST"])
@requires("shop.sell")
def signed(delivery_id: UUID) -> ResponseReturnValue:
    """Signed for at the door."""
    community_id, keeper_id, now = current_community_id(), current_actor_id(), clock.now()
    check_open(shop_of_delivery(community_id, delivery_id), my_counters())

    def work() -> None:
        values = parse_form(SignedForm, request.form.to_dict())
        hand_over(
            community_id=community_id,
            delivery_id=delivery_id,
            received_by=values["received_by"],
            keeper_id=keeper_id,
            now=now,
        )

    return _done(work, _("签收了，本人会收到消息。"), url_for("shop.deliveries"))


@blueprint.route("/deliveries/<uuid:delivery_id>/returned", methods=["POST"])
@requires("shop.refund")
def brought_back(delivery_id: UUID) -> ResponseReturnValue:
    """Not delivered: the goods are in the shop again, a supervisor is asked to give points back."""
    community_id, keeper_id, now = current_community_id(), current_actor_id(), clock.now()
    check_open(shop_of_delivery(community_id, delivery_id), my_counters())

    def work() -> None:
        values = parse_form(BroughtBackForm, request.form.to_dict())
        bring_back(
            community_id=community_id,
            delivery_id=delivery_id,
            reason=values["reason"],
            keeper_id=keeper_id,
            now=now,
        )

    said = _("记下了。监督员同意以后，积分退回本人，东西回到货架。")
    return _done(work, said, url_for("shop.deliveries"))


def _done(work: Callable[[], None], said: str, address: str) -> ResponseReturnValue:
    try:
        transact(work)
        flash(said, "success")
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    return redirect(address, 303)
