"""Reading kinds of activity, shifts and sign-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from pointsvc.activities.models import ActivityKind, Shift, Signup
from pointsvc.activities.rules import LENGTH_MAX, WAYS, ShiftTimes
from pointsvc.communities.models import Place
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of
from pointsvc.members.models import Member

SHIFTS_MAX = 500


@dataclass(frozen=True, slots=True)
class KindFacts:
    """A kind of activity and the ways in which one may be counted in it."""

    code: str
    name: str
    name_en: str
    counted_by: str
    by_leader: bool
    by_shift_code: bool
    by_sign: bool
    by_roster: bool

    @property
    def is_used(self) -> bool:
        """Whether anyone can be counted in it: a kind without a way is out of use."""
        return any(getattr(self, way) for way in WAYS[self.counted_by])

    def called(self, locale: str) -> str:
        """Its name in the reader's language."""
        return self.name_en if locale == "en" else self.name


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """A shift with its place and kind."""

    id: UUID
    activity_kind: str
    kind: KindFacts
    place_id: UUID
    place_name: str
    place_kind: str
    led_by_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    signed_up_count: int
    cancelled_at: datetime | None
    created_at: datetime
    risk: str = "none"

    @property
    def planned_minutes(self) -> int:
        """The planned time, whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def has_room(self) -> bool:
        """Whether one more may sign up."""
        return self.capacity is None or self.signed_up_count < self.capacity

    @property
    def times(self) -> ShiftTimes:
        """What the rules about shifts need."""
        return ShiftTimes(
            self.place_id,
            self.led_by_id,
            self.starts_at,
            self.ends_at,
            is_cancelled=self.cancelled_at is not None,
            has_room=self.has_room,
        )


@dataclass(frozen=True, slots=True)
class SignupFacts:
    """Somebody who means to come."""

    member_id: UUID
    name: str
    signed_up_at: datetime


def find_kinds(community_id: UUID) -> list[KindFacts]:
    """All kinds of activity of a community, in their order."""
    return [KindFacts(*row) for row in fetch(_kinds(), community_id=community_id)]


@prepared
def _kinds(_among: Among) -> Select[*tuple[Any, ...]]:
    kind = table_of(ActivityKind).c
    of_community = kind.community_id == bindparam("community_id")
    return select(*_KIND).where(of_community).order_by(kind.sort_no, kind.code)


def find_shifts(*, community_id: UUID, ids: Collection[UUID]) -> dict[UUID, ShiftFacts]:
    """The shifts of these ids that the community has, cancelled ones included."""
    if not ids:
        return {}
    found = fetch(_named(), community_id=community_id, ids=list(ids))
    return {row.id: shift_facts(row) for row in found}


@prepared
def _named(among: Among) -> Select[*tuple[Any, ...]]:
    shift = table_of(Shift).c
    return shift_columns().where(
        shift.community_id == bindparam("community_id"), among(shift.id, "ids")
    )


def get_shift(community_id: UUID, shift_id: UUID) -> ShiftFacts:
    """The shift. Raises NotFound, also for another community's."""
    found = find_shifts(community_id=community_id, ids=[shift_id])
    if shift_id not in found:
        raise NotFound
    return found[shift_id]


def shifts_between(
    *,
    community_id: UUID,
    since: datetime,
    until: datetime,
    place_ids: Collection[UUID] | None = None,
    or_led_by_ids: Collection[UUID] = (),
    with_cancelled: bool = False,
) -> list[ShiftFacts]:
    """Shifts that touch the stretch [since, until), earliest first; at most 500.

    Of these places only where they are named; `or_led_by_ids` adds those that somebody leads.
    """
    wanted = [
        Shift.ends_at > since,
        Shift.ends_at < until + LENGTH_MAX,
        Shift.starts_at < until,
    ]
    if place_ids is not None:
        wanted.append(or_(Shift.place_id.in_(place_ids), Shift.led_by_id.in_(or_led_by_ids)))
    if not with_cancelled:
        wanted.append(Shift.cancelled_at.is_(None))
    return list(_found(community_id, *wanted))


def find_overlapping(
    community_id: UUID,
    *,
    shift_id: UUID,
    activity_kind: str,
    place_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> ShiftFacts | None:
    """A live shift of the kind at the place that a new one would meet; none for one opened before."""
    found = shifts_between(
        community_id=community_id, since=starts_at, until=ends_at, place_ids=[place_id]
    )
    if any(shift.id == shift_id for shift in found):
        return None
    alike = (s for s in found if s.activity_kind == activity_kind and s.ends_at > now)
    return next(alike, None)


def signed_up_shift_ids(
    *, community_id: UUID, member_id: UUID, shift_ids: Collection[UUID]
) -> set[UUID]:
    """Those of the shifts that the member has signed up for."""
    wanted = select(Signup.shift_id).where(
        Signup.community_id == community_id,
        Signup.member_id == member_id,
        Signup.shift_id.in_(shift_ids),
        Signup.left_at.is_(None),
    )
    return set(db.session.scalars(wanted))


def signups_of(community_id: UUID, shift_id: UUID) -> list[SignupFacts]:
    """Who means to come to a shift, first come first."""
    rows = db.session.execute(
        select(Signup.member_id, Member.name, Signup.signed_up_at)
        .join(
            Member,
            and_(Member.community_id == Signup.community_id, Member.id == Signup.member_id),
        )
        .where(
            Signup.community_id == community_id,
            Signup.shift_id == shift_id,
            Signup.left_at.is_(None),
        )
        .order_by(Signup.signed_up_at, Signup.id)
        .limit(SHIFTS_MAX)
    )
    return [SignupFacts(*row) for row in rows]


def signed_up_in(community_id: UUID, shift_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Who means to come to each of the shifts, by id alone."""
    wanted = select(Signup.shift_id, Signup.member_id).where(
        Signup.community_id == community_id,
        Signup.shift_id.in_(shift_ids),
        Signup.left_at.is_(None),
    )
    found: dict[UUID, list[UUID]] = {shift_id: [] for shift_id in shift_ids}
    for shift_id, member_id in db.session.execute(wanted.order_by(Signup.id)):
        found[shift_id].append(member_id)
    return found


def next_signups(
    *, community_id: UUID, member_ids: Collection[UUID], now: datetime
) -> dict[UUID, ShiftFacts]:
    """The next shift that each of the members means to come to and that is not over."""
    rows = db.session.execute(
        select(Signup.member_id, Signup.shift_id)
        .join(Shift, and_(Shift.community_id == Signup.community_id, Shift.id == Signup.shift_id))
        .where(
            Signup.community_id == community_id,
            Signup.member_id.in_(member_ids),
            Signup.left_at.is_(None),
            Shift.ends_at > now,
            Shift.cancelled_at.is_(None),
        )
        .order_by(Shift.starts_at.desc(), Shift.id.desc())
        .limit(SHIFTS_MAX)
    ).all()
    first = {row.member_id: row.shift_id for row in rows}
    shifts = find_shifts(community_id=community_id, ids=set(first.values()))
    return {member_id: shifts[shift_id] for member_id, shift_id in first.items()}


def coming_counts(community_id: UUID, now: datetime) -> dict[str, int]:
    """How many shifts of each kind are not over."""
    rows = db.session.execute(
        select(Shift.activity_kind, func.count())
        .where(
            Shift.community_id == community_id,
            Shift.ends_at > now,
            Shift.cancelled_at.is_(None),
        )
        .group_by(Shift.activity_kind)
    )
    return {row[0]: row[1] for row in rows}


_KIND = tuple(
    table_of(ActivityKind).c[name]
    for name in (
        "code",
        "name",
        "name_en",
        "counted_by",
        "by_leader",
        "by_shift_code",
        "by_sign",
        "by_roster",
    )
)
_OWN = 12  # columns of a shift and its place stand before its kind's


def _found(community_id: UUID, *conditions: ColumnElement[bool]) -> Iterable[ShiftFacts]:
    wanted = (
        _shifts(community_id)
        .where(*conditions)
        .order_by(Shift.starts_at, Shift.id)
        .limit(SHIFTS_MAX)
    )
    return (shift_facts(row) for row in db.session.execute(wanted))


def _shifts(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return shift_columns().where(table_of(Shift).c.community_id == community_id)


def shift_columns() -> Select[*tuple[Any, ...]]:
    """Shifts with their place and kind, for `shift_facts`; other rooms add columns of their own."""
    shift, place, kind = table_of(Shift), table_of(Place), table_of(ActivityKind)
    at_place = and_(place.c.community_id == shift.c.community_id, place.c.id == shift.c.place_id)
    of_kind = and_(
        kind.c.community_id == shift.c.community_id, kind.c.code == shift.c.activity_kind
    )
    return select(
        shift.c.id,
        shift.c.place_id,
        place.c.name.label("place_name"),
        place.c.kind.label("place_kind"),
        shift.c.led_by_id,
        shift.c.starts_at,
        shift.c.ends_at,
        shift.c.capacity,
        shift.c.signed_up_count,
        shift.c.cancelled_at,
        shift.c.created_at,
        shift.c.risk,
        *_KIND,
    ).select_from(shift.join(place, at_place).join(kind, of_kind))


def shift_facts(row: Found) -> ShiftFacts:
    """The shift in a row of `shift_columns`."""
    kind = KindFacts(*tuple(row)[_OWN : _OWN + len(_KIND)])
    return ShiftFacts(
        id=row.id,
        activity_kind=kind.code,
        kind=kind,
        place_id=row.place_id,
        place_name=row.place_name,
        place_kind=row.place_kind,
        led_by_id=row.led_by_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        signed_up_count=row.signed_up_count,
        cancelled_at=row.cancelled_at,
        created_at=row.created_at,
        risk=row.risk,
    )
