"""Inviting somebody by phone into a community and a role: members and organisation together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.communities.queries import find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.vault import mask_phone
from pointsvc.members.first_sign_ins import invite
from pointsvc.members.phones import plain_phone
from pointsvc.members.queries import find_member_by_phone
from pointsvc.members.service import NewMember, register_member
from pointsvc.organisation.queries import find_groups, roles_of
from pointsvc.organisation.rules import ROLES, SCOPES
from pointsvc.organisation.service import grant_role

PATH = "/sign-in/invitation/"


def invite_to_role(
    *,
    community_id: UUID,
    phone: str,
    role: str,
    invited_by: Actor,
    now: datetime,
    name: str = "",
    group_id: UUID | None = None,
    place_id: UUID | None = None,
) -> str:
    """A token for the address `/sign-in/invitation/{token}`, once within 7 days.

    Who is not registered yet is registered with the phone; without a name the invited person
    writes it on the invitation's page. Any role but operator; `volunteer` needs no grant.

    Raises:
        Invalid: phone or role. OwnRole. AuditorExcludes. GuardianMissing.
    """
    if role not in ROLES:
        raise Invalid({"role": [_("没有这个角色。")]})
    community = get_community(community_id)
    member_id = find_member_by_phone(community_id, phone) or _register(
        community_id, phone, name, invited_by, now
    )
    if role not in roles_of(community_id, member_id):
        grant_role(
            community_id=community_id,
            grant_id=new_id(),
            member_id=member_id,
            role=role,
            granted_by=invited_by,
            now=now,
            group_id=group_id,
            place_id=place_id,
        )
    return invite(
        community_id=community_id,
        member_id=member_id,
        actor=invited_by,
        now=now,
        today=clock.local_day(now, community.zone),
    )


def scope_of(community_id: UUID, role: str, number: int | None) -> dict[str, UUID]:
    """Where a role is held: the group, station or shop of the number, or the only one there is.

    Raises:
        Invalid: none, or several and none named.
    """
    kind = SCOPES.get(role)
    if kind is None:
        return {}
    known = find_groups(community_id) if kind == "group" else find_places(community_id, kind=kind)
    fitting = [each for each in known if number in {None, each.number}]
    if len(fitting) != 1:
        numbers = "、".join(str(each.number) for each in known) or _("还没有")
        message = _(
            "请指明这个角色管哪一个党小组、投放点或超市，编号：%(numbers)s。", numbers=numbers
        )
        raise Invalid({"number": [message]})
    return {"group_id" if kind == "group" else "place_id": fitting[0].id}


def is_placeholder(name: str, phone: str) -> bool:
    """Whether a member's name is only their masked phone: the invited person writes it."""
    return name == mask_phone(phone)


def _register(community_id: UUID, phone: str, name: str, invited_by: Actor, now: datetime) -> UUID:
    plain = plain_phone(phone)
    return register_member(
        community_id=community_id,
        person=NewMember(name=name or mask_phone(plain), phone=plain),
        recorded_by_id=invited_by.id if invited_by.kind == "member" else None,
        now=now,
    ).member_id
