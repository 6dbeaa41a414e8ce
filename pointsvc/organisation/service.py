"""Groups, what they tend, and roles; each deed leaves an audit event."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_place
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.members.errors import NotActive
from pointsvc.members.models import Member
from pointsvc.members.queries import active_ids, get_member
from pointsvc.organisation.errors import (
    AuditorExcludes,
    GroupNumberTaken,
    OwnRole,
    PlaceTended,
    RoleHeld,
)
from pointsvc.organisation.models import Group, GroupMembership, GroupPlace, RoleGrant
from pointsvc.organisation.queries import (
    GroupFacts,
    find_group_numbered,
    get_group,
    grants_of,
    tended_places,
)
from pointsvc.organisation.rules import GRANTED, SCOPES, may_hold

NAME_LENGTH_MAX = 60
NUMBER_MAX = 9999


def create_group(
    *, community_id: UUID, group_id: UUID, number: int, name: str, actor: Actor, now: datetime
) -> GroupFacts:
    """Found a group. Raises Invalid, GroupNumberTaken."""
    plain = _checked_name(name)
    if not 1 <= number <= NUMBER_MAX:
        raise Invalid({"number": [_("须在 1 到 9999 之间。")]})
    if find_group_numbered(community_id, number) is not None:
        raise GroupNumberTaken(number=number)
    db.session.add(Group(community_id=community_id, id=group_id, number=number, name=plain))
    db.session.flush()
    note(
        community_id=community_id,
        actor=actor,
        action="organisation.group_created",
        subject_id=group_id,
        now=now,
        detail={"number": number},
    )
    return GroupFacts(group_id, number, plain)


def rename_group(
    *, community_id: UUID, group_id: UUID, name: str, actor: Actor, now: datetime
) -> None:
    """Give a group another name. Raises Invalid, NotFound."""
    get_group(community_id, group_id)
    where = (Group.community_id == community_id, Group.id == group_id)
    db.session.execute(update(Group).where(*where).values(name=_checked_name(name)))
    note(
        community_id=community_id,
        actor=actor,
        action="organisation.group_renamed",
        subject_id=group_id,
        now=now,
    )


def join_group(
    *, community_id: UUID, group_id: UUID, member_id: UUID, actor: Actor, now: datetime
) -> bool:
    """Take a member into a group; whether that was news. Raises NotFound, NotActive."""
    get_group(community_id, group_id)
    _check_active(community_id, member_id)
    if _live_membership(community_id, group_id, member_id) is not None:
        return False
    db.session.add(
        GroupMembership(
            community_id=community_id,
            id=new_id(),
            group_id=group_id,
            member_id=member_id,
            joined_at=now,
        )
    )
    db.session.flush()
    note(
        community_id=community_id,
        actor=actor,
        action="organisation.joined",
        subject_id=member_id,
        now=now,
        detail={"group": str(group_id)},
    )
    return True


def leave_group(
    *, community_id: UUID, group_id: UUID, member_id: UUID, actor: Actor, now: datetime
) -> None:
    """Let a member go from a group; whoever led it leads it no longer. Raises NotFound, OwnRole."""
    membership = _live_membership(community_id, group_id, member_id)
    if membership is None:
        raise NotFound
    for grant in grants_of(community_id, member_id):
        if grant.group_id == group_id:
            revoke_role(community_id=community_id, grant_id=grant.id, actor=actor, now=now)
    membership.left_at = now
    db.session.flush()
    note(
        community_id=community_id,
        actor=actor,
        action="organisation.left",
        subject_id=member_id,
        now=now,
        detail={"group": str(group_id)},
    )


def tend_place(
    *, community_id: UUID, group_id: UUID, place_id: UUID, actor: Actor, now: datetime
) -> bool:
    """Give a place into a group's care; whether that was news. Raises NotFound, PlaceTended."""
    get_group(community_id, group_id)
    get_place(community_id, place_id)
    holder = tended_places(community_id).get(place_id)
    if holder == group_id:
        return False
    if holder is not None:
        raise PlaceTended(number=get_group(community_id, holder).number)
    db.session.add(
        GroupPlace(
            community_id=community_id,
            id=new_id(),
            group_id=group_id,
            place_id=place_id,
            since_at=now,
        )
    )
    db.session.flush()
    note(
        community_id=community_id,
        actor=actor,
        action="organisation.tended",
        subject_id=place_id,
        now=now,
        detail={"group": str(group_id)},
    )
    return True


def untend_place(*, community_id: UUID, place_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a place out of its group's care. Raises NotFound."""
    done = db.session.execute(
        update(GroupPlace)
        .where(
            GroupPlace.community_id == community_id,
            GroupPlace.place_id == place_id,
            GroupPlace.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    note(
        community_id=community_id,
        actor=actor,
        action="organisation.untended",
        subject_id=place_id,
        now=now,
    )


def grant_role(
    *,
    community_id: UUID,
    grant_id: UUID,
    member_id: UUID,
    role: str,
    granted_by: Actor,
    now: datetime,
    group_id: UUID | None = None,
    place_id: UUID | None = None,
) -> UUID:
    """Give an active member a role: leaders in a group, attendants at a station, keepers in a shop.

    Returns:
        The grant's id.

    Raises:
        Invalid: no such role, or its group or place is missing or of another kind. OwnRole.
        AuditorExcludes. RoleHeld. NotActive. NotFound.
    """
    if role not in GRANTED:
        raise Invalid({"role": [_("没有这个角色。")]})
    if granted_by.id == member_id:
        raise OwnRole
    _check_active(community_id, member_id)
    _lock_member(community_id, member_id)
    _check_scope(community_id, role, group_id, place_id)
    _check_beside(community_id, member_id, role, group_id, place_id)
    db.session.add(
        RoleGrant(
            community_id=community_id,
            id=grant_id,
            member_id=member_id,
            role=role,
            group_id=group_id,
            place_id=place_id,
            granted_by_id=granted_by.id,
            granted_at=now,
        )
    )
    db.session.flush()
    note(
        community_id=community_id,
        actor=granted_by,
        action="organisation.role_granted",
        subject_id=member_id,
        now=now,
        detail={"role": role},
    )
    return grant_id


def revoke_role(*, community_id: UUID, grant_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a role back; nobody takes their own, so that a clerk is not locked out alone.

    Raises:
        NotFound: no live grant of this id. OwnRole.
    """
    grant = db.session.scalars(
        select(RoleGrant).where(
            RoleGrant.community_id == community_id,
            RoleGrant.id == grant_id,
            RoleGrant.revoked_at.is_(None),
        )
    ).one_or_none()
    if grant is None:
        raise NotFound
    if grant.member_id == actor.id:
        raise OwnRole
    grant.revoked_at = now
    db.session.flush()
    detail = {"role": grant.role}
    note(
        community_id=community_id,
        actor=actor,
        action="organisation.role_revoked",
        subject_id=grant.member_id,
        now=now,
        detail=detail,
    )


def _check_scope(
    community_id: UUID, role: str, group_id: UUID | None, place_id: UUID | None
) -> None:
    scope = SCOPES.get(role)
    if (group_id is not None) != (scope == "group"):
        raise Invalid({"group_id": [_("组长须选一个党小组，其他角色不选。")]})
    if (place_id is not None) != (scope in {"station", "shop"}):
        raise Invalid({"place_id": [_("管理员和店长须选一个场所，其他角色不选。")]})
    if group_id is not None:
        get_group(community_id, group_id)
    if place_id is not None and get_place(community_id, place_id).kind != scope:
        raise Invalid({"place_id": [_("这个角色不管这一类场所。")]})


def _check_beside(
    community_id: UUID, member_id: UUID, role: str, group_id: UUID | None, place_id: UUID | None
) -> None:
    held = grants_of(community_id, member_id)
    if not may_hold(role, (grant.role for grant in held)):
        raise AuditorExcludes
    same = (role, group_id, place_id)
    if any((grant.role, grant.group_id, grant.place_id) == same for grant in held):
        raise RoleHeld


def _check_active(community_id: UUID, member_id: UUID) -> None:
    if not active_ids(community_id, [member_id]):
        get_member(community_id, member_id)
        raise NotActive


def _lock_member(community_id: UUID, member_id: UUID) -> None:
    """Two grants to one member wait for each other: auditor and keeper at once would both pass."""
    db.session.execute(
        select(Member.id)
        .where(Member.community_id == community_id, Member.id == member_id)
        .with_for_update()
    )


def _live_membership(community_id: UUID, group_id: UUID, member_id: UUID) -> GroupMembership | None:
    return db.session.scalars(
        select(GroupMembership).where(
            GroupMembership.community_id == community_id,
            GroupMembership.group_id == group_id,
            GroupMembership.member_id == member_id,
            GroupMembership.left_at.is_(None),
        )
    ).one_or_none()


def _checked_name(name: str) -> str:
    plain = name.strip()
    if not 1 <= len(plain) <= NAME_LENGTH_MAX:
        raise Invalid({"name": [_("名称须为 1 至 60 个字。")]})
    return plain
