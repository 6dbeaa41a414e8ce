"""How many things wait for a member, of every room, asked at once for the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, bindparam, func, select

from pointsvc.checkin import asked
from pointsvc.checkin.facts import STAY_MAX
from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.paging import PAGE_LENGTH
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.plots.people import waiting


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts: unread among the newest fifty messages; questions; what one may still contradict.

    `duties` are questions about caring for plots, whatever they ask; `people` wait for a second
    signal where the member was, and some of them perhaps for the member's word.
    """

    messages: int
    backfills: int
    live_backfills: int
    ticks: int
    people: int
    duties: int
    corners: int


def waiting_for(
    community: CommunityFacts, member_id: UUID, now: datetime, *, is_leader: bool
) -> Waiting:
    """What waits for the member now."""
    since = now - timedelta(hours=community.settings.provisional_hours)
    [found] = fetch(
        _counts(),
        community_id=community.id,
        member_id=member_id,
        now=now,
        since=since,
        came_since=since - STAY_MAX,
        is_leader=is_leader,
    )
    messages, backfills, live, ticks, people, cares, comes, goes, corners = found
    return Waiting(messages, backfills, live, ticks, people, cares + comes + goes, corners)


@prepared
def _counts(_among: Among) -> Select[*tuple[Any, ...]]:
    parts = (
        _new_messages(),
        asked.backfills_of_member(),
        asked.backfills_that_wait(),
        asked.ticks_to_answer(),
        asked.people_who_wait(),
        waiting.plots_offered(),
        waiting.duties_proposed(),
        waiting.places_to_fill(),
        waiting.corners_offered(),
    )
    return select(*(part.label(f"part_{place}") for place, part in enumerate(parts)))


def _new_messages() -> ScalarSelect[int]:
    message = table_of(OutboxMessage).c
    newest = (
        select(message.read_at)
        .where(
            message.community_id == bindparam("community_id"),
            message.recipient_id == bindparam("member_id"),
        )
        .order_by(message.id.desc())
        .limit(PAGE_LENGTH)
        .subquery()
    )
    return select(func.count()).where(newest.c.read_at.is_(None)).scalar_subquery()
