"""What I am asked on the roster, and what I wish of it; the clerk writes for who stands at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import get_member
from pointsvc.plots.calendar.entries import asked_of
from pointsvc.plots.forms.roster import HOURS_MAX, EntryForm, wishes_in
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.people.roster_words import CIRCLE_WORDS, PART_WORDS, REASON_WORDS, why_in_words
from pointsvc.plots.people.rostering import answer_entry, confirm_all
from pointsvc.plots.people.substitutions import offered_to, substitutions_of
from pointsvc.plots.people.wishes import keep_wishes, wishes_of
from pointsvc.plots.rules.cares import CARES
from pointsvc.plots.rules.wishes import NONE
from pointsvc.plots.words import CARE_WORDS, WEEKDAYS


def rostered(community: CommunityFacts, member_id: UUID, now: datetime) -> dict[str, Any]:
    """What the page of my duties shows of rosters and substitution."""
    found = substitutions_of(community.id, member_id, now)
    return {
        "asked": asked_of(community.id, member_id, now),
        "offered": offered_to(community, member_id, now) if _volunteers() else [],
        "my_gaps": [e for e in found if e.left_by_id == member_id and e.is_asking(now)],
        "covered": [e for e in found if e.is_covered],
        "vetoed": [e for e in found if e.state == "vetoed" and e.taken_by_id == member_id],
        "why_in_words": why_in_words,
        "circle_words": CIRCLE_WORDS,
        "reason_words": REASON_WORDS,
        "now": now,
    }


@blueprint.route("/roster/<uuid:entry_id>/answer", methods=["POST"])
@requires("me.read")
def answer_roster(entry_id: UUID) -> ResponseReturnValue:
    """Yes or no to one duty; a clerk or a leader for somebody who says it to their face."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    roles, scope = current_caller().roles, scope_of(current_caller())
    said = parse_form(EntryForm, request.form)
    is_spoken = bool(said["place_id"]) and "clerk" not in roles
    try:
        transact(
            lambda: answer_entry(
                community_id=community_id,
                entry_id=entry_id,
                answer=said["answer"],
                answered_by_id=actor_id,
                is_at_desk="clerk" in roles,
                scope=scope,
                now=now,
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_told(said, is_spoken=is_spoken), "success")
    if said["place_id"] and roles & {"clerk", "leader"}:
        at = {"place_id": said["place_id"], "month": said["month"]}
        return redirect(url_for("plots.roster", **at), 303)
    return redirect(url_for("plots.my_duties"), 303)


@blueprint.route("/roster/answers", methods=["POST"])
@requires("me.read")
def answer_all() -> ResponseReturnValue:
    """Yes to everything one was asked."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        came, full = transact(
            lambda: confirm_all(community_id=community_id, member_id=member_id, now=now)
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
        return redirect(url_for("plots.my_duties"), 303)
    flash(_("%(count)s 次都记下了，到时见。", count=came), "success")
    if full:
        flash(_("有 %(count)s 次人已经够了，不用去了。", count=full), "info")
    return redirect(url_for("plots.my_duties"), 303)


@blueprint.route("/wishes")
@requires("activities.sign_up")
def my_wishes() -> str:
    """When I can, what I would rather not do."""
    return _form(current_actor_id(), None)


@blueprint.route("/wishes", methods=["POST"])
@requires("activities.sign_up")
def keep_my_wishes() -> ResponseReturnValue:
    """Keep them."""
    return _keep(current_actor_id(), url_for("plots.my_duties"))


@blueprint.route("/people/<uuid:member_id>/wishes")
@requires("members.write")
def wishes(member_id: UUID) -> str:
    """The same at the clerk's desk."""
    return _form(member_id, None)


@blueprint.route("/people/<uuid:member_id>/wishes", methods=["POST"])
@requires("members.write")
def keep_wishes_at_desk(member_id: UUID) -> ResponseReturnValue:
    """Keep what somebody says at the desk."""
    return _keep(member_id, url_for("members.show", member_id=member_id))


def _keep(member_id: UUID, back: str) -> ResponseReturnValue:
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        said = wishes_in(request.form)
    except Invalid as refusal:
        return _form(member_id, refusal), refusal.status
    transact(
        lambda: keep_wishes(
            community_id=community_id,
            member_id=member_id,
            wishes=said,
            kept_by_id=actor_id,
            now=now,
        )
    )
    flash(_("记下了，下次排班照这个来。"), "success")
    return redirect(back, 303)


def _told(said: dict[str, Any], *, is_spoken: bool) -> str:
    """What who tapped reads: the person, or the leader to whom it was said."""
    if is_spoken:
        return _("记下了，已发消息告诉本人。")
    yes = said["answer"] == "confirmed"
    return _("记下了，到时见。") if yes else _("记下了，不扣分，也不影响别的。")


def _volunteers() -> bool:
    return bool(current_caller().roles & {"volunteer", "leader"})


def _form(member_id: UUID, refusal: Invalid | None) -> str:
    community = get_community(current_community_id())
    is_mine = member_id == current_actor_id()
    return render_template(
        "plots/wishes.html",
        wishes=wishes_of(community.id, [member_id]).get(member_id, NONE),
        member=get_member(community.id, member_id),
        is_mine=is_mine,
        refusal=refusal,
        weekdays=list(enumerate(WEEKDAYS.values())),
        parts=list(PART_WORDS.items()),
        cares=[(care, CARE_WORDS[care]) for care in CARES],
        hours_max=HOURS_MAX,
        hours=community.settings.care_week_hours,
    )
