"""A person's own things: messages, consents, sign-ins, password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, NotFound, Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
    signed_in,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import (
    LATER_PURPOSES,
    OWN_PURPOSES,
    SEPARATE_PURPOSES,
    TEXTS,
    ConsentFacts,
    consents_of,
)
from pointsvc.members.credentials import change_password
from pointsvc.members.editing import say_consent
from pointsvc.members.secrets import hash_password
from pointsvc.members.sign_in import check_own_password
from pointsvc.members.visits import end_visit, end_visits_of, visits_of
from pointsvc.web.identities import caller_address, zone_of
from pointsvc.web.messages import mark_read, messages_of
from pointsvc.web.pages.hall import blueprint
from pointsvc.web.pages.second_step import may_set_up

MY_PURPOSES: Final = (*OWN_PURPOSES, *LATER_PURPOSES, *SEPARATE_PURPOSES)


@blueprint.route("/me/messages")
@requires("me.read")
def my_messages() -> str:
    """What the community told me, newest first."""
    community = get_community(current_community_id())
    after = request.args.get("after")
    page = messages_of(community.id, current_actor_id(), after=after)
    return render_template(
        "web/my_messages.html",
        zone=community.zone,
        messages=page.rows,
        next_url=url_for("web.my_messages", after=page.next) if page.next else None,
        first_url=url_for("web.my_messages") if after else None,
    )


@blueprint.route("/me/messages/read", methods=["POST"])
@requires("me.read")
def read_messages() -> ResponseReturnValue:
    """Take all messages as read."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    transact(lambda: mark_read(community_id=community_id, member_id=member_id, now=now))
    return redirect(url_for("web.my_messages"), 303)


@blueprint.route("/me/consents", methods=["GET", "POST"])
@requires("me.read")
def my_consents() -> ResponseReturnValue:
    """What I agreed to, purpose by purpose; giving and taking back."""
    community_id, member_id = current_community_id(), current_actor_id()
    if request.method == "GET":
        community, consents = get_community(community_id), consents_of(community_id, member_id)
        return render_template(
            "web/my_consents.html",
            consents=consents,
            purposes=_asked_for(community, consents),
            texts=TEXTS,
            zone=community.zone,
        )
    purpose, given, now = request.form.get("purpose", ""), "give" in request.form, clock.now()
    if purpose not in MY_PURPOSES:
        raise NotFound
    transact(
        lambda: say_consent(
            community_id=community_id,
            member_id=member_id,
            purpose=purpose,
            given=given,
            recorded_by_id=member_id,
            now=now,
        )
    )
    flash(_("已记下。") if given else _("已撤回。"), "success")
    return redirect(url_for("web.my_consents"), 303)


def _asked_for(community: CommunityFacts, consents: Mapping[str, ConsentFacts]) -> list[str]:
    """Nothing is asked that the community has no use for; what was said once can be taken back."""
    uses_positions = community.settings.position_error_metres_max > 0
    return [
        purpose
        for purpose in MY_PURPOSES
        if purpose != "position" or uses_positions or consents[purpose].state != "never"
    ]


@blueprint.route("/me/sign-ins")
@signed_in
def my_sign_ins() -> str:
    """Where I am signed in."""
    caller = current_caller()
    return render_template(
        "web/my_sign_ins.html",
        visits=visits_of(current_actor_id(), now=clock.now()),
        here=caller.sign_in_id,
        may_set_up=may_set_up(),
        zone=zone_of(caller.community_id),
    )


@blueprint.route("/me/sign-ins/<uuid:sign_in_id>/end", methods=["POST"])
@signed_in
def end_sign_in(sign_in_id: UUID) -> ResponseReturnValue:
    """Sign out somewhere else."""
    subject_id, now = current_actor_id(), clock.now()
    transact(lambda: end_visit(subject_id=subject_id, visit_id=sign_in_id, now=now))
    flash(_("那一处已退出登录。"), "success")
    return redirect(url_for("web.my_sign_ins"), 303)


@blueprint.route("/me/password", methods=["GET", "POST"])
@signed_in
def my_password() -> ResponseReturnValue:
    """Another password; every other visit ends."""
    if request.method == "GET":
        return render_template("web/my_password.html", refusal=None)
    try:
        _change()
    except Refusal as refusal:
        return render_template("web/my_password.html", refusal=refusal), refusal.status
    flash(_("密码已改，其他地方都已退出登录。"), "success")
    return redirect(url_for("web.my_sign_ins"), 303)


def _change() -> None:
    caller, form, now = current_caller(), request.form, clock.now()
    if form.get("password", "") != form.get("again", ""):
        raise Invalid({"again": [_("两次输入的密码不一样。")]})
    credential_id = check_own_password(
        subject_id=current_actor_id(),
        community_id=caller.community_id,
        password=form.get("old", ""),
        address=caller_address(),
        now=now,
    )
    password_hash, subject_id = hash_password(form.get("password", "")), current_actor_id()

    def work() -> None:
        change_password(credential_id=credential_id, password_hash=password_hash, now=now)
        end_visits_of(subject_id=subject_id, now=now, but=caller.sign_in_id)

    transact(work)
