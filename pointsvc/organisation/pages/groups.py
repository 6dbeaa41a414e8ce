"""Groups: their people, their leaders, what they tend."""

from __future__ import annotations

from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import find_places
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.members.search import search
from pointsvc.organisation.pages.desk import blueprint, clerk, done, id_in
from pointsvc.organisation.queries import (
    find_groups,
    get_group,
    grants_in,
    people_of_groups,
    tended_places,
)
from pointsvc.organisation.schemas import GroupForm, GroupNameForm
from pointsvc.organisation.service import (
    create_group,
    grant_role,
    join_group,
    leave_group,
    rename_group,
    tend_place,
    untend_place,
)

FOUND_MAX = 20


@blueprint.route("/groups")
@requires("organisation.read")
def groups() -> str:
    """Groups by number, with leaders and places."""
    return _groups({}, None)


@blueprint.route("/groups", methods=["POST"])
@requires("organisation.write")
def new_group() -> ResponseReturnValue:
    """Found a group."""
    community_id, actor, now, group_id = current_community_id(), clerk(), clock.now(), new_id()
    try:
        values = parse_form(GroupForm, request.form)
        transact(
            lambda: create_group(
                community_id=community_id, group_id=group_id, actor=actor, now=now, **values
            )
        )
    except Refusal as refusal:
        return _groups(request.form.to_dict(), refusal), refusal.status
    return redirect(url_for("organisation.group", group_id=group_id), 303)


@blueprint.route("/groups/<uuid:group_id>")
@requires("organisation.read")
def group(group_id: UUID) -> str:
    """One group; `q` looks for people to take in."""
    community_id = current_community_id()
    members = people_of_groups(community_id, [group_id])[group_id]
    leaders = [
        g.member_id for g in grants_in(community_id, role="leader") if g.group_id == group_id
    ]
    places = find_places(community_id)
    tended = tended_places(community_id)
    text = request.args.get("q", "")
    found = search(community_id, text=text, limit=FOUND_MAX).rows if text else []
    return render_template(
        "organisation/group.html",
        group=get_group(community_id, group_id),
        people=sorted(names_of(community_id, {*members, *leaders}).items(), key=itemgetter(1)),
        member_ids=members,
        leader_ids=leaders,
        places=[place for place in places if tended.get(place.id) == group_id],
        free=[(p.id, p.name) for p in places if p.kind == "plot" and p.id not in tended],
        text=text,
        found=[person for person in found if person.id not in members],
    )


@blueprint.route("/groups/<uuid:group_id>/name", methods=["POST"])
@requires("organisation.write")
def name_group(group_id: UUID) -> ResponseReturnValue:
    """Another name."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    name = parse_form(GroupNameForm, request.form)["name"]

    def work() -> None:
        rename_group(community_id=community_id, group_id=group_id, name=name, actor=actor, now=now)

    return done("organisation.group", work, _("名称改好了。"), group_id=group_id)


@blueprint.route("/groups/<uuid:group_id>/people", methods=["POST"])
@requires("organisation.write")
def join(group_id: UUID) -> ResponseReturnValue:
    """Take somebody in, or let somebody go."""
    facts = _facts(group_id)
    member_id = id_in(request.form.get("member_id"))
    deed = leave_group if "leave" in request.form else join_group

    def work() -> None:
        deed(member_id=member_id, **facts)

    return done("organisation.group", work, _("组员改好了。"), group_id=group_id)


@blueprint.route("/groups/<uuid:group_id>/leader", methods=["POST"])
@requires("organisation.write")
def make_leader(group_id: UUID) -> ResponseReturnValue:
    """Make one of the group's people its leader."""
    community_id, actor, now, grant_id = current_community_id(), clerk(), clock.now(), new_id()
    member_id = id_in(request.form.get("member_id"))

    def work() -> None:
        grant_role(
            community_id=community_id,
            grant_id=grant_id,
            member_id=member_id,
            role="leader",
            granted_by=actor,
            now=now,
            group_id=group_id,
        )

    return done("organisation.group", work, _("组长定好了。"), group_id=group_id)


@blueprint.route("/groups/<uuid:group_id>/places", methods=["POST"])
@requires("organisation.write")
def tend(group_id: UUID) -> ResponseReturnValue:
    """Give a place into the group's care, or take it out."""
    facts = _facts(group_id)
    place_id = id_in(request.form.get("place_id"))

    def work() -> None:
        if "end" in request.form:
            rest = {name: value for name, value in facts.items() if name != "group_id"}
            untend_place(place_id=place_id, **rest)
        else:
            tend_place(place_id=place_id, **facts)

    return done("organisation.group", work, _("责任田改好了。"), group_id=group_id)


def _facts(group_id: UUID) -> dict[str, Any]:
    return {
        "community_id": current_community_id(),
        "group_id": group_id,
        "actor": clerk(),
        "now": clock.now(),
    }


def _groups(values: dict[str, Any], refusal: Refusal | None) -> str:
    community_id = current_community_id()
    places = {place.id: place.name for place in find_places(community_id)}
    tended: dict[UUID, list[str]] = {}
    for place_id, group_id in tended_places(community_id).items():
        tended.setdefault(group_id, []).append(places.get(place_id, ""))
    leaders: dict[UUID | None, list[str]] = {}
    for grant in grants_in(community_id, role="leader"):
        leaders.setdefault(grant.group_id, []).append(grant.member_name)
    return render_template(
        "organisation/groups.html",
        groups=find_groups(community_id),
        tended=tended,
        leaders=leaders,
        values=values,
        refusal=refusal,
    )
