"""Exchange days at the desk: plan one, write wishes down, draw, the lists to print."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.codes import MemberCode
from pointsvc.checkin.spent_codes import spend_code
from pointsvc.communities.queries import PlaceFacts, get_place
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.kernel.vault import mask_name
from pointsvc.members.queries import names_of
from pointsvc.shop.forms.exchange_days import DayForm, DrawForm, WishForForm
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
from pointsvc.shop.queries.catalogue import list_products
from pointsvc.shop.queries.exchange_days import (
    DayFacts,
    days_of_shops,
    get_day,
    goods_of,
    slots_of,
    waiting_numbers,
    wishes_of_day,
)
from pointsvc.shop.queries.reservations import of_day
from pointsvc.shop.queries.stock import available_of
from pointsvc.shop.service.exchange_days import DayPlan, SlotPlan, cancel_day, plan_day
from pointsvc.shop.service.sharing import draw_day, serve_waiting
from pointsvc.shop.service.wishing import make_wish

SATURDAY: Final = 5
MAKEUP_MINUTES: Final = 60
LAST_MINUTE: Final = time(23, 59)


@blueprint.route("/days")
@requires("shop.inspect")
def days() -> str:
    """The exchange days of the reader's shops, newest first."""
    shops = my_view()
    return render_template(
        "shop/days.html",
        days=days_of_shops(current_community_id(), [shop.id for shop in shops]),
        shops={shop.id: shop.name for shop in shops},
        may_plan=bool(my_stockrooms()),
        now=clock.now(),
        zone=zone(),
    )


@blueprint.route("/days/new", methods=["GET", "POST"])
@requires("shop.stock")
def new_day() -> ResponseReturnValue:
    """Plan a day; what is filled in already would do."""
    shops = my_stockrooms()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.new_day")
    if request.method == "GET":
        return _planning(shop, _usual(shop), None)
    now = clock.now()
    try:
        form = {name: text for name, text in request.form.items() if name in DayForm().fields}
        values = parse_form(DayForm, form)
        plan = _plan(values, now)
        transact(
            lambda: plan_day(
                community_id=current_community_id(),
                day_id=values["key"],
                plan=plan,
                by_id=current_actor_id(),
                now=now,
            )
        )
    except Refusal as refusal:
        return _planning(shop, request.form.to_dict(), shown_here(refusal)), refusal.status
    flash(_("安排好了。这些东西从现在起给兑换日留着，柜台不会卖掉。"), "success")
    return redirect(url_for("shop.exchange_desk", day_id=values["key"]), 303)


@blueprint.route("/days/<uuid:day_id>")
@requires("shop.inspect")
def exchange_desk(day_id: UUID) -> str:
    """Where a day stands, and what is to be done next."""
    return _desk(_day(day_id), None)


@blueprint.route("/days/<uuid:day_id>/draw", methods=["POST"])
@requires("shop.stock")
def draw(day_id: UUID) -> ResponseReturnValue:
    """Draw, with the words that somebody in the room said."""
    day, now = _day(day_id, may_write=True), clock.now()
    try:
        values = parse_form(DrawForm, request.form)
        transact(
            lambda: draw_day(
                community_id=current_community_id(),
                day_id=day_id,
                spoken=values["spoken"],
                by_id=current_actor_id(),
                now=now,
            )
        )
    except Refusal as refusal:
        return _desk(day, shown_here(refusal)), refusal.status
    flash(_("抽好了，每个人都收到了结果。"), "success")
    return redirect(url_for("shop.draw_record", day_id=day_id), 303)


@blueprint.route("/days/<uuid:day_id>/cancel", methods=["POST"])
@requires("shop.stock")
def call_off(day_id: UUID) -> ResponseReturnValue:
    """Call a day off before it was drawn; its goods go back to the counter."""
    day, now = _day(day_id, may_write=True), clock.now()
    try:
        transact(
            lambda: cancel_day(
                community_id=current_community_id(),
                day_id=day_id,
                by_id=current_actor_id(),
                now=now,
            )
        )
    except Refusal as refusal:
        return _desk(day, shown_here(refusal)), refusal.status
    flash(_("取消了，东西回到柜台，登记过的人都收到了消息。"), "success")
    return redirect(url_for("shop.days"), 303)


@blueprint.route("/days/<uuid:day_id>/wishes/desk", methods=["POST"])
@requires("shop.stock")
def wish_for(day_id: UUID) -> ResponseReturnValue:
    """Write a wish down for somebody at the desk who shows a card or a phone's code."""
    day, now = _day(day_id, may_write=True), clock.now()
    try:
        values = parse_form(WishForForm, request.form)
        code = desk_with("", now).reader(values["code"])()
        ticket = transact(lambda: _written_down(day_id, code, values, now))
        serve_at_once(day_id, now)
    except Refusal as refusal:
        return _desk(day, shown_here(refusal)), refusal.status
    name = names_of(current_community_id(), [code.member_id])[code.member_id]
    flash(_("给%(name)s登记了，签号 %(number)s。", name=name, number=ticket), "success")
    return redirect(url_for("shop.exchange_desk", day_id=day_id), 303)


def _written_down(day_id: UUID, code: MemberCode, values: dict[str, Any], now: datetime) -> int:
    """The ticket. A code serves for the day's wishes at this desk, and for nothing it paid before."""
    community_id, by_id = current_community_id(), current_actor_id()
    wishes_id = derived_id("shop.wishes", community_id, day_id, by_id, code.member_id)
    spend_code(community_id=community_id, code=code, on_id=wishes_id)
    return make_wish(
        community_id=community_id,
        day_id=day_id,
        product_id=values["product_id"],
        slot_id=values["slot_id"],
        member_id=code.member_id,
        by_id=by_id,
        now=now,
    )


@blueprint.route("/days/<uuid:day_id>/list")
@requires("shop.inspect")
def day_list(day_id: UUID) -> str:
    """On paper: for the notice board with masked names; for the desk with whole ones."""
    day = _day(day_id)
    is_for_desk = request.args.get("to") == "desk" and _may_write(day)
    kept = [each for each in of_day(current_community_id(), day_id) if each.state != "cancelled"]
    names = names_of(current_community_id(), {each.member_id for each in kept})
    return render_template(
        "shop/day_list.html",
        day=day,
        kept=kept,
        slots=slots_of(current_community_id(), day_id),
        names=names if is_for_desk else {id_: mask_name(name) for id_, name in names.items()},
        is_for_desk=is_for_desk,
        may_write=_may_write(day),
        zone=zone(),
    )


def serve_at_once(day_id: UUID, now: datetime) -> None:
    """After a late wish or a cancellation: what is there goes to who waits, in a transaction of its own."""
    community_id = current_community_id()
    transact(lambda: serve_waiting(community_id=community_id, day_id=day_id, now=now))


def _day(day_id: UUID, *, may_write: bool = False) -> DayFacts:
    day = get_day(current_community_id(), day_id)
    check_open(day.shop_id, my_stockrooms() if may_write else my_view())
    return day


def _may_write(day: DayFacts) -> bool:
    return day.shop_id in {shop.id for shop in my_stockrooms()}


def _desk(day: DayFacts, refusal: Refusal | None) -> str:
    community_id, now = current_community_id(), clock.now()
    kept = of_day(community_id, day.id)
    wishes = wishes_of_day(community_id, day.id)
    names = names_of(community_id, {each.member_id for each in kept})
    if not _may_write(day):
        names = {id_: mask_name(name) for id_, name in names.items()}
    return render_template(
        "shop/exchange_desk.html",
        day=get_day(community_id, day.id),
        shop=get_place(community_id, day.shop_id),
        goods=goods_of(community_id, day.id),
        slots=slots_of(community_id, day.id),
        wishes=wishes,
        waiting=sum(wish.state == "waiting" for wish in wishes),
        kept=kept,
        uncalled=waiting_numbers(community_id, day.id),
        names=names,
        may_write=_may_write(day),
        values=request.form,
        refusal=refusal,
        now=now,
        zone=zone(),
    )


def _planning(shop: PlaceFacts, values: dict[str, Any], refusal: Refusal | None) -> str:
    community_id = current_community_id()
    products = list_products(community_id, shop_id=shop.id)
    free = available_of(community_id, {p.id for p in products}, today=today(clock.now()))
    typed = dict(zip(request.form.getlist("line"), request.form.getlist("quantity"), strict=False))
    return render_template(
        "shop/new_day.html",
        shop=shop,
        offers=[(p, free[p.id]) for p in products if free[p.id]],
        values=values,
        typed=typed,
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )


def _usual(shop: PlaceFacts) -> dict[str, Any]:
    """The first Saturday of the coming month that leaves a week for wishes; two hours in four slots."""
    on = today(clock.now())
    day_on = _first_saturday(clock.add_months(clock.month_start(on), 1))
    if day_on < on + timedelta(days=7):
        day_on = _first_saturday(clock.add_months(clock.month_start(on), 2))
    return {
        "title": _("%(month)s月兑换日", month=day_on.month),
        "wishes_until_on": day_on - timedelta(days=2),
        "day_on": day_on,
        "begins": "09:00",
        "slots": 4,
        "minutes": 30,
        "seats": 20,
        "spot": shop.location or shop.name,
        "makeup_on": day_on + timedelta(days=7),
    }


def _first_saturday(first: date) -> date:
    return first + timedelta(days=(SATURDAY - first.weekday()) % 7)


def _plan(values: dict[str, Any], now: datetime) -> DayPlan:
    begins: time = values["begins"]
    minutes = timedelta(minutes=values["minutes"])
    first = _at(values["day_on"], begins)
    slots = [
        SlotPlan(first + n * minutes, first + (n + 1) * minutes, values["spot"], values["seats"])
        for n in range(values["slots"])
    ]
    if values["makeup_on"] is not None:
        later = _at(values["makeup_on"], begins)
        ends = later + timedelta(minutes=MAKEUP_MINUTES)
        slots.append(SlotPlan(later, ends, values["spot"], values["seats"], is_makeup=True))
    closes = _at(values["wishes_until_on"], LAST_MINUTE)
    lines = cart_in(request.form).lines
    return DayPlan(values["shop_id"], values["title"], now, closes, slots, lines)


def _at(day: date, moment: time) -> datetime:
    return clock.at_local(day, moment.hour, moment.minute, zone())
