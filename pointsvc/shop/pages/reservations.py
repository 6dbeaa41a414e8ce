"""Kept goods on the phone of their owner, and the list and the desk of who keeps the shop."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from pointsvc.communities.queries import get_place
from pointsvc.kernel import clock, qr
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.vault import mask_name
from pointsvc.ledger.queries import get_balances
from pointsvc.members.queries import get_member, names_of
from pointsvc.organisation.queries import roles_of
from pointsvc.shop import handing
from pointsvc.shop.forms.reservations import CancelForm, ReserveForForm, ReserveForm
from pointsvc.shop.pages.carts import cart_in
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    choose,
    chosen_of,
    desk_with,
    faults_of,
    my_stockrooms,
    my_view,
    new_key,
    shown_here,
    today,
    zone,
)
from pointsvc.shop.pages.exchange_days import serve_at_once
from pointsvc.shop.pickup_codes import grouped, shown_code
from pointsvc.shop.queries.catalogue import get_product, list_products
from pointsvc.shop.queries.regular import at_regular_price
from pointsvc.shop.queries.reservations import (
    ReservationFacts,
    ended_at_shop,
    get_reservation,
    reservations_of,
    waiting_at,
)
from pointsvc.shop.queries.visits import offers_of
from pointsvc.shop.rules import WantedLine

KEPT_USUALLY: Final = timedelta(days=7)
ROWS: Final = 3


@blueprint.route("/reservations/mine")
@requires("me.read")
def my_reservations() -> str:
    """What waits for the reader, with the code to show; below what became of the others."""
    kept = reservations_of(current_community_id(), [current_actor_id()])
    return render_template(
        "shop/my_reservations.html",
        waiting=[(each, _code(each)) for each in kept if each.is_open],
        ended=[each for each in kept if not each.is_open],
        shops=_shop_names(kept),
        key=new_key(),
        zone=zone(),
    )


@blueprint.route("/products/<uuid:product_id>/reserve", methods=["GET", "POST"])
@requires("me.read")
def reserve(product_id: UUID) -> ResponseReturnValue:
    """Have some of a product kept: how many, until when."""
    if request.method == "GET":
        return _reserving(product_id, {}, None)
    now = clock.now()
    try:
        values = parse_form(ReserveForm, request.form)
        product = get_product(current_community_id(), product_id)
        handing.book(
            desk_with(values["key"], now),
            handing.Wanted(
                product.shop_id,
                [WantedLine(product_id, values["quantity"])],
                _end_of(values["due_on"]),
            ),
        )
    except Refusal as refusal:
        return _reserving(product_id, request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("给您留好了，凭下面的自提码来取。"), "success")
    return redirect(url_for("shop.my_reservations"), 303)


@blueprint.route("/reservations/<uuid:reservation_id>/cancel", methods=["POST"])
@requires("me.read")
def cancel_reservation(reservation_id: UUID) -> ResponseReturnValue:
    """Give kept goods free again: one's own, or as who keeps the shop."""
    kept = get_reservation(current_community_id(), reservation_id)
    is_mine = kept.member_id == current_actor_id()
    if not is_mine and not _looks_after(kept.shop_id):
        raise Forbidden
    back = (
        url_for("shop.my_reservations")
        if is_mine
        else url_for("shop.reservations", shop_id=kept.shop_id)
    )
    try:
        values = parse_form(CancelForm, request.form)
        if not is_mine and not values["reason"]:
            raise Invalid({"reason": [_("请写为什么取消。")]})
        done = handing.cancel(
            desk_with(values["key"], clock.now()), reservation_id, values["reason"]
        )
        if kept.day_id is not None:
            serve_at_once(kept.day_id, clock.now())
        flash(_("取消了，%(points)s 分退回来了。", points=done["points"]), "success")
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    return redirect(back, 303)


@blueprint.route("/reservations")
@requires("shop.inspect")
def reservations() -> str:
    """What waits to be fetched at a shop, and what became of the rest."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.reservations")
    community_id = current_community_id()
    waiting = waiting_at(community_id, shop.id)
    page = ended_at_shop(community_id, shop.id, after=request.args.get("after"))
    people = {each.member_id for each in (*waiting, *page.rows)}
    return render_template(
        "shop/reservations.html",
        shop=shop,
        shops=shops,
        waiting=waiting,
        ended=page.rows,
        names=_names(people),
        may_serve=_looks_after(shop.id),
        key=new_key(),
        zone=zone(),
        next_url=url_for("shop.reservations", shop_id=shop.id, after=page.next)
        if page.next
        else None,
    )


@blueprint.route("/reservations/new", methods=["GET", "POST"])
@requires("shop.stock")
def reserve_for() -> ResponseReturnValue:
    """Keep goods for somebody at the desk who shows a card, or has no phone with them."""
    shops = my_stockrooms()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.reserve_for")
    if request.method == "GET":
        return _desk(shop.id, {}, None)
    now = clock.now()
    try:
        form = {n: text for n, text in request.form.items() if n in ReserveForForm().fields}
        values = parse_form(ReserveForForm, form)
        desk = desk_with(values["key"], now)
        done = handing.book_for(
            desk,
            handing.Wanted(shop.id, _lines(), _end_of(values["due_on"])),
            desk.reader(values["code"]),
            values["pin"],
        )
    except Refusal as refusal:
        return _desk(shop.id, request.form.to_dict(), shown_here(refusal)), refusal.status
    return redirect(url_for("shop.reservation_slip", reservation_id=done["reservation_id"]), 303)


@blueprint.route("/reservations/<uuid:reservation_id>/slip")
@requires("shop.stock")
def reservation_slip(reservation_id: UUID) -> str:
    """The slip for who has no phone: number, goods, until when, and the code that fetches them.

    The code is printed by who kept the goods at the desk. Of goods that were kept from a phone or
    drawn by lot nobody at a till reads it: it would hand them over without their owner.
    """
    kept = get_reservation(current_community_id(), reservation_id)
    check_open(kept.shop_id, my_stockrooms())
    is_mine_to_print = kept.booked_by_id == current_actor_id() != kept.member_id
    return render_template(
        "shop/reservation_slip.html",
        kept=kept,
        code=_code(kept) if is_mine_to_print else None,
        member=get_member(current_community_id(), kept.member_id),
        shop=get_place(current_community_id(), kept.shop_id),
        zone=zone(),
    )


def _reserving(product_id: UUID, values: dict[str, Any], refusal: Refusal | None) -> str:
    community_id, on = current_community_id(), today(clock.now())
    product = get_product(community_id, product_id)
    if product.closed_at is not None:
        raise NotFound
    member = get_member(community_id, current_actor_id())
    balances = get_balances(community_id=community_id, member_id=member.id, today=on)
    regular = at_regular_price(community_id, {product.id: product})[product.id]
    [offer] = offers_of(community_id, [regular], holder_id=member.holder_id, today=on)
    return render_template(
        "shop/reserve.html",
        offer=offer,
        shop=get_place(community_id, product.shop_id),
        balance_points=balances.balance_points,
        is_lowered=regular != product,
        days=_days(on),
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )


def _desk(shop_id: UUID, values: dict[str, Any], refusal: Refusal | None) -> str:
    on = today(clock.now())
    listed = list_products(current_community_id(), shop_id=shop_id)
    products = at_regular_price(current_community_id(), {each.id: each for each in listed}).values()
    typed = zip(request.form.getlist("line"), request.form.getlist("quantity"), strict=False)
    return render_template(
        "shop/reserve_for.html",
        shop=get_place(current_community_id(), shop_id),
        choices=[
            (p.id, f"{p.label} · {_('%(points)s 分', points=p.price_points)}") for p in products
        ],
        rows=(list(typed) + [("", "")] * ROWS)[:ROWS],
        days=_days(on),
        values=values,
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )


def _lines() -> list[WantedLine]:
    """The rows that were filled in."""
    typed = zip(request.form.getlist("line"), request.form.getlist("quantity"), strict=False)
    rows = [row for row in typed if row[0]]
    pairs = [("line", line) for line, _count in rows] + [("quantity", n) for _line, n in rows]
    return cart_in(MultiDict(pairs)).lines


def _days(on: date) -> dict[str, date]:
    return {"usual": on + KEPT_USUALLY, "first": on, "last": on + timedelta(days=13)}


def _end_of(day: date) -> datetime:
    """The last minute of a day in the community's zone, as people write it."""
    return clock.at_local(day, 23, 59, zone())


def _code(kept: ReservationFacts) -> tuple[str, Any] | None:
    """The digits in groups, and their QR; None where their key is gone, or it has ended."""
    if kept.code_hash is None:
        return None
    digits = shown_code(
        community_id=current_community_id(),
        reservation_id=kept.id,
        turn=kept.turn,
        code_hash=kept.code_hash,
    )
    if digits is None:
        return None
    return grouped(digits), qr.svg(digits, title=_("自提码"))


def _shop_names(kept: list[ReservationFacts]) -> dict[UUID, str]:
    ids = {each.shop_id for each in kept}
    return {id_: get_place(current_community_id(), id_).name for id_ in ids}


def _names(people: set[UUID]) -> dict[UUID, str]:
    """Whole for who serves them, masked for who only looks."""
    names = names_of(current_community_id(), people)
    if roles_of(current_community_id(), current_actor_id()) & {"keeper", "clerk"}:
        return names
    return {id_: mask_name(name) for id_, name in names.items()}


def _looks_after(shop_id: UUID) -> bool:
    return shop_id in {shop.id for shop in my_stockrooms()}
