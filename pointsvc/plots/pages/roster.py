"""A plot's month: who comes, who is silent, what is missing; look first, ask, change by hand, print."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_skeleton
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import get_community, get_place
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Refusal
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.i18n import choose_locale, gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.kernel.vault import mask_name
from pointsvc.members.queries import names_of
from pointsvc.plots.calendar.calendars import get_duty
from pointsvc.plots.forms.roster import seats_in
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.people.roster_words import CIRCLE_WORDS, GAP_WORDS, REASON_WORDS, why_in_words
from pointsvc.plots.people.rostering import Month, look_at_month, send_roster, withdraw_entry
from pointsvc.plots.people.substitutions import substitutions_at
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.roster import Wanted, limit_of
from pointsvc.plots.words import CARE_WORDS

MONTHS_AHEAD = 12


def seen_by_leader(
    community_id: UUID, place_ids: Collection[UUID], now: datetime
) -> dict[str, Any]:
    """What the leader's page shows of substitution: who asks, who goes for whom."""
    found = substitutions_at(community_id, place_ids, now)
    return {
        "substitutions": [
            each
            for each in found
            if each.ends_at > now and (each.is_asking(now) or each.is_covered)
        ],
        "care_words": CARE_WORDS,
        "circle_words": CIRCLE_WORDS,
        "reason_words": REASON_WORDS,
    }


@blueprint.route("/<uuid:place_id>/roster")
@requires("plots.write")
def roster(place_id: UUID) -> str:
    """The month as it stands: confirmed, silent, missing; substitutions of its shifts."""
    community_id, now = current_community_id(), clock.now()
    month, seen = _month(place_id)
    shifts = {each.duty.shift_id for each in seen.duties}
    return render_template(
        "plots/roster.html",
        seen=seen,
        choices=_choices(seen),
        substitutions=[
            each
            for each in substitutions_at(community_id, [place_id], now)
            if each.shift_id in shifts
        ],
        is_clerk="clerk" in current_caller().roles,
        **_context(place_id, month),
    )


@blueprint.route("/<uuid:place_id>/roster/preview")
@requires("plots.write")
def preview_roster(place_id: UUID) -> str:
    """Who would be asked and why; every seat can be changed by hand. Nothing is written."""
    month, seen = _month(place_id)
    return _preview(place_id, month, seen, None)


@blueprint.route("/<uuid:place_id>/roster", methods=["POST"])
@requires("plots.write")
def ask_roster(place_id: UUID) -> ResponseReturnValue:
    """Ask those who were chosen."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope, month, asked = scope_of(current_caller()), _asked_month(), seats_in(request.form)
    try:
        count = transact(
            lambda: send_roster(
                community_id=community_id,
                scope=scope,
                sent_by_id=actor_id,
                place_id=place_id,
                month=month,
                asked=asked,
                now=now,
            )
        )
    except Conflict as refusal:
        return _preview(place_id, month, _month(place_id)[1], refusal), refusal.status
    if count:
        flash(_("问了 %(count)s 次，已发消息。去不去由本人说了算。", count=count), "success")
    else:
        flash(_("没有新的要问。"), "info")
    return redirect(_address(place_id, month), 303)


@blueprint.route("/roster/<uuid:entry_id>/withdraw", methods=["POST"])
@requires("plots.write")
def withdraw(entry_id: UUID) -> ResponseReturnValue:
    """Take a question back; somebody else is asked in the same tap, where one is chosen."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope, others = scope_of(current_caller()), seats_in(request.form)

    def work() -> tuple[UUID, date]:
        entry = withdraw_entry(
            community_id=community_id,
            scope=scope,
            withdrawn_by_id=actor_id,
            entry_id=entry_id,
            now=now,
        )
        month = clock.month_start(get_duty(community_id, entry.duty_id).due_on)
        send_roster(
            community_id=community_id,
            scope=scope,
            sent_by_id=actor_id,
            place_id=entry.place_id,
            month=month,
            asked=others,
            now=now,
        )
        return entry.place_id, month

    try:
        place_id, month = transact(work)
    except Conflict as refusal:
        flash(refusal.detail, "error")
        return redirect(request.referrer or url_for("plots.mine"), 303)
    flash(_("换好了，已告诉他们。") if others else _("收回了，已告诉本人。"), "success")
    return redirect(_address(place_id, month), 303)


@blueprint.route("/<uuid:place_id>/roster/sheet")
@requires("plots.write")
def roster_sheet(place_id: UUID) -> str:
    """For the notice board: surnames; whole names with `names=full`, for the leader's own hand."""
    month, seen = _month(place_id)
    is_short = request.args.get("names") != "full"
    return render_template(
        "plots/roster_sheet.html",
        seen=seen,
        plot=get_plot(current_community_id(), place_id),
        is_short=is_short,
        named=mask_name if is_short else str,
        today=clock.local_day(clock.now(), get_community(current_community_id()).zone),
        **_context(place_id, month),
    )


def _preview(place_id: UUID, month: date, seen: Month, refusal: Refusal | None) -> str:
    proposed = seen.roster()
    why = {
        (each.duty_id, each.member_id): why_in_words(each.reasons, seen.wanted[each.duty_id].care)
        for each in proposed.proposals
    }
    chosen: dict[UUID, list[UUID]] = {}
    for duty_id, member_id in seats_in(request.form) if refusal else why:
        chosen.setdefault(duty_id, []).append(member_id)
    return render_template(
        "plots/roster_preview.html",
        seen=seen,
        duties=[each for each in seen.duties if _is_open(seen, each.duty.id)],
        chosen=chosen,
        why=why,
        gaps={gap.duty_id: gap for gap in proposed.gaps},
        choices=_choices(seen),
        names=names_of(current_community_id(), seen.people),
        refusal=refusal,
        **_context(place_id, month),
    )


def _is_open(seen: Month, duty_id: UUID) -> bool:
    return duty_id in seen.wanted and seen.wanted[duty_id].count > 0


def _choices(seen: Month) -> dict[UUID, list[tuple[UUID, str]]]:
    """Whom one may choose for each duty: not who comes, was asked, said no or cannot at all."""
    names = names_of(current_community_id(), seen.people)

    def free(duty: Wanted) -> list[tuple[UUID, str]]:
        return [
            (person.id, names.get(person.id, ""))
            for person in seen.people.values()
            if person.id not in duty.known | duty.refused
            and limit_of(duty.when, person.taken, person.week_minutes_max) is None
        ]

    return {duty_id: free(duty) for duty_id, duty in seen.wanted.items()}


def _month(place_id: UUID) -> tuple[date, Month]:
    month = _asked_month()
    seen = look_at_month(
        community_id=current_community_id(),
        scope=scope_of(current_caller()),
        place_id=place_id,
        month=month,
        now=clock.now(),
    )
    return month, seen


def _asked_month() -> date:
    """The month in the address or the form; this one, from its 25th day the next, where none makes sense."""
    today = clock.local_day(clock.now(), get_community(current_community_id()).zone)
    asked = day_in(f"{request.values.get('month', '')}-01")
    farthest = clock.add_months(clock.month_start(today), MONTHS_AHEAD)
    if asked is not None and clock.add_months(today, -MONTHS_AHEAD) <= asked <= farthest:
        return asked
    return clock.month_start(today + timedelta(days=7))


def _context(place_id: UUID, month: date) -> dict[str, Any]:
    community = get_community(current_community_id())
    return {
        "place": get_place(community.id, place_id),
        "month": month,
        "title": format_skeleton("yMMMM", month, locale=choose_locale()),
        "before": _address(place_id, clock.add_months(month, -1)),
        "after": _address(place_id, clock.add_months(month, 1)),
        "zone": community.zone,
        "now": clock.now(),
        "community": community,
        "care_words": CARE_WORDS,
        "gap_words": GAP_WORDS,
        "circle_words": CIRCLE_WORDS,
        "reason_words": REASON_WORDS,
        "why_in_words": why_in_words,
    }


def _address(place_id: UUID, month: date) -> str:
    return url_for("plots.roster", place_id=place_id, month=f"{month:%Y-%m}")
