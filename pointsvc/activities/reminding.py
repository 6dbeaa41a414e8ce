"""The evening before: who means to come is reminded, the leader learns what is missing, each once.

Who lacks training or insurance for a dangerous shift is told, and so is its leader: nobody is thrown
out without a word (《志愿服务条例》 art. 17, 25).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.gates import uncovered_in
from pointsvc.activities.models import Reminder
from pointsvc.activities.queries import ShiftFacts, shifts_between, signed_up_in
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.bulk import insert_unknown
from pointsvc.kernel.outbox import Message
from pointsvc.members.queries import CHUNK
from pointsvc.members.telling import leave_messages

KEY: Final = ("community_id", "shift_id", "member_id", "kind", "about_id")
TOLD: Final = ("shift_id", "member_id", "kind", "about_id")


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody is told something of a shift; `about_id` is whom it concerns."""

    shift: ShiftFacts
    member_id: UUID
    kind: str
    about_id: UUID
    payload: dict[str, Any]

    @property
    def key(self) -> tuple[UUID, UUID, str, UUID]:
        """What it is known by."""
        return (self.shift.id, self.member_id, self.kind, self.about_id)

    @property
    def topic(self) -> str:
        """What the message says: something else to who leads than to whom it concerns."""
        to_leader = self.member_id != self.about_id
        return f"activities.{self.kind}" + ("_leader" if to_leader else "")


def remind(*, community_id: UUID, now: datetime) -> int:
    """Tell everybody about tomorrow, from the evening's hour on; how many were told. Safe to repeat.

    What was left untold because nothing ran that evening is told later, until the shift begins.
    """
    community = get_community(community_id)
    shifts = _coming(community, now)
    people = signed_up_in(community_id, [shift.id for shift in shifts])
    wanted = [told for shift in shifts for told in _of_shift(community, shift, people[shift.id])]
    return tell_once(community, wanted, now)


def tell_once(community: CommunityFacts, wanted: Sequence[Told], now: datetime) -> int:
    """Leave those of the messages that were not left before; how many."""
    known = _known(community.id, {told.shift.id for told in wanted})
    rows = [
        {
            "community_id": community.id,
            "shift_id": told.shift.id,
            "member_id": told.member_id,
            "kind": told.kind,
            "about_id": told.about_id,
            "reminded_at": now,
        }
        for told in wanted
        if told.key not in known
    ]
    new = insert_unknown(Reminder, rows, key=KEY, told=TOLD)
    messages = [
        Message(told.member_id, told.topic, told.payload) for told in wanted if told.key in new
    ]
    for start in range(0, len(messages), CHUNK):
        some = messages[start : start + CHUNK]
        leave_messages(community_id=community.id, messages=some, now=now)
    return len(messages)


def payload_of(community: CommunityFacts, shift: ShiftFacts, **more: Any) -> dict[str, Any]:
    """When, where and what: what every message about a shift says."""
    at = clock.local(shift.starts_at, community.zone).strftime("%Y-%m-%d %H:%M")
    return {
        "shift_id": str(shift.id),
        "at": at,
        "place": shift.place_name,
        "activity_kind": shift.activity_kind,
        **more,
    }


def _known(community_id: UUID, shift_ids: Collection[UUID]) -> set[tuple[UUID, UUID, str, UUID]]:
    rows = db.session.execute(
        select(Reminder.shift_id, Reminder.member_id, Reminder.kind, Reminder.about_id).where(
            Reminder.community_id == community_id, Reminder.shift_id.in_(shift_ids)
        )
    )
    return {(row[0], row[1], row[2], row[3]) for row in rows}


def _coming(community: CommunityFacts, now: datetime) -> list[ShiftFacts]:
    """What begins tomorrow, in the evening; what is still to come today, too."""
    today = clock.local_day(now, community.zone)
    until = clock.day_bounds(_last_day(community, now, today), community.zone)[1]
    found = shifts_between(community_id=community.id, since=now, until=until)
    return [shift for shift in found if shift.starts_at > now]


def _last_day(community: CommunityFacts, now: datetime, today: date) -> date:
    is_evening = clock.local(now, community.zone).hour >= community.settings.reminder_hour
    return today + timedelta(days=1) if is_evening else today


def _of_shift(
    community: CommunityFacts, shift: ShiftFacts, people: Sequence[UUID]
) -> Iterable[Told]:
    for member_id in people:
        said = payload_of(community, shift)
        yield Told(shift, member_id, "coming", member_id, said)
    missing = max(0, (shift.capacity or 0) - len(people))
    leader_id = shift.led_by_id
    if missing and shift.kind.counted_by == "attendance":
        said = payload_of(community, shift, missing=missing)
        yield Told(shift, leader_id, "gaps", leader_id, said)
    for member_id, lacks in uncovered_in(community, shift, people).items():
        reasons = [lack.code for lack in lacks]
        said = payload_of(community, shift, risk=shift.risk, reasons=reasons)
        yield Told(shift, member_id, "uncovered", member_id, said)
        if leader_id != member_id:
            said = payload_of(community, shift, risk=shift.risk)
            yield Told(shift, leader_id, "uncovered", member_id, said)
