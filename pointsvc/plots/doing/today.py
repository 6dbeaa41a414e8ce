"""A plot today, as its leader sees it: the shift, who is here, who will come, who is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts, next_signups, shifts_between, signed_up_in
from pointsvc.checkin.duties import phase_of
from pointsvc.checkin.queries import Present, present_in
from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock
from pointsvc.plots.queries import PlotFacts, Tender
from pointsvc.plots.rules import TENDERS_WANTED, missing_count

AHEAD = timedelta(days=14)
AT_ONCE = 10  # plots of which the shifts of two weeks are read together
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
    [found] = plots_today(community, [plot], now)
    return found


def plots_today(
    community: CommunityFacts, plots: Sequence[PlotFacts], now: datetime
) -> list[PlotToday]:
    """The plots as they stand at this moment, in their order; five statements for ten of them."""
    return [
        each
        for start in range(0, len(plots), AT_ONCE)
        for each in _some_today(community, plots[start : start + AT_ONCE], now)
    ]


def _some_today(
    community: CommunityFacts, plots: Sequence[PlotFacts], now: datetime
) -> Iterator[PlotToday]:
    shifts = _shifts_at(community, plots, now)
    called_for = {place_id: now_or_next(community, some, now) for place_id, some in shifts.items()}
    present = _present_today(community, shifts, now)
    asked = [shift.id for pair in called_for.values() if (shift := pair[0] or pair[1])]
    signed_up = signed_up_in(community.id, asked)
    ids = {person.id for plot in plots for person in plot.people}
    later = next_signups(community_id=community.id, member_ids=ids, now=now)
    for plot in plots:
        shift, next_shift = called_for[plot.place.id]
        here, meant = present[plot.place.id], shift or next_shift
        coming = set(signed_up.get(meant.id, ())) if meant else set()
        people = [
            _person(tender, here.get(tender.id), meant, coming, later.get(tender.id))
            for tender in plot.people
        ]
        yield PlotToday(plot, shift, next_shift, people)


def _shifts_at(
    community: CommunityFacts, plots: Sequence[PlotFacts], now: datetime
) -> dict[UUID, list[ShiftFacts]]:
    """Of each plot the shifts of today and of two weeks, those that still take scans among them."""
    since, _until = clock.day_bounds(clock.local_day(now, community.zone), community.zone)
    grace = timedelta(minutes=community.settings.check_out_grace_minutes)
    found: dict[UUID, list[ShiftFacts]] = {plot.place.id: [] for plot in plots}
    for shift in shifts_between(
        community_id=community.id,
        since=min(since, now - grace),
        until=now + AHEAD,
        place_ids=list(found),
    ):
        found[shift.place_id].append(shift)
    return found


def now_or_next(
    community: CommunityFacts, shifts: Sequence[ShiftFacts], now: datetime
) -> tuple[ShiftFacts | None, ShiftFacts | None]:
    """The shift that takes scans now, and the first that has not begun."""
    coming = [shift for shift in shifts if shift.ends_at > now]
    is_open = (shift for shift in coming if phase_of(shift, community, now) == "open")
    shift = next(is_open, None)
    return shift, next((each for each in coming if each.starts_at > now and each != shift), None)


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


def _present_today(
    community: CommunityFacts, shifts: Mapping[UUID, Sequence[ShiftFacts]], now: datetime
) -> dict[UUID, dict[UUID, Present]]:
    """The last attendance of each person at each place today."""
    since, until = clock.day_bounds(clock.local_day(now, community.zone), community.zone)
    of_today = {
        place_id: [each.id for each in some if each.ends_at > since and each.starts_at < until]
        for place_id, some in shifts.items()
    }
    found = present_in(community.id, [each for some in of_today.values() for each in some])
    return {
        place_id: {one.member_id: one for each in some for one in found.get(each, ())}
        for place_id, some in of_today.items()
    }
