"""People of a book, and the members that a community has already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.extensions import db
from pointsvc.imports.lines import KnownPerson, Person, person_key
from pointsvc.members.models import Household, HouseholdMembership, Member
from pointsvc.members.phones import reveal_phone
from pointsvc.members.registration import NewMember, register_members
from pointsvc.members.rules import Door


def known_people(community_id: UUID) -> dict[UUID, KnownPerson]:
    """The active members, as a book's lines may mean them: by name and last digits, or by name."""
    own = Member.community_id == community_id
    lives = and_(
        HouseholdMembership.community_id == Member.community_id,
        HouseholdMembership.member_id == Member.id,
        HouseholdMembership.left_at.is_(None),
    )
    home = and_(
        Household.community_id == HouseholdMembership.community_id,
        Household.id == HouseholdMembership.household_id,
    )
    rows = db.session.execute(
        select(
            Member.id,
            Member.name,
            Member.phone_cipher,
            Member.is_party_member,
            Member.born_on,
            Household.building,
            Household.unit,
            Household.room,
        )
        .outerjoin(HouseholdMembership, lives)
        .outerjoin(Household, home)
        .where(own, Member.state == "active")
    )
    return {row.id: _known(community_id, row) for row in rows}


def _known(community_id: UUID, row: Any) -> KnownPerson:
    phone = reveal_phone(community_id=community_id, member_id=row.id, cipher=row.phone_cipher)
    door = (row.building or "", row.unit or "", row.room or "")
    key = person_key(row.name, phone, door, row.born_on)
    return KnownPerson(key, row.name, phone, row.is_party_member)


def take_people(
    *,
    community_id: UUID,
    people: Sequence[Person],
    recorded_by_id: UUID | None,
    now: datetime,
) -> tuple[dict[bytes, UUID], int]:
    """Register some of the roster; members by the book's keys, and how many were new."""
    registered = register_members(
        community_id=community_id,
        people=[_new_member(person) for person in people],
        recorded_by_id=recorded_by_id,
        now=now,
    )
    members = {person.key: row.member_id for person, row in zip(people, registered, strict=True)}
    return members, sum(row.is_new for row in registered)


def _new_member(person: Person) -> NewMember:
    """A building without a room is no household; it is kept as a remark."""
    door = Door(person.building, person.unit, person.room) if person.has_door else None
    remarks = [person.note, "" if door else f"{person.building} {person.unit} {person.room}"]
    return NewMember(
        name=person.name,
        phone=person.phone,
        door=door,
        sex=person.sex,
        born_on=person.born_on,
        is_party_member=person.is_party_member,
        note="；".join(filter(None, map(str.strip, remarks))) or None,
    )
