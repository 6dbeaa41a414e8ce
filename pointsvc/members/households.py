"""Households: the same door is the same household; a member lives in one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.ids import derived_id, new_id
from pointsvc.members.models import Household, HouseholdMembership
from pointsvc.members.rules import Door


def household_id_of(community_id: UUID, door: Door) -> UUID:
    """The household behind a door; known before its row is there."""
    return derived_id("household", community_id, door.building, door.unit, door.room)


def live_in(*, community_id: UUID, doors: Mapping[UUID, Door], now: datetime) -> None:
    """Let members who live nowhere yet live behind these doors; set-based."""
    if not doors:
        return
    households = _open(community_id, set(doors.values()))
    rows = [
        {
            "community_id": community_id,
            "id": new_id(),
            "member_id": member_id,
            "household_id": households[door],
            "joined_at": now,
        }
        for member_id, door in doors.items()
    ]
    insert_rows(HouseholdMembership, rows)


def move(*, community_id: UUID, member_id: UUID, door: Door | None, now: datetime) -> bool:
    """Move a member to another door, or to none; whether that changed anything.

    Points stay with the member; what they used of limits goes with them (`editing.move_member`).
    """
    target = household_id_of(community_id, door) if door else None
    if target == _household_of(community_id, member_id):
        return False
    leave(community_id=community_id, member_id=member_id, now=now)
    if door is not None:
        live_in(community_id=community_id, doors={member_id: door}, now=now)
    return True


def leave(*, community_id: UUID, member_id: UUID, now: datetime) -> None:
    """End the live membership, if there is one."""
    db.session.flush()
    db.session.execute(
        update(HouseholdMembership)
        .where(
            HouseholdMembership.community_id == community_id,
            HouseholdMembership.member_id == member_id,
            HouseholdMembership.left_at.is_(None),
        )
        .values(left_at=now)
    )


def _household_of(community_id: UUID, member_id: UUID) -> UUID | None:
    return db.session.scalar(
        select(HouseholdMembership.household_id).where(
            HouseholdMembership.community_id == community_id,
            HouseholdMembership.member_id == member_id,
            HouseholdMembership.left_at.is_(None),
        )
    )


def _open(community_id: UUID, doors: set[Door]) -> dict[Door, UUID]:
    """Make the households that are not there yet; the ids of all."""
    ids = {door: household_id_of(community_id, door) for door in sorted(doors)}
    rows = [
        {
            "community_id": community_id,
            "id": household_id,
            "building": door.building,
            "unit": door.unit,
            "room": door.room,
        }
        for door, household_id in ids.items()
    ]
    insert_rows(Household, rows, skip_known=True)
    return ids
