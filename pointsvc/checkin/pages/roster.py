"""名册点名: ticking who is there without a card, with a reason; marked as such."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.queries import ShiftFacts
from pointsvc.checkin.counted import count_answers
from pointsvc.checkin.duties import people_at
from pointsvc.checkin.pages.desk import blueprint, shift_to_scan
from pointsvc.checkin.reasons import message_of
from pointsvc.checkin.scans import ScanRequest
from pointsvc.checkin.schemas import RosterForm
from pointsvc.checkin.service import Outcome, record_scans
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, NotFound, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.ids import derived_id, new_id
from pointsvc.kernel.permission import current_caller, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of

REASONS: Final[tuple[LazyText, ...]] = (
    _l("忘带卡"),
    _l("手机没电"),
    _l("还没有卡"),
    _l("卡坏了，扫不出来"),
)
PEOPLE_MAX: Final = 100


@blueprint.route("/checkin/shifts/<uuid:shift_id>/roster", methods=["GET", "POST"])
@requires("checkin.roster")
def roster(shift_id: UUID) -> ResponseReturnValue:
    """The roster with boxes; what is ticked is recorded as scans of the proof `roster`."""
    shift = shift_to_scan(shift_id)
    if request.method == "GET":
        return _page(shift, {}, [], None)
    ticked: list[UUID] = []
    try:
        ticked = _ids(request.form.getlist("member_id"))
        fields = {name: text for name, text in request.form.items() if name != "member_id"}
        scans = _scans(shift_id, parse_form(RosterForm, fields), ticked)
    except Refusal as refusal:
        return _page(shift, request.form.to_dict(), ticked, refusal), refusal.status
    _tell(scans, _recorded(scans, clock.now()))
    return redirect(url_for("checkin.shift", shift_id=shift_id), 303)


def _scans(shift_id: UUID, values: dict[str, Any], ticked: list[UUID]) -> list[ScanRequest]:
    """A scan for each ticked person; the page's own id makes a second tap the same scans.

    Raises:
        Invalid: nobody ticked, or no reason.
    """
    reason = values["other"] or values["reason"]
    if not ticked:
        raise Invalid({"member_id": [_("请先勾选人。")]})
    if not reason:
        raise Invalid({"other": [_("请选一个原因，或者写明原因。")]})
    return [
        ScanRequest(
            derived_id("roster", values["tick_id"], values["direction"], member_id),
            values["direction"],
            shift_id=shift_id,
            member_id=member_id,
            note=reason,
        )
        for member_id in ticked
    ]


def _recorded(scans: list[ScanRequest], now: datetime) -> list[Outcome]:
    community_id, caller = current_community_id(), current_caller()
    outcomes = transact(
        lambda: record_scans(community_id=community_id, caller=caller, scans=scans, now=now)
    )
    count_answers(outcomes)
    return outcomes


def _tell(scans: list[ScanRequest], outcomes: list[Outcome]) -> None:
    """Say how many were recorded, and of everyone else why not."""
    names = names_of(current_community_id(), [scan.member_id for scan in scans if scan.member_id])
    done = 0
    for scan, outcome in zip(scans, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            why = outcome.detail
        elif outcome.verdict == "accepted":
            done += 1
            continue
        elif outcome.verdict == "held":
            why = _("已记下，待核实")
        else:
            why = message_of(outcome.reason) or ""
        name = names.get(scan.member_id, "") if scan.member_id else ""
        flash(_("%(name)s：%(why)s", name=name, why=why), "warning")
    if done:
        flash(_("点名记下 %(count)s 人。", count=done), "success")


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts[:PEOPLE_MAX]]
    except ValueError as error:
        raise NotFound from error


def _page(
    shift: ShiftFacts, values: dict[str, Any], ticked: list[UUID], refusal: Refusal | None
) -> str:
    community = get_community(current_community_id())
    return render_template(
        "checkin/roster.html",
        shift=shift,
        zone=community.zone,
        people=people_at(community.id, shift),
        reasons=[(str(reason), str(reason)) for reason in REASONS],
        values=values,
        ticked=ticked,
        refusal=refusal,
        tick_id=values.get("tick_id") or new_id(),
    )
