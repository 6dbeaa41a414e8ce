"""Reading members: one, many names, their households, who has a phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of
from pointsvc.kernel.ring import current_vault
from pointsvc.members.models import Card, Household, HouseholdMembership, Member, PhoneEntry
from pointsvc.members.phones import indexes_of, masked_phone
from pointsvc.members.rules import Door

T = TypeVar("T")
CHUNK: Final = 500
_SHOWN: Final = (  # of a member's columns
    *("id", "volunteer_no", "name", "sex", "born_on", "is_party_member", "phone_cipher"),
    *("pin_cipher", "state", "joined_at", "note", "mode", "locale"),
)


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A person as the office sees them: the phone masked, the door as it is written."""

    id: UUID
    volunteer_no: int
    name: str
    sex: str | None
    born_on: date | None
    is_party_member: bool
    phone: str | None
    has_pin: bool
    state: str
    joined_at: datetime
    note: str | None
    mode: str
    locale: str
    household_id: UUID | None
    door: Door | None

    @property
    def is_active(self) -> bool:
        """Whether the person is on the books."""
        return self.state == "active"

    @property
    def holder_id(self) -> UUID:
        """Whom caps and limits count for: the household, or the person where there is none."""
        return self.household_id or self.id


def get_member(community_id: UUID, member_id: UUID) -> MemberFacts:
    """The member, whatever their state. Raises NotFound, also for another community's."""
    for row in fetch(_one_member(), community_id=community_id, member_id=member_id):
        return facts_of(community_id, row)
    raise NotFound


def holders_of(community_id: UUID, member_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Whom caps and limits count for: each member's live household, or the member's own id."""
    wanted = list(dict.fromkeys(member_ids))
    holders = {member_id: member_id for member_id in wanted}
    for chunk in in_chunks(wanted):
        found = fetch(_households(), community_id=community_id, member_ids=list(chunk))
        holders.update((row.member_id, row.household_id) for row in found)
    return holders


@prepared
def _households(among: Among) -> Select[*tuple[Any, ...]]:
    membership = table_of(HouseholdMembership).c
    return select(membership.member_id, membership.household_id).where(
        membership.community_id == bindparam("community_id"),
        among(membership.member_id, "member_ids"),
        membership.left_at.is_(None),
    )


def names_of(community_id: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by id; ids of others, or of nobody, are missing."""
    names: dict[UUID, str] = {}
    for chunk in in_chunks(ids):
        found = fetch(_named(), community_id=community_id, ids=list(chunk))
        names.update((row.id, row.name) for row in found)
    return names


@prepared
def _named(among: Among) -> Select[*tuple[Any, ...]]:
    member = table_of(Member).c
    return select(member.id, member.name).where(
        member.community_id == bindparam("community_id"), among(member.id, "ids")
    )


def active_ids(community_id: UUID, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids that are active members."""
    found: set[UUID] = set()
    for chunk in in_chunks(ids):
        active = fetch(_active(), community_id=community_id, ids=list(chunk))
        found.update(row.id for row in active)
    return found


@prepared
def _active(among: Among) -> Select[*tuple[Any, ...]]:
    member = table_of(Member).c
    return select(member.id).where(
        member.community_id == bindparam("community_id"),
        among(member.id, "ids"),
        member.state == "active",
    )


def find_member_by_phone(community_id: UUID, phone: str) -> UUID | None:
    """The active member with this phone, as people type it."""
    wanted = (
        select(Member.id)
        .join(
            PhoneEntry,
            and_(PhoneEntry.community_id == Member.community_id, PhoneEntry.member_id == Member.id),
        )
        .where(
            PhoneEntry.phone_index.in_(indexes_of(phone)),
            PhoneEntry.community_id == community_id,
            Member.state == "active",
        )
    )
    return db.session.scalars(wanted).first()


def find_numbered(community_id: UUID, volunteer_no: int) -> UUID | None:
    """The active member with this volunteer number."""
    wanted = select(Member.id).where(
        Member.community_id == community_id,
        Member.volunteer_no == volunteer_no,
        Member.state == "active",
    )
    return db.session.scalars(wanted).one_or_none()


def household_of(community_id: UUID, household_id: UUID | None) -> list[tuple[UUID, str]]:
    """Who lives in a household now: ids and names, at most 100; nobody in none."""
    if household_id is None:
        return []
    rows = db.session.execute(
        select(Member.id, Member.name)
        .join(
            HouseholdMembership,
            and_(
                HouseholdMembership.community_id == Member.community_id,
                HouseholdMembership.member_id == Member.id,
            ),
        )
        .where(
            HouseholdMembership.community_id == community_id,
            HouseholdMembership.household_id == household_id,
            HouseholdMembership.left_at.is_(None),
        )
        .order_by(Member.id)
        .limit(100)
    )
    return [(row.id, row.name) for row in rows]


def count_members(community_id: UUID) -> int:
    """How many active members a community has."""
    wanted = select(func.count()).where(
        Member.community_id == community_id, Member.state == "active"
    )
    return db.session.scalar(wanted) or 0


def all_active_ids(community_id: UUID) -> list[UUID]:
    """Every active member of a community: whom a notice to all is for."""
    wanted = select(Member.id).where(Member.community_id == community_id, Member.state == "active")
    return list(db.session.scalars(wanted.order_by(Member.id)))


def count_by_community() -> dict[UUID, int]:
    """Active members of each community: all that an operator sees of them."""
    rows = db.session.execute(
        select(Member.community_id, func.count().label("active"))
        .where(Member.state == "active")
        .group_by(Member.community_id)
    )
    return {row.community_id: row.active for row in rows}


def in_chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The different values, 500 at a time: what one IN takes on either engine."""
    different = list(dict.fromkeys(values))
    for start in range(0, len(different), CHUNK):
        yield different[start : start + CHUNK]


def tail_indexes(community_id: UUID, tail: str) -> Sequence[bytes]:
    """Under which tail indexes four digits may stand; none for what is no four digits."""
    try:
        return current_vault().tail_indexes(community_id, tail)
    except ValueError:
        return []


def members_of(community_id: UUID) -> Select[*tuple[Any, ...]]:
    """Members with their live household, for `facts_of`."""
    return _with_households().where(Member.community_id == community_id)


@prepared
def _one_member(_among: Among) -> Select[*tuple[Any, ...]]:
    member = table_of(Member).c
    return _with_households().where(
        member.community_id == bindparam("community_id"), member.id == bindparam("member_id")
    )


def _with_households() -> Select[*tuple[Any, ...]]:
    members, stays, homes = (table_of(each) for each in (Member, HouseholdMembership, Household))
    member, stay, home = members.c, stays.c, homes.c
    lives_there = (
        (stay.community_id == member.community_id)
        & (stay.member_id == member.id)
        & stay.left_at.is_(None)
    )
    is_home = (home.community_id == stay.community_id) & (home.id == stay.household_id)
    return select(
        *(member[name] for name in _SHOWN),
        *(home.id.label("household_id"), home.building, home.unit, home.room),
    ).select_from(members.outerjoin(stays, lives_there).outerjoin(homes, is_home))


def facts_of(community_id: UUID, row: Found) -> MemberFacts:
    """What the office sees of a row of `members_of`."""
    return MemberFacts(
        id=row.id,
        volunteer_no=row.volunteer_no,
        name=row.name,
        sex=row.sex,
        born_on=row.born_on,
        is_party_member=row.is_party_member,
        phone=masked_phone(community_id=community_id, member_id=row.id, cipher=row.phone_cipher),
        has_pin=row.pin_cipher is not None,
        state=row.state,
        joined_at=row.joined_at,
        note=row.note,
        mode=row.mode,
        locale=row.locale,
        household_id=row.household_id,
        door=Door(row.building, row.unit, row.room) if row.household_id else None,
    )


def without_card(community_id: UUID, *, limit: int) -> list[UUID]:
    """Active members without a live card, by volunteer number."""
    wanted = (
        select(Member.id)
        .outerjoin(
            Card,
            and_(
                Card.community_id == Member.community_id,
                Card.member_id == Member.id,
                Card.revoked_at.is_(None),
            ),
        )
        .where(Member.community_id == community_id, Member.state == "active", Card.id.is_(None))
        .order_by(Member.volunteer_no)
        .limit(limit)
    )
    return list(db.session.scalars(wanted))
