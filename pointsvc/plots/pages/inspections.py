"""The office's month of inspections: who is asked for which plot, what it came to, what it paid."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.fields import day_in, parse_form
from pointsvc.kernel.i18n import gettext as _, pause
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.plots.doing.inspecting import ask_inspector, begin_month
from pointsvc.plots.doing.inspections import (
    PlotMonth,
    bonuses_of,
    get_result,
    inspectors_for,
    month_of_plots,
)
from pointsvc.plots.doing.results import take_back_result
from pointsvc.plots.forms.doing import InspectorForm, MonthForm, ReasonForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.words import OUTCOME_WORDS


@blueprint.route("/inspections")
@requires("plots.inspections")
def inspections() -> str:
    """A month, plot by plot and by number: no ranking is made of it."""
    community = get_community(current_community_id())
    month_on, this = _month(community)
    mark = community.settings.inspection_pass_mark
    months = month_of_plots(community.id, month_on, pass_mark=mark)
    may_ask = "clerk" in current_caller().roles and month_on >= clock.add_months(this, -1)
    bonuses = bonuses_of(community.id, month_on)
    return render_template(
        "plots/inspections.html",
        months=months,
        month_on=month_on,
        before=clock.add_months(month_on, -1),
        after=clock.add_months(month_on, 1) if month_on < this else None,
        bonuses={place: (len(some), sum(n for _who, n in some)) for place, some in bonuses.items()},
        names=names_of(
            community.id, {visit.inspector_id for each in months for visit in each.visits}
        ),
        choices=_choices(community.id, months) if may_ask else {},
        may_ask=may_ask,
        may_take_back="supervisor" in current_caller().roles,
        has_open=any(each.outcome in {"none", "second_wanted"} for each in months),
        pass_mark=mark,
        outcome_words=OUTCOME_WORDS,
        zone=community.zone,
    )


@blueprint.route("/inspections", methods=["POST"])
@requires("organisation.write")
def begin() -> ResponseReturnValue:
    """Ask somebody of another group for each plot."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    month_on = _typed_month()
    try:
        asked, lacking = transact(
            lambda: begin_month(
                community_id=community_id, month_on=month_on, asked_by_id=actor_id, now=now
            )
        )
    except Invalid as refusal:
        flash(_first(refusal), "error")
        return _to(month_on)
    flash(_("请了 %(count)s 位，已发消息给他们。", count=asked), "success")
    if lacking:
        flash(_("%(count)s 块田没有合适的人，请自己请一位。", count=lacking), "warning")
    return _to(month_on)


@blueprint.route("/<uuid:place_id>/inspections", methods=["POST"])
@requires("organisation.write")
def ask_for_visit(place_id: UUID) -> ResponseReturnValue:
    """Ask this person instead."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    month_on = _typed_month()
    try:
        wanted = parse_form(InspectorForm, request.form)
        transact(
            lambda: ask_inspector(
                community_id=community_id,
                place_id=place_id,
                month_on=wanted["month"],
                inspector_id=wanted["inspector_id"],
                asked_by_id=actor_id,
                now=now,
            )
        )
        flash(_("已发消息请他。"), "success")
    except Invalid as refusal:
        flash(_first(refusal), "error")
    except Conflict as refusal:
        flash(refusal.detail, "error")
    return _to(month_on)


@blueprint.route("/results/<uuid:result_id>/take-back", methods=["POST"])
@requires("plots.take_back")
def take_back(result_id: UUID) -> ResponseReturnValue:
    """A wrong result: the supervisor takes it back, and the books follow."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    month_on = get_result(community_id, result_id).month_on
    try:
        reason = parse_form(ReasonForm, request.form)["reason"]
        transact(
            lambda: take_back_result(
                community_id=community_id,
                result_id=result_id,
                reason=reason,
                taken_by_id=actor_id,
                now=now,
            )
        )
        flash(_("收回了，积分用冲正的办法退了回来，已告诉本人。"), "success")
    except Invalid as refusal:
        flash(_first(refusal), "error")
    except Conflict as refusal:
        flash(refusal.detail, "error")
    return _to(month_on)


def _choices(community_id: UUID, months: list[PlotMonth]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Whom the clerk may ask for each plot whose month is still open."""
    open_ = [each for each in months if each.outcome not in {"passed", "failed"}]
    found = inspectors_for(community_id, open_) if open_ else {}
    names = names_of(community_id, {one for some in found.values() for one in some})
    return {
        place_id: [(one, names.get(one, "")) for one in some] for place_id, some in found.items()
    }


def _month(community: CommunityFacts) -> tuple[date, date]:
    """The month asked for, and this one; nothing later than this one."""
    this = clock.month_start(clock.local_day(clock.now(), community.zone))
    asked = day_in(f"{request.args.get('month', '')}-01")
    return min(clock.month_start(asked) if asked else this, this), this


def _typed_month() -> date:
    try:
        month: date = parse_form(MonthForm, {"month": request.form.get("month", "")})["month"]
    except Invalid:
        return clock.month_start(
            clock.local_day(clock.now(), get_community(current_community_id()).zone)
        )
    return clock.month_start(month)


def _to(month_on: date) -> ResponseReturnValue:
    return redirect(url_for("plots.inspections", month=f"{month_on:%Y-%m}"), 303)


def _first(refusal: Invalid) -> str:
    texts = (str(text) for some in (refusal.errors or {}).values() for text in some)
    return pause("；").join(texts) or refusal.detail
