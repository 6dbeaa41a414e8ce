"""The counter: scan a member, scan goods, exchange. What is in the cart travels in the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Response as FlaskResponse, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from pointsvc.checkin.guesses import read_watched_code
from pointsvc.communities.queries import PlaceFacts
from pointsvc.kernel import clock
from pointsvc.kernel.codes import digits_in
from pointsvc.kernel.errors import Conflict, NotFound, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_community_id,
    requires,
)
from pointsvc.shop import counter as till
from pointsvc.shop.pages.carts import Cart, cart_in
from pointsvc.shop.pages.desk import (
    blueprint,
    choose,
    chosen_of,
    desk_with,
    id_in,
    is_part,
    layout,
    looked_for,
    my_counters,
    shown_here,
    today,
    zone,
)
from pointsvc.shop.pages.orders import receipt_page
from pointsvc.shop.pages.pickups import waiting_page
from pointsvc.shop.pages.proxies import people_who_collect
from pointsvc.shop.queries.catalogue import ProductFacts, find_scanned, suggest_products
from pointsvc.shop.queries.orders import day_of_shop, find_last_order
from pointsvc.shop.queries.proxies import get_proxy
from pointsvc.shop.queries.reservations import reservations_of
from pointsvc.shop.queries.visits import Attempts, attempts_of, get_visit
from pointsvc.shop.schemas import ExchangeForm
from pointsvc.shop.tickets import Ticket, find_visit, open_ticket, seal_ticket
from pointsvc.shop.tills import OnVisit

# After these the member is scanned again; the goods stay.
SCAN_AGAIN: Final = frozenset(
    {"shop.scan_again", "shop.own_order", "code.spent", "members.not_active"}
)
PIN_FAULTS: Final = frozenset({"shop.pin_required", "shop.pin_wrong", "shop.pin_unset"})
BARCODE_LENGTH_MIN: Final = 8
MORE: Final = ("again", "ready", "person", "q", "proxy_id")


@blueprint.route("")
@requires("shop.sell")
def counter() -> str:
    """The next person: scan a card or a phone's code; the day so far beside it."""
    shops = my_counters()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.counter")
    return _scan_member(shop, Cart({}), None)


@blueprint.route("/counter", methods=["GET", "POST"])
@requires("shop.sell")
def at_counter() -> ResponseReturnValue:
    """A member at the counter with their goods; each change comes back as an address."""
    shops = my_counters()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.counter")
    now = clock.now()
    if (order_id := _find_done(request.values.get("ticket", ""))) is not None:
        return _to_receipt(order_id)
    if request.method == "GET":
        if "ticket" not in request.args:  # typed: nobody was scanned, nothing went wrong
            return _next(shop)
        return _goods(shop, request.args["ticket"], cart_in(request.args), now, _told())
    cart = cart_in(request.form)
    ticket = request.form.get("ticket", "")
    if ticket:
        return _changed(shop, ticket, cart, now)
    text = looked_for("scan")
    return _welcome(shop, text, cart, now) if text else _next(shop)


@blueprint.route("/exchange", methods=["POST"])
@requires("shop.sell")
def exchange() -> ResponseReturnValue:
    """Exchange points for the goods, once for the visit, and go on to the receipt."""
    now = clock.now()
    form = {name: text for name, text in request.form.items() if name in ExchangeForm().fields}
    values = parse_form(ExchangeForm, form)
    cart, text = cart_in(request.form), values["ticket"]
    so_far = _attempts(text)
    if so_far.order_id is not None:
        return _to_receipt(so_far.order_id)
    try:
        done = _exchanged(values, cart, so_far.refusals, now)
    except Refusal as refusal:
        if (order_id := _find_done(text)) is not None:  # another tap was quicker
            return _to_receipt(order_id)
        shop = chosen_of(my_counters())
        if shop is None:
            raise NotFound from refusal
        return _goods(shop, text, cart, now, _told(), shown_here(refusal))
    return _receipt(done, values["proxy_id"])


def _receipt(done: till.Exchanged, proxy_id: UUID | None) -> ResponseReturnValue:
    """In its place on the screen where htmx asks, so that camera and gun stay; else as a page."""
    order = done.order
    address = url_for("shop.receipt", order_id=order.id)
    shop = chosen_of(my_counters())
    if shop is None or not is_part():
        return redirect(address, 303)
    proxy = get_proxy(current_community_id(), proxy_id) if proxy_id else None
    page = receipt_page(
        order,
        shop,
        balance_points=done.balance_points,
        collector_id=proxy.proxy_member_id if proxy else None,
        is_sent=False,
    )
    return page, {"Content-Location": address}


def _exchanged(values: dict[str, Any], cart: Cart, tries: int, now: datetime) -> till.Exchanged:
    """A refusal uses its key up; the visit goes on under the next one."""
    ticket = open_ticket(
        community_id=current_community_id(),
        keeper_id=current_actor_id(),
        ticket=values["ticket"],
        now=now,
    )
    return till.exchange(
        desk_with(f"{ticket.visit_id}.{tries}", now),
        shop_id=values["shop_id"],
        read_code=lambda: ticket.code,
        shown=str(ticket.visit_id),
        lines=cart.lines,
        pin=values["pin"],
        visit=OnVisit(ticket.visit_id, values["again"]),
        proxy_id=values["proxy_id"],
    )


def _find_done(text: str) -> UUID | None:
    """The order that the ticket's visit led to. Back, a lost reply, a second tap end there."""
    return _attempts(text).order_id


def _attempts(text: str) -> Attempts:
    community_id, keeper_id = current_community_id(), current_actor_id()
    visit_id = find_visit(community_id=community_id, keeper_id=keeper_id, ticket=text)
    if visit_id is None:
        return Attempts(None, 0)
    return attempts_of(community_id, keeper_id=keeper_id, visit_id=visit_id)


def _to_receipt(order_id: UUID) -> Response:
    flash(_("这一单已经办好了，没有再扣分。要再办一单，请重新扫这位居民的码。"), "info")
    return _away(url_for("shop.receipt", order_id=order_id))


def _away(address: str) -> Response:
    """To another page; htmx follows with the whole window, not with a part of it."""
    if is_part():
        return FlaskResponse(headers={"HX-Redirect": address})
    return redirect(address, 303)


def _next(shop: PlaceFacts) -> ResponseReturnValue:
    """Enter at the receipt without a scan: the next person."""
    address = url_for("shop.counter", shop_id=shop.id)
    if not is_part():
        return redirect(address, 303)
    return _scan_member(shop, Cart({}), None), {"Content-Location": address}


def _welcome(shop: PlaceFacts, text: str, cart: Cart, now: datetime) -> ResponseReturnValue:
    """Read the member's code once and go on with a ticket, so that no code is in an address."""
    community_id, keeper_id = current_community_id(), current_actor_id()
    start = {"Content-Location": url_for("shop.counter", shop_id=shop.id)}
    if (waiting := waiting_page(shop, text)) is not None:
        return waiting, start
    try:
        code = read_watched_code(text=text, community_id=community_id, actor_id=keeper_id, now=now)
        ticket = till.begin_visit(desk_with("", now), code)
    except Conflict as refusal:
        is_goods = find_scanned(community_id, shop.id, text) is not None
        page = _scan_member(shop, cart, refusal, is_goods=is_goods)
        return page, _status(refusal), {} if cart.counts else start  # goods stay in their address
    return _back_to(shop, _sealed(ticket, now), cart, now)


def _sealed(ticket: Ticket, now: datetime) -> str:
    return seal_ticket(
        community_id=current_community_id(), keeper_id=current_actor_id(), ticket=ticket, now=now
    )


def _changed(shop: PlaceFacts, ticket: str, cart: Cart, now: datetime) -> ResponseReturnValue:
    """One change of the cart: a line out, a product in, or what was scanned or typed."""
    if "drop" in request.form:
        return _back_to(shop, ticket, cart.without(id_in(request.form["drop"])), now)
    if "add" in request.form:
        return _back_to(shop, ticket, cart.plus(id_in(request.form["add"])), now)
    text = looked_for("scan")
    if not text:
        return _back_to(shop, ticket, cart, now, ready="1")
    return _scanned(shop, ticket, cart, text, now)


def _scanned(
    shop: PlaceFacts, ticket: str, cart: Cart, text: str, now: datetime
) -> ResponseReturnValue:
    """A barcode, the next person's code, or words to look for; one hit is taken at once."""
    community_id = current_community_id()
    product = find_scanned(community_id, shop.id, text)
    if product is not None:
        return _back_to(shop, ticket, cart.plus(product.id), now)
    if _is_member(text, now):
        if not cart.counts:
            return _welcome(shop, text, cart, now)
        return _back_to(shop, ticket, cart, now, person="1")
    found = suggest_products(community_id, shop.id, text)
    if len(found) == 1:
        return _back_to(shop, ticket, cart.plus(found[0].id), now)
    return _back_to(shop, ticket, cart, now, q=text[:60])


def _is_member(text: str, now: datetime) -> bool:
    try:
        read_watched_code(
            text=text, community_id=current_community_id(), actor_id=current_actor_id(), now=now
        )
    except Conflict:
        return False
    return True


def _back_to(
    shop: PlaceFacts, ticket: str, cart: Cart, now: datetime, **more: str
) -> ResponseReturnValue:
    """The address that shows it; to htmx what stands there at once, which spares it a second way."""
    if proxy_id := request.form.get("proxy_id"):
        more["proxy_id"] = proxy_id
    beside: dict[str, Any] = {**cart.in_address(), **more}
    address = url_for("shop.at_counter", shop_id=shop.id, ticket=ticket, **beside)
    if not is_part():
        return redirect(address, 303)
    page, status = _goods(shop, ticket, cart, now, more)
    return page, status, {"Content-Location": address}


def _told() -> dict[str, str]:
    """What the address or the form says beside the goods."""
    return {name: text for name in MORE if (text := looked_for(name))}


def _scan_member(
    shop: PlaceFacts, cart: Cart, refusal: Refusal | None, *, is_goods: bool = False
) -> str:
    community_id, now = current_community_id(), clock.now()
    on = today(now)
    return render_template(
        "shop/counter.html",
        layout=layout(),
        shop=shop,
        shops=my_counters(),
        cart=cart,
        refusal=refusal,
        is_goods=is_goods,
        is_unknown=_are_unknown_digits(refusal),
        day=day_of_shop(community_id, shop.id, on),
        last_order=find_last_order(community_id, shop.id, current_actor_id(), on),
        zone=zone(),
    )


def _are_unknown_digits(refusal: Refusal | None) -> bool:
    """Digits that nobody has were mistyped more often than they were too old."""
    typed = digits_in(looked_for("scan"))
    return refusal is not None and refusal.code == "code.expired" and typed is not None


def _goods(
    shop: PlaceFacts,
    ticket: str,
    cart: Cart,
    now: datetime,
    told: Mapping[str, str],
    refusal: Refusal | None = None,
) -> tuple[str, int]:
    """The member and the goods; the first step again where the ticket, or the person, is refused."""
    community_id, keeper_id = current_community_id(), current_actor_id()
    if refusal is not None and refusal.code in SCAN_AGAIN:
        return _scan_member(shop, cart, refusal), _status(refusal)
    text = told.get("q", "")
    try:
        ticket_of = open_ticket(
            community_id=community_id, keeper_id=keeper_id, ticket=ticket, now=now
        )
        shelf, is_missing = _shelf(shop, text)
        visit = get_visit(
            community_id,
            shop_id=shop.id,
            keeper_id=keeper_id,
            code=ticket_of.code,
            wanted=cart.lines,
            now=now,
            shelf=shelf,
        )
    except Conflict as fault:
        return _scan_member(shop, cart, fault), _status(fault)
    page = render_template(
        "shop/at_counter.html",
        shop=shop,
        ticket=ticket,
        visit=visit,
        layout=layout(),
        is_again=told.get("again") == "1",
        is_ready_asked="ready" in told,
        is_next_person="person" in told,
        again_url=url_for(
            "shop.at_counter", shop_id=shop.id, ticket=ticket, again="1", **cart.in_address()
        ),
        kept=[]
        if visit.lines  # what waits is said before the first goods
        else reservations_of(community_id, [visit.member.id], only_open=True),
        **people_who_collect(visit.member.id, told.get("proxy_id", "")),
        zone=zone(),
        text=text,
        is_missing=is_missing,
        is_barcode=text.isdigit() and len(text) >= BARCODE_LENGTH_MIN,
        **_said(refusal),
    )
    return page, 200 if refusal is None else _status(refusal)


def _status(refusal: Refusal) -> int:
    """The refusal's; to htmx 200, as it shows nothing else."""
    return 200 if request.headers.get("HX-Request") else refusal.status


def _said(refusal: Refusal | None) -> dict[str, Any]:
    """Where the refusal is shown: beside its line, beside the PIN, or above."""
    if refusal is None:
        return {"refusal": None, "pin_fault": None, "fault_of": {}}
    at_pin = refusal.code in PIN_FAULTS
    product = refusal.context.get("product_id")
    return {
        "refusal": None if at_pin or product else refusal,
        "pin_fault": refusal.detail if at_pin else None,
        "fault_of": {product: refusal.detail} if product else {},
    }


def _shelf(shop: PlaceFacts, text: str) -> tuple[list[ProductFacts], bool]:
    """What can be tapped: the goods that were looked for, or those in stock; whether none was found."""
    found = suggest_products(current_community_id(), shop.id, text)
    if found or not text:
        return found, False
    return suggest_products(current_community_id(), shop.id, ""), True
