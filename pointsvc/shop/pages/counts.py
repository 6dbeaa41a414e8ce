"""The stock-take on a phone: scan, type a number, next; two people, neither sees the other's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import PlaceFacts
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
from pointsvc.shop.forms.stock import EntryForm, SettleForm
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    choose,
    chosen_of,
    faults_of,
    id_in,
    looked_for,
    my_view,
    shown_here,
    zone,
)
from pointsvc.shop.queries.catalogue import (
    ProductFacts,
    find_scanned,
    get_product,
    suggest_products,
)
from pointsvc.shop.queries.counts import (
    CountFacts,
    entries_by,
    get_count,
    latest_counts,
    lines_of,
    running_count,
    to_count_again,
    uncounted,
)
from pointsvc.shop.service import counts as service


@blueprint.route("/counts", methods=["GET", "POST"])
@requires("shop.inspect")
def counts() -> ResponseReturnValue:
    """The stock-takes of a shop, and a new one."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.counts")
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    if request.method == "POST":
        count_id, shop_id = new_id(), shop.id
        try:
            transact(
                lambda: service.open_count(
                    community_id=community_id,
                    count_id=count_id,
                    shop_id=shop_id,
                    by_id=actor_id,
                    now=now,
                )
            )
        except Refusal as refusal:
            flash(shown_here(refusal).detail, "error")
            return redirect(url_for("shop.counts", shop_id=shop.id), 303)
        return redirect(url_for("shop.count_session", count_id=count_id), 303)
    rows = latest_counts(community_id, shop.id)
    people = {each for row in rows for each in (*row.counters, row.decided_by_id) if each}
    return render_template(
        "shop/counts.html",
        shop=shop,
        shops=shops,
        counts=rows,
        running=running_count(community_id, shop.id),
        names=names_of(community_id, people),
        zone=zone(),
    )


@blueprint.route("/counts/<uuid:count_id>")
@requires("shop.inspect")
def count_session(count_id: UUID) -> str:
    """One's own part for who counts; what differs for who decides; the sheet once it is over."""
    count, shop = _found(count_id)
    if current_actor_id() in count.counters and count.state == "open":
        return _counting(count, shop, None)
    return _result(count, shop, None)


@blueprint.route("/counts/<uuid:count_id>/join", methods=["POST"])
@requires("shop.inspect")
def join_count(count_id: UUID) -> ResponseReturnValue:
    """Count as the second person."""
    return _deed(count_id, service.join_count, "")


@blueprint.route("/counts/<uuid:count_id>/enter", methods=["POST"])
@requires("shop.inspect")
def enter_count(count_id: UUID) -> ResponseReturnValue:
    """One product counted."""
    count, shop = _found(count_id)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        values = parse_form(EntryForm, request.form)
        transact(
            lambda: service.enter_count(
                community_id=community_id, count_id=count_id, by_id=actor_id, now=now, **values
            )
        )
    except Refusal as refusal:
        return _counting(count, shop, shown_here(refusal)), refusal.status
    product = get_product(community_id, values["product_id"])
    flash(
        _("%(name)s：%(counted)s 件，记下了。", name=product.label, counted=values["counted"]),
        "success",
    )
    return redirect(url_for("shop.count_session", count_id=count_id), 303)


@blueprint.route("/counts/<uuid:count_id>/finish", methods=["POST"])
@requires("shop.inspect")
def finish_count(count_id: UUID) -> ResponseReturnValue:
    """One's own part is counted."""
    return _deed(count_id, service.finish_count, "")


@blueprint.route("/counts/<uuid:count_id>/drop", methods=["POST"])
@requires("shop.inspect")
def drop_count(count_id: UUID) -> ResponseReturnValue:
    """Give it up: those who count, and the supervisor."""
    count, _shop = _found(count_id)
    if current_actor_id() not in count.counters and "supervisor" not in current_caller().roles:
        flash(_("只有数的人和监督员能作废这次盘点。"), "error")
        return redirect(url_for("shop.count_session", count_id=count_id), 303)
    return _deed(count_id, service.drop_count, _("这次盘点作废了，账面没有改。"))


@blueprint.route("/counts/<uuid:count_id>/settle", methods=["POST"])
@requires("shop.settle")
def settle_count(count_id: UUID) -> ResponseReturnValue:
    """The supervisor approves what differs, or sends it back; by their own sign-in."""
    count, shop = _found(count_id)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    is_at_till = current_caller().on_device_id is not None
    try:
        values = parse_form(SettleForm, request.form)
        approves = values["deed"] == "approve"
        transact(
            lambda: service.decide_count(
                community_id=community_id,
                count_id=count_id,
                approves=approves,
                reason=values["reason"],
                by_id=actor_id,
                now=now,
                is_at_till=is_at_till,
            )
        )
    except Refusal as refusal:
        return _result(count, shop, shown_here(refusal)), refusal.status
    said = (
        _("同意了，账面已更正。打印一份签字留底。")
        if approves
        else _("退回重数了，数的人会收到消息。")
    )
    flash(said, "success")
    return redirect(url_for("shop.count_session", count_id=count_id), 303)


def _deed(count_id: UUID, work: Callable[..., str | None], words: str) -> ResponseReturnValue:
    _found(count_id)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        became = transact(
            lambda: work(community_id=community_id, count_id=count_id, by_id=actor_id, now=now)
        )
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    else:
        if said := words or _outcome(became):
            flash(said, "success")
    return redirect(url_for("shop.count_session", count_id=count_id), 303)


def _outcome(became: str | None) -> str:
    words = {
        "waiting": _("您这份数完了。等另一位数完，就会对两边的数。"),
        "again": _("两个人数得不一样的，请各自再数一遍，都列在下面。"),
        "agreed": _("两个人数的一致，已交给监督员。"),
    }
    return words.get(became or "", "")


def _found(count_id: UUID) -> tuple[CountFacts, PlaceFacts]:
    count = get_count(current_community_id(), count_id)
    shops = my_view()
    check_open(count.shop_id, shops)
    return count, next(shop for shop in shops if shop.id == count.shop_id)


def _counting(count: CountFacts, shop: PlaceFacts, refusal: Refusal | None) -> str:
    """The counter's own page: no number of the books, none of the other's."""
    community_id, actor_id = current_community_id(), current_actor_id()
    text = looked_for("scan")
    chosen, found = _chosen(count, text, refusal)
    return render_template(
        "shop/count_mine.html",
        count=count,
        shop=shop,
        text=text,
        chosen=chosen,
        found=found,
        entries=entries_by(community_id, count.id, actor_id),
        again=to_count_again(community_id, count, actor_id),
        left=uncounted(community_id, count, actor_id),
        is_done=count.is_done_by(actor_id),
        refusal=refusal,
        faults=faults_of(refusal),
    )


def _chosen(
    count: CountFacts, text: str, refusal: Refusal | None
) -> tuple[ProductFacts | None, list[ProductFacts]]:
    """The product whose number is asked for, or those that fit what was typed."""
    community_id = current_community_id()
    asked = request.form.get("product_id") if refusal else request.args.get("product_id")
    if asked:
        product = get_product(community_id, id_in(asked))
        return (product, []) if product.shop_id == count.shop_id else (None, [])
    if not text:
        return None, []
    if scanned := find_scanned(community_id, count.shop_id, text):
        return scanned, []
    return None, suggest_products(community_id, count.shop_id, text)


def _result(count: CountFacts, shop: PlaceFacts, refusal: Refusal | None) -> str:
    """What was found; while they count, nothing but who counts."""
    community_id, actor_id = current_community_id(), current_actor_id()
    is_over = count.state != "open"
    people = {*count.counters, *([count.decided_by_id] if count.decided_by_id else [])}
    shown: dict[str, Any] = {
        "lines": lines_of(community_id, count) if is_over else [],
        "may_join": count.state == "open" and count.second_id is None,
        "may_settle": count.state == "agreed"
        and "supervisor" in current_caller().roles
        and actor_id not in count.counters,
    }
    return render_template(
        "shop/count_result.html",
        count=count,
        shop=shop,
        names=names_of(community_id, people),
        zone=zone(),
        refusal=refusal,
        faults=faults_of(refusal),
        **shown,
    )
