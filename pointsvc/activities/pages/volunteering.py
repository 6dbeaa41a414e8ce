"""What volunteers may join: joining is free, leaving costs nothing (《志愿服务条例》 art. 25)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.gates import words_of_lacks
from pointsvc.activities.pages.desk import WEEKDAYS, blueprint, done
from pointsvc.activities.queries import shifts_between, signed_up_shift_ids
from pointsvc.activities.service import leave as leave_shift, sign_up as join_shift
from pointsvc.activities.waiting import leave_line, places_in_line, queue_up
from pointsvc.activities.words import RISK_NAMES, span_in_words
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.members.queries import names_of
from pointsvc.organisation.queries import tended_place_ids_of

DAYS_AHEAD = 14


@blueprint.route("/open")
@requires("activities.sign_up")
def open_shifts() -> str:
    """The next fourteen days, one's own group's shifts first."""
    community, member_id = get_community(current_community_id()), current_actor_id()
    now = clock.now()
    found = shifts_between(
        community_id=community.id, since=now, until=now + timedelta(days=DAYS_AHEAD)
    )
    shifts = [shift for shift in found if shift.kind.counted_by == "attendance"]
    mine = signed_up_shift_ids(
        community_id=community.id, member_id=member_id, shift_ids=[shift.id for shift in shifts]
    )
    own = tended_place_ids_of(community.id, member_id)
    return render_template(
        "activities/open_shifts.html",
        parts=[
            (_("我们组的"), [shift for shift in shifts if shift.place_id in own]),
            (_("其他活动"), [shift for shift in shifts if shift.place_id not in own]),
        ],
        mine=mine,
        waits=places_in_line(community.id, member_id, [shift.id for shift in shifts]),
        names=names_of(community.id, {shift.led_by_id for shift in shifts}),
        zone=community.zone,
        weekdays=WEEKDAYS,
        span=span_in_words,
        days=DAYS_AHEAD,
        day_of={shift.id: clock.local_day(shift.starts_at, community.zone) for shift in shifts},
        today=clock.local_day(now, community.zone),
        now=now,
        risk_names=RISK_NAMES,
        lacks_of=words_of_lacks(community, shifts, member_id),
    )


@blueprint.route("/<uuid:shift_id>/sign-up", methods=["POST"])
@requires("activities.sign_up")
def sign_up(shift_id: UUID) -> ResponseReturnValue:
    """Mean to come."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()

    def work() -> None:
        join_shift(community_id=community_id, shift_id=shift_id, member_id=member_id, now=now)

    done(work, _("报上名了。到时带上居民卡或手机。来不了也没关系，随时可以点“不去了”。"))
    return redirect(_back(shift_id), 303)


@blueprint.route("/<uuid:shift_id>/leave", methods=["POST"])
@requires("activities.sign_up")
def leave(shift_id: UUID) -> ResponseReturnValue:
    """Not come after all."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()

    def work() -> None:
        leave_shift(community_id=community_id, shift_id=shift_id, member_id=member_id, now=now)

    done(work, _("已取消报名，不影响积分，欢迎下次再来。"))
    return redirect(_back(shift_id), 303)


@blueprint.route("/<uuid:shift_id>/wait", methods=["POST"])
@requires("activities.sign_up")
def wait(shift_id: UUID) -> ResponseReturnValue:
    """Queue for a seat in a full shift."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()

    def work() -> None:
        queue_up(community_id=community_id, shift_id=shift_id, member_id=member_id, now=now)

    done(work, _("排上了。轮到您会发消息告诉您，不想等了随时可以退出。"))
    return redirect(_back(shift_id), 303)


@blueprint.route("/<uuid:shift_id>/unwait", methods=["POST"])
@requires("activities.sign_up")
def unwait(shift_id: UUID) -> ResponseReturnValue:
    """Wait no longer."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()

    def work() -> None:
        leave_line(community_id=community_id, shift_id=shift_id, member_id=member_id, now=now)

    done(work, _("不排了，欢迎下次再来。"))
    return redirect(_back(shift_id), 303)


def _back(shift_id: UUID) -> str:
    """The page on which the button was."""
    if request.form.get("back") == "list":
        return url_for("activities.open_shifts", _anchor=f"shift-{shift_id}")
    return url_for("activities.show", shift_id=shift_id)
