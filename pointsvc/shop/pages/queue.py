"""The queue of an exchange day: call the next, and the screen that shows numbers and nobody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.shop.pages.desk import blueprint, check_open, my_stockrooms, zone
from pointsvc.shop.queries.exchange_days import (
    called_numbers,
    days_in,
    get_day,
    slots_of,
    waiting_numbers,
)
from pointsvc.shop.service.calling import call_next

SOON: Final = timedelta(hours=12)
SHOWN_NEXT: Final = 8


@blueprint.route("/days/<uuid:day_id>/call", methods=["POST"])
@requires("shop.stock")
def call(day_id: UUID) -> ResponseReturnValue:
    """Call the next number onto the screen."""
    day, now = get_day(current_community_id(), day_id), clock.now()
    check_open(day.shop_id, my_stockrooms())
    number = transact(
        lambda: call_next(
            community_id=current_community_id(), day_id=day_id, by_id=current_actor_id(), now=now
        )
    )
    if number is None:
        flash(_("都叫过了。"), "info")
    else:
        flash(_("请 %(number)s 号。", number=number), "success")
    return redirect(url_for("shop.exchange_desk", day_id=day_id, _anchor="queue"), 303)


@blueprint.route("/screen")
@requires("shop.queue")
def screen() -> str:
    """The projector's page of today's exchange day."""
    return render_template("shop/screen.html", **_screen())


@blueprint.route("/screen/box")
@requires("shop.queue")
def screen_box() -> str:
    """The numbers alone, asked for every few seconds."""
    return render_template("shop/_screen.html", **_screen())


def _screen() -> dict[str, Any]:
    """The drawn day whose slot is on, or comes next today."""
    community_id, now = current_community_id(), clock.now()
    for day in days_in(community_id, "drawn"):
        coming = [s for s in slots_of(community_id, day.id) if s.ends_at > now]
        if coming and coming[0].starts_at < now + SOON:
            return {
                "day": day,
                "slot": coming[0],
                "called": called_numbers(community_id, day.id, now),
                "coming": waiting_numbers(community_id, day.id)[:SHOWN_NEXT],
                "zone": zone(),
            }
    return {"day": None, "zone": zone()}
