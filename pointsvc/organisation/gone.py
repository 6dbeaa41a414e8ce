"""Groups and roles of somebody who goes on under another account, or is erased."""

from __future__ import annotations

from pointsvc.audit.actors import Actor
from pointsvc.kernel.ids import new_id
from pointsvc.members.changes import Erasure, Merge
from pointsvc.members.erasure_errors import HoldsRole, RolesDiffer
from pointsvc.members.rows_over import go_over
from pointsvc.organisation.errors import AuditorExcludes, RoleHeld
from pointsvc.organisation.models import GroupMembership
from pointsvc.organisation.queries import GrantFacts, grants_of, group_ids_of
from pointsvc.organisation.service import grant_role, leave_group, revoke_role


def follow(merge: Merge) -> None:
    """Groups and roles go over; whoever merges grants them. Raises RolesDiffer."""
    actor = Actor("member", merge.by_id)
    held = grants_of(merge.community_id, merge.from_id)
    for grant in held:
        revoke_role(community_id=merge.community_id, grant_id=grant.id, actor=actor, now=merge.now)
    go_over(
        GroupMembership,
        merge,
        GroupMembership.left_at.is_(None),
        like=("group_id",),
        doubled={"left_at": merge.now},
    )
    for grant in held:
        _grant(merge, grant, actor)


def forget(erasure: Erasure) -> None:
    """Leave every group. Raises HoldsRole: a post is given back first."""
    if grants_of(erasure.community_id, erasure.member_id):
        raise HoldsRole
    for group_id in sorted(group_ids_of(erasure.community_id, erasure.member_id)):
        leave_group(
            community_id=erasure.community_id,
            group_id=group_id,
            member_id=erasure.member_id,
            actor=Actor("member", erasure.by_id),
            now=erasure.now,
        )


def _grant(merge: Merge, grant: GrantFacts, actor: Actor) -> None:
    try:
        grant_role(
            community_id=merge.community_id,
            grant_id=new_id(),
            member_id=merge.into_id,
            role=grant.role,
            granted_by=actor,
            now=merge.now,
            group_id=grant.group_id,
            place_id=grant.place_id,
        )
    except RoleHeld:
        return
    except AuditorExcludes as refusal:
        raise RolesDiffer from refusal
