"""A month's patterns that are worth a look, read for the auditor; nothing here changes anything.

Every read begins with the community and is bounded; `is_cut` says that a month had more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, case, func, select

from pointsvc.activities.models import Shift
from pointsvc.activities.queries import ShiftFacts, find_shifts
from pointsvc.activities.rules import LENGTH_MAX
from pointsvc.checkin.counters import OddDevice, odd_devices
from pointsvc.checkin.models import Attendance, Backfill, Scan
from pointsvc.checkin.rules.sampling import COUNTED
from pointsvc.checkin.rules.unusual import (
    Burst,
    Passing,
    SameList,
    Share,
    Stay,
    bursts_of,
    high_shares_of,
    same_lists_of,
)
from pointsvc.checkin.spot_checks import SpotCheckSeen, open_checks_of
from pointsvc.extensions import db
from pointsvc.members.queries import names_of
from pointsvc.organisation.devices import device_names

ROWS_MAX: Final = 50_000
CASES_MAX: Final = 50
CODED: Final = ("card", "member_code", "typed")
ASKED: Final = ("requested", "approved", "counted")


@dataclass(frozen=True, slots=True)
class Unusual:
    """What is worth a look in a stretch of time; `names` are of people and devices."""

    devices: list[OddDevice]
    bursts: list[Burst]
    same_lists: list[SameList]
    shares: list[Share]
    checks: list[SpotCheckSeen]
    shifts: dict[UUID, ShiftFacts]
    names: dict[UUID, str]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.devices or self.bursts or self.same_lists or self.shares or self.checks)


def unusual_between(community_id: UUID, since: datetime, until: datetime) -> Unusual:
    """The cases of a stretch of time, in the order of time or of names: nobody is ranked."""
    passings = _passings(community_id, since, until)
    stays = _stays(community_id, since, until)
    devices = odd_devices(community_id, since, until)
    bursts = bursts_of(passings)[:CASES_MAX]
    same_lists = same_lists_of(stays)[:CASES_MAX]
    shares = high_shares_of(_shares(community_id, since, until))
    people = {id_ for odd in devices for _kind, id_ in odd.senders}
    people |= {burst.scanner[1] for burst in bursts} | {share.leader_id for share in shares}
    people |= {id_ for each in same_lists for id_ in {each.leader_id, *each.member_ids}}
    names = names_of(community_id, people) | device_names(community_id, people)
    ids = {id_ for each in same_lists for id_ in each.shift_ids}
    return Unusual(
        devices=devices,
        bursts=bursts,
        same_lists=same_lists,
        shares=sorted(shares, key=lambda share: (names.get(share.leader_id, ""), share.leader_id)),
        checks=open_checks_of(community_id, since, until),
        shifts=find_shifts(community_id=community_id, ids=ids),
        names=names,
        is_cut=ROWS_MAX in {len(passings), len(stays)},
    )


def _passings(community_id: UUID, since: datetime, until: datetime) -> list[Passing]:
    """Codes of people that were scanned by somebody else and counted, in shifts of the time."""
    rows = db.session.execute(
        select(Scan.actor_kind, Scan.actor_id, Scan.member_id, Scan.happened_at)
        .join(Shift, and_(Shift.community_id == Scan.community_id, Shift.id == Scan.shift_id))
        .where(
            Shift.community_id == community_id,
            Shift.ends_at >= since,
            Shift.ends_at < until + LENGTH_MAX,
            Shift.starts_at < until,
            Scan.community_id == community_id,
            Scan.happened_at >= since,
            Scan.happened_at < until,
            Scan.proof.in_(CODED),
            Scan.verdict.in_(COUNTED),
            Scan.member_id.is_not(None),
        )
        .limit(ROWS_MAX)
    )
    return [Passing((row[0], row[1]), row[2], row[3]) for row in rows if row[2]]


def _stays(community_id: UUID, since: datetime, until: datetime) -> list[Stay]:
    rows = db.session.execute(
        select(Shift.led_by_id, Shift.id, Attendance.member_id)
        .join(
            Attendance,
            and_(Attendance.community_id == Shift.community_id, Attendance.shift_id == Shift.id),
        )
        .where(
            Shift.community_id == community_id,
            Shift.ends_at >= since,
            Shift.ends_at < until,
            Attendance.community_id == community_id,
            Attendance.state != "void",
        )
        .limit(ROWS_MAX)
    )
    return [Stay(row[0], row[1], row[2]) for row in rows]


def _shares(community_id: UUID, since: datetime, until: datetime) -> list[Share]:
    """How everybody who ran shifts counted who came: check-ins, and work told of afterwards."""
    is_ticked = case((Scan.proof == "roster", 1), else_=0)
    rows = db.session.execute(
        select(Scan.actor_id, func.count(), func.sum(is_ticked))
        .join(Shift, and_(Shift.community_id == Scan.community_id, Shift.id == Scan.shift_id))
        .where(
            Shift.community_id == community_id,
            Shift.ends_at >= since,
            Shift.ends_at < until + LENGTH_MAX,
            Shift.starts_at < until,
            Scan.community_id == community_id,
            Scan.happened_at >= since,
            Scan.happened_at < until,
            Scan.direction == "in",
            Scan.actor_kind == "member",
            Scan.actor_id != Scan.member_id,
            Scan.verdict.in_(COUNTED),
        )
        .group_by(Scan.actor_id)
    )
    counted = {row[0]: (row[1], int(row[2])) for row in rows}
    backfilled = _backfilled(community_id, since, until)
    return [
        Share(person_id, came + backfilled.get(person_id, 0), ticked, backfilled.get(person_id, 0))
        for person_id in counted.keys() | backfilled.keys()
        for came, ticked in [counted.get(person_id, (0, 0))]
    ]


def _backfilled(community_id: UUID, since: datetime, until: datetime) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Backfill.requested_by_id, func.count())
        .where(
            Backfill.community_id == community_id,
            Backfill.requested_at >= since,
            Backfill.requested_at < until,
            Backfill.state.in_(ASKED),
        )
        .group_by(Backfill.requested_by_id)
    )
    return {row[0]: row[1] for row in rows}
