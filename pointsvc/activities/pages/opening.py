"""Opening a shift: everything that can be guessed is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.errors import ShiftIdReused
from pointsvc.activities.pages.desk import blueprint, scan_url
from pointsvc.activities.queries import KindFacts, ShiftFacts, find_kinds, find_overlapping
from pointsvc.activities.rules import (
    CAPACITY_MAX,
    Scope,
    default_minutes,
    fits_place,
    may_run_at,
    rounded_start,
    state_of,
)
from pointsvc.activities.rules.gates import RISKS, risk_of_kind
from pointsvc.activities.schemas import ShiftForm
from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import create_shift
from pointsvc.activities.words import RISK_NAMES, length_in_words, span_in_words
from pointsvc.communities.queries import CommunityFacts, PlaceFacts, find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import choose_locale, gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.pages.desk import KIND_NAMES

LENGTHS: Final = (30, 60, 90, 120, 150, 180, 240, 300, 360, 480, 720)


@blueprint.route("/new", methods=["GET", "POST"])
@requires("activities.write")
def new() -> ResponseReturnValue:
    """Open a shift at one's own place; a second tap opens no second one."""
    community, now = get_community(current_community_id()), clock.now()
    if request.method == "GET":
        return _form(community, now, request.args.to_dict(), None)
    actor_id, scope = current_actor_id(), scope_of(current_caller())
    try:
        asked = _asked(community.zone)
        is_meant = asked.pop("anyway")
        met = None if is_meant else _met(community.id, scope, asked, now)
        if met is not None:
            return _form(community, now, request.form.to_dict(), None, met=met), 422
        shift = transact(
            lambda: create_shift(
                community_id=community.id,
                scope=scope,
                created_by_id=actor_id,
                now=now,
                **asked,
            )
        )
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        values = request.form.to_dict()
        if isinstance(refusal, ShiftIdReused):
            del values["shift_id"]
        return _form(community, now, values, refusal), refusal.status
    flash(_("场次开好了。"), "success")
    return redirect(_next(shift, now), 303)


def _asked(zone: str) -> dict[str, Any]:
    values = parse_form(ShiftForm, request.form)
    day, time, minutes = values.pop("on"), values.pop("at"), values.pop("minutes")
    starts_at = clock.at_local(day, time.hour, time.minute, zone)
    length = timedelta(minutes=minutes or default_minutes(values["activity_kind"]))
    values["risk"] = values["risk"] or risk_of_kind(values["activity_kind"])
    return {**values, "starts_at": starts_at, "ends_at": starts_at + length}


def _met(
    community_id: UUID, scope: Scope, asked: dict[str, Any], now: datetime
) -> ShiftFacts | None:
    """The like shift that runs there at those hours; of places that are not the caller's no word."""
    if not may_run_at(scope, asked["place_id"]):
        return None
    new_one = {name: value for name, value in asked.items() if name not in {"capacity", "risk"}}
    return find_overlapping(community_id, now=now, **new_one)


def _next(shift: ShiftFacts, now: datetime) -> str:
    """An open shift is opened to scan in it at once; a planned one to look at it."""
    if state_of(shift.times, now) == "open":
        return scan_url(shift.id)
    return url_for("activities.show", shift_id=shift.id)


def _form(
    community: CommunityFacts,
    now: datetime,
    values: dict[str, Any],
    refusal: Refusal | None,
    *,
    met: ShiftFacts | None = None,
) -> str:
    scope = scope_of(current_caller())
    mine = [place for place in find_places(community.id) if may_run_at(scope, place.id)]
    place_kinds = list(dict.fromkeys(place.kind for place in mine))
    place_kind = _place_kind(mine, values)
    places = [place for place in mine if place.kind == place_kind]
    kinds = _kinds(community.id, place_kind)
    start = clock.local(rounded_start(now), community.zone)
    given = {
        "shift_id": new_id(),
        "on": start.date().isoformat(),
        "at": f"{start:%H:%M}",
        "activity_kind": kinds[0].code if kinds else "",
        "place_id": places[0].id if len(places) == 1 else "",
    }
    return render_template(
        "activities/new.html",
        values=given | values,
        refusal=refusal,
        met=met,
        span=span_in_words,
        zone=community.zone,
        scan_url=scan_url,
        place_kind=place_kind,
        place_kinds=[(kind, KIND_NAMES[kind]) for kind in place_kinds],
        places=[(place.id, _named(place)) for place in places],
        kinds=[(kind.code, _usual(kind)) for kind in kinds],
        lengths=[(minutes, length_in_words(minutes)) for minutes in LENGTHS],
        capacity_max=CAPACITY_MAX,
        risks=[(risk, RISK_NAMES[risk]) for risk in RISKS],
    )


def _place_kind(places: Sequence[PlaceFacts], values: dict[str, Any]) -> str:
    """The kind of place that is asked for, or that of the named place, or the first."""
    kinds = {str(place.id): place.kind for place in places}
    asked = values.get("place_kind") or kinds.get(str(values.get("place_id", "")), "")
    return asked if asked in kinds.values() else next(iter(kinds.values()), "")


def _kinds(community_id: UUID, place_kind: str) -> list[KindFacts]:
    return [
        kind
        for kind in find_kinds(community_id)
        if kind.is_used and fits_place(kind.code, kind.counted_by, place_kind)
    ]


def _named(place: PlaceFacts) -> str:
    return f"{place.name}（{place.location}）" if place.location else place.name


def _usual(kind: KindFacts) -> str:
    """The kind with how long it usually lasts, which is what no answer means."""
    length = length_in_words(default_minutes(kind.code))
    return f"{kind.called(choose_locale())} · {length}"
