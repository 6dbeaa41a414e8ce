"""Exchanges: the list, one of them, its receipt on the screen and on paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for

from pointsvc.communities.queries import PlaceFacts, get_community, get_place
from pointsvc.kernel import clock
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.i18n import lazy_gettext as _l
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.ledger.queries import find_balance_after
from pointsvc.members.queries import get_member, names_of
from pointsvc.members.search import search
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    choose,
    chosen_of,
    layout,
    looked_for,
    my_counters,
    my_view,
    today,
    zone,
)
from pointsvc.shop.queries.deliveries import find_delivery
from pointsvc.shop.queries.orders import (
    OrderFacts,
    OrderFilter,
    day_of_shop,
    get_order,
    page_of_orders,
    refunds_of_order,
)
from pointsvc.shop.queries.proxies import collected_by
from pointsvc.shop.queries.requests import requests_of_order
from pointsvc.shop.queries.reservations import kept_for
from pointsvc.shop.service.requests import may_be_voided

RECEIPT_DIGITS_MAX: Final = 9
JUST_MADE: Final = timedelta(minutes=10)
PAPERS: Final = {
    "58": _l("58 毫米小票"),
    "80": _l("80 毫米小票"),
    "a4": _l("A4 纸"),
    "book": _l("存折一行"),
}
PAPER_COOKIE: Final = "receipt_paper"
PAPER_SECONDS: Final = 365 * 24 * 3600


@blueprint.route("/orders")
@requires("shop.inspect")
def orders() -> str:
    """What a shop handed out: of a day, by receipt number or by person; the day's totals."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.orders")
    text, day = looked_for(), day_in(request.args.get("on"))
    page = page_of_orders(
        current_community_id(), shop.id, _filter(text, day), after=request.args.get("after")
    )
    now_on, people = today(clock.now()), {each.member_id for each in page.rows}
    collectors = collected_by(current_community_id(), [each.id for each in page.rows])
    kept: dict[str, Any] = {"shop_id": shop.id, "q": text or None, "on": day}
    return render_template(
        "shop/orders.html",
        shop=shop,
        shops=shops,
        orders=page.rows,
        names=names_of(current_community_id(), people | set(collectors.values())),
        collectors=collectors,
        day=day_of_shop(current_community_id(), shop.id, day or now_on),
        day_on=day or now_on,
        on=day,
        text=text,
        zone=zone(),
        may_serve=shop.id in {each.id for each in my_counters()},
        next_url=url_for("shop.orders", after=page.next, **kept) if page.next else None,
        first_url=url_for("shop.orders", **kept) if request.args.get("after") else None,
    )


@blueprint.route("/orders/<uuid:order_id>")
@requires("shop.inspect")
def order(order_id: UUID) -> str:
    """One exchange with its lines and what came back of it."""
    return render_template("shop/order.html", **_facts(order_id))


@blueprint.route("/orders/<uuid:order_id>/receipt")
@requires("shop.sell")
def receipt(order_id: UUID) -> Response:
    """The receipt with the balance that was left then; just made it says so, later it is a copy."""
    community_id = current_community_id()
    order, counters = get_order(community_id, order_id), my_counters()
    check_open(order.shop_id, counters)
    balance = find_balance_after(
        community_id=community_id,
        member_id=order.member_id,
        source_type="order_line",
        source_ids=[line.id for line in order.lines],
        kind="payment",
    )
    page = receipt_page(
        order,
        next(shop for shop in counters if shop.id == order.shop_id),
        balance_points=balance,
        collector_id=collected_by(community_id, [order_id]).get(order_id),
        is_sent=find_delivery(community_id, order_id) is not None,
    )
    response = make_response(page)
    if "paper" in request.args:
        keep_paper(response, _paper())
    return response


def receipt_page(
    order: OrderFacts,
    shop: PlaceFacts,
    *,
    balance_points: int | None,
    collector_id: UUID | None,
    is_sent: bool,
) -> str:
    """The page of a receipt; where htmx asks, the part that stands at the till."""
    community, now = get_community(current_community_id()), clock.now()
    people = {order.keeper_id} | ({collector_id} if collector_id else set())
    return render_template(
        "shop/receipt.html",
        layout=layout(),
        order=order,
        community=community,
        shop=shop,
        member=get_member(community.id, order.member_id),
        collector_id=collector_id,
        names=names_of(community.id, people),
        zone=community.zone,
        balance_points=balance_points,
        is_new=now - order.placed_at <= JUST_MADE and not order.refunded_points,
        can_be_voided=may_be_voided(order, now),
        is_sent=is_sent,
        paper=_paper(),
        papers=PAPERS,
    )


def _paper() -> str:
    """How wide the receipt is printed: as it was chosen now, or at this till before."""
    asked = request.args.get("paper") or request.cookies.get(PAPER_COOKIE, "")
    return asked if asked in PAPERS else "80"


def keep_paper(response: Response, paper: str) -> None:
    """A till has one printer: what was chosen there stays."""
    response.set_cookie(
        PAPER_COOKIE,
        paper,
        max_age=PAPER_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def _facts(order_id: UUID) -> dict[str, Any]:
    community = get_community(current_community_id())
    found = get_order(community.id, order_id)
    check_open(found.shop_id, my_view())
    refunds = refunds_of_order(community.id, order_id)
    people = {found.keeper_id} | {p for r in refunds for p in (r.keeper_id, r.approver_id)}
    collector_id = collected_by(community.id, [order_id]).get(order_id)
    if collector_id is not None:
        people.add(collector_id)
    shop: PlaceFacts = get_place(community.id, found.shop_id)
    return {
        "order": found,
        "refunds": refunds,
        "collector_id": collector_id,
        "delivery": find_delivery(community.id, order_id),
        "kept": kept_for(community.id, order_id),
        "requests": requests_of_order(community.id, order_id),
        "now": clock.now(),
        "community": community,
        "shop": shop,
        "member": get_member(community.id, found.member_id),
        "names": names_of(community.id, people),
        "zone": community.zone,
        "may_serve": shop.id in {each.id for each in my_counters()},
    }


def _filter(text: str, day: date | None) -> OrderFilter:
    """Digits are a receipt's number or a person's; anything else is a person's name or door."""
    if not text:
        return OrderFilter(on=day)
    is_number = text.isascii() and text.isdigit() and len(text) <= RECEIPT_DIGITS_MAX
    people = search(current_community_id(), text=text).rows
    return OrderFilter(
        on=day,
        receipt_no=int(text) if is_number else None,
        member_ids=[person.id for person in people],
    )
