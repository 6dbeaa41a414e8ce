"""People of a book, and the members that a community has already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.imports.lines import KnownPerson, Person, person_key
from pointsvc.members.models import Member
from pointsvc.members.phones import reveal_phone
from pointsvc.members.registration import NewMember, register_members
from pointsvc.members.rules import Door

CHUNK = 1_000


def known_people(community_id: UUID) -> dict[UUID, KnownPerson]:
    """The active members with a phone, as a book's lines may mean them: by name and last digits."""
    rows = db.session.execute(
        select(Member.id, Member.name, Member.phone_cipher, Member.is_party_member).where(
            Member.community_id == community_id,
            Member.state == "active",
            Member.phone_cipher.is_not(None),
        )
    )
    people = {}
    for id_, name, cipher, is_party_member in rows:
        phone = reveal_phone(community_id=community_id, member_id=id_, cipher=cipher)
        people[id_] = KnownPerson(person_key(name, phone), name, phone, is_party_member)
    return people


def take_people(
    *,
    community_id: UUID,
    people: Iterable[Person],
    recorded_by_id: UUID | None,
    now: datetime,
) -> tuple[dict[bytes, UUID], int]:
    """Register the roster; members by the book's keys, and how many were new."""
    everyone = list(people)
    members: dict[bytes, UUID] = {}
    new = 0
    for start in range(0, len(everyone), CHUNK):
        some = everyone[start : start + CHUNK]
        registered = register_members(
            community_id=community_id,
            people=[_new_member(person) for person in some],
            recorded_by_id=recorded_by_id,
            now=now,
        )
        for person, row in zip(some, registered, strict=True):
            members[person.key] = row.member_id
            new += row.is_new
    return members, new


def _new_member(person: Person) -> NewMember:
    has_door = bool(person.building or person.room)
    return NewMember(
        name=person.name,
        phone=person.phone,
        door=Door(person.building, person.unit, person.room) if has_door else None,
        sex=person.sex,
        born_on=person.born_on,
        is_party_member=person.is_party_member,
        note=person.note or None,
    )
