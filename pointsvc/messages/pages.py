"""A person's own page: by which ways messages come, beside the pages."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.kernel.vault import mask_phone
from pointsvc.members.consents import consents_of
from pointsvc.members.wishes import WAYS, keep_wish, wish_of
from pointsvc.messages.adapters import connected
from pointsvc.messages.schemas import WishForm

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


@blueprint.route("/ways")
@requires("me.read")
def ways() -> str:
    """What is on, what could be."""
    return _page(None)


@blueprint.route("/ways", methods=["POST"])
@requires("me.read")
def choose_ways() -> ResponseReturnValue:
    """Keep them; said by oneself alone."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        said = parse_form(WishForm, request.form)
        transact(
            lambda: keep_wish(
                community_id=community_id,
                member_id=member_id,
                ways=[way for way in WAYS if said[f"by_{way}"]],
                email=said["email"],
                now=now,
            )
        )
    except Refusal as refusal:
        return _page(refusal), refusal.status
    flash(_("记下了。页面里的消息照样都有。"), "success")
    return redirect(url_for("messages.ways"), 303)


def _page(refusal: Refusal | None) -> str:
    community_id, member_id = current_community_id(), current_actor_id()
    wish = wish_of(community_id, member_id)
    ways_on = {way for way in WAYS if f"by_{way}" in request.form} if refusal else wish.ways
    return render_template(
        "messages/ways.html",
        ways_on=ways_on,
        email=request.form.get("email") if refusal else wish.email,
        phone=mask_phone(wish.phone) if wish.phone else None,
        connected=connected(current_app.extensions["settings"]),
        has_agreed=consents_of(community_id, member_id)["messages"].is_given,
        refusal=refusal,
    )
