"""What expires when, what is to be bought, and the month on one sheet; each to print."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from babel.dates import format_skeleton
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import choose_locale
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.members.queries import names_of
from pointsvc.shop.pages.desk import blueprint, choose, chosen_of, my_view, today
from pointsvc.shop.queries.beginnings import first_day_of_stock
from pointsvc.shop.queries.markdowns import markdowns_of
from pointsvc.shop.queries.months import goods_to_buy, shop_month
from pointsvc.shop.queries.stock import URGENT_DAYS, WARN_DAYS, dated_batches

USED_DAYS: Final = timedelta(days=30)
LINES_SHOWN: Final = 300  # above, what did not move is shown only when asked for
KINDS: Final = (
    "donation",
    "purchase",
    "transfer",
    "order",
    "refund",
    "issue",
    "waste",
    "count",
)


@blueprint.route("/dates")
@requires("shop.inspect")
def dates() -> str:
    """Every batch with a date, soonest first: past it, within 7 and 30 days, later."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.dates")
    on = today(clock.now())
    batches = dated_batches(current_community_id(), shop.id, today=on)
    return render_template(
        "shop/dates.html",
        shop=shop,
        shops=shops,
        batches=batches,
        markdowns=markdowns_of(current_community_id(), {each.product_id for each in batches}),
        on=on,
        urgent=on + timedelta(days=URGENT_DAYS),
        warned=on + timedelta(days=WARN_DAYS),
    )


@blueprint.route("/to-buy")
@requires("shop.inspect")
def to_buy() -> str:
    """What has run down to its level, with how much a month needs."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.to_buy")
    on = today(clock.now())
    return render_template(
        "shop/to_buy.html",
        shop=shop,
        shops=shops,
        goods=goods_to_buy(current_community_id(), shop.id, since=on - USED_DAYS, today=on),
        on=on,
    )


@blueprint.route("/month")
@requires("shop.inspect")
def month() -> ResponseReturnValue:
    """The sheet that keeper and supervisor sign on paper: of a month since goods first came."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.month")
    community = get_community(current_community_id())
    on = today(clock.now())
    begun = min(first_day_of_stock(community.id) or on, on).replace(day=1)
    first = _first_of(request.args.get("month"), begun, on)
    if request.args.get("month", f"{first:%Y-%m}") != f"{first:%Y-%m}":
        return redirect(_address(shop.id, first))
    after = clock.add_months(first, 1)
    last = after - timedelta(days=1)
    found = shop_month(community.id, shop.id, first, last)
    lines, still = found.lines, [line for line in found.lines if not line.moved]
    is_short = len(lines) > LINES_SHOWN and "all" not in request.args and len(still) < len(lines)
    if is_short:
        lines = [line for line in lines if line.moved]
    people = {p for w in found.waste for p in (w.moved_by_id, w.approved_by_id) if p}
    return render_template(
        "shop/month.html",
        shop=shop,
        shops=shops,
        community=community,
        zone=community.zone,
        found=found,
        lines=lines,
        still_count=len(still),
        still_url=f"{_address(shop.id, first)}&all=1" if is_short else None,
        kinds=KINDS,
        names=names_of(community.id, people),
        title=format_skeleton("yMMMM", first, locale=choose_locale()),
        until=min(last, on),
        before=_address(shop.id, clock.add_months(first, -1)) if first > begun else None,
        after=_address(shop.id, after) if after <= on else None,
    )


def _first_of(text: str | None, begun: date, on: date) -> date:
    """The first day of the month that the address names, of the nearest there is; else of this one."""
    try:
        named = date.fromisoformat(f"{text or ''}-01")
    except ValueError:
        named = on
    return min(max(named, begun), on).replace(day=1)


def _address(shop_id: UUID, first: date) -> str:
    return url_for("shop.month", shop_id=shop_id, month=f"{first:%Y-%m}")
