"""Stock by hand: what was bought, what is written off, what a count found; once for each page."""

from __future__ import annotations

from datetime import datetime
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
from pointsvc.shop.errors.asking import BooksSaidOtherwise
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
from pointsvc.shop.queries.stock import BatchRow
from pointsvc.shop.schemas import CountForm, IntakeForm, WasteForm
from pointsvc.shop.service.asking_stock import StockAsked, ask_stock
from pointsvc.shop.shown_books import CountPage


@blueprint.route("/products/<uuid:product_id>/intake", methods=["GET", "POST"])
@requires("shop.stock")
def take_in(product_id: UUID) -> ResponseReturnValue:
    """Goods that were bought come onto the shelf as a batch of their own."""
    product = get_product(current_community_id(), product_id)
    check_open(product.shop_id, my_stockrooms())

    def page(values: dict[str, Any], refusal: Refusal | None) -> str:
        return render_template(
            "shop/take_in.html",
            product=product,
            values=values,
            refusal=refusal,
            faults=faults_of(refusal),
            key=new_key(),
        )

    if request.method == "GET":
        return page({}, None)
    now = clock.now()
    try:
        values = parse_form(IntakeForm, request.form)
        stockroom.buy_in(desk_with(values.pop("key"), now), product_id=product_id, **values)
    except Refusal as refusal:
        return page(request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("入库 %(quantity)s 件。", quantity=values["quantity"]), "success")
    return redirect(url_for("shop.product", product_id=product_id), 303)


@blueprint.route("/batches/<uuid:batch_id>/waste", methods=["GET", "POST"])
@requires("shop.stock")
def write_off(batch_id: UUID) -> ResponseReturnValue:
    """Write units of a batch off; good stock when a supervisor agrees."""
    batch = my_batch(batch_id)
    if request.method == "GET":
        reason = _("已过期") if batch.is_past else ""
        quantity = batch.on_hand if batch.is_past else 1
        return _page("shop/write_off.html", batch, {"reason": reason, "quantity": quantity}, None)
    now = clock.now()
    try:
        values = parse_form(WasteForm, request.form)
        key, quantity, reason = values["key"], values["quantity"], values["reason"]
        if not batch.is_past:
            return _asked(StockAsked(key, batch_id, reason, quantity=quantity), now)
        desk = desk_with(str(key), now)
        stockroom.waste(desk, batch_id=batch_id, quantity=quantity, reason=reason)
    except Refusal as refusal:
        typed = request.form.to_dict()
        page = _page("shop/write_off.html", my_batch(batch_id), typed, shown_here(refusal))
        return page, refusal.status
    flash(_("报损 %(quantity)s 件，记下了。", quantity=quantity), "success")
    return redirect(url_for("shop.product", product_id=batch.product_id), 303)


@blueprint.route("/batches/<uuid:batch_id>/count", methods=["GET", "POST"])
@requires("shop.stock")
def count(batch_id: UUID) -> ResponseReturnValue:
    """Record what was counted of a batch; a difference when a supervisor agrees."""
    batch, now = my_batch(batch_id), clock.now()
    shown = CountPage(current_community_id(), current_actor_id(), batch_id)
    fresh = {"said": shown.seal(batch.on_hand, now)}
    if request.method == "GET":
        return _page("shop/count.html", batch, fresh, None)
    try:
        values = parse_form(CountForm, request.form)
        key, expected, counted = values["key"], shown.open(values["said"], now), values["counted"]
        if expected is None:
            raise BooksSaidOtherwise(on_hand=batch.on_hand)
        if counted != expected:
            reason = values["reason"] or ""
            asked = StockAsked(key, batch_id, reason, expected=expected, counted=counted)
            return _asked(asked, now)
        result = stockroom.recount(desk_with(str(key), now), batch_id=batch_id, counted=counted)
    except Refusal as refusal:
        is_old = refusal.code == BooksSaidOtherwise.code  # counted anew, against what they say now
        typed = fresh if is_old else fresh | request.form.to_dict()
        page = _page("shop/count.html", my_batch(batch_id), typed, shown_here(refusal))
        return page, refusal.status
    said = _("盘点记下了，和账上一样。")
    flash(said + _("现在账上 %(on_hand)s 件。", on_hand=result["on_hand"]), "success")
    return redirect(url_for("shop.product", product_id=batch.product_id), 303)


def _asked(asked: StockAsked, now: datetime) -> ResponseReturnValue:
    """Ask a supervisor, and go to the page that waits for the answer."""
    community_id, keeper_id = current_community_id(), current_actor_id()
    request_id = transact(
        lambda: ask_stock(community_id=community_id, asked=asked, keeper_id=keeper_id, now=now)
    )
    return redirect(url_for("shop.stock_request", stock_request_id=request_id), 303)


def _page(template: str, batch: BatchRow, values: dict[str, Any], refusal: Refusal | None) -> str:
    return render_template(
        template,
        batch=batch,
        product=get_product(current_community_id(), batch.product_id),
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )
