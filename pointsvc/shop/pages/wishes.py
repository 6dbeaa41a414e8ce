"""Exchange days on a resident's phone: what there is, my wish, what came of it, and the draw to check."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_place
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import holders_of
from pointsvc.shop.draws import allot, commitment, lot_of, order_of
from pointsvc.shop.forms.exchange_days import WishForm
from pointsvc.shop.pages.desk import blueprint, shown_here, zone
from pointsvc.shop.pages.exchange_days import serve_at_once
from pointsvc.shop.queries.exchange_days import (
    DayFacts,
    days_in,
    drawn_wishes,
    get_day,
    goods_of,
    slots_of,
    wishes_of_household,
)
from pointsvc.shop.queries.reservations import reservations_of
from pointsvc.shop.service.sharing import tickets_of
from pointsvc.shop.service.wishing import make_wish, withdraw_wish


@blueprint.route("/exchange-day")
@requires("me.read")
def exchange_day() -> str:
    """The days that are on or coming, with what the reader's household wished for."""
    community_id, now = current_community_id(), clock.now()
    on = [day for state in ("open", "drawn") for day in days_in(community_id, state)]
    kept = reservations_of(community_id, [current_actor_id()])
    return render_template(
        "shop/exchange_day.html",
        days=[_shown(day) for day in on],
        kept={each.id: each for each in kept},
        now=now,
        zone=zone(),
    )


@blueprint.route("/days/<uuid:day_id>/wishes", methods=["POST"])
@requires("me.read")
def wish(day_id: UUID) -> ResponseReturnValue:
    """Wish for one thing of a day."""
    now, me = clock.now(), current_actor_id()
    try:
        values = parse_form(WishForm, request.form)
        ticket = transact(
            lambda: make_wish(
                community_id=current_community_id(),
                day_id=day_id,
                product_id=values["product_id"],
                slot_id=values["slot_id"],
                member_id=me,
                by_id=me,
                now=now,
            )
        )
        serve_at_once(day_id, now)
        flash(_("登记好了，您的签号是 %(number)s。", number=ticket), "success")
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    return redirect(url_for("shop.exchange_day"), 303)


@blueprint.route("/wishes/<uuid:wish_id>/withdraw", methods=["POST"])
@requires("me.read")
def take_wish_back(wish_id: UUID) -> ResponseReturnValue:
    """Take a wish back."""
    now, me = clock.now(), current_actor_id()
    try:
        transact(
            lambda: withdraw_wish(
                community_id=current_community_id(),
                wish_id=wish_id,
                member_id=me,
                by_id=me,
                now=now,
            )
        )
        flash(_("撤回了。"), "success")
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    return redirect(url_for("shop.exchange_day"), 303)


@blueprint.route("/days/<uuid:day_id>/draw")
@requires("me.read")
def draw_record(day_id: UUID) -> str:
    """How it was drawn, for everybody to check: the hash, the seed, the words, every ticket's lot."""
    community_id = current_community_id()
    day = get_day(community_id, day_id)
    wishes = drawn_wishes(community_id, day)
    mine = holders_of(community_id, [current_actor_id()])[current_actor_id()]
    seed = day.drawn_seed
    return render_template(
        "shop/draw_record.html",
        day=day,
        shop=get_place(community_id, day.shop_id),
        tickets={ticket.number: ticket for ticket in tickets_of(wishes)},
        wishes=sorted(wishes, key=lambda wish: (wish.label, wish.place or 0)),
        lots={w.ticket: lot_of(seed, day.spoken or "", w.ticket) for w in wishes} if seed else {},
        mine={wish.ticket for wish in wishes if wish.holder_id == mine},
        is_true=_is_true(day, wishes),
        zone=zone(),
    )


def _is_true(day: DayFacts, wishes: Any) -> bool:
    """Whether the seed is the one that was promised, and the turns are those of the draw."""
    if day.drawn_seed is None:
        return False
    ordered = order_of(day.drawn_seed, day.spoken or "", tickets_of(wishes))
    turns = {lot.ticket.number: lot.place for lot in allot(ordered, {})}
    is_promised = commitment(day.drawn_seed) == day.seed_hash.hex()
    return is_promised and turns == {wish.ticket: wish.place for wish in wishes}


def _shown(day: DayFacts) -> dict[str, Any]:
    community_id, now = current_community_id(), clock.now()
    holder_id = holders_of(community_id, [current_actor_id()])[current_actor_id()]
    slots = slots_of(community_id, day.id)
    wishes = wishes_of_household(community_id, holder_id, day.id)
    taken = {wish.product_id for wish in wishes}
    return {
        "day": day,
        "shop": get_place(community_id, day.shop_id),
        "slots": [slot for slot in slots if slot.ends_at > now and not slot.is_makeup]
        or slots[-1:],
        "makeup": next((slot for slot in slots if slot.is_makeup), None),
        "goods": [good for good in goods_of(community_id, day.id) if good.product_id not in taken],
        "wishes": wishes,
    }
