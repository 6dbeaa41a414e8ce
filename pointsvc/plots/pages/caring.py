"""Who cares for a plot: the leader asks, the volunteer answers, anybody may end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.rules import may_run_at
from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _, pause
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import consents_of
from pointsvc.members.editing import say_consent
from pointsvc.organisation.queries import tended_place_ids_of
from pointsvc.plots.calendar.ahead import ahead_of
from pointsvc.plots.calendar.calendars import weeks_of
from pointsvc.plots.doing.reports import to_report
from pointsvc.plots.pages.answering import rostered
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.people.assigning import answer_assignment, end_assignment, propose_assignment
from pointsvc.plots.people.assignments import assignments_at, assignments_of, get_assignment
from pointsvc.plots.people.handovers import handovers_at, handovers_of
from pointsvc.plots.places.adoptions import adoptions_at
from pointsvc.plots.queries import PlotFacts, get_plot
from pointsvc.plots.rules.reporting import WRITTEN_WITHIN
from pointsvc.plots.schemas import AnswerForm, AskForm
from pointsvc.plots.words import CARE_WORDS, RISK_WORDS

TERM = timedelta(days=365)
ASKED_BEFORE = timedelta(days=60)  # whether to go on is a question for the end of a term


@blueprint.route("/<uuid:place_id>/people")
@requires("plots.write")
def people(place_id: UUID) -> str:
    """Who was asked, who cares, whom one may still ask; the clerk answers for who stands there."""
    community, plot, now = get_community(current_community_id()), _own(place_id), clock.now()
    today = clock.local_day(now, community.zone)
    assignments = assignments_at(community.id, [place_id])
    known = {each.member_id for each in assignments}
    return render_template(
        "plots/people.html",
        plot=plot,
        assignments=assignments,
        choices=[(each.id, each.name) for each in plot.people if each.id not in known],
        new_id=new_id(),
        today=today.isoformat(),
        tomorrow=(today + timedelta(days=1)).isoformat(),
        ends_on=(today + TERM).isoformat(),
        soon_over={
            each.id for each in assignments if each.ends_on and each.ends_on <= today + ASKED_BEFORE
        },
        renewed={
            each.id: (max(each.ends_on or today, today) + TERM).isoformat() for each in assignments
        },
        handovers=handovers_at(community.id, [place_id]),
        corners=adoptions_at(community.id, [place_id]),
        is_clerk="clerk" in current_caller().roles,
    )


@blueprint.route("/<uuid:place_id>/people", methods=["POST"])
@requires("plots.write")
def ask(place_id: UUID) -> ResponseReturnValue:
    """Ask somebody of the group."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        asked = parse_form(AskForm, request.form)
        transact(
            lambda: propose_assignment(
                community_id=community_id,
                scope=scope,
                proposed_by_id=actor_id,
                place_id=place_id,
                now=now,
                **asked,
            )
        )
        flash(_("已发消息请他。愿意不愿意由本人说了算。"), "success")
    except Invalid as refusal:
        texts = (str(text) for each in (refusal.errors or {}).values() for text in each)
        flash(pause("；").join(texts), "error")
    except Conflict as refusal:
        flash(refusal.detail, "error")
    return redirect(url_for("plots.people", place_id=place_id), 303)


@blueprint.route("/assignments/<uuid:assignment_id>/answer", methods=["POST"])
@requires("me.read")
def answer(assignment_id: UUID) -> ResponseReturnValue:
    """Yes, no, or yes but; a clerk for somebody who stands at the desk."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    is_clerk = "clerk" in current_caller().roles
    try:
        said = parse_form(AnswerForm, request.form)

        def work() -> None:
            answer_assignment(
                community_id=community_id,
                assignment_id=assignment_id,
                answer=said["answer"],
                wish=said["wish"],
                wish_on=said["wish_on"],
                answered_by_id=actor_id,
                is_at_desk=is_clerk,
                now=now,
            )
            if said["is_named"] and said["answer"] == "accepted":
                _name_on_plots(community_id, assignment_id, actor_id, now)

        transact(work)
        flash(_("记下了，已告诉组长。"), "success")
    except Invalid as refusal:
        texts = (str(text) for each in (refusal.errors or {}).values() for text in each)
        flash(pause("；").join(texts), "error")
    except Conflict as refusal:
        flash(refusal.detail, "error")
    return redirect(_back(), 303)


@blueprint.route("/assignments/<uuid:assignment_id>/end", methods=["POST"])
@requires("me.read")
def leave(assignment_id: UUID) -> ResponseReturnValue:
    """Not any more; it costs nothing."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    cared = _cared(community_id, assignment_id)
    transact(
        lambda: end_assignment(
            community_id=community_id,
            scope=scope,
            assignment_id=assignment_id,
            ended_by_id=actor_id,
            leaves_signups=request.form.get("leaves_signups") == "yes",
            now=now,
        )
    )
    flash(_("好的，记下了；不扣分，也不影响别的。"), "success")
    if cared and any(e.from_id == cared[1] for e in handovers_at(community_id, [cared[0]])):
        flash(_("要交的工具、钥匙列成了清单，在“交接”里，交一样勾一样。"), "info")
        return redirect(f"{_back()}#handovers", 303)
    return redirect(_back(), 303)


@blueprint.route("/duties/mine")
@requires("me.read")
def my_duties() -> str:
    """What I was asked, what I care for, and what comes there."""
    community, member_id, now = (
        get_community(current_community_id()),
        current_actor_id(),
        clock.now(),
    )
    today = clock.local_day(now, community.zone)
    assignments = assignments_of(community.id, member_id)
    tended = tended_place_ids_of(community.id, member_id)
    mine = {each.place_id for each in assignments} | tended
    names = {place.id: place.name for place in find_places(community.id, kind="plot")}
    ahead = ahead_of(community, member_id, mine, now)
    return render_template(
        "plots/my_duties.html",
        assignments=assignments,
        my_weeks=weeks_of(ahead.mine),
        unplanned=ahead.unplanned,
        other_weeks=weeks_of(ahead.others),
        others_count=len(ahead.others),
        today=today,
        tomorrow=today + timedelta(days=1),
        handovers=handovers_of(community.id, member_id),
        is_named=consents_of(community.id, member_id)["plot_name"].is_given,
        to_report=to_report(community.id, member_id, list(names), now - WRITTEN_WITHIN),
        place_names=names,
        joined=ahead.joined,
        zone=community.zone,
        care_words=CARE_WORDS,
        risk_words=RISK_WORDS,
        **rostered(community, member_id, now),
    )


def _cared(community_id: UUID, assignment_id: UUID) -> tuple[UUID, UUID] | None:
    """The plot and the person of a care that is still live."""
    try:
        found = get_assignment(community_id, assignment_id)
    except NotFound:  # over by now
        return None
    return (found.place_id, found.member_id) if found.state == "accepted" else None


def _name_on_plots(community_id: UUID, assignment_id: UUID, actor_id: UUID, now: datetime) -> None:
    """Write down that who takes the plot on agreed to be named on it."""
    say_consent(
        community_id=community_id,
        member_id=get_assignment(community_id, assignment_id).member_id,
        purpose="plot_name",
        given=True,
        recorded_by_id=actor_id,
        now=now,
    )


def _own(place_id: UUID) -> PlotFacts:
    plot = get_plot(current_community_id(), place_id)
    if not may_run_at(scope_of(current_caller()), place_id):
        raise Forbidden
    return plot


def _back() -> str:
    place_id = request.form.get("place_id", "")
    roles = current_caller().roles
    if place_id and roles & {"leader", "clerk"}:
        return url_for("plots.people", place_id=place_id)
    return url_for("plots.my_duties")
