"""The leader's working page: scan, see the verdict, see who is here and who is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.queries import ShiftFacts
from pointsvc.activities.rules import may_end
from pointsvc.checkin.duties import people_at, phase_of
from pointsvc.checkin.pages.desk import (
    blueprint,
    is_clerk,
    is_fragment,
    my_scope,
    recorded,
    shift_to_scan,
)
from pointsvc.checkin.pages.verdicts import Spoken, find_spoken, spoken, spoken_refusal
from pointsvc.checkin.pending import cases_for
from pointsvc.checkin.scans import QUANTITY_MAX, ScanRequest
from pointsvc.checkin.schemas import ScanForm
from pointsvc.communities.queries import get_community
from pointsvc.earning.queries import tariff_in_force
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)


@blueprint.route("/checkin/shifts/<uuid:shift_id>")
@requires("checkin.roster")
def shift(shift_id: UUID) -> ResponseReturnValue:
    """A shift to scan in; drops have a page of their own."""
    found = shift_to_scan(shift_id)
    if found.kind.counted_by == "drop":
        return redirect(url_for("checkin.station", shift_id=shift_id))
    community_id = current_community_id()
    said = find_spoken(current_caller(), community_id, request.args.get("scan"))
    return _page(found, said, direction=request.args.get("direction", "auto"))


@blueprint.route("/checkin/shifts/<uuid:shift_id>/scans", methods=["POST"])
@requires("checkin.scan")
def scan(shift_id: UUID) -> ResponseReturnValue:
    """Record a scan. A script gets the verdict and the people; without scripts the page comes back."""
    found, now = shift_to_scan(shift_id), clock.now()
    try:
        values = parse_form(ScanForm, request.form)
        receipt = recorded(_request(values, shift_id), choose_direction=_is_open(values), now=now)
    except Refusal as refusal:
        return _refused(found, refusal)
    if is_fragment():
        said = spoken(current_caller(), current_community_id(), receipt)
        return render_template("checkin/_answer.html", said=said, **_people(found, now))
    kept = {} if _is_open(values) else {"direction": values["direction"]}
    where = url_for("checkin.shift", shift_id=shift_id, scan=receipt.scan_id, **kept)
    return redirect(where, 303)


@blueprint.route("/checkin/shifts/<uuid:shift_id>/news")
@requires("checkin.roster")
def news(shift_id: UUID) -> str:
    """Whether the lists differ from those on the page (`came`, `gone`, `cases`), asked now and then."""
    found = shift_to_scan(shift_id)
    facts = _people(found, clock.now())
    people = facts["people"]
    counts = {"came": people.came_count, "gone": len(people.gone), "cases": len(facts["cases"])}
    has_news = any(request.args.get(name) != str(count) for name, count in counts.items())
    return render_template("checkin/_news.html", shift=found, has_news=has_news)


def _is_open(values: dict[str, Any]) -> bool:
    return bool(values["direction"] == "auto")


def _request(values: dict[str, Any], shift_id: UUID) -> ScanRequest:
    direction = "in" if _is_open(values) else values["direction"]
    return ScanRequest(**{**values, "direction": direction}, shift_id=shift_id)


def _refused(found: ShiftFacts, refusal: Refusal) -> ResponseReturnValue:
    """Say it where the verdict stands. A script is answered 200, so that the next scan is a new one."""
    said = spoken_refusal(refusal)
    if is_fragment():
        return render_template("checkin/_answer.html", said=said, **_people(found, clock.now()))
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    direction = request.form.get("direction", "auto")
    page = _page(found, said, direction=direction, code=request.form.get("code", ""), errors=errors)
    return page, refusal.status


def _page(
    found: ShiftFacts,
    said: Spoken | None,
    *,
    direction: str,
    code: str = "",
    errors: dict[str, Any] | None = None,
) -> str:
    community, now = get_community(current_community_id()), clock.now()
    today = clock.local_day(found.starts_at, community.zone)
    tariff = tariff_in_force(community_id=community.id, code=found.activity_kind, on=today)
    return render_template(
        "checkin/shift.html",
        phase=phase_of(found, community, now),
        may_end=may_end(my_scope(), found.times, now),
        said=said,
        direction=direction if direction in {"in", "out"} else "auto",
        code=code,
        errors=errors or {},
        scan_id=new_id(),
        counts_units=tariff is not None and tariff.basis == "quantity",
        quantity_max=QUANTITY_MAX,
        **_people(found, now),
    )


def _people(found: ShiftFacts, now: datetime) -> dict[str, Any]:
    """What the lists below the scanner show."""
    community_id = current_community_id()
    return {
        "shift": found,
        "zone": get_community(community_id).zone,
        "now": now,
        "people": people_at(community_id, found),
        "cases": cases_for(
            community_id, my_scope(), reader_id=current_actor_id(), shift_id=found.id
        ),
        "may_trace": is_clerk(current_caller()),
    }
