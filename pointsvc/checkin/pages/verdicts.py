"""How a verdict reads on a page: a name, a word, what it brought, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pointsvc.checkin.queries import get_scan
from pointsvc.checkin.reasons import message_of
from pointsvc.checkin.rules import Reason
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.kernel.errors import NotFound, Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.vault import mask_name
from pointsvc.members.queries import names_of

KINDS: Final[dict[str, str]] = {
    "accepted": "good",
    "provisional": "wait",
    "held": "wait",
    "refused": "bad",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A verdict in words. `kind` is good, wait or bad; `points` and `minutes` are 0 for nothing."""

    kind: str
    word: str
    name: str = ""
    why: str = ""
    points: int = 0
    minutes: int = 0
    balance: int | None = None


def spoken(caller: Caller, community_id: UUID, receipt: ScanReceipt) -> Spoken:
    """The verdict for who scanned; a device reads a masked name and no balance."""
    is_device = caller.kind == "device"
    found = names_of(community_id, [receipt.member_id]) if receipt.member_id else {}
    name = found.get(receipt.member_id, "") if receipt.member_id else ""
    return Spoken(
        kind=_kind(receipt),
        word=_word(receipt),
        name=mask_name(name) if is_device and name else name,
        why=_why(receipt),
        points=receipt.award_points,
        minutes=receipt.service_minutes,
        balance=None if is_device or receipt.verdict == "refused" else receipt.balance_points,
    )


def spoken_refusal(refusal: Refusal) -> Spoken:
    """What leaves no row, said in the place of a verdict."""
    return Spoken("bad", _("没有记上"), why=refusal.detail)


def find_spoken(caller: Caller, community_id: UUID, scan_id: str | None) -> Spoken | None:
    """The verdict of a scan that the caller sent, for the page after it; None for any other."""
    try:
        found = get_scan(community_id, UUID(scan_id or ""))
    except (ValueError, NotFound):
        return None
    return spoken(caller, community_id, found.receipt) if found.actor_id == caller.id else None


def _kind(receipt: ScanReceipt) -> str:
    """What was recorded and earned nothing for a reason is no plain yes."""
    is_told = receipt.reason not in {None, Reason.NEAR_PLACE}
    is_empty = receipt.verdict == "accepted" and is_told and not receipt.award_points
    return "wait" if is_empty else KINDS[receipt.verdict]


def _word(receipt: ScanReceipt) -> str:
    if receipt.verdict == "refused":
        return _("没有记上")
    if receipt.verdict == "provisional":
        return _("已记下，待确认")
    if receipt.verdict == "held":
        return _("已记下，待核实")
    words = {"in": _("已签到"), "out": _("已签退"), "drop": _("已记投放")}
    return words[receipt.direction]


def _why(receipt: ScanReceipt) -> str:
    if receipt.direction == "drop" and receipt.reason == Reason.CAPPED:
        return (
            _("今天这户已满，超出的不计分。")
            if receipt.award_points
            else _("今天这户已满，这次不计分。")
        )
    return message_of(receipt.reason) or ""
