"""Exchanges: the list, one of them, its receipt on the screen and on paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for

from pointsvc.communities.queries import PlaceFacts, get_community, get_place
from pointsvc.kernel import clock
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.ledger.queries import find_balance_after
from pointsvc.members.queries import get_member, names_of
from pointsvc.members.search import search
from pointsvc.shop.pages.desk import (
    blueprint,
    check_open,
    choose,
    chosen_of,
    looked_for,
    my_counters,
    my_view,
    today,
    zone,
)
from pointsvc.shop.queries.orders import (
    OrderFacts,
    OrderFilter,
    day_of_shop,
    get_order,
    page_of_orders,
    refunds_of_order,
)

RECEIPT_DIGITS_MAX: Final = 9
JUST_MADE: Final = timedelta(minutes=10)


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
    now_on = today(clock.now())
    kept: dict[str, Any] = {"shop_id": shop.id, "q": text or None, "on": day}
    return render_template(
        "shop/orders.html",
        shop=shop,
        shops=shops,
        orders=page.rows,
        names=names_of(current_community_id(), {each.member_id for each in page.rows}),
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
def receipt(order_id: UUID) -> str:
    """The receipt with the balance that was left then; just made it says so, later it is a copy."""
    facts = _facts(order_id)
    order: OrderFacts = facts["order"]
    check_open(order.shop_id, my_counters())
    balance = find_balance_after(
        community_id=current_community_id(),
        member_id=order.member_id,
        source_type="order_line",
        source_ids=[line.id for line in order.lines],
        kind="payment",
    )
    is_new = clock.now() - order.placed_at <= JUST_MADE and not order.refunded_points
    return render_template("shop/receipt.html", balance_points=balance, is_new=is_new, **facts)


def _facts(order_id: UUID) -> dict[str, Any]:
    community = get_community(current_community_id())
    found = get_order(community.id, order_id)
    check_open(found.shop_id, my_view())
    refunds = refunds_of_order(community.id, order_id)
    people = {found.keeper_id} | {p for r in refunds for p in (r.keeper_id, r.approver_id)}
    shop: PlaceFacts = get_place(community.id, found.shop_id)
    return {
        "order": found,
        "refunds": refunds,
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
