"""Writing down what was done in a shift, outdoors and with one hand; looking at it later."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.queries import ShiftFacts, get_shift
from pointsvc.activities.scopes import scope_of
from pointsvc.attachments.doors import pictures_in
from pointsvc.attachments.queries import pictures_of
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.plots.access import sees_plot
from pointsvc.plots.doing.pictures import REPORT
from pointsvc.plots.doing.reporting import Said, may_report, write_report
from pointsvc.plots.doing.reports import ReportFacts, find_report, planned_for
from pointsvc.plots.forms.doing import ReportForm
from pointsvc.plots.pages.desk import blueprint, check_pictures_of_today
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.cares import CARES
from pointsvc.plots.rules.reporting import PARTS, PICTURES_MAX, may_amend
from pointsvc.plots.words import CARE_WORDS


@blueprint.route("/shifts/<uuid:shift_id>/report", methods=["GET", "POST"])
@requires("me.read")
def report(shift_id: UUID) -> ResponseReturnValue:
    """The shift's report: to write, to amend until the end of the next day, to read after that."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    shift, caller = get_shift(community_id, shift_id), current_caller()
    scope = scope_of(caller)
    if request.method == "GET":
        return _page(shift, None, None)
    if not may_report(community_id, scope, shift, actor_id):
        raise Forbidden  # before a photograph is unfolded for nothing
    try:
        said, seen_version = _said()
        transact(
            lambda: write_report(
                community_id=community_id,
                scope=scope,
                shift_id=shift_id,
                said=said,
                seen_version=seen_version,
                reported_by_id=actor_id,
                now=now,
            )
        )
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(shift, _typed(), refusal), refusal.status
    flash(_("记好了，辛苦了！明天以前还能改、能补照片。"), "success")
    return redirect(url_for("plots.report", shift_id=shift_id), 303)


def _said() -> tuple[Said, int]:
    """What was typed, and the version that the writer had before their eyes."""
    form = {name: text for name, text in request.form.items() if name in ReportForm().fields}
    values = parse_form(ReportForm, form | {"cares": request.form.getlist("cares")})
    check_pictures_of_today()
    pictures = {part: pictures_in(part, most=PICTURES_MAX) for part in PARTS}
    said = Said(tuple(values["cares"]), values["tools"] or None, values["note"] or None, pictures)
    return said, values["seen_version"]


def _page(shift: ShiftFacts, typed: dict[str, Any] | None, refusal: Refusal | None) -> str:
    community, caller, now = get_community(current_community_id()), current_caller(), clock.now()
    plot = get_plot(community.id, shift.place_id)
    may_write = may_report(community.id, scope_of(caller), shift, caller.id)
    if not may_write and not sees_plot(caller, shift.place_id):
        raise Forbidden
    found = find_report(community.id, shift.id)
    people = [each for each in (found.reported_by_id, found.amended_by_id) if each] if found else []
    pictures = pictures_of(community.id, REPORT, [found.id]) if found else {}
    return render_template(
        "plots/report.html",
        shift=shift,
        plot=plot,
        report=found,
        names=names_of(community.id, people),
        pictures=pictures.get(found.id, []) if found else [],
        may_write=may_write and _is_writable(community, shift, found),
        values=_values(community, shift, found) | (typed or {}) | _seen(found),
        refusal=refusal,
        cares=_cares(community.id, shift.id),
        care_words=CARE_WORDS,
        most=PICTURES_MAX,
        zone=community.zone,
        now=now,
    )


def _is_writable(community: CommunityFacts, shift: ShiftFacts, found: ReportFacts | None) -> bool:
    """Whether the form is worth showing; the service decides again."""
    today = clock.local_day(clock.now(), community.zone)
    if found is None:
        return shift.cancelled_at is None and shift.starts_at <= clock.now()
    return may_amend(reported_on=clock.local_day(found.reported_at, community.zone), today=today)


def _values(
    community: CommunityFacts, shift: ShiftFacts, found: ReportFacts | None
) -> dict[str, Any]:
    """What stands, or what the calendar wanted of this shift."""
    if found is not None:
        return {
            "cares": list(found.cares),
            "tools": found.tools,
            "note": found.note,
        }
    care, tools = planned_for(community.id, [shift.id]).get(shift.id, ("", ""))
    return {"cares": [care] if care else [], "tools": tools, "note": ""}


def _cares(community_id: UUID, shift_id: UUID) -> list[str]:
    """What the calendar wanted first, under the thumb; then everything else."""
    wanted = [care for care, _tools in planned_for(community_id, [shift_id]).values()]
    return list(dict.fromkeys([*wanted, *CARES]))


def _seen(found: ReportFacts | None) -> dict[str, int]:
    """The version that this page shows, whatever the one before it showed."""
    return {"seen_version": found.version if found else 0}


def _typed() -> dict[str, Any]:
    return request.form.to_dict() | {"cares": request.form.getlist("cares")}
