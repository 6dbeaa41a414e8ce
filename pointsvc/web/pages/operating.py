"""The operator's pages: communities and how many people they have, and nobody's data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.audit.actors import Actor
from pointsvc.communities.queries import all_communities, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.clock import DEFAULT_ZONE
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_actor_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import count_by_community, count_members
from pointsvc.organisation.words import ROLE_NAMES
from pointsvc.plots.calendar.missing_years import missing_years
from pointsvc.web.invitations import invite_to_role
from pointsvc.web.new_community import found_community
from pointsvc.web.pages.founding import zones
from pointsvc.web.pages.hall import blueprint

INVITED = ("clerk", "supervisor", "auditor")


@blueprint.route("/operator")
@requires("communities.operate")
def communities() -> str:
    """Every community of the server, with the number of its members."""
    return render_template(
        "web/communities.html",
        communities=all_communities(),
        counts=count_by_community(),
        missing_years=missing_years(clock.local_day(clock.now(), DEFAULT_ZONE)),
    )


@blueprint.route("/operator/communities/new", methods=["GET", "POST"])
@requires("communities.operate")
def new_community() -> ResponseReturnValue:
    """Found another community."""
    if request.method == "GET":
        return _form({"zone": DEFAULT_ZONE}, None)
    actor, now, community_id = _actor(), clock.now(), new_id()
    name, zone = request.form.get("name", ""), request.form.get("zone", DEFAULT_ZONE)
    try:
        made = transact(
            lambda: found_community(
                community_id=community_id, name=name, zone=zone, actor=actor, now=now
            )
        )
    except Refusal as refusal:
        return _form({"name": name, "zone": zone}, refusal), refusal.status
    flash(_("社区“%(name)s”建好了。接下来邀请第一位专干。", name=made.name), "success")
    return redirect(url_for("web.community", community_id=made.id), 303)


@blueprint.route("/operator/communities/<uuid:community_id>", methods=["GET", "POST"])
@requires("communities.operate")
def community(community_id: UUID) -> ResponseReturnValue:
    """One community, and an invitation into it: its address is shown this once."""
    if request.method == "GET":
        return _community(community_id, {"role": "clerk"}, None)
    values = {name: request.form.get(name, "") for name in ("phone", "name", "role")}
    actor, now = _actor(), clock.now()
    try:
        token = transact(
            lambda: invite_to_role(
                community_id=community_id,
                phone=values["phone"],
                name=values["name"],
                role=values["role"] if values["role"] in INVITED else "clerk",
                invited_by=actor,
                now=now,
            )
        )
    except Refusal as refusal:
        return _community(community_id, values, refusal), refusal.status
    address = public_base() + url_for("web.accept_invitation", token=token)
    return _community(community_id, {"role": "clerk"}, None, address)


def _community(
    community_id: UUID, values: dict[str, Any], refusal: Refusal | None, address: str = ""
) -> str:
    return render_template(
        "web/community.html",
        community=get_community(community_id),
        count=count_members(community_id),
        roles=[(role, ROLE_NAMES[role]) for role in INVITED],
        values=values,
        refusal=refusal,
        address=address,
    )


def _form(values: dict[str, Any], refusal: Refusal | None) -> str:
    return render_template("web/new_community.html", values=values, refusal=refusal, zones=zones())


def _actor() -> Actor:
    return Actor("operator", current_actor_id())
