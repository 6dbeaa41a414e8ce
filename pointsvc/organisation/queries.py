"""Who belongs to which group, who leads, attends and keeps what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of
from pointsvc.members.models import Member
from pointsvc.organisation.models import Group, GroupMembership, GroupPlace, RoleGrant
from pointsvc.organisation.rules import roles_with

LIST_MAX = 1000


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A Party group with how many people it has."""

    id: UUID
    number: int
    name: str
    member_count: int = 0


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """A live role of a member, and where it holds."""

    id: UUID
    member_id: UUID
    member_name: str
    role: str
    group_id: UUID | None
    place_id: UUID | None
    granted_by_id: UUID | None
    granted_at: datetime


def roles_of(community_id: UUID, member_id: UUID) -> frozenset[str]:
    """The roles of a member: granted ones, and volunteer unless they audit; none for others."""
    rows = db.session.execute(
        select(RoleGrant.role)
        .select_from(Member)
        .outerjoin(
            RoleGrant,
            and_(
                RoleGrant.community_id == Member.community_id,
                RoleGrant.member_id == Member.id,
                RoleGrant.revoked_at.is_(None),
            ),
        )
        .where(
            Member.community_id == community_id, Member.id == member_id, Member.state == "active"
        )
    ).all()
    return roles_with(row.role for row in rows if row.role) if rows else frozenset()


def led_group_ids(community_id: UUID, member_id: UUID) -> frozenset[UUID]:
    """The groups that the member leads."""
    return _scopes(community_id, member_id, "leader", RoleGrant.group_id)


def led_place_ids(community_id: UUID, member_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The places that the groups led by each of the members tend; who leads none is missing."""
    return _by_member(fetch(_led(), community_id=community_id, member_ids=list(member_ids)))


def attended_place_ids(
    community_id: UUID, member_ids: Sequence[UUID]
) -> dict[UUID, frozenset[UUID]]:
    """The stations where each of the members is attendant; who attends none is missing."""
    return _by_member(fetch(_attended(), community_id=community_id, member_ids=list(member_ids)))


def _by_member(found: Iterable[Found]) -> dict[UUID, frozenset[UUID]]:
    places: dict[UUID, frozenset[UUID]] = {}
    for row in found:
        places[row.member_id] = places.get(row.member_id, frozenset()) | {row.place_id}
    return places


@prepared
def _led(among: Among) -> Select[*tuple[Any, ...]]:
    tended, grant = table_of(GroupPlace), table_of(RoleGrant)
    of_group = and_(
        grant.c.community_id == tended.c.community_id, grant.c.group_id == tended.c.group_id
    )
    return (
        select(grant.c.member_id, tended.c.place_id)
        .select_from(tended.join(grant, of_group))
        .where(
            tended.c.community_id == bindparam("community_id"),
            tended.c.ended_at.is_(None),
            among(grant.c.member_id, "member_ids"),
            grant.c.role == "leader",
            grant.c.revoked_at.is_(None),
        )
    )


@prepared
def _attended(among: Among) -> Select[*tuple[Any, ...]]:
    grant = table_of(RoleGrant).c
    return select(grant.member_id, grant.place_id).where(
        grant.community_id == bindparam("community_id"),
        among(grant.member_id, "member_ids"),
        grant.role == "attendant",
        grant.revoked_at.is_(None),
        grant.place_id.is_not(None),
    )


def kept_shop_ids(community_id: UUID, member_id: UUID) -> frozenset[UUID]:
    """The shops that the member keeps."""
    return shops_kept_by(community_id, [member_id])[member_id]


def shops_kept_by(community_id: UUID, member_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The shops that each of these members keeps."""
    kept: dict[UUID, set[UUID]] = {member_id: set() for member_id in member_ids}
    for row in fetch(_kept(), community_id=community_id, member_ids=list(member_ids)):
        kept[row.member_id].add(row.place_id)
    return {member_id: frozenset(shops) for member_id, shops in kept.items()}


@prepared
def _kept(among: Among) -> Select[*tuple[Any, ...]]:
    grant = table_of(RoleGrant).c
    return select(grant.member_id, grant.place_id).where(
        grant.community_id == bindparam("community_id"),
        among(grant.member_id, "member_ids"),
        grant.role == "keeper",
        grant.revoked_at.is_(None),
        grant.place_id.is_not(None),
    )


def grants_of(community_id: UUID, member_id: UUID) -> list[GrantFacts]:
    """The live grants of a member, oldest first."""
    return _grants(community_id, RoleGrant.member_id == member_id)


def grants_in(community_id: UUID, *, role: str | None = None) -> list[GrantFacts]:
    """Live grants of active members, by role; at most 1,000."""
    return _grants(community_id, *([RoleGrant.role == role] if role else []))


def get_group(community_id: UUID, group_id: UUID) -> GroupFacts:
    """The group. Raises NotFound."""
    row = db.session.execute(_groups(community_id).where(Group.id == group_id)).one_or_none()
    if row is None:
        raise NotFound
    return GroupFacts(*row)


def find_groups(community_id: UUID) -> list[GroupFacts]:
    """The groups of a community by number, at most 1,000."""
    rows = db.session.execute(_groups(community_id).order_by(Group.number).limit(LIST_MAX))
    return [GroupFacts(*row) for row in rows]


def find_group_numbered(community_id: UUID, number: int) -> GroupFacts | None:
    """The group of this number."""
    row = db.session.execute(_groups(community_id).where(Group.number == number)).one_or_none()
    return None if row is None else GroupFacts(*row)


def people_of_groups(community_id: UUID, group_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The active members of each group, those with a leader's grant included."""
    wanted = list(group_ids)
    people: dict[UUID, list[UUID]] = {group_id: [] for group_id in wanted}
    rows = db.session.execute(
        select(GroupMembership.group_id, GroupMembership.member_id)
        .join(
            Member,
            and_(
                Member.community_id == GroupMembership.community_id,
                Member.id == GroupMembership.member_id,
            ),
        )
        .where(
            GroupMembership.community_id == community_id,
            GroupMembership.group_id.in_(wanted),
            GroupMembership.left_at.is_(None),
            Member.state == "active",
        )
        .order_by(GroupMembership.id)
    )
    for row in rows:
        people[row.group_id].append(row.member_id)
    return people


def group_ids_of(community_id: UUID, member_id: UUID) -> frozenset[UUID]:
    """The groups that the member belongs to."""
    wanted = select(GroupMembership.group_id).where(
        GroupMembership.community_id == community_id,
        GroupMembership.member_id == member_id,
        GroupMembership.left_at.is_(None),
    )
    return frozenset(db.session.scalars(wanted))


def groups_of_members(
    community_id: UUID, member_ids: Iterable[UUID]
) -> dict[UUID, frozenset[UUID]]:
    """The groups that each of the members belongs to or leads."""
    wanted = list(dict.fromkeys(member_ids))
    groups: dict[UUID, frozenset[UUID]] = dict.fromkeys(wanted, frozenset())
    belongs = select(GroupMembership.member_id, GroupMembership.group_id).where(
        GroupMembership.community_id == community_id,
        GroupMembership.member_id.in_(wanted),
        GroupMembership.left_at.is_(None),
    )
    leads = select(RoleGrant.member_id, RoleGrant.group_id).where(
        RoleGrant.community_id == community_id,
        RoleGrant.member_id.in_(wanted),
        RoleGrant.role == "leader",
        RoleGrant.revoked_at.is_(None),
        RoleGrant.group_id.is_not(None),
    )
    for row in db.session.execute(belongs.union(leads)):
        groups[row.member_id] |= {row.group_id}
    return groups


def tended_places(community_id: UUID) -> dict[UUID, UUID]:
    """Which group tends each place now: place id → group id."""
    rows = db.session.execute(
        select(GroupPlace.place_id, GroupPlace.group_id).where(
            GroupPlace.community_id == community_id, GroupPlace.ended_at.is_(None)
        )
    )
    return {row.place_id: row.group_id for row in rows}


def tended_place_ids_of(community_id: UUID, member_id: UUID) -> frozenset[UUID]:
    """The places that the groups tend to which the member belongs."""
    found = fetch(_tended_by(), community_id=community_id, member_id=member_id)
    return frozenset(row.place_id for row in found)


@prepared
def _tended_by(_among: Among) -> Select[*tuple[Any, ...]]:
    return tended_by_member()


def tended_by_member() -> Select[tuple[UUID]]:
    """The same inside another statement: of the `member_id` and `community_id` that it is given."""
    place, membership = table_of(GroupPlace).c, table_of(GroupMembership).c
    same_group = and_(
        membership.community_id == place.community_id, membership.group_id == place.group_id
    )
    return (
        select(place.place_id)
        .join(table_of(GroupMembership), same_group)
        .where(
            place.community_id == bindparam("community_id"),
            place.ended_at.is_(None),
            membership.member_id == bindparam("member_id"),
            membership.left_at.is_(None),
        )
    )


def _scopes(community_id: UUID, member_id: UUID, role: str, column: Any) -> frozenset[UUID]:
    wanted = select(column).where(
        RoleGrant.community_id == community_id,
        RoleGrant.member_id == member_id,
        RoleGrant.role == role,
        RoleGrant.revoked_at.is_(None),
        column.is_not(None),
    )
    return frozenset(db.session.scalars(wanted))


def _grants(community_id: UUID, *conditions: ColumnElement[bool]) -> list[GrantFacts]:
    rows = db.session.execute(
        select(RoleGrant, Member.name)
        .join(
            Member,
            and_(Member.community_id == RoleGrant.community_id, Member.id == RoleGrant.member_id),
        )
        .where(
            RoleGrant.community_id == community_id,
            RoleGrant.revoked_at.is_(None),
            Member.state == "active",
            *conditions,
        )
        .order_by(RoleGrant.role, RoleGrant.id)
        .limit(LIST_MAX)
    )
    return [
        GrantFacts(
            grant.id,
            grant.member_id,
            name,
            grant.role,
            grant.group_id,
            grant.place_id,
            grant.granted_by_id,
            grant.granted_at,
        )
        for grant, name in rows
    ]


def _groups(community_id: UUID) -> Select[*tuple[Any, ...]]:
    count = (
        select(func.count())
        .select_from(GroupMembership)
        .where(
            GroupMembership.community_id == Group.community_id,
            GroupMembership.group_id == Group.id,
            GroupMembership.left_at.is_(None),
        )
        .scalar_subquery()
    )
    return select(Group.id, Group.number, Group.name, count).where(
        Group.community_id == community_id
    )
