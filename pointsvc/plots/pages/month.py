"""A leader's month: all her plots' duties as a grid of days, on a phone as a list by week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import render_template, request, url_for

from pointsvc.communities.queries import find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.organisation.queries import find_groups, led_place_ids, tended_places
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.calendar.holidays import holidays_between
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.rules.months import by_day, day_kind, month_in, month_of
from pointsvc.plots.words import CARE_WORDS


@blueprint.route("/month")
@requires("plots.write")
def month() -> str:
    """The month of `month=2026-11`, else this one; a clerk sees all plots, or those of a group."""
    community, now = get_community(current_community_id()), clock.now()
    today = clock.local_day(now, community.zone)
    shown = month_in(request.args.get("month")) or month_of(today)
    group_id = _asked_group() if "clerk" in current_caller().roles else None
    ids = _places(community.id, group_id)
    groups = _groups(community.id, group_id)
    weeks = shown.weeks
    since, until = weeks[0][0], weeks[-1][-1]
    duties = find_duties(community.id, ids, since, until) if ids else []
    days, holidays = by_day(duties, lambda duty: duty.due_on), holidays_between(since, until)
    return render_template(
        "plots/month.html",
        month=shown,
        weeks=weeks,
        days=days,
        busy=[any(shown.holds(day) and day in days for day in week) for week in weeks],
        kinds={day: day_kind(day, holidays) for week in weeks for day in week},
        figures=_figures([duty for duty in duties if shown.holds(duty.due_on)], now),
        places={place.id: place for place in find_places(community.id, kind="plot", ids=ids)},
        previous_url=_url(str(shown.previous), group_id),
        next_url=_url(str(shown.next), group_id),
        groups=groups,
        back=url_for("plots.index") if groups else url_for("plots.mine"),
        today=today,
        now=now,
        zone=community.zone,
        care_words=CARE_WORDS,
    )


def _figures(duties: Sequence[DutyFacts], now: datetime) -> tuple[int, int, int]:
    """How many duties the month has, how many wait for the weather, how many people still to come miss."""
    coming = [
        d for d in duties if d.starts_at > now and not d.cancelled_at and d.state == "planned"
    ]
    held_count = sum(duty.state == "held" for duty in duties)
    return len(duties), held_count, sum(duty.missing_count for duty in coming)


def _places(community_id: UUID, group_id: UUID | None) -> list[UUID]:
    """The plots of a group where one is chosen, all for a clerk, else those that the reader leads."""
    if group_id is not None:
        return [place for place, group in tended_places(community_id).items() if group == group_id]
    if "clerk" in current_caller().roles:
        return [place.id for place in find_places(community_id, kind="plot")]
    reader_id = current_actor_id()
    return list(led_place_ids(community_id, [reader_id]).get(reader_id, ()))


def _groups(community_id: UUID, group_id: UUID | None) -> list[tuple[str, str, bool]]:
    """For a clerk: all plots, then each group: words, the month's address, whether it is shown."""
    if "clerk" not in current_caller().roles:
        return []
    shown = request.args.get("month")
    return [
        (_("全部"), _url(shown, None), group_id is None),
        *(
            (group.name, _url(shown, group.id), group.id == group_id)
            for group in find_groups(community_id)
        ),
    ]


def _asked_group() -> UUID | None:
    try:
        return UUID(request.args.get("group", ""))
    except ValueError:
        return None


def _url(month: str | None, group_id: UUID | None) -> str:
    return url_for("plots.month", month=month, group=group_id)
