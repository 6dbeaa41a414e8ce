"""From what was sent to who is meant: retries, codes, people, and whether the sender may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from pointsvc.activities.rules import Scope
from pointsvc.activities.scopes import scopes_of
from pointsvc.checkin.codes import Read, read_codes
from pointsvc.checkin.errors import ScanIdReused
from pointsvc.checkin.models import Scan
from pointsvc.checkin.queries import receipt_of
from pointsvc.checkin.rules import Reason, fault_of_claim, happened_at
from pointsvc.checkin.scans import ScanReceipt, ScanRequest, Sent
from pointsvc.kernel.errors import Forbidden, Refusal
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent scans, and where they may scan others."""

    caller: Caller
    scope: Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """A new scan, as far as its code tells.

    Attributes:
        sender: who sent it.
        request: what was sent.
        request_id: which request brought it.
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

    sender: Sender
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
    request_id: str | None = None


def stored_answers(
    *, community_id: UUID, sent: Sequence[Sent]
) -> list[ScanReceipt | Refusal | None]:
    """The answer that each id got before; another body, or another sender, is refused."""
    ids = [each.request.scan_id for each in sent]
    known = {row.id: row for row in fetch(_scans(), community_id=community_id, ids=ids)}
    return [
        None if (row := known.get(each.request.scan_id)) is None else _stored_answer(each, row)
        for each in sent
    ]


def _stored_answer(sent: Sent, row: Found) -> ScanReceipt | Refusal:
    is_same = row.actor_id == sent.caller.id and row.body_hash == sent.request.body_hash
    return receipt_of(row) if is_same else ScanIdReused()


@prepared
def _scans(among: Among) -> Select[*tuple[Any, ...]]:
    scan = table_of(Scan).c
    return select(
        scan.id,
        scan.body_hash,
        scan.actor_id,
        scan.direction,
        scan.verdict,
        scan.reason,
        scan.member_id,
        scan.shift_id,
        scan.attendance_id,
        scan.award_points,
        scan.service_minutes,
        scan.balance_points,
    ).where(scan.community_id == bindparam("community_id"), among(scan.id, "ids"))


def take_in(*, community_id: UUID, sent: Sequence[Sent], now: datetime) -> list[Entry]:
    """Read the codes of new scans, in the order in which they happened; check-ins before outs.

    A claimed time that cannot be is evidence only: such a scan happened when it came.
    """
    senders = _senders(sent)
    faults = [fault_of_claim(each.request.claimed_at, now) for each in sent]
    moments = [
        now if fault else happened_at(each.request.claimed_at, now)
        for each, fault in zip(sent, faults, strict=True)
    ]
    coded = [
        (each.request.code, at)
        for each, at in zip(sent, moments, strict=True)
        if each.request.code is not None and each.request.member_id is None
    ]
    reads = iter(read_codes(community_id=community_id, texts=coded, now=now))
    entries = [
        _ticked(senders[each.caller], each.request, at)
        if each.request.member_id is not None
        else _meant(senders[each.caller], each.request, at, next(reads))
        for each, at in zip(sent, moments, strict=True)
    ]
    claimed = [
        replace(entry, reason=fault or entry.reason, request_id=each.request_id)
        for each, entry, fault in zip(sent, entries, faults, strict=True)
    ]
    return sorted(claimed, key=_by_time)


def _senders(sent: Sequence[Sent]) -> dict[Caller, Sender]:
    callers = list({each.caller: None for each in sent})
    scopes = scopes_of(callers)
    return {each: Sender(each, scope) for each, scope in zip(callers, scopes, strict=True)}


def _by_time(entry: Entry) -> tuple[datetime, bool, UUID]:
    return (entry.at, entry.request.direction == "out", entry.request.scan_id)


def _ticked(sender: Sender, scan: ScanRequest, at: datetime) -> Entry:
    return Entry(sender, scan, at, "roster", member_id=scan.member_id, shift_id=scan.shift_id)


def _meant(sender: Sender, scan: ScanRequest, at: datetime, read: Read) -> Entry:
    """Whom the code means, and why the sender may not or cannot use it."""
    if read.fault is not None:
        return Entry(sender, scan, at, read.proof, read, shift_id=scan.shift_id, reason=read.fault)
    if read.is_member:
        return _of_member(sender, scan, at, read)
    if sender.caller.kind != "member":
        return Entry(sender, scan, at, read.proof, read, reason=Reason.CODE_WRONG_KIND)
    is_sign = read.proof == "sign"
    return Entry(
        sender,
        scan,
        at,
        read.proof,
        read,
        member_id=sender.caller.id,
        is_self=True,
        shift_id=scan.shift_id if is_sign else read.subject_id,
        place_id=read.subject_id if is_sign else None,
        reason=Reason.WRONG_DIRECTION if scan.direction == "drop" else None,
    )


def _of_member(sender: Sender, scan: ScanRequest, at: datetime, read: Read) -> Entry:
    caller, scope = sender.caller, sender.scope
    is_self = caller.kind == "member" and read.subject_id == caller.id
    may_scan = scope.runs_shifts or (scope.is_device and scope.device_kind == "scanner")
    may_drop = "attendant" in scope.roles or scope.is_device
    is_allowed = is_self or (may_scan and (may_drop or scan.direction != "drop"))
    return Entry(
        sender,
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
