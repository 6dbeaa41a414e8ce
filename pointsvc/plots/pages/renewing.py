"""What a leader says after the first question: a spoken yes, another day, go on; and the answers."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.rules import may_run_at
from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, NotFound
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.plots.forms.caring import AnewForm, GoOnForm, RenewalForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.pages.telling import flash_refusal
from pointsvc.plots.people.assignments import get_assignment
from pointsvc.plots.people.remaining import open_questions, remaining_signups
from pointsvc.plots.people.renewing import answer_renewal, ask_anew, ask_to_go_on, write_down_yes
from pointsvc.plots.words import CARE_WORDS


@blueprint.route("/assignments/<uuid:assignment_id>/end")
@requires("me.read")
def ending(assignment_id: UUID) -> str:
    """Before somebody stops: which sign-ups remain, and whether these go too; what is taken back."""
    community, now = get_community(current_community_id()), clock.now()
    asked = get_assignment(community.id, assignment_id)
    is_mine = asked.member_id == current_actor_id()
    if not is_mine and not may_run_at(scope_of(current_caller()), asked.place_id):
        raise NotFound
    there = {
        "community_id": community.id,
        "place_id": asked.place_id,
        "member_id": asked.member_id,
    }
    return render_template(
        "plots/ending.html",
        asked=asked,
        is_mine=is_mine,
        shifts=remaining_signups(**there, now=now),
        questions=open_questions(**there, now=now) if asked.state == "accepted" else [],
        care_words=CARE_WORDS,
        zone=community.zone,
    )


@blueprint.route("/assignments/<uuid:assignment_id>/spoken", methods=["POST"])
@requires("plots.write")
def spoken(assignment_id: UUID) -> ResponseReturnValue:
    """They said yes to my face."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        transact(
            lambda: write_down_yes(
                community_id=community_id,
                scope=scope,
                assignment_id=assignment_id,
                written_by_id=actor_id,
                now=now,
            )
        )
        flash(_("记下了，已发消息告诉本人；要是没有这回事，他点一下就撤掉。"), "success")
    except Conflict as refusal:
        flash_refusal(refusal)
    return redirect(_people(assignment_id), 303)


@blueprint.route("/assignments/<uuid:assignment_id>/anew", methods=["POST"])
@requires("plots.write")
def anew(assignment_id: UUID) -> ResponseReturnValue:
    """From another day, as they wished."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        starts_on = parse_form(AnewForm, request.form)["starts_on"]
        transact(
            lambda: ask_anew(
                community_id=community_id,
                scope=scope,
                assignment_id=assignment_id,
                asked_by_id=actor_id,
                starts_on=starts_on,
                now=now,
            )
        )
        flash(_("换了日子，已发消息再问他。"), "success")
    except (Conflict, Invalid) as refusal:
        flash_refusal(refusal)
    return redirect(_people(assignment_id), 303)


@blueprint.route("/assignments/<uuid:assignment_id>/renewal", methods=["POST"])
@requires("plots.write")
def renew(assignment_id: UUID) -> ResponseReturnValue:
    """Ask to go on."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        ends_on = parse_form(GoOnForm, request.form)["ends_on"]
        transact(
            lambda: ask_to_go_on(
                community_id=community_id,
                scope=scope,
                assignment_id=assignment_id,
                asked_by_id=actor_id,
                ends_on=ends_on,
                now=now,
            )
        )
        flash(_("已发消息问他愿不愿意接着做。"), "success")
    except (Conflict, Invalid) as refusal:
        flash_refusal(refusal)
    return redirect(_people(assignment_id), 303)


@blueprint.route("/assignments/<uuid:assignment_id>/renewal/answer", methods=["POST"])
@requires("me.read")
def go_on(assignment_id: UUID) -> ResponseReturnValue:
    """Yes, I go on; or no, as agreed; a clerk for somebody who stands at the desk."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    is_clerk = "clerk" in current_caller().roles
    try:
        said = parse_form(RenewalForm, request.form)
        transact(
            lambda: answer_renewal(
                community_id=community_id,
                assignment_id=assignment_id,
                goes_on=said["answer"] == "accepted",
                answered_by_id=actor_id,
                is_at_desk=is_clerk,
                now=now,
            )
        )
        flash(_("记下了，已告诉组长。"), "success")
    except (Conflict, Invalid) as refusal:
        flash_refusal(refusal)
    is_at_desk = is_clerk and request.form.get("place_id")
    return redirect(_people(assignment_id) if is_at_desk else url_for("plots.my_duties"), 303)


def _people(assignment_id: UUID) -> str:
    """The page of who cares for its plot, while it is live."""
    try:
        asked = get_assignment(current_community_id(), assignment_id)
    except NotFound:  # over by now
        return url_for("plots.mine")
    return url_for("plots.people", place_id=asked.place_id)
