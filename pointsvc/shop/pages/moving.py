"""A batch goes to another shop, or is marked down before it expires."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.shop import stockroom
from pointsvc.shop.forms.stock import MarkdownForm, TransferForm
from pointsvc.shop.pages.batches import my_batch
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    desk_with,
    faults_of,
    my_stockrooms,
    new_key,
    shown_here,
)
from pointsvc.shop.queries.catalogue import get_product
from pointsvc.shop.queries.markdowns import product_of_markdown
from pointsvc.shop.queries.shops import open_shops
from pointsvc.shop.queries.stock import BatchRow
from pointsvc.shop.service.markdowns import begin_markdown, end_markdown


@blueprint.route("/batches/<uuid:batch_id>/transfer", methods=["GET", "POST"])
@requires("shop.stock")
def transfer(batch_id: UUID) -> ResponseReturnValue:
    """Send units to another shop; they are there at once."""
    batch = my_batch(batch_id)

    def page(values: dict[str, Any], refusal: Refusal | None) -> str:
        others = [each for each in open_shops(current_community_id()) if each.id != batch.shop_id]
        return render_template(
            "shop/transfer.html", others=others, key=new_key(), **_shown(batch, values, refusal)
        )

    if request.method == "GET":
        return page({}, None)
    try:
        values = parse_form(TransferForm, request.form)
        stockroom.send(
            desk_with(values["key"], clock.now()),
            batch_id=batch_id,
            to_shop_id=values["to_shop_id"],
            quantity=values["quantity"],
            reason=values["reason"],
        )
    except Refusal as refusal:
        return page(request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("调出 %(quantity)s 件，那家店的账上已经有了。", quantity=values["quantity"]), "success")
    return redirect(url_for("shop.product", product_id=batch.product_id), 303)


@blueprint.route("/batches/<uuid:batch_id>/markdown", methods=["GET", "POST"])
@requires("shop.stock")
def mark_down(batch_id: UUID) -> ResponseReturnValue:
    """Lower the price until this batch is gone."""
    batch = my_batch(batch_id)

    def page(values: dict[str, Any], refusal: Refusal | None) -> str:
        return render_template("shop/markdown.html", **_shown(batch, values, refusal))

    if request.method == "GET":
        half = max(1, get_product(current_community_id(), batch.product_id).price_points // 2)
        return page({"price_points": half, "reason": _("临期")}, None)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        values = parse_form(MarkdownForm, request.form)
        transact(
            lambda: begin_markdown(
                community_id=community_id, batch_id=batch_id, by_id=actor_id, now=now, **values
            )
        )
    except Refusal as refusal:
        return page(request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("特价开始了。这一批兑完或到期，会自动恢复原价。"), "success")
    return redirect(url_for("shop.product", product_id=batch.product_id), 303)


@blueprint.route("/markdowns/<uuid:markdown_id>/end", methods=["POST"])
@requires("shop.stock")
def stop_markdown(markdown_id: UUID) -> ResponseReturnValue:
    """Bring the regular price back now."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    product_id = product_of_markdown(community_id, markdown_id)
    check_open(get_product(community_id, product_id).shop_id, my_stockrooms())
    transact(
        lambda: end_markdown(
            community_id=community_id, markdown_id=markdown_id, by_id=actor_id, now=now
        )
    )
    flash(_("恢复原价了。"), "success")
    return redirect(url_for("shop.product", product_id=product_id), 303)


def _shown(batch: BatchRow, values: dict[str, Any], refusal: Refusal | None) -> dict[str, Any]:
    return {
        "batch": batch,
        "product": get_product(current_community_id(), batch.product_id),
        "values": values,
        "refusal": refusal,
        "faults": faults_of(refusal),
    }
