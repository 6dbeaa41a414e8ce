"""The line before a full shift (候补): whoever is first gets the seat that somebody leaves.

Of a seat that is freed and a person who queues at the same moment, one sees the other: both hold the
shift's row. Nobody is bound: who got a seat while waiting is told, and may leave it as any other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import aliased

from pointsvc.activities.engagements import engagements_of
from pointsvc.activities.errors import ShiftCancelled, ShiftOver
from pointsvc.activities.gates import check_gate, uncovered_in
from pointsvc.activities.models import Shift, ShiftWait
from pointsvc.activities.queries import ShiftFacts, get_shift, signed_up_shift_ids
from pointsvc.activities.seats import keep_signup, take_seat
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.members.models import Member
from pointsvc.members.telling import leave_message

LIVE: Final = ("waiting", "offered")
LINE_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """Somebody in the line; `is_told` once they know that a seat is free."""

    member_id: UUID
    name: str
    queued_at: datetime
    is_told: bool


def queue_up(
    *, community_id: UUID, shift_id: UUID, member_id: UUID, now: datetime
) -> Literal["waiting", "signed_up"]:
    """Wait for a seat, or take the one that is free after all; twice is once.

    Raises:
        NotFound. ShiftCancelled. ShiftOver: it has begun, nobody is moved up any more. GateClosed.
    """
    _hold(community_id, shift_id)
    shift = get_shift(community_id, shift_id)
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if shift.starts_at <= now:
        raise ShiftOver
    check_gate(community_id=community_id, shift=shift, member_id=member_id)
    mine = {"community_id": community_id, "shift_id": shift_id, "member_id": member_id}
    if signed_up_shift_ids(community_id=community_id, member_id=member_id, shift_ids=[shift_id]):
        return "signed_up"
    if take_seat(community_id, shift_id):
        keep_signup(**mine, now=now)
        settle(**mine, state="took", now=now)
        return "signed_up"
    if shift_id not in places_in_line(community_id, member_id, [shift_id]):
        db.session.add(ShiftWait(**mine, id=new_id(), state="waiting", queued_at=now))
        db.session.flush()
    return "waiting"


def leave_line(*, community_id: UUID, shift_id: UUID, member_id: UUID, now: datetime) -> None:
    """Wait no longer; twice is once. Whoever was told of a free seat leaves it to the next."""
    mine = {"community_id": community_id, "shift_id": shift_id, "member_id": member_id}
    settle(**mine, state="left", now=now)
    move_up(community_id=community_id, shift_id=shift_id, now=now)


def settle(
    *,
    community_id: UUID,
    shift_id: UUID,
    member_id: UUID,
    state: Literal["took", "left"],
    now: datetime,
) -> None:
    """Somebody waits no longer: they have a seat, or want none. Who did not wait is left."""
    db.session.execute(
        update(ShiftWait)
        .where(*_of(community_id, shift_id), ShiftWait.member_id == member_id)
        .values(state=state, decided_at=now)
    )


def move_up(*, community_id: UUID, shift_id: UUID, now: datetime) -> list[UUID]:
    """Give free seats to the first in line; who got one. Shortly before the shift they are only told.

    Who is taken elsewhere at that time, or lacks what a dangerous shift asks, is passed over and
    keeps waiting.
    """
    line = line_of(community_id, shift_id)
    shift = get_shift(community_id, shift_id) if line else None
    if shift is None or shift.cancelled_at is not None or shift.starts_at <= now:
        return []
    hours = get_community(community_id).settings.wait_auto_hours
    if shift.starts_at - now <= timedelta(hours=hours):
        _offer(community_id, shift, line, now)
        return []
    able = _able(community_id, shift, line)
    return [each for each in able if _seated(community_id, shift, each, now)]


def release_line(*, community_id: UUID, shift: ShiftFacts, now: datetime) -> None:
    """The shift is called off: whoever waits is told that they need not."""
    for each in line_of(community_id, shift.id):
        _tell(community_id, each.member_id, "activities.wait_ended", shift, now)
    db.session.execute(
        update(ShiftWait).where(*_of(community_id, shift.id)).values(state="lapsed", decided_at=now)
    )


def line_of(community_id: UUID, shift_id: UUID) -> list[WaitFacts]:
    """Who waits, first come first."""
    rows = db.session.execute(
        select(ShiftWait.member_id, Member.name, ShiftWait.queued_at, ShiftWait.state == "offered")
        .join(
            Member,
            and_(Member.community_id == ShiftWait.community_id, Member.id == ShiftWait.member_id),
        )
        .where(*_of(community_id, shift_id))
        .order_by(ShiftWait.queued_at, ShiftWait.id)
        .limit(LINE_MAX)
    )
    return [WaitFacts(*row) for row in rows]


def places_in_line(
    community_id: UUID, member_id: UUID, shift_ids: Collection[UUID]
) -> dict[UUID, int]:
    """The member's place in the line of each of the shifts that they wait for, from 1."""
    mine, other = ShiftWait, aliased(ShiftWait)
    came_earlier = or_(
        other.queued_at < mine.queued_at,
        and_(other.queued_at == mine.queued_at, other.id <= mine.id),
    )
    same_line = and_(other.community_id == mine.community_id, other.shift_id == mine.shift_id)
    rows = db.session.execute(
        select(mine.shift_id, func.count())
        .join(other, and_(same_line, other.state.in_(LIVE), came_earlier))
        .where(
            mine.community_id == community_id,
            mine.member_id == member_id,
            mine.shift_id.in_(shift_ids),
            mine.state.in_(LIVE),
        )
        .group_by(mine.shift_id)
    )
    return {row[0]: row[1] for row in rows}


def _hold(community_id: UUID, shift_id: UUID) -> None:
    """Hold the shift's row, as whoever frees a seat does: a seat and a wait never miss each other."""
    db.session.execute(
        select(Shift.id)
        .where(Shift.community_id == community_id, Shift.id == shift_id)
        .with_for_update()
    )


def _able(community_id: UUID, shift: ShiftFacts, line: list[WaitFacts]) -> list[UUID]:
    ids = [each.member_id for each in line]
    taken = engagements_of(community_id, ids, shift.starts_at, shift.ends_at)
    uncovered = uncovered_in(get_community(community_id), shift, ids)
    return [each for each in ids if not taken[each] and each not in uncovered]


def _seated(community_id: UUID, shift: ShiftFacts, member_id: UUID, now: datetime) -> bool:
    if not take_seat(community_id, shift.id):
        return False
    mine: dict[str, UUID] = {"community_id": community_id, "shift_id": shift.id}
    keep_signup(**mine, member_id=member_id, now=now)
    settle(**mine, member_id=member_id, state="took", now=now)
    _tell(community_id, member_id, "activities.wait_took", shift, now)
    return True


def _offer(community_id: UUID, shift: ShiftFacts, line: list[WaitFacts], now: datetime) -> None:
    """Tell as many as there are seats, each once; a seat is whose who signs up first."""
    free = (shift.capacity or 0) - shift.signed_up_count - sum(each.is_told for each in line)
    silent = [each.member_id for each in line if not each.is_told]
    for member_id in silent[: max(0, free)]:
        db.session.execute(
            update(ShiftWait)
            .where(*_of(community_id, shift.id), ShiftWait.member_id == member_id)
            .values(state="offered")
        )
        _tell(community_id, member_id, "activities.wait_offered", shift, now)


def _of(community_id: UUID, shift_id: UUID) -> tuple[Any, ...]:
    return (
        ShiftWait.community_id == community_id,
        ShiftWait.shift_id == shift_id,
        ShiftWait.state.in_(LIVE),
    )


def _tell(
    community_id: UUID, member_id: UUID, topic: str, shift: ShiftFacts, now: datetime
) -> None:
    at = clock.local(shift.starts_at, get_community(community_id).zone)
    leave_message(
        community_id=community_id,
        recipient_id=member_id,
        topic=topic,
        payload={"shift_id": str(shift.id), "at": at.strftime("%Y-%m-%d %H:%M")},
        now=now,
    )
