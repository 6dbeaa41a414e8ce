"""What everybody may read of a plot: behind its sign, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pointsvc.communities.queries import CommunityFacts, PlaceFacts, find_places
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import LazyText
from pointsvc.kernel.vault import mask_name
from pointsvc.members.consents import who_gave
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.calendar.standing import Stand, stands_of
from pointsvc.plots.queries import PlotFacts, find_plots
from pointsvc.plots.words import CARE_WORDS, STATE_KINDS, STATE_WORDS

AHEAD = timedelta(days=28)
OFFICES_MAX = 3


@dataclass(frozen=True, slots=True)
class About:
    """A plot as its neighbours may know it: nobody is named who did not agree to be named there."""

    plot: PlotFacts
    stand: Stand
    tenders: tuple[str, ...]
    next_duty: DutyFacts | None
    today: date
    zone: str
    community_name: str
    offices: tuple[PlaceFacts, ...]

    @property
    def standing(self) -> tuple[LazyText, str]:
        """How it stands in words, and the kind of its sign."""
        return STATE_WORDS[self.stand.state], STATE_KINDS[self.stand.state]

    @property
    def next_care(self) -> LazyText | str:
        """What is done next."""
        return CARE_WORDS[self.next_duty.care] if self.next_duty else ""


def find_about(community: CommunityFacts, place_id: UUID, now: datetime) -> About | None:
    """The public part of a plot; None for what is closed, or no plot of the community."""
    plots = find_plots(community.id, place_ids=[place_id])
    if not plots:
        return None
    [plot] = plots
    today = clock.local_day(now, community.zone)
    duties = find_duties(community.id, [place_id], today, today + AHEAD)
    coming = (duty for duty in duties if duty.starts_at > now and duty.cancelled_at is None)
    return About(
        plot=plot,
        stand=stands_of(community, [place_id], now)[place_id],
        tenders=_named(community.id, plot),
        next_duty=next((duty for duty in coming if duty.state == "planned"), None),
        today=today,
        zone=community.zone,
        community_name=community.name,
        offices=tuple(find_places(community.id, kind="hall")[:OFFICES_MAX]),
    )


def _named(community_id: UUID, plot: PlotFacts) -> tuple[str, ...]:
    """Who cares for it, by the whole name where they agreed to that, else 李*."""
    named = who_gave(community_id, "plot_name", [person.id for person in plot.tenders])
    return tuple(
        person.name if person.id in named else mask_name(person.name) for person in plot.tenders
    )
