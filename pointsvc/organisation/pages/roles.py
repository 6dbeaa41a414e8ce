"""Who holds which role; granting and taking back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import find_places, place_names
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import get_member
from pointsvc.members.search import search
from pointsvc.organisation.pages.desk import blueprint, clerk, done
from pointsvc.organisation.queries import find_groups, grants_in
from pointsvc.organisation.rules import GRANTED
from pointsvc.organisation.schemas import GrantForm
from pointsvc.organisation.service import grant_role, revoke_role
from pointsvc.organisation.words import ROLE_NAMES

FOUND_MAX = 20


@blueprint.route("/roles")
@requires("organisation.read")
def roles() -> str:
    """Every granted role by kind; `q` looks for people to give one."""
    community_id = current_community_id()
    grants = grants_in(community_id)
    places = place_names(community_id, [g.place_id for g in grants if g.place_id])
    groups: dict[UUID | None, str] = {g.id: g.name for g in find_groups(community_id)}
    text = request.args.get("q", "")
    return render_template(
        "organisation/roles.html",
        by_role=[(role, [g for g in grants if g.role == role]) for role in GRANTED],
        role_names=ROLE_NAMES,
        where={g.id: groups.get(g.group_id) or _place(places, g.place_id) for g in grants},
        text=text,
        found=search(community_id, text=text, limit=FOUND_MAX).rows if text else [],
    )


@blueprint.route("/roles/new", methods=["GET", "POST"])
@requires("organisation.write")
def new_role() -> ResponseReturnValue:
    """Give a role to the member named in the address."""
    values = request.values.to_dict()
    if request.method == "GET":
        return _form(values, None)
    community_id, actor, now, grant_id = current_community_id(), clerk(), clock.now(), new_id()
    try:
        asked = parse_form(GrantForm, request.form)
        transact(
            lambda: grant_role(
                community_id=community_id, grant_id=grant_id, granted_by=actor, now=now, **asked
            )
        )
    except Refusal as refusal:
        return _form(values, refusal), refusal.status
    flash(_("角色授予好了。"), "success")
    return redirect(url_for("organisation.roles"), 303)


@blueprint.route("/roles/<uuid:grant_id>/revoke", methods=["POST"])
@requires("organisation.write")
def revoke(grant_id: UUID) -> ResponseReturnValue:
    """Take a role back."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        revoke_role(community_id=community_id, grant_id=grant_id, actor=actor, now=now)

    return done("organisation.roles", work, _("角色已撤销。"))


def _place(names: dict[UUID, str], place_id: UUID | None) -> str:
    return names.get(place_id, "") if place_id else ""


def _form(values: dict[str, Any], refusal: Refusal | None) -> str:
    community_id = current_community_id()
    places = find_places(community_id)
    return render_template(
        "organisation/new_role.html",
        member=get_member(community_id, _member_id(values)),
        values=values,
        refusal=refusal,
        roles=[(role, ROLE_NAMES[role]) for role in GRANTED],
        groups=[(group.id, group.name) for group in find_groups(community_id)],
        places=[(place.id, place.name) for place in places if place.kind in {"station", "shop"}],
    )


def _member_id(values: dict[str, Any]) -> UUID:
    try:
        return UUID(values.get("member_id", ""))
    except ValueError as error:
        raise NotFound from error
