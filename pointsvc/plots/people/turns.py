"""Whose turn it is: what people did on plots of late, and what they are down for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from pointsvc.activities.gates import demand_of
from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Attendance
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.members.covers import covers_of
from pointsvc.members.models import Member
from pointsvc.members.rules import age_on
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.calendar.entries import MonthDuty, pending_of
from pointsvc.plots.models import CarePlan, Duty
from pointsvc.plots.people.availability import absences_of, stretch_of, taken_by, week_minutes_of
from pointsvc.plots.people.wishes import wishes_of
from pointsvc.plots.queries import PlotFacts
from pointsvc.plots.rules import CARE_KIND
from pointsvc.plots.rules.roster import Candidate, Stretch, Wanted
from pointsvc.plots.rules.wishes import NONE

LOOK_BACK: Final = timedelta(days=92)  # a quarter: long enough to be fair, short enough to forget


def wanted_of(each: MonthDuty, left: Collection[UUID], community: CommunityFacts) -> Wanted:
    """A duty as the rules see it; who `left` it said that they cannot come."""
    duty, zone = each.duty, community.zone
    begins = clock.local(duty.starts_at, zone)
    coming = {member_id for member_id, _name in each.coming}
    return Wanted(
        id=duty.id,
        care=duty.care,
        risk=duty.risk,
        on=begins.date(),
        at_minute=begins.hour * 60 + begins.minute,
        when=stretch_of(duty.starts_at, duty.ends_at, zone),
        count=each.open_count,
        known=frozenset(coming | {entry.member_id for entry in each.silent}),
        refused=frozenset({*left, *(entry.member_id for entry in each.declined)}) - coming,
        demand=None if duty.risk == "none" else demand_of(duty.risk, community.settings),
    )


def candidates_of(
    community: CommunityFacts, plot: PlotFacts, since: date, until: date, now: datetime
) -> list[Candidate]:
    """The people of the plot's group as the rules see them, for duties from `since` to `until`."""
    ids = [person.id for person in plot.people]
    first = clock.day_bounds(since, community.zone)[0]
    last = clock.day_bounds(until, community.zone)[1]
    taken = taken_by(community, ids, min(first, now), last)
    asked = _asked(community, ids, min(since, clock.local_day(now, community.zone)), until)
    done = _minutes_done(community.id, ids, now - LOOK_BACK)
    last_done, ages = _last_done(community, ids), _ages(community.id, ids, since)
    wishes, substitutes = wishes_of(community.id, ids), substitutes_of(plot)
    covers = covers_of(community.id, ids)
    absent = absences_of(community, ids, first, last)
    tenders = {person.id for person in plot.people if person.part == "tender"}

    def person_of(member_id: UUID) -> Candidate:
        said = wishes.get(member_id, NONE)
        down_for = (*taken[member_id], *asked[member_id])
        ahead = sum(each.minutes for each in down_for if now < each.starts_at < last)
        return Candidate(
            id=member_id,
            is_substitute=member_id in substitutes,
            week_minutes_max=week_minutes_of(community, said),
            load_minutes=done.get(member_id, 0) + ahead,
            weekdays=said.weekdays,
            parts=said.parts,
            avoids=said.avoids,
            is_light_only=said.is_light_only,
            age=ages.get(member_id),
            cover=covers[member_id],
            last_done=last_done.get(member_id, {}),
            taken=down_for,
            absent=tuple(absent.get(member_id, ())),
            is_tender=member_id in tenders,
        )

    return [person_of(member_id) for member_id in ids]


def substitutes_of(plot: PlotFacts) -> set[UUID]:
    """Who agreed to stand in on the plot."""
    return {person.id for person in plot.people if person.is_stand_in}


def _asked(
    community: CommunityFacts, ids: Sequence[UUID], since: date, until: date
) -> dict[UUID, list[Stretch]]:
    """What each was asked and has not answered."""
    found: dict[UUID, list[Stretch]] = {member_id: [] for member_id in ids}
    entries = pending_of(community.id, ids)
    places = {entry.place_id for entry in entries}
    week = timedelta(days=7)
    duties: dict[UUID, DutyFacts] = {
        duty.id: duty
        for duty in (
            find_duties(community.id, places, since - week, until + week) if places else []
        )
        if duty.state == "planned" and duty.cancelled_at is None
    }
    for entry in entries:
        duty = duties.get(entry.duty_id)
        if duty is not None:
            when = stretch_of(duty.starts_at, duty.ends_at, community.zone)
            found[entry.member_id].append(when)
    return found


def _minutes_done(community_id: UUID, ids: Collection[UUID], since: datetime) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Attendance.member_id, func.sum(Attendance.minutes))
        .join(Shift, _same_shift())
        .where(
            Attendance.community_id == community_id,
            Attendance.member_id.in_(ids),
            Attendance.in_at >= since,
            Attendance.state != "void",
            Shift.activity_kind == CARE_KIND,
        )
        .group_by(Attendance.member_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def _last_done(community: CommunityFacts, ids: Collection[UUID]) -> dict[UUID, dict[str, date]]:
    """The last day on which each was counted in a duty of each care."""
    rows = db.session.execute(
        select(Attendance.member_id, CarePlan.care, func.max(Attendance.in_at))
        .join(
            Duty,
            and_(
                Duty.community_id == Attendance.community_id, Duty.shift_id == Attendance.shift_id
            ),
        )
        .join(
            CarePlan, and_(CarePlan.community_id == Duty.community_id, CarePlan.id == Duty.plan_id)
        )
        .where(
            Attendance.community_id == community.id,
            Attendance.member_id.in_(ids),
            Attendance.state != "void",
        )
        .group_by(Attendance.member_id, CarePlan.care)
    )
    found: dict[UUID, dict[str, date]] = {}
    for member_id, care, at in rows:
        found.setdefault(member_id, {})[care] = clock.local_day(at, community.zone)
    return found


def _ages(community_id: UUID, ids: Collection[UUID], on: date) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Member.id, Member.born_on).where(
            Member.community_id == community_id, Member.id.in_(ids), Member.born_on.is_not(None)
        )
    )
    return {member_id: age_on(born_on, on) for member_id, born_on in rows if born_on}


def _same_shift() -> ColumnElement[bool]:
    return and_(Shift.community_id == Attendance.community_id, Shift.id == Attendance.shift_id)
