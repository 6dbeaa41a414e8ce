"""The leader's landing: my plots, today's people, one tap to begin."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.scopes import scope_of
from pointsvc.activities.words import span_in_words
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _, pause
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.queries import led_place_ids
from pointsvc.plots.calendar.standing import stands_of
from pointsvc.plots.doing.today import plots_today
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.pages.roster import seen_by_leader
from pointsvc.plots.queries import find_plots
from pointsvc.plots.schemas import StartForm, SubstituteForm
from pointsvc.plots.service import sign_up_substitute, start_care
from pointsvc.plots.words import STATE_KINDS, STATE_WORDS


@blueprint.route("/mine")
@requires("plots.write")
def mine() -> str:
    """The plots of the groups that one leads, as they stand now."""
    community, now = get_community(current_community_id()), clock.now()
    member_id = current_actor_id()
    led = led_place_ids(community.id, [member_id]).get(member_id, frozenset())
    plots = find_plots(community.id, place_ids=list(led))
    return render_template(
        "plots/mine.html",
        plots=plots_today(community, plots, now),
        stands=stands_of(community, [plot.place.id for plot in plots], now),
        state_words=STATE_WORDS,
        state_kinds=STATE_KINDS,
        new_ids={plot.place.id: new_id() for plot in plots},
        today=clock.local_day(now, community.zone),
        zone=community.zone,
        now=now,
        span=span_in_words,
        is_today=lambda at: _is_today(at, now, community.zone),
        **seen_by_leader(community.id, [plot.place.id for plot in plots], now),
    )


@blueprint.route("/<uuid:place_id>/start", methods=["POST"])
@requires("plots.write")
def start(place_id: UUID) -> ResponseReturnValue:
    """Begin now, for two hours, and go and scan."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        shift_id = parse_form(StartForm, request.form)["shift_id"]
        shift = transact(
            lambda: start_care(
                community_id=community_id,
                scope=scope,
                started_by_id=actor_id,
                shift_id=shift_id,
                place_id=place_id,
                now=now,
            )
        )
    except (Conflict, Invalid) as refusal:
        flash(_told(refusal), "error")
        return redirect(url_for("plots.mine"), 303)
    return redirect(url_for("checkin.shift", shift_id=shift.id), 303)


@blueprint.route("/shifts/<uuid:shift_id>/substitutes", methods=["POST"])
@requires("plots.write")
def substitute(shift_id: UUID) -> ResponseReturnValue:
    """Sign up somebody of the group who was asked and said yes."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        asked = parse_form(SubstituteForm, request.form)
        transact(
            lambda: sign_up_substitute(
                community_id=community_id,
                scope=scope,
                asked_by_id=actor_id,
                shift_id=shift_id,
                member_id=asked["member_id"],
                now=now,
            )
        )
        flash(_("报上名了，已发消息告诉本人。"), "success")
    except Invalid:
        flash(_("请先问过本人，选好名字，勾上“本人愿意”。"), "error")
    except Conflict as refusal:
        flash(refusal.detail, "error")
    return redirect(url_for("plots.mine"), 303)


def _is_today(at: datetime, now: datetime, zone: str) -> bool:
    return clock.local_day(at, zone) == clock.local_day(now, zone)


def _told(refusal: Conflict | Invalid) -> str:
    if isinstance(refusal, Invalid) and refusal.errors:
        return pause("；").join(str(text) for texts in refusal.errors.values() for text in texts)
    return refusal.detail
