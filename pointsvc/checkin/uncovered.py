"""Dangerous work that somebody did without training or insurance on that day.

A scan is never refused for it: the deed happened, and whoever is hurt needs it on record. So it counts,
the person, the leader and the office learn of it, and the auditor sees it. The path of a scan asks
nothing of all this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.activities.gates import uncovered_in
from pointsvc.activities.models import Shift
from pointsvc.activities.queries import ShiftFacts, find_shifts
from pointsvc.activities.reminding import Told, payload_of, tell_once
from pointsvc.activities.rules.gates import DANGEROUS
from pointsvc.activities.words import lacks_told_to_others
from pointsvc.checkin.models import Attendance
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.extensions import db
from pointsvc.members.queries import names_of
from pointsvc.organisation.queries import grants_in

ROWS_MAX: Final = 2000
TOLD_WITHIN: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Somebody worked in a dangerous shift and lacked something that day; `why` in words."""

    attendance_id: UUID
    member_id: UUID
    name: str
    shift: ShiftFacts
    why: str


def uncovered_between(community_id: UUID, since: datetime, until: datetime) -> list[Uncovered]:
    """Of a stretch of time, in the order of time: judged by what is written down now."""
    community = get_community(community_id)
    rows = db.session.execute(
        select(Attendance.id, Attendance.shift_id, Attendance.member_id)
        .join(
            Shift,
            and_(Shift.community_id == Attendance.community_id, Shift.id == Attendance.shift_id),
        )
        .where(
            Shift.community_id == community_id,
            Shift.risk.in_(DANGEROUS),
            Shift.ends_at >= since,
            Shift.starts_at < until,
            Attendance.community_id == community_id,
            Attendance.state != "void",
        )
        .order_by(Shift.starts_at, Attendance.id)
        .limit(ROWS_MAX)
    ).all()
    shifts = find_shifts(community_id=community_id, ids={row.shift_id for row in rows})
    people: dict[UUID, dict[UUID, UUID]] = {}
    for row in rows:
        people.setdefault(row.shift_id, {})[row.member_id] = row.id
    names = names_of(community_id, {row.member_id for row in rows})
    return [
        Uncovered(people[shift_id][member_id], member_id, names.get(member_id, ""), shift, why)
        for shift_id in people
        for shift in [shifts[shift_id]]
        for member_id, why in _lacking(community, shift, people[shift_id])
    ]


def tell_of_uncovered(community: CommunityFacts, now: datetime) -> int:
    """Tell the person, who led and the clerks, once each; how many messages were left."""
    found = uncovered_between(community.id, now - TOLD_WITHIN, now)
    if not found:
        return 0
    clerks = {grant.member_id for grant in grants_in(community.id, role="clerk")}
    wanted = [
        Told(each.shift, recipient, "worked_uncovered", each.member_id, payload)
        for each in found
        for payload in [payload_of(community, each.shift)]
        for recipient in sorted({each.member_id, each.shift.led_by_id} | clerks)
    ]
    return tell_once(community, wanted, now)


def _lacking(
    community: CommunityFacts, shift: ShiftFacts, people: dict[UUID, UUID]
) -> Iterator[tuple[UUID, str]]:
    for member_id, lacks in uncovered_in(community, shift, list(people)).items():
        yield member_id, lacks_told_to_others(lack.code for lack in lacks)
