"""Who may be the second person where a clerk asks about people's accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from pointsvc.members.person_requests import far_from
from pointsvc.organisation.queries import grants_in

ROLES: Final = ("supervisor", "clerk")


def deciders_of(community_id: UUID) -> set[UUID]:
    """Everybody whose role may decide."""
    return {grant.member_id for role in ROLES for grant in grants_in(community_id, role=role)}


def others_than(community_id: UUID, near: Collection[UUID], asked_at: datetime) -> list[UUID]:
    """Those of them who are none of these, nor of their households."""
    return far_from(community_id, near, deciders_of(community_id), asked_at)
