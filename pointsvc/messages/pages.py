"""A person's own page: by which ways messages come, beside the pages."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, public, requires
from pointsvc.kernel.transaction import transact
from pointsvc.kernel.vault import mask_phone
from pointsvc.members.consents import consents_of
from pointsvc.members.emails import begin_proof, confirm_email, is_waited_for
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
    today = clock.local_day(now, get_community(community_id).zone)
    try:
        said = parse_form(WishForm, request.form)
        transact(
            lambda: keep_wish(
                community_id=community_id,
                member_id=member_id,
                ways=[way for way in WAYS if said[f"by_{way}"]],
                email=said["email"],
                today=today,
                now=now,
            )
        )
    except Refusal as refusal:
        return _page(refusal), refusal.status
    flash(_("记下了。页面里的消息照样都有。"), "success")
    return redirect(url_for("messages.ways"), 303)


@blueprint.route("/ways/letter", methods=["POST"])
@requires("me.read")
def send_letter() -> ResponseReturnValue:
    """Once more the letter that confirms the address."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    today = clock.local_day(now, get_community(community_id).zone)
    wish = wish_of(community_id, member_id)
    if wish.email is None or wish.is_confirmed:
        return redirect(url_for("messages.ways"), 303)
    try:
        transact(
            lambda: begin_proof(
                community_id=community_id, member_id=member_id, today=today, now=now
            )
        )
    except Refusal as refusal:
        return _page(refusal), refusal.status
    flash(_("确认信这就发出去，几分钟内到。没有的话看看垃圾邮件。"), "success")
    return redirect(url_for("messages.ways"), 303)


@blueprint.route("/confirm/<uuid:community_id>/<token>")
@public
def confirm(community_id: UUID, token: str) -> ResponseReturnValue:
    """Behind the link in the letter; only a tap confirms, so that no scanner of mail does."""
    now = clock.now()
    is_open = is_waited_for(community_id=community_id, token=token, now=now)
    return _confirming(community_id, token, "asked" if is_open else "gone")


@blueprint.route("/confirm/<uuid:community_id>/<token>", methods=["POST"])
@public
def confirm_now(community_id: UUID, token: str) -> ResponseReturnValue:
    """The address is theirs."""
    now = clock.now()
    is_new = transact(lambda: confirm_email(community_id=community_id, token=token, now=now))
    return _confirming(community_id, token, "done" if is_new else "gone")


def _confirming(community_id: UUID, token: str, state: str) -> ResponseReturnValue:
    """The same page for what was never there, is used, or is over."""
    name = get_community(community_id).name if state == "asked" else ""
    page = render_template(
        "messages/confirm.html",
        state=state,
        token=token,
        community_id=community_id,
        community_name=name,
    )
    return page, 404 if state == "gone" else 200


def _page(refusal: Refusal | None) -> str:
    community_id, member_id = current_community_id(), current_actor_id()
    wish = wish_of(community_id, member_id)
    ways_on = {way for way in WAYS if f"by_{way}" in request.form} if refusal else wish.ways
    return render_template(
        "messages/ways.html",
        ways_on=ways_on,
        email=request.form.get("email") if request.form.get("email") and refusal else wish.email,
        is_confirmed=wish.is_confirmed,
        kept_email=wish.email,
        phone=mask_phone(wish.phone) if wish.phone else None,
        connected=connected(current_app.extensions["settings"]),
        has_agreed=consents_of(community_id, member_id)["messages"].is_given,
        refusal=refusal,
    )
