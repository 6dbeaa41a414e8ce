"""Everything that one piece of check-in work writes, collected first, written in one order.

Limits, books, evidence, attendances, decisions, audit, messages: in the caller's transaction, each
kind in one or two statements however many scans there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import Trace, note_all
from pointsvc.checkin.deeds import Due
from pointsvc.checkin.models import Scan, ScanDecision
from pointsvc.checkin.presences import Presence, store_presences
from pointsvc.checkin.rules import Reason
from pointsvc.earning.limits import Wish, give_back
from pointsvc.earning.service import Deed, Paid, Payout, pay_deeds, take_limits
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.outbox import Message
from pointsvc.kernel.prepared import posting
from pointsvc.ledger.errors import NothingToCorrect
from pointsvc.ledger.queries import find_spendable
from pointsvc.ledger.service import end_review, take_back
from pointsvc.members.telling import leave_messages

NOTHING: Final = {
    str(Reason.BELOW_MINIMUM): "checkin.below_minimum",
    str(Reason.CAPPED): "checkin.capped",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A scan's row, before it is known what was paid; `due` links it to its deed."""

    scan_id: UUID
    body_hash: bytes
    direction: str
    proof: str
    verdict: str
    reason: str | None
    actor_kind: str
    actor_id: UUID
    received_at: datetime
    happened_at: datetime
    claimed_at: datetime | None = None
    code_number: int | None = None
    shift_id: UUID | None = None
    member_id: UUID | None = None
    attendance_id: UUID | None = None
    quantity: int = 1
    note: str | None = None
    device_id: UUID | None = None
    device_counter: int | None = None
    distance_metres: int | None = None
    due: Due | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A scan's row as it was written."""

    evidence: Evidence
    reason: str | None
    award_points: int
    service_minutes: int
    balance_points: int | None


@dataclass(frozen=True, slots=True)
class Ending:
    """An award that is undone or released: in review or in the wallet, of which source and number."""

    source_type: str
    source_id: UUID
    number: int
    reason: str
    in_review: bool
    release: bool = False
    recorded_by_id: UUID | None = None
    approved_by_id: UUID | None = None


@dataclass(slots=True)
class Changes:
    """What is to be written for a community, by whom, when."""

    community_id: UUID
    actor_id: UUID | None
    now: datetime
    today: date
    zone: str
    receivable_share_percent: int = 50
    scans: list[Evidence] = field(default_factory=list)
    presences: dict[UUID, Presence] = field(default_factory=dict)
    dues: list[Due] = field(default_factory=list)
    returned: list[Wish] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)

    def undo_award(
        self,
        presence: Presence,
        *,
        on: date,
        reason: str,
        recorded_by_id: UUID | None = None,
        approved_by_id: UUID | None = None,
    ) -> None:
        """Take the attendance's present award out of review or wallet, and give its limit back."""
        self.return_limit(presence, on)
        ending = Ending(
            "attendance",
            presence.id,
            presence.corrections,
            reason,
            in_review=presence.is_in_review,
            recorded_by_id=recorded_by_id,
            approved_by_id=approved_by_id,
        )
        self.endings.append(ending)

    def return_limit(self, presence: Presence, on: date) -> None:
        """Give back what the attendance's award used of its day and month."""
        if presence.award_points and presence.award_holder_id:
            kind, holder = presence.tariff_code, presence.award_holder_id
            self.returned.append(Wish(kind, holder, on, presence.award_points))

    def decide(self, scan_id: UUID, decision: str, reason: str, decided_by_id: UUID | None) -> None:
        """Decide about a scan for good; the constraint lets one decision through."""
        self.decisions.append(
            {
                "community_id": self.community_id,
                "id": derived_id("scan-decision", self.community_id, scan_id),
                "scan_id": scan_id,
                "decision": decision,
                "reason": reason,
                "decided_by_id": decided_by_id,
                "decided_at": self.now,
            }
        )

    def carry_out(self) -> tuple[list[Stored], Payout]:
        """Write it all; what was stored for each scan, and what was paid.

        Limits first, as everywhere; then what is undone, then what is paid: a statement says what
        was taken back before what took its place.
        """
        give_back(community_id=self.community_id, wishes=self.returned)
        deeds = [due.deed for due in self.dues if due.deed]
        taken = take_limits(community_id=self.community_id, deeds=deeds)
        owed = {(each.source_type, each.source_id): self._end(each) for each in self.endings}
        with posting():
            payout = pay_deeds(
                community_id=self.community_id,
                deeds=[
                    replace(deed, settle_points=owed.get((deed.source_type, deed.source_id), 0))
                    for deed in deeds
                ],
                taken=taken,
                recorded_by_id=self.actor_id,
                now=self.now,
                business_on=self.today,
                receivable_share_percent=self.receivable_share_percent,
            )
            paid = {id(deed): each for deed, each in zip(deeds, payout.paid, strict=True)}
            self._note_awards(deeds, payout.paid)
            balances = self._balances(payout)
            stored = [_stored(scan, paid, balances) for scan in self.scans]
            insert_rows(Scan, [self._scan_row(each) for each in stored])
            store_presences(community_id=self.community_id, presences=self.presences.values())
            insert_rows(ScanDecision, self.decisions)
            self._leave_traces()
            self._tell(deeds, payout.paid, stored)
            return stored, payout

    def _balances(self, payout: Payout) -> dict[UUID, int]:
        """What every member of the scans can spend now."""
        members = {scan.member_id for scan in self.scans if scan.member_id is not None}
        rest = members - payout.balances.keys()
        if not rest:
            return payout.balances
        found = find_spendable(community_id=self.community_id, member_ids=rest, today=self.today)
        return dict.fromkeys(rest, 0) | found | payout.balances

    def _end(self, ending: Ending) -> int:
        """Undo or release an award; how much of it was spent before and is owed now."""
        source = {
            "community_id": self.community_id,
            "source_type": ending.source_type,
            "source_id": ending.source_id,
            "number": ending.number,
            "reason": ending.reason,
            "recorded_by_id": ending.recorded_by_id,
            "approved_by_id": ending.approved_by_id,
            "now": self.now,
            "business_on": self.today,
        }
        if ending.in_review:
            share = self.receivable_share_percent
            end_review(release=ending.release, receivable_share_percent=share, **source)  # type: ignore[arg-type]
            return 0
        try:
            return take_back(**source).owed_points  # type: ignore[arg-type]
        except NothingToCorrect:
            return 0  # it had earned nothing

    def _note_awards(self, deeds: Iterable[Deed], paid: Iterable[Paid]) -> None:
        """Keep on the attendance what its award used, for the day it may be taken back."""
        for deed, each in zip(deeds, paid, strict=True):
            presence = self.presences.get(deed.source_id)
            if presence is None or not each.points:
                continue
            self.presences[presence.id] = replace(
                presence,
                award_points=presence.award_points + each.points,
                award_holder_id=deed.holder_id,
                is_in_review=deed.into_review,
            )

    def _scan_row(self, stored: Stored) -> dict[str, Any]:
        scan = stored.evidence
        return {
            "community_id": self.community_id,
            "id": scan.scan_id,
            "body_hash": scan.body_hash,
            "direction": scan.direction,
            "proof": scan.proof,
            "code_number": scan.code_number,
            "shift_id": scan.shift_id,
            "member_id": scan.member_id,
            "attendance_id": scan.attendance_id,
            "actor_kind": scan.actor_kind,
            "actor_id": scan.actor_id,
            "claimed_at": scan.claimed_at,
            "received_at": scan.received_at,
            "happened_at": scan.happened_at,
            "quantity": scan.quantity,
            "verdict": scan.verdict,
            "reason": stored.reason or "",
            "award_points": stored.award_points,
            "service_minutes": stored.service_minutes,
            "balance_points": stored.balance_points,
            "note": scan.note,
            "device_id": scan.device_id,
            "device_counter": scan.device_counter,
            "distance_metres": scan.distance_metres,
        }

    def _leave_traces(self) -> None:
        """An audit event for each scan, whoever asked for it."""
        note_all(
            community_id=self.community_id,
            traces=[_in_trail(scan) for scan in self.scans],
            now=self.now,
        )

    def _tell(self, deeds: Iterable[Deed], paid: Iterable[Paid], stored: Iterable[Stored]) -> None:
        """A message for each award that can be spent, and for a check-out that earned nothing."""
        awarded = [
            _of_award(deed, each)
            for deed, each in zip(deeds, paid, strict=True)
            if each.points and not deed.into_review
        ]
        nothing = [message for each in stored if (message := self._of_nothing(each))]
        leave_messages(community_id=self.community_id, messages=[*awarded, *nothing], now=self.now)

    def _of_nothing(self, stored: Stored) -> Message | None:
        scan = stored.evidence
        presence = self.presences.get(scan.attendance_id) if scan.attendance_id else None
        topic = NOTHING.get(stored.reason or "")
        if presence is None or topic is None or presence.award_points:
            return None
        if scan.direction != "out" or scan.verdict != "accepted":
            return None
        payload = {
            "minutes": presence.minutes,
            "activity_kind": presence.activity_kind,
            "attendance_id": str(presence.id),
        }
        return Message(presence.member_id, topic, payload)


def _in_trail(scan: Evidence) -> Trace:
    actor_id = None if scan.actor_kind == "system" else scan.actor_id
    return Trace(
        Actor(scan.actor_kind, actor_id),
        f"checkin.scan_{scan.verdict}",
        scan.attendance_id or scan.scan_id,
        scan.request_id,
    )


def _of_award(deed: Deed, paid: Paid) -> Message:
    payload = {
        "points": paid.points,
        "minutes": paid.minutes,
        "is_cut": paid.is_cut,
        "activity_kind": deed.tariff.code,
        "source_type": deed.source_type,
        "source_id": str(deed.source_id),
    }
    return Message(deed.member_id, "checkin.awarded", payload)


def _stored(scan: Evidence, paid: dict[int, Paid], balances: dict[UUID, int]) -> Stored:
    due = scan.due
    each = paid.get(id(due.deed)) if due and due.deed else None
    told = None if scan.reason == Reason.NEAR_PLACE else scan.reason
    reason: str | None = told or (due.reason if due else None)
    if each is not None and each.is_cut and reason is None:
        reason = Reason.CAPPED
    reason = reason or scan.reason  # why it counts, where nothing says that it earns less
    return Stored(
        scan,
        str(reason) if reason else None,
        each.points if each else 0,
        due.minutes if due else 0,
        balances.get(scan.member_id) if scan.member_id else None,
    )
