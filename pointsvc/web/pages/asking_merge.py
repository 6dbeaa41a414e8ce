"""Asking a second person to agree that two accounts are one."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.proposing import Proposal, propose
from pointsvc.web.deciders import deciders_of
from pointsvc.web.forms import ReasonForm
from pointsvc.web.pages.hall import blueprint
from pointsvc.web.pages.merging import merge_page


@blueprint.route("/members/<uuid:member_id>/merge/<uuid:twin_id>/ask", methods=["POST"])
@requires("members.merge")
def ask_merge(member_id: UUID, twin_id: UUID) -> ResponseReturnValue:
    """Ask a second person; until they agree nothing moves."""
    community_id, by_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        values = parse_form(ReasonForm, request.form.to_dict())
        request_id = transact(
            lambda: propose(
                community_id=community_id,
                asked=Proposal(twin_id, values["reason"], into_id=member_id),
                by_id=by_id,
                deciders=deciders_of(community_id),
                now=now,
            )
        )
    except Refusal as refusal:
        return merge_page(member_id, twin_id, refusal), refusal.status
    flash(_("申请提好了。两个账户都收到了消息，另一个人同意了才会合并。"), "success")
    return redirect(url_for("web.person_request", person_request_id=request_id), 303)
