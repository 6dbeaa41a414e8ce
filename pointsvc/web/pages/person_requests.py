"""What clerks asked about people's accounts: the list, one of them, the second person's answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.agreeing import decide_request
from pointsvc.members.person_requests import (
    PersonAsked,
    ended_requests,
    get_request,
    waiting_requests,
)
from pointsvc.members.second_persons import decider_here
from pointsvc.members.stopping import withdraw_request
from pointsvc.organisation.choosing import chosen_by
from pointsvc.organisation.permissions import may
from pointsvc.shop.forms.requests import AnswerForm
from pointsvc.web.asked_people import names_in, sides_of
from pointsvc.web.deciders import ROLES, others_than
from pointsvc.web.gone import ROOMS
from pointsvc.web.merging import COUNTED, lost_consents
from pointsvc.web.pages.hall import blueprint


@blueprint.route("/members/requests")
@requires("members.agree")
def person_requests() -> str:
    """What waits for a second person, and what came of the last ones."""
    community, now = get_community(current_community_id()), clock.now()
    waiting, ended = waiting_requests(community.id, now), ended_requests(community.id, now)
    return render_template(
        "web/person_requests.html",
        waiting=waiting,
        ended=[(each, each.state_at(now)) for each in ended],
        names=names_in(community.id, [*waiting, *ended]),
        zone=community.zone,
    )


@blueprint.route("/members/requests/<uuid:person_request_id>")
@requires("members.agree")
def person_request(person_request_id: UUID) -> str:
    """Both accounts beside each other, who asked and why; agreeing or not, or what came of it."""
    return _page(person_request_id, None)


@blueprint.route("/members/requests/<uuid:person_request_id>/decide", methods=["POST"])
@requires("members.agree")
def decide_person_request(person_request_id: UUID) -> ResponseReturnValue:
    """Agree, and it is carried out or begins at once; or decline with a reason."""
    community, caller, now = get_community(current_community_id()), current_caller(), clock.now()
    try:
        values = parse_form(AnswerForm, request.form.to_dict())
        transact(
            lambda: decide_request(
                community_id=community.id,
                request_id=person_request_id,
                decider=decider_here(
                    caller, chosen_by(community.id, current_actor_id(), ROLES, now)
                ),
                approve=values["approve"],
                answer=values["answer"],
                rooms=ROOMS.follow,
                now=now,
                today=clock.local_day(now, community.zone),
            )
        )
    except Refusal as refusal:
        return _page(person_request_id, refusal), refusal.status
    flash(_said(community, person_request_id, approve=values["approve"]), "success")
    return redirect(url_for("web.person_request", person_request_id=person_request_id), 303)


def _said(community: CommunityFacts, request_id: UUID, *, approve: bool) -> str:
    if not approve:
        return _("记下了：没有同意。申请的人看得到原因。")
    is_merge = get_request(community.id, request_id).into_id is not None
    return _("同意了，已经照办。") if is_merge else _("同意了，等待期开始了。")


@blueprint.route("/members/requests/<uuid:person_request_id>/withdraw", methods=["POST"])
@requires("members.agree")
def withdraw_person_request(person_request_id: UUID) -> ResponseReturnValue:
    """Take back what one asked oneself."""
    community_id, by_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        transact(
            lambda: withdraw_request(
                community_id=community_id, request_id=person_request_id, by_id=by_id, now=now
            )
        )
    except Refusal as refusal:
        return _page(person_request_id, refusal), refusal.status
    flash(_("申请撤回了，什么都没有改。"), "success")
    return redirect(url_for("web.person_request", person_request_id=person_request_id), 303)


def _page(request_id: UUID, refusal: Refusal | None) -> str:
    community, now = get_community(current_community_id()), clock.now()
    asked = get_request(community.id, request_id)
    near = {asked.asked_by_id, *asked.accounts}
    others = others_than(community.id, near, asked.asked_at)
    return render_template(
        "web/person_request.html",
        asked=asked,
        state=asked.state_at(now),
        names=names_in(community.id, [asked]),
        others=others,
        may_decide=current_actor_id() in others,
        is_too_new=now < asked.agreeable_at,
        is_mine=asked.asked_by_id == current_actor_id(),
        is_shared=current_caller().on_device_id is not None,
        may_open=may(current_caller(), "members.read"),
        counted=COUNTED,
        refusal=refusal,
        zone=community.zone,
        **_shown(community, asked),
    )


def _shown(community: CommunityFacts, asked: PersonAsked) -> dict[str, Any]:
    now = clock.now()
    gone, kept = sides_of(community.id, asked, today=clock.local_day(now, community.zone), now=now)
    return {"gone": gone, "kept": kept, "lost": lost_consents(kept, gone) if kept else []}
