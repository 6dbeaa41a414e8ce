"""`/api/v1/shifts`: a day's shifts, and opening one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from pointsvc.activities.queries import ShiftFacts, shifts_between, signed_up_shift_ids
from pointsvc.activities.rules import Scope, verbs_for
from pointsvc.activities.schemas import NewShift, ShiftShown, ShiftsOn, ShiftsShown
from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import create_shift
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import choose_locale
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    Caller,
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact

blueprint = Blueprint("activities_api", __name__, url_prefix="/api/v1", description="场次 shifts")


@blueprint.route("/shifts")
@requires("activities.read")
@blueprint.arguments(ShiftsOn, location="query")
@blueprint.response(200, ShiftsShown)
def list_shifts(query: dict[str, Any]) -> dict[str, Any]:
    """The shifts of a day (default today in the community's zone), each on every day it touches."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    zone = get_community(community_id).zone
    since, until = clock.day_bounds(query.get("on") or clock.local_day(now, zone), zone)
    places = [caller.place_id] if caller.kind == "device" and caller.place_id else None
    shifts = shifts_between(community_id=community_id, since=since, until=until, place_ids=places)
    scope, mine = scope_of(caller), _signed_up(community_id, caller, shifts)
    return {"shifts": [shown(shift, scope, mine, now, zone) for shift in shifts]}


@blueprint.route("/shifts", methods=["POST"])
@requires("activities.write")
@blueprint.arguments(NewShift)
@blueprint.response(201, ShiftShown)
@blueprint.alt_response(409, description="activities.shift_id_reused, communities.place_closed")
def open_shift(body: dict[str, Any]) -> dict[str, Any]:
    """Open a shift: a leader at their group's plots, an attendant at their station, a clerk anywhere."""
    community_id, now = current_community_id(), clock.now()
    zone, scope = get_community(community_id).zone, scope_of(current_caller())
    values = {"id": new_id(), "capacity": None, **body}
    shift_id = values.pop("id")
    shift = transact(
        lambda: create_shift(
            community_id=community_id,
            scope=scope,
            created_by_id=current_actor_id(),
            shift_id=shift_id,
            now=now,
            **values,
        )
    )
    return shown(shift, scope, set(), now, zone)


def shown(
    shift: ShiftFacts, scope: Scope, mine: set[UUID], now: datetime, zone: str
) -> dict[str, Any]:
    """A shift as the API shows it; times with the community's offset."""
    english = choose_locale() == "en"
    return {
        "id": shift.id,
        "activity_kind": shift.activity_kind,
        "activity_name": shift.kind.name_en if english else shift.kind.name,
        "place": {"id": shift.place_id, "name": shift.place_name},
        "starts_at": clock.local(shift.starts_at, zone).isoformat(),
        "ends_at": clock.local(shift.ends_at, zone).isoformat(),
        "capacity": shift.capacity,
        "signed_up_count": shift.signed_up_count,
        "may": verbs_for(scope, shift.times, is_signed_up=shift.id in mine, now=now),
    }


def _signed_up(community_id: UUID, caller: Caller, shifts: list[ShiftFacts]) -> set[UUID]:
    if caller.kind != "member" or caller.id is None:
        return set()
    ids = [shift.id for shift in shifts]
    return signed_up_shift_ids(community_id=community_id, member_id=caller.id, shift_ids=ids)
