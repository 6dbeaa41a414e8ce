"""Fetching at the counter: scan a pick-up code or the member's own, check the goods, hand them over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.guesses import read_watched_code
from pointsvc.communities.queries import PlaceFacts
from pointsvc.kernel import clock
from pointsvc.kernel.codes import digits_in
from pointsvc.kernel.errors import Conflict, NotFound, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.members.queries import names_of
from pointsvc.shop import counter as till, handing
from pointsvc.shop.errors import PickupCodeWrong
from pointsvc.shop.forms.reservations import FetchForm
from pointsvc.shop.pages.carts import cart_in
from pointsvc.shop.pages.desk import (
    blueprint,
    choose,
    chosen_of,
    desk_with,
    looked_for,
    my_counters,
    new_key,
    shown_here,
    zone,
)
from pointsvc.shop.queries.reservations import ReservationFacts, get_reservation, reservations_of
from pointsvc.shop.tickets import open_ticket, seal_ticket


@dataclass(frozen=True, slots=True)
class Way:
    """How it was shown that the goods are theirs: a pick-up code, or a ticket of the member's own."""

    code: str | None = None
    ticket: str | None = None
    is_card: bool = False


@blueprint.route("/pickups", methods=["GET", "POST"])
@requires("shop.sell")
def pickups() -> ResponseReturnValue:
    """Scan what the person shows; what waits for them comes up."""
    shops = my_counters()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.pickups")
    if request.method == "GET":
        return _page(shop, [], None, None)
    text = looked_for("scan")
    try:
        found, way = _found(text)
    except Refusal as refusal:
        return _page(shop, [], None, shown_here(refusal)), refusal.status
    return _page(shop, found, way, None)


@blueprint.route("/pickups/fetch", methods=["POST"])
@requires("shop.sell")
def fetch() -> ResponseReturnValue:
    """Hand over what was ticked, once for the key of the page, and go on to the receipt."""
    shop = chosen_of(my_counters())
    if shop is None:
        raise NotFound
    way: Way | None = None
    found: list[ReservationFacts] = []
    try:
        form = {name: text for name, text in request.form.items() if name in FetchForm().fields}
        values = parse_form(FetchForm, form)
        way = Way(values["code"], values["ticket"], "pin" in request.form)
        found = [get_reservation(current_community_id(), values["reservation_id"])]
        done = _handed(shop, values, way)
    except Refusal as refusal:
        left = [each for each in found if each.is_open]
        return _page(shop, left, way, shown_here(refusal)), refusal.status
    return redirect(url_for("shop.receipt", order_id=UUID(done["order_id"])), 303)


def waiting_page(shop: PlaceFacts, text: str) -> str | None:
    """The same page where somebody scanned a pick-up code at the counter; None for anything else."""
    found = handing.find_waiting(desk_with("", clock.now()), text)
    return None if found is None else _page(shop, [found], Way(code=text), None)


def _handed(shop: PlaceFacts, values: dict[str, Any], way: Way) -> dict[str, Any]:
    now = clock.now()
    desk = desk_with(values["key"], now)
    lines = [(line.product_id, line.quantity) for line in cart_in(request.form).lines]
    if way.code is not None:
        return handing.fetch(desk, shop_id=shop.id, text=way.code, lines=lines)
    ticket = open_ticket(
        community_id=current_community_id(),
        keeper_id=current_actor_id(),
        ticket=way.ticket or "",
        now=now,
    )
    return handing.fetch_own(
        desk,
        shop_id=shop.id,
        reservation_id=values["reservation_id"],
        shown=(ticket.code.member_id, ticket.code.proof),
        pin=values["pin"],
        lines=lines,
    )


def _found(text: str) -> tuple[list[ReservationFacts], Way]:
    """By the pick-up code; else what waits for the member whose card or phone it is."""
    now = clock.now()
    desk = desk_with("", now)
    try:
        return [handing.look_up(desk, text)], Way(code=text)
    except PickupCodeWrong:
        if digits_in(text):
            raise
    community_id, keeper_id = current_community_id(), current_actor_id()
    code = read_watched_code(text=text, community_id=community_id, actor_id=keeper_id, now=now)
    ticket = seal_ticket(
        community_id=community_id,
        keeper_id=keeper_id,
        ticket=till.begin_visit(desk, code),
        now=now,
    )
    found = reservations_of(community_id, [code.member_id], only_open=True)
    return found, Way(ticket=ticket, is_card=code.proof == "card")


def _page(
    shop: PlaceFacts, found: list[ReservationFacts], way: Way | None, refusal: Refusal | None
) -> str:
    return render_template(
        "shop/pickups.html",
        shop=shop,
        shops=my_counters(),
        found=found,
        way=way,
        refusal=refusal,
        is_conflict=isinstance(refusal, Conflict),
        names=names_of(current_community_id(), {each.member_id for each in found}),
        key=new_key(),
        zone=zone(),
    )
