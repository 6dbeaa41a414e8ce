"""Groups, what they tend, roles, devices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import (
    InCommunity,
    at_most,
    of_community,
    one_of,
    references,
    unique_where,
)


class Group(InCommunity, Base):
    """A Party group (党小组): people who tend places together under a leader."""

    __tablename__ = "groups"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community_id", "number", name="uq_groups_number"),
        at_most("name", 60),
    )

    number: Mapped[int]
    name: Mapped[str]


class GroupMembership(InCommunity, Base):
    """A member belongs to a group for a time; one live membership for (group, member)."""

    __tablename__ = "group_memberships"
    __table_args__ = (
        references("group_id", "groups"),
        references("member_id", "members"),
        unique_where("uq_group_memberships_live", "group_id", "member_id", where="left_at IS NULL"),
        Index("ix_group_memberships_member", "community_id", "member_id"),
    )

    group_id: Mapped[UUID]
    member_id: Mapped[UUID]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class GroupPlace(InCommunity, Base):
    """A group tends a place for a time; a place is tended by one group at a time."""

    __tablename__ = "group_places"
    __table_args__ = (
        references("group_id", "groups"),
        references("place_id", "places"),
        unique_where("uq_group_places_live", "place_id", where="ended_at IS NULL"),
        Index("ix_group_places_group", "community_id", "group_id"),
    )

    group_id: Mapped[UUID]
    place_id: Mapped[UUID]
    since_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RoleGrant(InCommunity, Base):
    """A role that a member holds: leaders in a group, attendants at a station, keepers in a shop.

    Granted by a clerk or operator, never to oneself; an auditor holds no other role.
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        references("member_id", "members"),
        references("group_id", "groups"),
        references("place_id", "places"),
        one_of(
            "role",
            "volunteer",
            "leader",
            "attendant",
            "keeper",
            "clerk",
            "supervisor",
            "auditor",
        ),
        CheckConstraint("granted_by_id <> member_id", name="granted_by_another"),
        Index("ix_role_grants_member", "community_id", "member_id", "revoked_at"),
        Index("ix_role_grants_role", "community_id", "role", "revoked_at"),
    )

    member_id: Mapped[UUID]
    role: Mapped[str]
    group_id: Mapped[UUID | None]
    place_id: Mapped[UUID | None]
    granted_by_id: Mapped[UUID | None]
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Device(InCommunity, Base):
    """A scanner, kiosk or till, bound to one place; enrolled by a one-time code."""

    __tablename__ = "devices"
    __table_args__ = (
        references("place_id", "places"),
        one_of("kind", "scanner", "kiosk", "till"),
        at_most("name", 60),
        Index("ix_devices_place", "community_id", "place_id"),
    )

    kind: Mapped[str]
    name: Mapped[str]
    place_id: Mapped[UUID]
    enrolment_hash: Mapped[bytes | None]
    enrolment_expires_at: Mapped[datetime | None]
    enrolled_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_by_id: Mapped[UUID | None]
