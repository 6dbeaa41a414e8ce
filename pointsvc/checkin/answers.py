"""How an answer to a scan reads: names and messages are put in when it is given, not stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pointsvc.activities.queries import get_shift
from pointsvc.activities.rules import may_scan_in
from pointsvc.activities.scopes import scope_of
from pointsvc.checkin.counters import Missing, missing_near
from pointsvc.checkin.queries import StoredScan
from pointsvc.checkin.reasons import message_of
from pointsvc.checkin.rules.counters import Gap
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.checkin.service import Outcome
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.i18n import gettext as _, pause
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.vault import mask_name
from pointsvc.members.queries import names_of

GAPS_SHOWN = 5


def shown_all(
    caller: Caller,
    scans: Sequence[ScanRequest],
    outcomes: Sequence[Outcome],
    names: Mapping[UUID, str],
) -> list[dict[str, Any]]:
    """The answers of an upload; what left no row is a refusal of that scan alone."""
    return [
        _refusal(scan.scan_id, outcome)
        if isinstance(outcome, Refusal)
        else _answer(caller, outcome, names)
        for scan, outcome in zip(scans, outcomes, strict=True)
    ]


def missing_after(caller: Caller, scans: Sequence[ScanRequest]) -> list[dict[str, Any]] | None:
    """What the devices of an upload have not sent yet; None where no scan carries a number."""
    numbers: dict[UUID, int] = {}
    for scan in scans:
        device_id = scan.counted_by(caller)
        if device_id is not None and scan.device_counter is not None:
            lowest = numbers.get(device_id, scan.device_counter)
            numbers[device_id] = min(lowest, scan.device_counter)
    if not numbers or caller.community_id is None:
        return None
    return [
        {
            "device_id": each.device_id,
            "count": each.count,
            "numbers": [{"first": gap.first, "last": gap.last} for gap in each.gaps],
            "message": words_of_missing(each),
        }
        for each in missing_near(caller.community_id, numbers)
    ]


def words_of_missing(missing: Missing) -> str:
    """What is missing, for who scanned with the device."""
    numbers = numbers_of(missing.gaps)
    return _(
        "这部手机还有 %(count)s 次扫码没有传上来：第 %(numbers)s 次。",
        count=missing.count,
        numbers=numbers,
    )


def numbers_of(gaps: Sequence[Gap]) -> str:
    """The missing numbers: 5–7、9; the first few where they are many."""
    spans = [f"{e.first}" if e.count == 1 else f"{e.first}–{e.last}" for e in gaps]
    return pause().join(spans[:GAPS_SHOWN]) + ("…" if len(spans) > GAPS_SHOWN else "")


def shown(caller: Caller, receipt: ScanReceipt, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One answer; a device gets a masked name and no balance."""
    return _answer(caller, receipt, names)


def may_see(caller: Caller, found: StoredScan, community_id: UUID) -> bool:
    """Who sent a scan, whom it counts, who runs its shift, and who checks the books may see it."""
    if caller.id in {found.actor_id, found.receipt.member_id}:
        return True
    if caller.roles & {"clerk", "auditor", "supervisor"}:
        return True
    if found.receipt.shift_id is None:
        return False
    shift = get_shift(community_id, found.receipt.shift_id)
    return may_scan_in(scope_of(caller), shift.place_id, shift.led_by_id)


def names_in(caller: Caller, receipts: Sequence[ScanReceipt]) -> dict[UUID, str]:
    """What the people in some answers are called."""
    if caller.community_id is None:
        return {}
    ids = {receipt.member_id for receipt in receipts if receipt.member_id}
    return names_of(caller.community_id, ids)


def _answer(caller: Caller, receipt: ScanReceipt, names: Mapping[UUID, str]) -> dict[str, Any]:
    is_device = caller.kind == "device"
    name = names.get(receipt.member_id) if receipt.member_id else None
    person = None
    if receipt.member_id is not None and name is not None:
        person = {"id": receipt.member_id, "name": mask_name(name) if is_device else name}
    return {
        "scan_id": receipt.scan_id,
        "verdict": receipt.verdict,
        "reason": receipt.reason,
        "message": message_of(receipt.reason),
        "member": person,
        "attendance_id": receipt.attendance_id,
        "shift_id": receipt.shift_id,
        "award_points": receipt.award_points,
        "service_minutes": receipt.service_minutes,
        "balance_points": None if is_device else receipt.balance_points,
    }


def _refusal(scan_id: UUID, refusal: Refusal) -> dict[str, Any]:
    return {
        "scan_id": scan_id,
        "verdict": "refused",
        "reason": refusal.code,
        "message": refusal.detail,
        "member": None,
        "attendance_id": None,
        "shift_id": None,
        "award_points": 0,
        "service_minutes": 0,
        "balance_points": None,
    }
