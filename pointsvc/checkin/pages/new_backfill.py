"""Asking for a 补录: from a shift that is over, or for work whose shift nobody had opened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.queries import ShiftFacts, find_kinds
from pointsvc.activities.rules import may_run_at
from pointsvc.checkin.backfills import quota_of
from pointsvc.checkin.circles import circles_of
from pointsvc.checkin.duties import people_at
from pointsvc.checkin.errors import BackfillIdReused
from pointsvc.checkin.pages.desk import blueprint, my_scope, shift_to_scan
from pointsvc.checkin.rules.backfilling import is_near
from pointsvc.checkin.schemas import BackfillForm
from pointsvc.checkin.service import AskedBackfill, ask_backfill
from pointsvc.communities.queries import CommunityFacts, find_places, get_community
from pointsvc.earning.queries import find_versions
from pointsvc.earning.rules import in_force
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, NotFound, Refusal
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
from pointsvc.members.queries import active_ids, find_numbered, names_of
from pointsvc.organisation.queries import led_group_ids, people_of_groups

People = list[tuple[UUID, str]]


@blueprint.route("/checkin/backfills/new", methods=["GET", "POST"])
@requires("checkin.backfill")
def new_backfill() -> ResponseReturnValue:
    """The form; a second tap asks for nothing more."""
    community, caller, now = get_community(current_community_id()), current_caller(), clock.now()
    if request.method == "GET":
        return _page(community, request.args.to_dict(), None, now)
    try:
        values = parse_form(BackfillForm, request.form)
        asked = _asked(community, values)
        transact(
            lambda: ask_backfill(
                community_id=community.id,
                caller=caller,
                backfill_id=values["backfill_id"],
                asked=asked,
                now=now,
            )
        )
    except (Conflict, Invalid) as refusal:
        kept = request.form.to_dict()
        if isinstance(refusal, BackfillIdReused):
            del kept["backfill_id"]
        return _page(community, kept, refusal, now), refusal.status
    flash(_("提上去了，等别组的人批准。本人在“我的”里看得到。"), "success")
    return redirect(url_for("checkin.backfills"), 303)


def _asked(community: CommunityFacts, values: dict[str, Any]) -> AskedBackfill:
    """What the form asks, its clock times as moments; an end before the beginning is the next day's."""
    on = values["on"]
    began, ended = values["began"], values["ended"]
    in_at = clock.at_local(on, began.hour, began.minute, community.zone)
    out_on = on if ended > began else on + timedelta(days=1)
    return AskedBackfill(
        member_id=_member(community.id, values),
        in_at=in_at,
        out_at=clock.at_local(out_on, ended.hour, ended.minute, community.zone),
        reason=values["reason"],
        evidence=values["evidence"],
        witness_id=values["witness_id"],
        shift_id=values["shift_id"],
        place_id=values["place_id"],
        activity_kind=values["activity_kind"],
    )


def _member(community_id: UUID, values: dict[str, Any]) -> UUID:
    chosen, number = values["member_id"], values["volunteer_no"]
    if (chosen is None) == (number is None):
        raise Invalid({"member_id": [_("请选一个人，或者填志愿者编号，两样填一样。")]})
    if chosen is not None:
        return UUID(str(chosen))
    found = find_numbered(community_id, number)
    if found is None:
        raise Invalid({"volunteer_no": [_("没有这个编号的在册志愿者。")]})
    return found


def _page(
    community: CommunityFacts, values: dict[str, Any], refusal: Refusal | None, now: datetime
) -> str:
    shift = _shift(values)
    people, witnesses = _people(community.id, shift, values)
    today = clock.local_day(now, community.zone)
    return render_template(
        "checkin/new_backfill.html",
        zone=community.zone,
        shift=shift,
        values=_given(community, shift) | values,
        refusal=refusal,
        people=people,
        witnesses=witnesses,
        places=[] if shift else _places(community.id),
        kinds=[] if shift else _kinds(community.id, now, community.zone),
        quota=quota_of(community, current_actor_id(), today),
        days=community.settings.backfill_days,
        delay_hours=community.settings.backfill_delay_hours,
        today=today,
        first_day=today - timedelta(days=community.settings.backfill_days),
    )


def _given(community: CommunityFacts, shift: ShiftFacts | None) -> dict[str, Any]:
    """What the form starts with: the shift's own day and hours."""
    given: dict[str, Any] = {"backfill_id": new_id()}
    if shift is not None:
        begins, ends = (clock.local(at, community.zone) for at in (shift.starts_at, shift.ends_at))
        given |= {"on": begins.date(), "began": f"{begins:%H:%M}", "ended": f"{ends:%H:%M}"}
    return given


def _shift(values: dict[str, Any]) -> ShiftFacts | None:
    """The shift that the address or the form names. Raises NotFound, Forbidden."""
    text = str(values.get("shift_id") or "")
    if not text:
        return None
    try:
        return shift_to_scan(UUID(text))
    except ValueError as error:
        raise NotFound from error


def _people(
    community_id: UUID, shift: ShiftFacts | None, values: dict[str, Any]
) -> tuple[People, People]:
    """Whom the asker may choose, and who may have seen it; nobody of the asker's own household."""
    me = current_actor_id()
    if shift is not None:
        there = people_at(community_id, shift)
        absent = dict(there.expected)
        present = {each.member_id: each.name for each in (*there.here, *there.gone)}
    else:
        groups = people_of_groups(community_id, led_group_ids(community_id, me))
        absent = names_of(community_id, {each for some in groups.values() for each in some})
        present = {}
    absent |= _named(community_id, values)
    circles = circles_of(community_id, [me, *absent, *present])

    def far(people: dict[UUID, str]) -> People:
        found = ((id_, name) for id_, name in people.items() if not _is_mine(circles, me, id_))
        return sorted(found, key=lambda person: person[1])

    return far(absent), far(absent | present)


def _is_mine(circles: dict[UUID, Any], me: UUID, other: UUID) -> bool:
    return is_near(circles[me], circles[other])


def _named(community_id: UUID, values: dict[str, Any]) -> dict[UUID, str]:
    """The person that an address names: a clerk came from their page."""
    try:
        wanted = UUID(str(values.get("member_id") or ""))
    except ValueError:
        return {}
    return names_of(community_id, active_ids(community_id, [wanted]))


def _places(community_id: UUID) -> People:
    scope = my_scope()
    return [
        (place.id, place.name) for place in find_places(community_id) if may_run_at(scope, place.id)
    ]


def _kinds(community_id: UUID, now: datetime, zone: str) -> list[tuple[str, str]]:
    """Kinds of work that can be recorded afterwards: signed in and out, and service."""
    versions = find_versions(community_id=community_id)
    today = clock.local_day(now, zone)
    serving = {
        code
        for code, some in versions.items()
        if (tariff := in_force(some, today)) is not None and tariff.counts_as_service
    }
    return [
        (kind.code, kind.called(choose_locale()))
        for kind in find_kinds(community_id)
        if kind.is_used and kind.counted_by == "attendance" and kind.code in serving
    ]
