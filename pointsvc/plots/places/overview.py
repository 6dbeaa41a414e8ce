"""All plots of a community as their plan shows them: outlines, states, the last and the next care.

No names: residents read it too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pointsvc.communities.queries import CommunityFacts, PlaceFacts, find_places
from pointsvc.kernel import clock
from pointsvc.plots.calendar.calendars import next_planned
from pointsvc.plots.calendar.standing import Stand, stands_of
from pointsvc.plots.queries import known_plots
from pointsvc.plots.rules.outlines import DECIMETRES, Corner, Extent, Outline, kept_outline

AHEAD = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class PlotOnMap:
    """A plot, how it stands, and where it lies; `outline` is None where nobody drew it."""

    place: PlaceFacts
    area_m2: int | None
    stand: Stand
    next_on: date | None
    outline: Outline | None
    is_mine: bool

    def label(self, extent: Extent) -> Corner:
        """Where its number stands, y down from the top."""
        assert self.outline is not None
        x, y = self.outline.middle
        return x, extent.height_metres * DECIMETRES - y

    def foot(self, extent: Extent) -> int:
        """How far down it reaches: the word of its state stands below."""
        assert self.outline is not None
        return extent.height_metres * DECIMETRES - min(y for _x, y in self.outline.corners)


def plots_on_map(
    community: CommunityFacts, mine: Collection[UUID], now: datetime
) -> list[PlotOnMap]:
    """Every open plot by number."""
    places = find_places(community.id, kind="plot")
    ids = [place.id for place in places]
    known = known_plots(community.id, ids)
    stands = stands_of(community, ids, now)
    until = clock.local_day(now, community.zone) + AHEAD
    coming = next_planned(community.id, ids, now, until)
    return [
        PlotOnMap(
            place,
            known[place.id].area_m2 if place.id in known else None,
            stands[place.id],
            coming.get(place.id),
            kept_outline(known[place.id].outline) if place.id in known else None,
            is_mine=place.id in mine,
        )
        for place in places
    ]
