"""Registering people, one at the door or a hundred thousand from a workbook: one code path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from pointsvc.audit.actors import member_actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id, new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.kernel.pinyin import sort_key
from pointsvc.kernel.ring import current_vault
from pointsvc.members.consents import first_rows
from pointsvc.members.errors import AlreadyRegistered, PhoneTaken
from pointsvc.members.heirs import erased_ids, heirs_of
from pointsvc.members.households import live_in
from pointsvc.members.models import Consent, Member, PhoneEntry
from pointsvc.members.phones import plain_phone, seal_phone
from pointsvc.members.queries import active_ids, in_chunks
from pointsvc.members.rules import NAME_LENGTH_MAX, Door, plain_name

WALK_ABOVE: Final = 5000


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person to register.

    Attributes:
        name: as written; spaces are put in order.
        phone: as typed; None for a person without one (card and PIN).
        door: where they live; None is unknown.
        consents: by purpose, what was said; `service` is to be collected where it was not asked.
        guardian_name: who agreed for a child under 14.
    """

    name: str
    phone: str | None = None
    door: Door | None = None
    sex: str | None = None
    born_on: date | None = None
    is_party_member: bool = False
    note: str | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    guardian_name: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A person of the list, in its order: `is_new` only where they were not there before."""

    member_id: UUID
    is_new: bool
    volunteer_no: int


@dataclass(frozen=True, slots=True)
class _Plan:
    person: NewMember
    name: str
    phone: str | None
    index: bytes | None
    member_id: UUID
    is_stranger: bool


def register_member(
    *, community_id: UUID, person: NewMember, recorded_by_id: UUID | None, now: datetime
) -> Registered:
    """Register one person at the door.

    Raises:
        Invalid: name or phone. PhoneTaken, AlreadyRegistered: an active member is there already.
    """
    phone = plain_phone(person.phone) if person.phone else None
    if phone is not None:
        _free_phone(community_id, phone)
    registered = register_members(
        community_id=community_id, people=[person], recorded_by_id=recorded_by_id, now=now
    )[0]
    if not registered.is_new:
        raise AlreadyRegistered
    return registered


def register_members(
    *,
    community_id: UUID,
    people: Sequence[NewMember],
    recorded_by_id: UUID | None,
    now: datetime,
) -> list[Registered]:
    """Register people, set-based; who is there already is found again and left as they are.

    The same person is the same phone in the community, whoever wrote it how; without a phone the
    same name, birthday and door; who was merged away is the survivor. Takes the counter of volunteer numbers.

    Raises:
        Invalid: `{"people": {place: {field: messages}}}`.
    """
    plans = _beside_erased(community_id, _plans(community_id, people))
    numbers = _numbers_of(community_id, (p.member_id for p in plans if not p.is_stranger))
    fresh = list({p.member_id: p for p in plans if p.member_id not in numbers}.values())
    if fresh:
        taken = take_numbers(community_id=community_id, name="volunteer", count=len(fresh))
        new_numbers = {plan.member_id: no for plan, no in zip(fresh, taken, strict=True)}
        _insert(community_id, fresh, new_numbers, recorded_by_id, now)
        _leave_note(community_id, fresh, recorded_by_id, now)
        numbers |= new_numbers
    heirs = heirs_of(community_id, numbers.keys() - {plan.member_id for plan in fresh})
    numbers |= _numbers_of(community_id, heirs.values())
    return _in_order(plans, {plan.member_id for plan in fresh}, numbers, heirs)


def _in_order(
    plans: Sequence[_Plan],
    fresh: set[UUID],
    numbers: Mapping[UUID, int],
    heirs: Mapping[UUID, UUID],
) -> list[Registered]:
    registered = []
    for plan in plans:
        is_new = plan.member_id in fresh
        fresh.discard(plan.member_id)
        member_id = heirs.get(plan.member_id, plan.member_id)
        registered.append(Registered(member_id, is_new, numbers[member_id]))
    return registered


def _plans(community_id: UUID, people: Sequence[NewMember]) -> list[_Plan]:
    read = _read_all(people)
    vault = current_vault()
    all_indexes = [vault.indexes(phone) if phone else [] for _name, phone in read]
    known = _known_phones(community_id, (i for indexes in all_indexes for i in indexes))
    plans = []
    for person, (name, phone), indexes in zip(people, read, all_indexes, strict=True):
        member_id = next((known[index] for index in indexes if index in known), None)
        is_stranger = member_id is None and phone is not None
        if member_id is None:
            member_id = new_id() if phone else _natural_id(community_id, person, name)
        if indexes:
            known[indexes[0]] = member_id
        index = indexes[0] if indexes else None
        plans.append(_Plan(person, name, phone, index, member_id, is_stranger))
    return plans


def _beside_erased(community_id: UUID, plans: list[_Plan]) -> list[_Plan]:
    """Who comes back after they were erased is somebody new: the old id stays nobody's."""
    gone = erased_ids(community_id, (plan.member_id for plan in plans if not plan.is_stranger))
    while gone:
        plans = [
            replace(plan, member_id=derived_id("member-again", plan.member_id))
            if plan.member_id in gone
            else plan
            for plan in plans
        ]
        gone = erased_ids(community_id, (derived_id("member-again", each) for each in gone))
    return plans


def _read_all(people: Sequence[NewMember]) -> list[tuple[str, str | None]]:
    read, faults = [], {}
    for place, person in enumerate(people):
        try:
            read.append(_read(person))
        except Invalid as refusal:
            faults[str(place)] = refusal.errors
    if faults:
        raise Invalid(faults["0"] if len(people) == 1 else {"people": faults})
    return read


def _read(person: NewMember) -> tuple[str, str | None]:
    name = plain_name(person.name)
    if not 1 <= len(name) <= NAME_LENGTH_MAX:
        raise Invalid({"name": [_("姓名须为 1 至 60 个字。")]})
    return name, plain_phone(person.phone) if person.phone else None


def _natural_id(community_id: UUID, person: NewMember, name: str) -> UUID:
    return derived_id("member", community_id, name, person.born_on or "", person.door or "")


def _known_phones(community_id: UUID, indexes: Iterable[bytes]) -> dict[bytes, UUID]:
    """Whose the phones are. A few are found by the phone alone, the community compared here.

    Asked for both, a planner without statistics walks through the whole community each time.
    """
    keys = list(indexes)
    ours = PhoneEntry.community_id == community_id
    if len(keys) > WALK_ABOVE:
        return dict(_look_up((PhoneEntry.phone_index, PhoneEntry.member_id), ours, keys))
    columns = (PhoneEntry.community_id, PhoneEntry.phone_index, PhoneEntry.member_id)
    known = {}
    for chunk in in_chunks(keys):
        for row in db.session.execute(select(*columns).where(PhoneEntry.phone_index.in_(chunk))):
            if row.community_id == community_id:
                known[row.phone_index] = row.member_id
    return known


def _numbers_of(community_id: UUID, ids: Iterable[UUID]) -> dict[UUID, int]:
    columns = (Member.id, Member.volunteer_no)
    return dict(_look_up(columns, Member.community_id == community_id, list(ids)))


def _look_up(
    columns: tuple[Any, Any], ours: ColumnElement[bool], keys: Sequence[Any]
) -> Iterator[tuple[Any, Any]]:
    """(key, value) of the keys: a few by their index, many in one walk through the community.

    The planner of a database that has just swallowed a workbook has no statistics yet; many
    look-ups of 500 keys each took it minutes.
    """
    if len(keys) > WALK_ABOVE:
        yield from (tuple(row) for row in db.session.execute(select(*columns).where(ours)))
        return
    for chunk in in_chunks(keys):
        found = db.session.execute(select(*columns).where(ours, columns[0].in_(chunk)))
        yield from (tuple(row) for row in found)


def _free_phone(community_id: UUID, phone: str) -> None:
    """Refuse an active member's phone; let go of the entry of one who left."""
    indexes = current_vault().indexes(phone)
    holders = set(_known_phones(community_id, indexes).values())
    if active_ids(community_id, holders):
        raise PhoneTaken
    db.session.execute(
        delete(PhoneEntry).where(
            PhoneEntry.phone_index.in_(indexes), PhoneEntry.community_id == community_id
        )
    )


def _insert(
    community_id: UUID,
    plans: Sequence[_Plan],
    numbers: Mapping[UUID, int],
    recorded_by_id: UUID | None,
    now: datetime,
) -> None:
    db.session.flush()
    insert_rows(Member, [_row(community_id, plan, numbers, now) for plan in plans])
    insert_rows(
        PhoneEntry,
        [
            {
                "phone_index": plan.index,
                "community_id": community_id,
                "member_id": plan.member_id,
            }
            for plan in plans
            if plan.index is not None
        ],
    )
    doors = {plan.member_id: plan.person.door for plan in plans if plan.person.door}
    live_in(community_id=community_id, doors=doors, now=now)
    insert_rows(
        Consent,
        [
            row
            for plan in plans
            for row in first_rows(
                community_id=community_id,
                member_id=plan.member_id,
                said=plan.person.consents,
                guardian_name=plan.person.guardian_name,
                recorded_by_id=recorded_by_id,
                now=now,
            )
        ],
    )


def _row(
    community_id: UUID, plan: _Plan, numbers: Mapping[UUID, int], now: datetime
) -> dict[str, Any]:
    person = plan.person
    sealed = None
    if plan.phone is not None:
        sealed = seal_phone(community_id=community_id, member_id=plan.member_id, phone=plan.phone)
    return {
        "community_id": community_id,
        "id": plan.member_id,
        "volunteer_no": numbers[plan.member_id],
        "name": plan.name,
        "name_key": sort_key(plan.name, is_name=True),
        "sex": person.sex,
        "born_on": person.born_on,
        "is_party_member": person.is_party_member,
        "phone_index": sealed and sealed.index,
        "phone_tail_index": sealed and sealed.tail_index,
        "phone_cipher": sealed and sealed.cipher,
        "state": "active",
        "joined_at": now,
        "note": person.note,
    }


def _leave_note(
    community_id: UUID, plans: Sequence[_Plan], recorded_by_id: UUID | None, now: datetime
) -> None:
    actor = member_actor(recorded_by_id)
    note(
        community_id=community_id,
        actor=actor,
        action="members.registered",
        subject_id=plans[0].member_id if len(plans) == 1 else None,
        now=now,
        detail={"count": len(plans)},
    )
