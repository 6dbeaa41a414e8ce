"""The numbers that devices give their scans: what has not come yet, and what looks odd."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select

from pointsvc.checkin.models import Scan
from pointsvc.checkin.rules.counters import Counted, Findings, Gap, findings_of
from pointsvc.checkin.scans import BATCH_MAX
from pointsvc.extensions import db

DEVICES_MAX: Final = 5  # of one upload; a phone is one
NEAR_MAX: Final = BATCH_MAX  # how far in front of an upload's numbers a gap is still said
SCANS_MAX: Final = 1000
MONTH_MAX: Final = 20_000
ODD_MAX: Final = 50
RECENT: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Missing:
    """What one device has not sent, though it sent later numbers."""

    device_id: UUID
    gaps: tuple[Gap, ...]

    @property
    def count(self) -> int:
        """How many scans are missing."""
        return sum(gap.count for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class OddDevice:
    """What the numbers of one device tell, and who scanned with it (kind, id)."""

    device_id: UUID
    findings: Findings
    senders: tuple[tuple[str, UUID], ...]


def missing_near(community_id: UUID, numbers: Mapping[UUID, int]) -> list[Missing]:
    """What is missing of these devices from a little before the number named, to the newest."""
    found = [
        Missing(device_id, findings_of(_from(community_id, device_id, low - NEAR_MAX)).gaps)
        for device_id, low in sorted(numbers.items())[:DEVICES_MAX]
    ]
    return [each for each in found if each.gaps]


def missing_of_sender(community_id: UUID, actor_id: UUID, now: datetime) -> list[Missing]:
    """What is missing of the devices that somebody scanned with in the last seven days."""
    rows = db.session.execute(
        select(Scan.device_id, func.min(Scan.device_counter))
        .where(
            Scan.community_id == community_id,
            Scan.actor_id == actor_id,
            Scan.received_at >= now - RECENT,
            Scan.device_id.is_not(None),
            Scan.device_counter.is_not(None),
        )
        .group_by(Scan.device_id)
        .limit(DEVICES_MAX)
    )
    return missing_near(
        community_id, {device_id: low for device_id, low in rows if device_id and low}
    )


def odd_devices(community_id: UUID, since: datetime, until: datetime) -> list[OddDevice]:
    """Devices whose numbers of a month look odd; what came in another month heals what it can.

    Bounded: the first MONTH_MAX numbered scans, ODD_MAX devices.
    """
    month = (
        _numbered(community_id)
        .where(Scan.received_at >= since, Scan.received_at < until)
        .order_by(Scan.received_at, Scan.id)
        .limit(MONTH_MAX)
    )
    by_device: dict[UUID, list[Counted]] = {}
    for row in db.session.execute(month):
        by_device.setdefault(row.device_id, []).append(_counted(row))
    found = []
    for device_id, scans in sorted(by_device.items()):
        others = _of_other_months(community_id, device_id, scans)
        findings = findings_of([*scans, *others])
        if findings:
            found.append(OddDevice(device_id, findings, _senders(community_id, device_id, scans)))
    return found[:ODD_MAX]


def _of_other_months(
    community_id: UUID, device_id: UUID, scans: Collection[Counted]
) -> list[Counted]:
    """The number in front of a month's, and those among them that came in another month."""
    numbers, times = [e.counter for e in scans], [e.received_at for e in scans]
    of_device = _numbered(community_id).where(Scan.device_id == device_id)
    before = of_device.where(Scan.device_counter < min(numbers))
    between = of_device.where(
        Scan.device_counter.between(min(numbers), max(numbers)),
        or_(Scan.received_at < min(times), Scan.received_at > max(times)),
    )
    rows = [
        *db.session.execute(before.order_by(Scan.device_counter.desc(), Scan.id).limit(1)),
        *db.session.execute(between.order_by(Scan.device_counter, Scan.id).limit(SCANS_MAX)),
    ]
    return [_counted(row) for row in rows]


def _senders(
    community_id: UUID, device_id: UUID, scans: Collection[Counted]
) -> tuple[tuple[str, UUID], ...]:
    numbers = [each.counter for each in scans]
    people = select(Scan.actor_kind, Scan.actor_id).where(
        Scan.community_id == community_id,
        Scan.device_id == device_id,
        Scan.device_counter.between(min(numbers), max(numbers)),
    )
    rows = db.session.execute(people.distinct().limit(DEVICES_MAX))
    return tuple(sorted((row.actor_kind, row.actor_id) for row in rows))


def _from(community_id: UUID, device_id: UUID, low: int) -> list[Counted]:
    """The scans of a device from a number on."""
    wanted = _numbered(community_id).where(Scan.device_id == device_id, Scan.device_counter >= low)
    rows = db.session.execute(wanted.order_by(Scan.device_counter, Scan.id).limit(SCANS_MAX))
    return [_counted(row) for row in rows]


def _numbered(community_id: UUID) -> Select[*tuple[Any, ...]]:
    columns = (Scan.device_id, Scan.device_counter, Scan.id, Scan.happened_at, Scan.received_at)
    return select(*columns).where(
        Scan.community_id == community_id,
        Scan.device_id.is_not(None),
        Scan.device_counter.is_not(None),
    )


def _counted(row: Row[Any]) -> Counted:
    return Counted(row.device_counter, row.id, row.happened_at, row.received_at)
