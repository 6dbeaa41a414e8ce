"""The volunteer's own page of 补录: what was recorded for me, by whom, and "this was not so"."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.checkin.backfills import asked_for, get_backfill, seen_of
from pointsvc.checkin.pages.backfills import state_of, why_ended
from pointsvc.checkin.pages.desk import blueprint
from pointsvc.checkin.schemas import BackfillEndForm
from pointsvc.checkin.service import stop_backfill
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, NotFound
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact

OBJECTIONS: Final[tuple[LazyText, ...]] = (
    _l("不是我做的"),
    _l("时间不对"),
    _l("我不想记这一条"),
)


@blueprint.route("/me/backfills")
@requires("me.read")
def my_backfills() -> str:
    """Everything that was recorded for me after the fact, newest first."""
    community = get_community(current_community_id())
    found = seen_of(community.id, asked_for(community.id, current_actor_id()))
    return render_template(
        "checkin/my_backfills.html",
        zone=community.zone,
        found=found,
        state_of=state_of,
        why_ended=why_ended,
        delay_hours=community.settings.backfill_delay_hours,
        objections=[(str(each), str(each)) for each in OBJECTIONS],
    )


@blueprint.route("/me/backfills/<uuid:backfill_id>/objection", methods=["POST"])
@requires("me.read")
def object_to_backfill(backfill_id: UUID) -> ResponseReturnValue:
    """Say that it was not so: it does not count."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    if get_backfill(community_id, backfill_id).member_id != caller.id:
        raise NotFound
    reason = parse_form(BackfillEndForm, request.form)["reason"]
    try:
        transact(
            lambda: stop_backfill(
                community_id=community_id,
                caller=caller,
                backfill_id=backfill_id,
                reason=reason,
                now=now,
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("停下了，不会记分。提的人看得到您说的原因。"), "success")
    return redirect(url_for("checkin.my_backfills"), 303)
