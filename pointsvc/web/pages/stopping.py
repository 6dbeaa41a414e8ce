"""One tap beside a message: what somebody asked about my account is not my wish."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.stopping import stop_request
from pointsvc.web.pages.hall import blueprint


@blueprint.route("/me/requests/<uuid:person_request_id>/stop", methods=["POST"])
@requires("me.read")
def stop_my_request(person_request_id: UUID) -> ResponseReturnValue:
    """Stop it; nothing is lost, it can be asked again."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        transact(
            lambda: stop_request(
                community_id=community_id,
                request_id=person_request_id,
                member_id=member_id,
                now=now,
            )
        )
    except Refusal as refusal:
        flash(str(refusal.detail), "error")
    else:
        flash(_("叫停了，账户照旧。申请的人收到了消息。"), "success")
    return redirect(url_for("web.my_messages"), 303)
