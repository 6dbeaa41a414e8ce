"""A plot today, as its leader sees it: the shift, who is here, who will come, who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts, next_signups, shifts_between, signups_of
from pointsvc.checkin.duties import at_place
from pointsvc.checkin.queries import Present, present_at
from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock
from pointsvc.plots.queries import PlotFacts, Tender
from pointsvc.plots.rules import TENDERS_WANTED, missing_count

AHEAD = timedelta(days=14)
Standing = Literal["here", "was_here", "coming", "later", "silent"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the plot's group and how they stand.

    `since` is when they came or will come; `attendance` the state of that attendance.
    """

    id: UUID
    name: str
    is_stand_in: bool
    standing: Standing
    since: datetime | None = None
    minutes: int = 0
    attendance: str = ""


@dataclass(frozen=True, slots=True)
class PlotToday:
    """A plot, the shift that takes scans now or else the next one, and its people."""

    plot: PlotFacts
    shift: ShiftFacts | None
    next_shift: ShiftFacts | None
    people: list[Person]

    @property
    def called_for(self) -> ShiftFacts | None:
        """The shift for which people may still be asked."""
        return self.shift or self.next_shift

    @property
    def come_count(self) -> int:
        """How many are here, were here, or signed up for the shift."""
        return sum(each.standing in {"here", "was_here", "coming"} for each in self.people)

    @property
    def missing_count(self) -> int:
        """How many people the shift is short of; what the plot itself is short of without one."""
        if self.called_for is None:
            return self.plot.missing_count
        wanted = self.called_for.capacity or TENDERS_WANTED
        return missing_count(self.come_count, wanted=wanted)

    @property
    def may_stand_in(self) -> list[Person]:
        """Whom the leader may ask."""
        return [each for each in self.people if each.standing in {"later", "silent"}]

    @property
    def choices(self) -> list[tuple[UUID, str]]:
        """The same, for a form."""
        return [(each.id, each.name) for each in self.may_stand_in]


def plot_today(community: CommunityFacts, plot: PlotFacts, now: datetime) -> PlotToday:
    """The plot as it stands at this moment."""
    shift = next((s for s in at_place(community, plot.place.id, now) if s.ends_at > now), None)
    coming = shifts_between(
        community_id=community.id, since=now, until=now + AHEAD, place_ids=[plot.place.id]
    )
    next_shift = next((each for each in coming if each.starts_at > now and each != shift), None)
    called_for = shift or next_shift
    return PlotToday(
        plot, shift, next_shift, _people(community, plot.people, called_for, plot.place.id, now)
    )


def _people(
    community: CommunityFacts,
    tenders: Sequence[Tender],
    shift: ShiftFacts | None,
    place_id: UUID,
    now: datetime,
) -> list[Person]:
    present = _present_today(community, place_id, now)
    signed_up = {each.member_id for each in signups_of(community.id, shift.id)} if shift else set()
    ids = [tender.id for tender in tenders]
    later = next_signups(community_id=community.id, member_ids=ids, now=now)
    return [
        _person(tender, present.get(tender.id), shift, signed_up, later.get(tender.id))
        for tender in tenders
    ]


def _person(
    tender: Tender,
    present: Present | None,
    shift: ShiftFacts | None,
    signed_up: set[UUID],
    later: ShiftFacts | None,
) -> Person:
    who = (tender.id, tender.name, tender.is_stand_in)
    if present is not None and present.out_at is None:
        return Person(*who, "here", present.in_at, attendance=present.state)
    if present is not None:
        return Person(*who, "was_here", present.in_at, present.minutes, present.state)
    if shift is not None and tender.id in signed_up:
        return Person(*who, "coming", shift.starts_at)
    if later is not None:
        return Person(*who, "later", later.starts_at)
    return Person(*who, "silent")


def _present_today(community: CommunityFacts, place_id: UUID, now: datetime) -> dict[UUID, Present]:
    """The last attendance of each person at the place today."""
    since, until = clock.day_bounds(clock.local_day(now, community.zone), community.zone)
    shifts = shifts_between(
        community_id=community.id, since=since, until=until, place_ids=[place_id]
    )
    return {
        present.member_id: present
        for shift in shifts
        for present in present_at(community.id, shift.id)
    }
