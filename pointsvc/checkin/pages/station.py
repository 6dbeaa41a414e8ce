"""The attendant's page: scan a card, say how many, next; three seconds a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.errors import ShiftIdReused
from pointsvc.activities.queries import KindFacts, ShiftFacts, find_kinds
from pointsvc.activities.rules import default_minutes, may_run_at
from pointsvc.activities.service import create_shift
from pointsvc.checkin.duties import open_duties, tally_of
from pointsvc.checkin.pages.desk import (
    blueprint,
    is_fragment,
    my_scope,
    recorded,
    shift_to_scan,
)
from pointsvc.checkin.pages.verdicts import Spoken, find_spoken, spoken, spoken_refusal
from pointsvc.checkin.scans import QUANTITY_MAX, ScanRequest
from pointsvc.checkin.schemas import DropForm, StationForm
from pointsvc.communities.queries import CommunityFacts, PlaceFacts, find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.permissions import may

HOURS: Final = (1, 2, 3, 4)


@blueprint.route("/checkin/station")
@requires("checkin.roster")
def station() -> str:
    """The open station shift (`shift_id` among several), or a button that opens one now."""
    said = find_spoken(current_caller(), current_community_id(), request.args.get("scan"))
    return _page(said, request.args.get("shift_id"))


@blueprint.route("/checkin/station/drops", methods=["POST"])
@requires("checkin.roster")
def drop() -> ResponseReturnValue:
    """Record a drop; the same scan id is the same drop."""
    try:
        values = parse_form(DropForm, request.form)
        pace = values.pop("pace")
        shift = shift_to_scan(values["shift_id"])
        receipt = recorded(
            ScanRequest(direction="drop", **values), choose_direction=False, now=clock.now()
        )
    except (Conflict, Invalid) as refusal:
        return _refused(refusal)
    if is_fragment():
        said = spoken(current_caller(), current_community_id(), receipt)
        return render_template("checkin/_drop_answer.html", said=said, **_counted(shift))
    kept = {"pace": pace} if pace else {}
    where = url_for("checkin.station", shift_id=shift.id, scan=receipt.scan_id, **kept)
    return redirect(where, 303)


@blueprint.route("/checkin/station/open", methods=["POST"])
@requires("activities.write")
def start_station() -> ResponseReturnValue:
    """Open a shift for drops here and now; a second tap finds the first one's."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = my_scope()
    try:
        values = parse_form(StationForm, request.form)
        transact(
            lambda: create_shift(
                community_id=community_id,
                scope=scope,
                created_by_id=actor_id,
                shift_id=values["shift_id"],
                activity_kind=_drop_kind(community_id).code,
                place_id=values["place_id"],
                starts_at=now,
                ends_at=now + timedelta(hours=values["hours"]),
                capacity=None,
                now=now,
            )
        )
        flash(_("开始值守了，可以扫卡。"), "success")
    except ShiftIdReused:
        flash(_("已经在值守了。"), "info")
    except (Conflict, Invalid) as refusal:
        flash(refusal.detail, "error")
    return redirect(url_for("checkin.station"), 303)


def _drop_kind(community_id: UUID) -> KindFacts:
    """The kind of activity whose deeds are drops. Raises Invalid where the community has none."""
    kinds = [kind for kind in find_kinds(community_id) if kind.counted_by == "drop"]
    if not kinds:
        raise Invalid({"place_id": [_("本社区还没有分类投放的积分细则。")]})
    return kinds[0]


def _refused(refusal: Conflict | Invalid) -> ResponseReturnValue:
    said = spoken_refusal(refusal)
    if is_fragment():
        return render_template("checkin/_drop_answer.html", said=said)
    return _page(said, request.form.get("shift_id")), refusal.status


def _page(said: Spoken | None, wanted: str | None) -> str:
    community, now = get_community(current_community_id()), clock.now()
    shifts = _open_shifts(community, now)
    chosen = next((each for each in shifts if str(each.id) == wanted), None)
    if chosen is None and len(shifts) == 1:
        chosen = shifts[0]
    return render_template(
        "checkin/station.html",
        said=said,
        shifts=shifts,
        places=[(place.id, place.name) for place in _my_stations(community.id)],
        hours=[(hours, _("%(hours)s 小时", hours=hours)) for hours in HOURS],
        hours_default=default_minutes("WASTE_SORT") // 60,
        quick=request.values.get("pace") == "quick",
        scan_id=new_id(),
        shift_id=new_id(),
        quantity_max=QUANTITY_MAX,
        **_counted(chosen),
    )


def _open_shifts(community: CommunityFacts, now: datetime) -> list[ShiftFacts]:
    duties = open_duties(community, my_scope(), now)
    return [duty.shift for duty in duties if duty.shift.kind.counted_by == "drop"]


def _my_stations(community_id: UUID) -> list[PlaceFacts]:
    scope = my_scope()
    stations = find_places(community_id, kind="station")
    return [place for place in stations if may_run_at(scope, place.id)]


def _counted(shift: ShiftFacts | None) -> dict[str, Any]:
    community = get_community(current_community_id())
    tally = tally_of(community.id, shift.id) if shift else None
    return {
        "shift": shift,
        "tally": tally,
        "zone": community.zone,
        "may_open_drops": may(current_caller(), "checkin.correct_drop"),
    }
