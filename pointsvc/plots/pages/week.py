"""The week on paper: one sheet for the notice board, one for each person without a phone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from pointsvc.activities.words import RISK_NAMES, span_in_words
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.organisation.queries import led_place_ids
from pointsvc.plots.calendar.week import Week, monday_of, week_of, weeks_of_people
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.words import CARE_WORDS

WEEK = timedelta(days=7)


@blueprint.route("/week")
@requires("plots.write")
def week() -> str:
    """Plots by days, for the board; whole names (`names=full`) are for the leader's own hand."""
    community, monday = get_community(current_community_id()), _monday()
    is_full = request.args.get("names") == "full"
    found = week_of(community, _mine(community), monday, with_full_names=is_full)
    kept: dict[str, Any] = {"names": "full"} if is_full else {}
    other: dict[str, Any] = {} if is_full else {"names": "full"}
    return render_template(
        "plots/week.html",
        week=found,
        is_full=is_full,
        other_url=url_for("plots.week", on=monday.isoformat(), **other),
        previous_url=url_for("plots.week", on=(monday - WEEK).isoformat(), **kept),
        next_url=url_for("plots.week", on=(monday + WEEK).isoformat(), **kept),
        people_url=url_for("plots.week_of_people", on=monday.isoformat()),
        **_words(community, found),
    )


@blueprint.route("/week/people")
@requires("plots.write")
def week_of_people() -> str:
    """A sheet to hand over to each person without a phone."""
    community, monday = get_community(current_community_id()), _monday()
    mine = _mine(community)
    found = week_of(community, mine, monday, with_full_names=True)
    return render_template(
        "plots/week_of_people.html",
        week=found,
        sheets=weeks_of_people(community, found, mine),
        back=url_for("plots.week", on=monday.isoformat()),
        **_words(community, found),
    )


def _monday() -> date:
    zone = get_community(current_community_id()).zone
    return monday_of(day_in(request.args.get("on")) or clock.local_day(clock.now(), zone))


def _mine(community: CommunityFacts) -> Collection[UUID] | None:
    """The plots that one leads; all of them for a clerk."""
    if "clerk" in current_caller().roles:
        return None
    member_id = current_actor_id()
    return led_place_ids(community.id, [member_id]).get(member_id, frozenset())


def _words(community: CommunityFacts, week: Week) -> dict[str, object]:
    return {
        "community": community,
        "zone": community.zone,
        "until": week.days[-1],
        "care_words": CARE_WORDS,
        "risk_names": RISK_NAMES,
        "span": span_in_words,
    }
