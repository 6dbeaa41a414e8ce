"""Reading care calendars: plans, duties, holidays; the days that a plan gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select

from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Attendance
from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.kernel.errors import NotFound
from pointsvc.plots.models import CarePlan, Duty
from pointsvc.plots.rules.calendar import Holidays, Slot, Standing, Timing, care_days, span_of

_PLAN: Final[tuple[Any, ...]] = (
    CarePlan.id,
    CarePlan.place_id,
    CarePlan.care,
    CarePlan.rrule,
    CarePlan.season_from,
    CarePlan.season_to,
    CarePlan.starts_on,
    CarePlan.ends_on,
    CarePlan.at_minute,
    CarePlan.minutes,
    CarePlan.people_count,
    CarePlan.interval_days,
    CarePlan.tools,
    CarePlan.risk,
    CarePlan.follows_holidays,
    CarePlan.follows_id,
)


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One line of a plot's care calendar."""

    id: UUID
    place_id: UUID
    care: str
    rrule: str
    season_from: int
    season_to: int
    starts_on: date
    ends_on: date | None
    at_minute: int
    minutes: int
    people_count: int
    interval_days: int | None
    tools: str | None
    risk: str
    follows_holidays: bool
    follows_id: UUID | None

    @property
    def timing(self) -> Timing:
        """When it is due."""
        return Timing(
            self.rrule,
            self.season_from,
            self.season_to,
            self.starts_on,
            self.ends_on,
            self.follows_holidays,
        )

    def slots(
        self, origin_id: UUID, since: date, until: date, holidays: Holidays, zone: str
    ) -> list[Slot]:
        """What it wants from `since` to `until`, both counted; `origin_id` see `origins_of`."""
        return [
            Slot(
                self.id,
                origin_id,
                self.place_id,
                rule_on,
                due_on,
                *span_of(due_on, self.at_minute, self.minutes, zone),
                self.people_count,
                self.risk,
            )
            for rule_on, due_on in care_days(self.timing, since, until, holidays)
        ]


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """A duty with its plan's care and its shift; `note` says why it was held or moved."""

    id: UUID
    place_id: UUID
    plan_id: UUID
    shift_id: UUID
    care: str
    risk: str
    tools: str | None
    due_on: date
    state: str
    is_moved: bool
    note: str | None
    starts_at: datetime
    ends_at: datetime
    people_count: int | None
    signed_up_count: int
    cancelled_at: datetime | None

    @property
    def missing_count(self) -> int:
        """How many more people it needs."""
        return max(0, (self.people_count or 0) - self.signed_up_count)


def find_plans(
    community_id: UUID, place_ids: Collection[UUID], *, on: date | None = None
) -> list[PlanFacts]:
    """The plans of these plots by care; those in force on a day or later, where one is named."""
    wanted = select(*_PLAN).where(
        CarePlan.community_id == community_id, is_among(CarePlan.place_id, place_ids)
    )
    if on is not None:
        wanted = wanted.where(or_(CarePlan.ends_on.is_(None), CarePlan.ends_on >= on))
    rows = db.session.execute(wanted.order_by(CarePlan.place_id, CarePlan.care, CarePlan.id))
    return [PlanFacts(*row) for row in rows]


def get_plan(community_id: UUID, plan_id: UUID) -> PlanFacts:
    """The plan, ended or not. Raises NotFound."""
    wanted = select(*_PLAN).where(CarePlan.community_id == community_id, CarePlan.id == plan_id)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound
    return PlanFacts(*row)


def origins_of(plans: Iterable[PlanFacts]) -> dict[UUID, UUID]:
    """Of each plan the first of those that it follows: they are one line of the calendar."""
    follows = {plan.id: plan.follows_id for plan in plans}
    origins = {}
    for plan_id in follows:
        origin = plan_id
        while (before := follows.get(origin)) is not None:
            origin = before
        origins[plan_id] = origin
    return origins


def standing_duties(
    community_id: UUID,
    place_ids: Collection[UUID],
    since: date,
    until: date,
    origins: Mapping[UUID, UUID],
) -> list[Standing]:
    """The duties of these plots whose rule's day lies in the span, and whether anybody joined them."""
    attended = exists().where(
        Attendance.community_id == Duty.community_id, Attendance.shift_id == Duty.shift_id
    )
    wanted = _duties(
        Duty.id,
        Duty.shift_id,
        Duty.plan_id,
        Duty.place_id,
        Duty.rule_on,
        Duty.due_on,
        Shift.starts_at,
        Shift.ends_at,
        Shift.capacity.label("people_count"),
        Duty.state,
        or_(Shift.signed_up_count > 0, attended).label("is_joined"),
        Duty.is_moved,
    ).where(
        Duty.community_id == community_id,
        is_among(Duty.place_id, place_ids),
        Duty.rule_on.between(since, until),
    )
    return [
        Standing(origin_id=origins[row.plan_id], **row._mapping)  # noqa: SLF001 - its public name
        for row in db.session.execute(wanted)
    ]


def find_duties(
    community_id: UUID, place_ids: Collection[UUID], since: date, until: date
) -> list[DutyFacts]:
    """The duties done from `since` to `until` by day and time; those withdrawn are left out."""
    wanted = _facts().where(
        Duty.community_id == community_id,
        is_among(Duty.place_id, place_ids),
        Duty.due_on.between(since, until),
        Duty.state != "withdrawn",
    )
    rows = db.session.execute(wanted.order_by(Duty.due_on, Shift.starts_at, Duty.id))
    return [DutyFacts(*row) for row in rows]


def duties_of_shifts(community_id: UUID, shift_ids: Collection[UUID]) -> list[DutyFacts]:
    """The duties that became these shifts; a shift opened by hand has none."""
    if not shift_ids:
        return []
    wanted = _facts().where(Duty.community_id == community_id, Duty.shift_id.in_(shift_ids))
    return [DutyFacts(*row) for row in db.session.execute(wanted)]


def get_duty(community_id: UUID, duty_id: UUID) -> DutyFacts:
    """The duty. Raises NotFound."""
    wanted = _facts().where(Duty.community_id == community_id, Duty.id == duty_id)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound
    return DutyFacts(*row)


def weeks_of(duties: Iterable[DutyFacts]) -> list[tuple[date, list[DutyFacts]]]:
    """Duties by the Monday of their week, in their order."""

    def monday(duty: DutyFacts) -> date:
        return duty.due_on - timedelta(days=duty.due_on.weekday())

    return [(day, list(some)) for day, some in groupby(duties, key=monday)]


def held_place_ids(
    community_id: UUID, place_ids: Collection[UUID], since: date, until: date
) -> set[UUID]:
    """Those of the plots where a duty of these days waits for the weather."""
    wanted = select(Duty.place_id).where(
        Duty.community_id == community_id,
        is_among(Duty.place_id, place_ids),
        Duty.due_on.between(since, until),
        Duty.state == "held",
    )
    return set(db.session.scalars(wanted.distinct()))


def next_planned(
    community_id: UUID, place_ids: Collection[UUID], now: datetime, until: date
) -> dict[UUID, date]:
    """The next day on which something is to be done at each plot, until a day; others are missing."""
    wanted = _duties(Duty.place_id, func.min(Duty.due_on)).where(
        Duty.community_id == community_id,
        is_among(Duty.place_id, place_ids),
        Duty.due_on.between(
            (now - timedelta(days=1)).date(), until
        ),  # for the index; the moment decides
        Duty.state == "planned",
        Shift.starts_at > now,
        Shift.cancelled_at.is_(None),
    )
    rows = db.session.execute(wanted.group_by(Duty.place_id))
    return {row[0]: row[1] for row in rows}


def last_planned(community_id: UUID, place_ids: Collection[UUID]) -> dict[UUID, date]:
    """The last day for which each plot has a duty."""
    rows = db.session.execute(
        select(Duty.place_id, func.max(Duty.rule_on))
        .where(
            Duty.community_id == community_id,
            is_among(Duty.place_id, place_ids),
            Duty.state != "withdrawn",
        )
        .group_by(Duty.place_id)
    )
    return {row[0]: row[1] for row in rows}


def _facts() -> Select[*tuple[Any, ...]]:
    return _duties(
        Duty.id,
        Duty.place_id,
        Duty.plan_id,
        Duty.shift_id,
        CarePlan.care,
        CarePlan.risk,
        CarePlan.tools,
        Duty.due_on,
        Duty.state,
        Duty.is_moved,
        Duty.note,
        Shift.starts_at,
        Shift.ends_at,
        Shift.capacity,
        Shift.signed_up_count,
        Shift.cancelled_at,
    ).join(CarePlan, and_(CarePlan.community_id == Duty.community_id, CarePlan.id == Duty.plan_id))


def _duties(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(Duty)
        .join(Shift, and_(Shift.community_id == Duty.community_id, Shift.id == Duty.shift_id))
    )
