"""Gaps of care: raised when a plot was overdue, told to its leader once, cleared, and kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from pointsvc.communities.models import Place
from pointsvc.communities.queries import find_places, get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.outcomes import insert_once
from pointsvc.plots.calendar.standing import Stand, stands_of
from pointsvc.plots.models import CareGap
from pointsvc.plots.rules import ESCALATED_AFTER
from pointsvc.plots.service import know_plot
from pointsvc.plots.telling import leaders_of, tell, trace

LIST_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class GapFacts:
    """A stretch without care: of which plot, since when, who has looked, when and how it ended."""

    id: UUID
    place_id: UUID
    place_number: int
    place_name: str
    since_on: date
    raised_at: datetime
    seen_by_id: UUID | None
    seen_at: datetime | None
    word: str | None
    cleared_on: date | None
    cleared_by: str | None

    def is_escalated(self, today: date) -> bool:
        """Whether it is the clerk's matter by now."""
        return self.cleared_on is None and today - self.since_on >= ESCALATED_AFTER

    def days(self, today: date) -> int:
        """How long it lasts, or lasted."""
        return ((self.cleared_on or today) - self.since_on).days


def watch_gaps(*, community_id: UUID, now: datetime) -> tuple[int, int]:
    """Raise what is overdue and has no gap open, clear what is not any more; how many of each.

    Any number of times a day. The plot's leaders are told once, when it is raised.
    """
    community = get_community(community_id)
    today = clock.local_day(now, community.zone)
    places = {place.id: place.name for place in find_places(community_id, kind="plot")}
    stands = stands_of(community, list(places), now)
    open_ = {gap.place_id: gap for gap in find_gaps(community_id, CareGap.cleared_on.is_(None))}
    overdue = {id_: stand for id_, stand in stands.items() if stand.state == "overdue"}
    cleared = [gap for place_id, gap in open_.items() if place_id not in overdue]
    for gap in cleared:
        _clear(community_id, gap, stands.get(gap.place_id), today, now)
    leaders = leaders_of(community_id)
    raised = 0
    for place_id, stand in overdue.items():
        if place_id not in open_ and stand.overdue_since is not None:
            told = leaders.get(place_id, [])
            since_on = stand.overdue_since
            raised += _raise(community_id, (place_id, places[place_id]), since_on, told, now)
    return raised, len(cleared)


def see_gap(
    *, community_id: UUID, gap_id: UUID, seen_by_id: UUID, word: str | None, now: datetime
) -> None:
    """The clerk has looked after it, with a word; who looked first stays, the last word stands.

    Raises:
        NotFound.
    """
    row = _locked(community_id, gap_id)
    if row is None:
        raise NotFound
    if row.seen_at is None:
        row.seen_by_id, row.seen_at = seen_by_id, now
    row.word = (word or "").strip() or row.word
    db.session.flush()
    trace(
        community_id=community_id,
        by_id=seen_by_id,
        action="plots.gap_seen",
        subject_id=row.place_id,
        now=now,
    )


def find_gaps(community_id: UUID, *conditions: ColumnElement[bool]) -> list[GapFacts]:
    """Gaps for which the conditions hold, those that are open first, the longest first."""
    rows = db.session.execute(
        select(
            CareGap.id,
            CareGap.place_id,
            Place.number,
            Place.name,
            CareGap.since_on,
            CareGap.raised_at,
            CareGap.seen_by_id,
            CareGap.seen_at,
            CareGap.word,
            CareGap.cleared_on,
            CareGap.cleared_by,
        )
        .join(Place, and_(Place.community_id == CareGap.community_id, Place.id == CareGap.place_id))
        .where(CareGap.community_id == community_id, *conditions)
        .order_by(CareGap.cleared_on.is_not(None), CareGap.since_on, CareGap.id)
        .limit(LIST_MAX)
    )
    return [GapFacts(*row) for row in rows]


def open_gaps_at(community_id: UUID, place_ids: Collection[UUID]) -> list[GapFacts]:
    """The open gaps of these plots."""
    return find_gaps(community_id, CareGap.place_id.in_(place_ids), CareGap.cleared_on.is_(None))


def _raise(
    community_id: UUID,
    place: tuple[UUID, str],
    since_on: date,
    leaders: Collection[UUID],
    now: datetime,
) -> int:
    place_id, name = place
    know_plot(community_id=community_id, place_id=place_id)
    row = {
        "community_id": community_id,
        "id": derived_id("care-gap", community_id, place_id, since_on, now.date()),
        "place_id": place_id,
        "since_on": since_on,
        "raised_at": now,
    }
    if not insert_once(CareGap, [row]):
        return 0
    trace(
        community_id=community_id,
        by_id=None,
        action="plots.gap_raised",
        subject_id=place_id,
        now=now,
    )
    tell(
        community_id=community_id,
        recipient_ids=leaders,
        topic="plots.gap_raised",
        payload={"place": name, "since": since_on.isoformat()},
        now=now,
    )
    return 1


def _clear(
    community_id: UUID, gap: GapFacts, stand: Stand | None, today: date, now: datetime
) -> None:
    row = _locked(community_id, gap.id)
    if row is None or row.cleared_on is not None:
        return
    row.cleared_by, row.cleared_on = how_cleared(gap.since_on, stand, today)
    db.session.flush()
    trace(
        community_id=community_id,
        by_id=None,
        action="plots.gap_cleared",
        subject_id=gap.place_id,
        now=now,
    )


def how_cleared(since_on: date, stand: Stand | None, today: date) -> tuple[str, date]:
    """By what a gap has ended, and on which day."""
    if stand is None:
        return "closed", today
    if stand.last_on is not None and stand.last_on >= since_on:
        return "visit", stand.last_on
    return ("weather" if stand.state == "held" else "calendar"), today


def _locked(community_id: UUID, gap_id: UUID) -> CareGap | None:
    wanted = select(CareGap).where(CareGap.community_id == community_id, CareGap.id == gap_id)
    return db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
