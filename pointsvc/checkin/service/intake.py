"""From what was sent to who is meant: retries, codes, people, and whether the sender may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.rules import Scope
from pointsvc.checkin.codes import Read, read_codes
from pointsvc.checkin.errors import ScanIdReused
from pointsvc.checkin.models import Scan
from pointsvc.checkin.queries import receipt_of
from pointsvc.checkin.rules import Reason, fault_of_claim, happened_at
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden, Refusal
from pointsvc.kernel.permission import Caller


@dataclass(frozen=True, slots=True)
class Entry:
    """A new scan, as far as its code tells.

    Attributes:
        request: what was sent.
        at: when it happened.
        proof: what was scanned.
        read: the code; None for a tick on the roster.
        member_id: who is counted.
        is_self: whether that is the sender.
        shift_id: the shift that is named, by the sender or by its code.
        place_id: the place of a sign.
        reason: why it is refused whatever the shift says.
        refusal: why it leaves no row.
    """

    request: ScanRequest
    at: datetime
    proof: str
    read: Read | None = None
    member_id: UUID | None = None
    is_self: bool = False
    shift_id: UUID | None = None
    place_id: UUID | None = None
    reason: Reason | None = None
    refusal: Refusal | None = None


def stored_answers(
    *, community_id: UUID, caller: Caller, scans: Sequence[ScanRequest]
) -> dict[UUID, ScanReceipt | Refusal]:
    """The answers that these ids got before; another body, or another sender, is refused."""
    rows = db.session.execute(
        select(Scan).where(
            Scan.community_id == community_id, Scan.id.in_([scan.scan_id for scan in scans])
        )
    ).scalars()
    known = {row.id: row for row in rows}
    return {
        scan.scan_id: (
            receipt_of(row)
            if row.body_hash == scan.body_hash and row.actor_id == caller.id
            else ScanIdReused()
        )
        for scan in scans
        if (row := known.get(scan.scan_id)) is not None
    }


def take_in(
    *,
    community_id: UUID,
    caller: Caller,
    scope: Scope,
    scans: Sequence[ScanRequest],
    now: datetime,
) -> list[Entry]:
    """Read the codes of new scans, in the order in which they happened; check-ins before outs.

    A claimed time that cannot be is evidence only: such a scan happened when it came.
    """
    faults = [fault_of_claim(scan.claimed_at, now) for scan in scans]
    moments = [
        now if fault else happened_at(scan.claimed_at, now)
        for scan, fault in zip(scans, faults, strict=True)
    ]
    coded = [
        (scan.code, at)
        for scan, at in zip(scans, moments, strict=True)
        if scan.code is not None and scan.member_id is None
    ]
    reads = iter(read_codes(community_id=community_id, texts=coded, now=now))
    entries = [
        _ticked(scan, at)
        if scan.member_id is not None
        else _meant(scan, at, next(reads), caller, scope)
        for scan, at in zip(scans, moments, strict=True)
    ]
    claimed = [
        replace(entry, reason=fault or entry.reason)
        for entry, fault in zip(entries, faults, strict=True)
    ]
    return sorted(claimed, key=_by_time)


def _by_time(entry: Entry) -> tuple[datetime, bool, UUID]:
    return (entry.at, entry.request.direction == "out", entry.request.scan_id)


def _ticked(scan: ScanRequest, at: datetime) -> Entry:
    return Entry(scan, at, "roster", member_id=scan.member_id, shift_id=scan.shift_id)


def _meant(scan: ScanRequest, at: datetime, read: Read, caller: Caller, scope: Scope) -> Entry:
    """Whom the code means, and why the sender may not or cannot use it."""
    if read.fault is not None:
        return Entry(scan, at, read.proof, read, shift_id=scan.shift_id, reason=read.fault)
    if read.is_member:
        return _of_member(scan, at, read, caller, scope)
    if caller.kind != "member":
        return Entry(scan, at, read.proof, read, reason=Reason.CODE_WRONG_KIND)
    is_sign = read.proof == "sign"
    return Entry(
        scan,
        at,
        read.proof,
        read,
        member_id=caller.id,
        is_self=True,
        shift_id=scan.shift_id if is_sign else read.subject_id,
        place_id=read.subject_id if is_sign else None,
        reason=Reason.WRONG_DIRECTION if scan.direction == "drop" else None,
    )


def _of_member(scan: ScanRequest, at: datetime, read: Read, caller: Caller, scope: Scope) -> Entry:
    is_self = caller.kind == "member" and read.subject_id == caller.id
    may_scan = scope.runs_shifts or (scope.is_device and scope.device_kind == "scanner")
    may_drop = "attendant" in scope.roles or scope.is_device
    is_allowed = is_self or (may_scan and (may_drop or scan.direction != "drop"))
    return Entry(
        scan,
        at,
        read.proof,
        read,
        member_id=read.subject_id,
        is_self=is_self,
        shift_id=scan.shift_id,
        reason=Reason.OWN_CODE if is_self and not may_scan else None,
        refusal=None if is_allowed else Forbidden(),
    )
