"""A gate opens: who lacked something for dangerous shifts of their own plots hears that they may come now.

What opens a gate is written down in the members' room, below this one: a training, an insurance, a day
of birth. So it is found in the trail, by a job, each event once: how far it has looked is kept as a
lease's end, in the same transaction as the messages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.activities.gates import lacks_with
from pointsvc.activities.models import Shift
from pointsvc.activities.queries import ShiftFacts, find_shifts, signed_up_shift_ids
from pointsvc.activities.reminding import payload_of
from pointsvc.activities.rules.gates import DANGEROUS
from pointsvc.audit.queries import EventFacts, events_between
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.extensions import db
from pointsvc.kernel.models import Lease
from pointsvc.kernel.outbox import Message
from pointsvc.kernel.outcomes import insert_once
from pointsvc.members.covers import covers_of
from pointsvc.members.telling import leave_messages
from pointsvc.organisation.queries import tended_place_ids_of

OPENERS: Final = ("members.training_recorded", "members.insurance_recorded", "members.edited")
SETTLED: Final = timedelta(minutes=1)
"""What is younger may be of a transaction that has not ended: the next look finds it."""
AHEAD: Final = timedelta(days=60)
SHIFTS_MAX: Final = 100


def tell_opened(*, community_id: UUID, now: datetime) -> int:
    """Tell those for whom a gate has opened since the last look; how many. The first look only begins."""
    until = now - SETTLED
    since = _looked_until(community_id, until)
    if since is None or since >= until:
        return 0
    community = get_community(community_id)
    events = events_between(community_id, OPENERS, since, until)
    opened: dict[UUID, list[EventFacts]] = {}
    for event in events:
        if event.subject_id is not None and _may_open(event):
            opened.setdefault(event.subject_id, []).append(event)
    messages = [
        message
        for member_id, some in opened.items()
        for message in _message(community, member_id, some, since, now)
    ]
    leave_messages(community_id=community_id, messages=messages, now=now)
    return len(messages)


def _may_open(event: EventFacts) -> bool:
    return event.action != "members.edited" or "born_on" in event.detail.get("fields", ())


def _message(
    community: CommunityFacts,
    member_id: UUID,
    events: Collection[EventFacts],
    since: datetime,
    now: datetime,
) -> Iterator[Message]:
    shifts = _dangerous(community.id, member_id, now)
    after = covers_of(community.id, [member_id])[member_id]
    before = covers_of(community.id, [member_id], recorded_until=since)[member_id]
    if any(event.action == "members.edited" for event in events):
        before = replace(before, born_on=None)
    free = [
        shift
        for shift in shifts
        if lacks_with(community, shift, before) and not lacks_with(community, shift, after)
    ]
    if free:
        said = payload_of(community, free[0], count=len(free), risk=free[0].risk)
        yield Message(member_id, "activities.gate_open", said)


def _dangerous(community_id: UUID, member_id: UUID, now: datetime) -> list[ShiftFacts]:
    """The dangerous shifts of the member's plots that have room, in the next two months, earliest first."""
    places = tended_place_ids_of(community_id, member_id)
    wanted = select(Shift.id).where(
        Shift.community_id == community_id,
        Shift.place_id.in_(places),
        Shift.risk.in_(DANGEROUS),
        Shift.ends_at > now,
        Shift.starts_at.between(now, now + AHEAD),
        Shift.cancelled_at.is_(None),
        Shift.capacity.is_(None) | (Shift.signed_up_count < Shift.capacity),
    )
    ids = list(db.session.scalars(wanted.order_by(Shift.starts_at, Shift.id).limit(SHIFTS_MAX)))
    mine = signed_up_shift_ids(community_id=community_id, member_id=member_id, shift_ids=ids)
    found = find_shifts(community_id=community_id, ids=[each for each in ids if each not in mine])
    return sorted(found.values(), key=lambda shift: (shift.starts_at, shift.id))


def _looked_until(community_id: UUID, until: datetime) -> datetime | None:
    """Until when the last look went; this one goes on to `until`. None where it is the first."""
    name = f"activities.opened_gates {community_id}"
    if insert_once(Lease, [{"name": name, "holder": "", "until": until}]):
        return None
    held = select(Lease.until).where(Lease.name == name).with_for_update()
    before: datetime | None = db.session.scalar(held)
    if before is not None and before < until:
        db.session.execute(update(Lease).where(Lease.name == name).values(until=until))
    return before
