"""Shifts by day and by week, one shift, ending one early and calling one off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.gates import uncovered_in, words_of_lacks
from pointsvc.activities.pages.desk import STATES, WEEKDAYS, blueprint, done, scan_url
from pointsvc.activities.queries import (
    ShiftFacts,
    find_kinds,
    get_shift,
    shifts_between,
    signed_up_shift_ids,
    signups_of,
)
from pointsvc.activities.rules import may_end, may_run_at, state_of, verbs_for
from pointsvc.activities.schemas import ShiftsAsked
from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import cancel_shift, end_shift
from pointsvc.activities.waiting import line_of, places_in_line
from pointsvc.activities.words import (
    RISK_NAMES,
    RISK_TEXTS,
    lacks_told_to_others,
    length_in_words,
    span_in_words,
)
from pointsvc.communities.queries import CommunityFacts, find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import choose_locale, gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.members.queries import names_of

DAY = timedelta(days=1)


@blueprint.route("")
@requires("activities.write")
def index() -> str:
    """A day's shifts, or a week's: leaders see their plots', attendants their station's."""
    community, now = get_community(current_community_id()), clock.now()
    asked = _asked()
    today = clock.local_day(now, community.zone)
    on = asked["on"] or today
    first = on - on.weekday() * DAY if asked["view"] == "week" else on
    days = [first + no * DAY for no in range(7 if asked["view"] == "week" else 1)]
    shifts = _found(community, days, asked)
    kept = {name: asked[name] for name in ("place_id", "kind", "view") if asked[name]}
    return render_template(
        "activities/index.html",
        asked=asked,
        on=on,
        today=today,
        days=days,
        shifts=shifts,
        week=_week(shifts, days, community.zone) if len(days) > 1 else [],
        states={shift.id: state_of(shift.times, now) for shift in shifts},
        names=names_of(community.id, {shift.led_by_id for shift in shifts}),
        urls=_urls(on, len(days), kept),
        places=_places_to_choose(community.id),
        kinds=[(k.code, k.called(choose_locale())) for k in find_kinds(community.id) if k.is_used],
        zone=community.zone,
        weekdays=WEEKDAYS,
        span=span_in_words,
        words=STATES,
        scan_url=scan_url,
    )


@blueprint.route("/<uuid:shift_id>")
@requires("activities.visit")
def show(shift_id: UUID) -> str:
    """One shift: facts, who means to come (for those who run it), joining, leaving, calling off."""
    community, caller, now = get_community(current_community_id()), current_caller(), clock.now()
    shift, scope = get_shift(community.id, shift_id), scope_of(caller)
    mine = signed_up_shift_ids(
        community_id=community.id, member_id=current_actor_id(), shift_ids=[shift_id]
    )
    may = verbs_for(scope, shift.times, is_signed_up=bool(mine), now=now)
    runs = may_run_at(scope, shift.place_id) or shift.led_by_id == caller.id
    signups = signups_of(community.id, shift_id) if runs else []
    return render_template(
        "activities/show.html",
        shift=shift,
        state=state_of(shift.times, now),
        words=STATES,
        may=may,
        may_end=may_end(scope, shift.times, now),
        is_mine=bool(mine),
        waits=places_in_line(community.id, current_actor_id(), [shift_id]),
        line=line_of(community.id, shift_id) if runs else [],
        runs=runs,
        signups=signups,
        uncovered=_uncovered(community, shift, [each.member_id for each in signups]),
        led_by=names_of(community.id, [shift.led_by_id]).get(shift.led_by_id, ""),
        zone=community.zone,
        weekdays=WEEKDAYS,
        span=span_in_words,
        on=clock.local_day(shift.starts_at, community.zone),
        length=length_in_words,
        scan_url=scan_url(shift_id),
        back=_back(community, shift),
        risk_names=RISK_NAMES,
        risk_texts=RISK_TEXTS,
        lacks=words_of_lacks(community, [shift], current_actor_id()).get(shift_id, []),
    )


@blueprint.route("/<uuid:shift_id>/cancel", methods=["POST"])
@requires("activities.write")
def cancel(shift_id: UUID) -> ResponseReturnValue:
    """Call the shift off."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())

    def work() -> None:
        cancel_shift(
            community_id=community_id,
            scope=scope,
            cancelled_by_id=actor_id,
            shift_id=shift_id,
            now=now,
        )

    done(work, _("这一场取消了，已通知报名的人。"))
    return redirect(url_for("activities.show", shift_id=shift_id), 303)


@blueprint.route("/<uuid:shift_id>/end", methods=["POST"])
@requires("activities.write")
def end(shift_id: UUID) -> ResponseReturnValue:
    """End the shift now, and go back to the page on which the button was."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())

    def work() -> None:
        end_shift(
            community_id=community_id,
            scope=scope,
            ended_by_id=actor_id,
            shift_id=shift_id,
            now=now,
        )

    done(work, _("这一场结束了。还在场的人仍可以签退。"))
    if request.form.get("back") == "scan":
        return redirect(scan_url(shift_id), 303)
    return redirect(url_for("activities.show", shift_id=shift_id), 303)


def _uncovered(
    community: CommunityFacts, shift: ShiftFacts, people: Sequence[UUID]
) -> dict[UUID, str]:
    """Who of those that mean to come lacks something, as their leader may know it."""
    return {
        member_id: lacks_told_to_others(lack.code for lack in lacks)
        for member_id, lacks in uncovered_in(community, shift, people).items()
    }


def _asked() -> dict[str, Any]:
    """What the address asks for; an address that makes no sense asks for today."""
    try:
        return parse_form(ShiftsAsked, request.args)
    except Invalid:
        return parse_form(ShiftsAsked, {})


def _found(
    community: CommunityFacts, days: Sequence[date], asked: dict[str, Any]
) -> list[ShiftFacts]:
    caller = current_caller()
    scope = scope_of(caller)
    since = clock.day_bounds(days[0], community.zone)[0]
    until = clock.day_bounds(days[-1], community.zone)[1]
    shifts = shifts_between(
        community_id=community.id,
        since=since,
        until=until,
        place_ids=None if scope.is_everywhere else list(scope.places),
        or_led_by_ids=[caller.id] if caller.id else [],
        with_cancelled=True,
    )
    return [
        shift
        for shift in shifts
        if asked["place_id"] in {None, shift.place_id}
        and asked["kind"] in {None, shift.activity_kind}
    ]


def _week(
    shifts: Sequence[ShiftFacts], days: Sequence[date], zone: str
) -> list[tuple[str, list[tuple[date, list[ShiftFacts]]]]]:
    """The week as the wall chart of an office shows it: a line for each place, a column a day."""
    cells: dict[str, dict[date, list[ShiftFacts]]] = {}
    for shift in sorted(shifts, key=lambda each: (each.place_kind, each.place_name)):
        day = max(clock.local_day(shift.starts_at, zone), days[0])
        cells.setdefault(shift.place_name, {}).setdefault(day, []).append(shift)
    return [
        (place, [(day, sorted(by_day.get(day, []), key=_start)) for day in days])
        for place, by_day in cells.items()
    ]


def _start(shift: ShiftFacts) -> datetime:
    return shift.starts_at


def _urls(on: date, length: int, kept: dict[str, Any]) -> dict[str, str]:
    def to(day: date | None, **more: Any) -> str:
        values = kept | more | ({"on": day.isoformat()} if day else {})
        return url_for("activities.index", **values)

    return {
        "previous": to(on - length * DAY),
        "next": to(on + length * DAY),
        "today": to(None),
        "day": to(on, view="day"),
        "week": to(on, view="week"),
        "all": url_for("activities.index", on=on.isoformat(), view=kept["view"]),
    }


def _places_to_choose(community_id: UUID) -> list[tuple[UUID, str]]:
    scope = scope_of(current_caller())
    return [
        (place.id, place.name)
        for place in find_places(community_id)
        if scope.is_everywhere or place.id in scope.places
    ]


def _back(community: CommunityFacts, shift: ShiftFacts) -> str:
    """Staff came from the day's list, volunteers from what they may join."""
    if scope_of(current_caller()).runs_shifts:
        day = clock.local_day(shift.starts_at, community.zone)
        return url_for("activities.index", on=day.isoformat())
    return url_for("activities.open_shifts")
