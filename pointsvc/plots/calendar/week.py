"""A week of the plots for paper: what is done where and when, who comes, what to bring."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.queries import ShiftFacts, shifts_between, signed_up_in
from pointsvc.communities.queries import CommunityFacts, PlaceFacts, find_places
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.vault import mask_name
from pointsvc.members.consents import who_gave
from pointsvc.members.models import Member
from pointsvc.members.queries import in_chunks, names_of
from pointsvc.organisation.queries import people_of_groups, tended_places
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.calendar.entries import pending_of

DAYS: Final = 7
PEOPLE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done on a plot that week; `duty` where it comes from a care calendar."""

    shift: ShiftFacts
    on: date
    duty: DutyFacts | None
    people: tuple[UUID, ...]

    @property
    def missing_count(self) -> int:
        """How many more may come."""
        return max(0, (self.shift.capacity or 0) - len(self.people))

    @property
    def is_off(self) -> bool:
        """Whether it was called off, or waits for the weather."""
        return self.shift.cancelled_at is not None


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday, plot by plot; `names` as they may stand on the board, or whole."""

    days: tuple[date, ...]
    rows: tuple[tuple[PlaceFacts, tuple[tuple[Job, ...], ...]], ...]
    names: Mapping[UUID, str]
    leaders: Mapping[UUID, str]

    @property
    def jobs(self) -> list[Job]:
        """All of it, earliest first."""
        found = [job for _place, cells in self.rows for cell in cells for job in cell]
        return sorted(found, key=lambda job: (job.shift.starts_at, job.shift.id))


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """A sheet for somebody without a phone: what they said they would come to, and what else they might.

    To `asked` the leader asks them; `open` needs anybody.
    """

    id: UUID
    name: str
    mine: tuple[Job, ...]
    asked: tuple[Job, ...]
    open: tuple[Job, ...]


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def week_of(
    community: CommunityFacts,
    place_ids: Collection[UUID] | None,
    monday: date,
    *,
    with_full_names: bool,
) -> Week:
    """The week of these plots (None: of all); whole names only for who leads them and asked for it."""
    ids = None if place_ids is None else list(place_ids)
    places = find_places(community.id, kind="plot", ids=ids)
    days = tuple(monday + timedelta(days=n) for n in range(DAYS))
    jobs = _jobs(community, [place.id for place in places], days)
    people = {member_id for job in jobs for member_id in job.people}
    cells: dict[tuple[UUID, date], list[Job]] = {}
    for job in jobs:
        cells.setdefault((job.shift.place_id, job.on), []).append(job)
    return Week(
        days,
        tuple(
            (place, tuple(tuple(cells.get((place.id, day), ())) for day in days))
            for place in places
        ),
        names_of(community.id, people) if with_full_names else board_names(community.id, people),
        names_of(community.id, {job.shift.led_by_id for job in jobs}),
    )


def board_names(community_id: UUID, people: Collection[UUID]) -> dict[UUID, str]:
    """Names for the notice board: whole for who agreed to that, masked for everybody else."""
    agreed: set[UUID] = set()
    for some in in_chunks(people):
        agreed |= who_gave(community_id, "publish_name", some)
    names = names_of(community_id, people)
    return {each: name if each in agreed else mask_name(name) for each, name in names.items()}


def weeks_of_people(
    community: CommunityFacts, week: Week, place_ids: Collection[UUID] | None
) -> list[PersonWeek]:
    """A sheet for each of the plots' people who has no phone, by name; two hundred at most."""
    tended = tended_places(community.id)
    groups = {
        group: {place for place, by in tended.items() if by == group}
        for place, group in tended.items()
        if place_ids is None or place in place_ids
    }
    of_groups = people_of_groups(community.id, groups)
    places: dict[UUID, set[UUID]] = {}
    for group, members in of_groups.items():
        for member_id in members:
            places.setdefault(member_id, set()).update(groups[group])
    joined = {member_id for job in week.jobs for member_id in job.people}
    phoneless = _without_phone(community.id, {*places, *joined})
    asked: dict[UUID, set[UUID]] = {member_id: set() for member_id in phoneless}
    for entry in pending_of(community.id, phoneless):
        asked[entry.member_id].add(entry.duty_id)
    sheets = [
        _sheet(member_id, name, places.get(member_id, set()), asked[member_id], week.jobs)
        for member_id, name in phoneless.items()
    ]
    return sorted(sheets, key=lambda sheet: (sheet.name, sheet.id))[:PEOPLE_MAX]


def _sheet(
    member_id: UUID, name: str, places: set[UUID], duties: set[UUID], jobs: Sequence[Job]
) -> PersonWeek:
    mine = tuple(job for job in jobs if member_id in job.people)
    asked = tuple(
        job
        for job in jobs
        if job.duty and job.duty.id in duties and job.missing_count and not job.is_off
        if job not in mine
    )
    wanting = tuple(
        job
        for job in jobs
        if job.shift.place_id in places
        and job.shift.risk == "none"  # whether they may is asked at the desk, not on paper
        and job.missing_count
        and not job.is_off
        and job not in (*mine, *asked)
    )
    return PersonWeek(member_id, name, mine, asked, wanting)


def _jobs(community: CommunityFacts, place_ids: Sequence[UUID], days: Sequence[date]) -> list[Job]:
    """Shifts of the days, those called off too; what a calendar took back unnoticed was never one."""
    duties = {
        duty.shift_id: duty for duty in find_duties(community.id, place_ids, days[0], days[-1])
    }
    found = shifts_between(
        community_id=community.id,
        since=clock.day_bounds(days[0], community.zone)[0],
        until=clock.day_bounds(days[-1], community.zone)[1],
        place_ids=place_ids,
        with_cancelled=True,
    )
    begun = {shift: clock.local_day(shift.starts_at, community.zone) for shift in found}
    shifts = [
        shift
        for shift in found
        if begun[shift] in days
        and (shift.cancelled_at is None or shift.id in duties or shift.signed_up_count)
    ]
    people = signed_up_in(community.id, [shift.id for shift in shifts])
    return [
        Job(shift, begun[shift], duties.get(shift.id), tuple(people[shift.id])) for shift in shifts
    ]


def _without_phone(community_id: UUID, member_ids: Collection[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for some in in_chunks(member_ids):
        rows = db.session.execute(
            select(Member.id, Member.name).where(
                Member.community_id == community_id,
                Member.id.in_(some),
                Member.state == "active",
                Member.phone_index.is_(None),
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found
