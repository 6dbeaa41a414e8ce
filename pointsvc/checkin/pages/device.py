"""What a scanner and a kiosk show while nobody is signed in on them: no names, no balances."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.queries import ShiftFacts
from pointsvc.checkin.duties import at_place
from pointsvc.checkin.pages.code import code_facts
from pointsvc.checkin.pages.desk import blueprint, is_fragment, recorded, shift_to_scan
from pointsvc.checkin.pages.verdicts import Spoken, find_spoken, spoken, spoken_refusal
from pointsvc.checkin.scans import QUANTITY_MAX, ScanReceipt, ScanRequest
from pointsvc.checkin.schemas import DeviceScanForm
from pointsvc.communities.queries import PlaceFacts, get_community, get_place
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_caller, current_community_id, requires


@blueprint.route("/checkin/scanner")
@requires("checkin.at_scanner")
def scanner() -> str:
    """The scanner's page: its place's open shift, a code field, a verdict with a masked name."""
    said = find_spoken(current_caller(), current_community_id(), request.args.get("scan"))
    return _scanner(said, request.args.get("shift_id"))


@blueprint.route("/checkin/scanner", methods=["POST"])
@requires("checkin.at_scanner")
def device_scan() -> ResponseReturnValue:
    """Record what the scanner read: a drop at a station, a check-in or check-out elsewhere."""
    try:
        values = parse_form(DeviceScanForm, request.form)
        shift = shift_to_scan(values["shift_id"])
        receipt = _recorded(values, shift)
    except (Conflict, Invalid) as refusal:
        said = spoken_refusal(refusal)
        if is_fragment():
            return render_template("checkin/_verdict.html", said=said)
        return _scanner(said, request.form.get("shift_id")), refusal.status
    if is_fragment():
        said = spoken(current_caller(), current_community_id(), receipt)
        return render_template("checkin/_verdict.html", said=said)
    return redirect(url_for("checkin.scanner", shift_id=shift.id, scan=receipt.scan_id), 303)


@blueprint.route("/checkin/kiosk")
@requires("checkin.at_kiosk")
def kiosk() -> str:
    """The changing code of the shift that is open at the kiosk's place."""
    return render_template("checkin/kiosk.html", **_kiosk())


@blueprint.route("/checkin/kiosk/box")
@requires("checkin.at_kiosk")
def kiosk_box() -> str:
    """The box alone, for the script that changes it every 30 s."""
    return render_template("checkin/_kiosk.html", **_kiosk())


def _recorded(values: dict[str, Any], shift: ShiftFacts) -> ScanReceipt:
    is_drop = shift.kind.counted_by == "drop"
    is_auto = not is_drop and values["direction"] == "auto"
    way = "drop" if is_drop else "in" if is_auto else values["direction"]
    scan = ScanRequest(**{**values, "direction": way})
    return recorded(scan, choose_direction=is_auto, now=clock.now())


def _scanner(said: Spoken | None, wanted: str | None) -> str:
    shifts = _open_shifts()
    chosen = next((each for each in shifts if str(each.id) == wanted), None)
    if chosen is None and len(shifts) == 1:
        chosen = shifts[0]
    return render_template(
        "checkin/scanner.html",
        place=_place(),
        zone=get_community(current_community_id()).zone,
        shifts=shifts,
        shift=chosen,
        said=said,
        scan_id=new_id(),
        quantity_max=QUANTITY_MAX,
    )


def _kiosk() -> dict[str, Any]:
    """One open shift's code; with several the one that began last; none: when the next begins."""
    shifts = [shift for shift in _open_shifts() if shift.kind.by_shift_code]
    facts: dict[str, Any] = {"place": _place(), "shift": None}
    if shifts:
        facts |= code_facts(shifts[-1], clock.now(), box_url=url_for("checkin.kiosk_box"))
    return facts


def _open_shifts() -> list[ShiftFacts]:
    community = get_community(current_community_id())
    return at_place(community, _place().id, clock.now())


def _place() -> PlaceFacts:
    place_id = current_caller().place_id
    assert place_id is not None, "a device is bound to a place"
    return get_place(current_community_id(), place_id)
