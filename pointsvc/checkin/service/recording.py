"""Recording scans: one way for a single scan and for an upload of two hundred.

Facts for all in a few reads, decisions in Python in the order in which things happened, writes in a
few set-based statements. A rival who took the same scan id first makes the insert fail; the whole
work is then run again and finds the rival's answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts
from pointsvc.checkin.changes import Changes, Evidence, Stored
from pointsvc.checkin.deeds import Due, due_for_drop, due_for_stay
from pointsvc.checkin.errors import ScanIdReused
from pointsvc.checkin.facts import undecided
from pointsvc.checkin.presences import Presence
from pointsvc.checkin.rules import Decision, Reason, Verdict, decide_scan
from pointsvc.checkin.scans import ScanReceipt, ScanRequest, Sent
from pointsvc.checkin.service.closing import changes_of, close_overdue, is_overdue
from pointsvc.checkin.service.intake import Entry, stored_answers, take_in
from pointsvc.checkin.service.known import NOBODY, Known
from pointsvc.checkin.service.sampling import draw_spot_checks
from pointsvc.checkin.service.settling import settle_overlaps
from pointsvc.communities.queries import get_community
from pointsvc.kernel.errors import NotFound, Refusal
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.request_id import current_request_id

Outcome = ScanReceipt | Refusal


def record_scans(
    *, community_id: UUID, caller: Caller, scans: Sequence[ScanRequest], now: datetime
) -> list[Outcome]:
    """Decide and record scans; the answer to each, in the order in which they were sent.

    An answer is a receipt (also of a refused scan), or a refusal that leaves no row: ScanIdReused,
    NotFound (a shift or a ticked person of nowhere), Forbidden (somebody else's code or shift). An
    id that came before with the same body gets its first answer, whatever has happened since.

    Locks the members, then limits, passbooks and accounts (docs/ledger.md §3). Retryable from the top.
    """
    sent = [Sent(scan, caller, current_request_id()) for scan in scans]
    return record_sent(community_id=community_id, sent=sent, now=now)


def record_sent(*, community_id: UUID, sent: Sequence[Sent], now: datetime) -> list[Outcome]:
    """`record_scans` for scans of several senders; all of them came before `now`."""
    stored = stored_answers(community_id=community_id, sent=sent)
    fresh: dict[UUID, Sent] = {}
    for each, answer in zip(sent, stored, strict=True):
        if answer is None:
            fresh.setdefault(each.request.scan_id, each)
    answers: dict[UUID, Outcome] = {}
    if fresh:
        community = get_community(community_id)
        desk = _Desk(Known(community, now), changes_of(community, now))
        answers = desk.record(list(fresh.values()))
    return [
        answer or _answer(each, fresh, answers) for each, answer in zip(sent, stored, strict=True)
    ]


def _answer(sent: Sent, fresh: dict[UUID, Sent], answers: dict[UUID, Outcome]) -> Outcome:
    """An id may come more than once at a time; with another body, or of another, it is refused."""
    scan_id = sent.request.scan_id
    return answers[scan_id] if sent.is_same(fresh[scan_id]) else ScanIdReused()


@dataclass(slots=True)
class _Desk:
    """One piece of recording: scans are decided in turn, and everything is written at the end."""

    known: Known
    changes: Changes

    def record(self, sent: Sequence[Sent]) -> dict[UUID, Outcome]:
        """Decide these new scans and write everything."""
        community_id, now = self.known.community.id, self.known.now
        entries = take_in(community_id=community_id, sent=sent, now=now)
        self.known.read(entries)
        answers: dict[UUID, Outcome] = {}
        for entry in entries:
            refusal = self._record(entry)
            if refusal is not None:
                answers[entry.request.scan_id] = refusal
        stored, _payout = self.changes.carry_out()
        draw_spot_checks(community=self.known.community, stored=stored, now=self.known.now)
        self._settle_overlaps()
        return answers | {each.evidence.scan_id: _receipt(each) for each in stored}

    def _settle_overlaps(self) -> None:
        """What was held because two stays seemed to meet may be clear by now."""
        held = {each.member_id for each in self.known.presences.values() if each.state == "held"}
        if held:
            settle_overlaps(community=self.known.community, member_ids=held, now=self.known.now)

    def _record(self, entry: Entry) -> Refusal | None:
        """Decide one scan; what leaves no row is returned."""
        if entry.refusal is not None:
            return entry.refusal
        if entry.proof == "roster" and entry.member_id not in self.known.states:
            return NotFound()
        if {entry.shift_id, entry.request.shift_id} - {None} - self.known.named.keys():
            return NotFound()
        shift = None if entry.reason or not entry.member_id else self.known.shift_of(entry)
        if isinstance(shift, Refusal):
            return shift
        if not isinstance(shift, ShiftFacts):
            self._refuse(entry, shift or entry.reason)
            return None
        self._decide(entry, shift)
        return None

    def _refuse(self, entry: Entry, reason: Reason | None) -> None:
        """Keep the evidence; an upload whose shift is unclear waits for a person."""
        is_unclear = reason in {Reason.NO_SHIFT, Reason.WHICH_SHIFT}
        is_lost_otherwise = is_unclear and entry.at < self.known.now
        verdict: Verdict = "held" if is_lost_otherwise else "refused"
        self.changes.scans.append(self._evidence(entry, Decision(verdict, reason)))

    def _decide(self, entry: Entry, shift: ShiftFacts) -> None:
        self._close_elsewhere(entry, shift)
        before = self.known.presence(entry.member_id, shift.id)
        decision = decide_scan(self.known.facts_of(entry, shift, before))
        self._apply(entry, shift, before, decision)
        if decision.state in {"open", "held"} and entry.request.direction == "in":
            self._pair(entry, shift)

    def _apply(
        self, entry: Entry, shift: ShiftFacts, before: Presence | None, decision: Decision
    ) -> None:
        """Change the attendance, note what is due, keep the evidence."""
        if entry.request.direction == "drop":
            due = self._due_for_drop(entry, shift, decision) if decision.part else None
            self._keep(entry, shift, decision, None, due)
            return
        if decision.state is None:
            is_lone = decision.verdict == "held"  # a person decides on it by itself
            self._keep(entry, shift, decision, None if is_lone else before, None)
            return
        after = self._changed(entry, shift, before, decision)
        due = self._due_for_stay(after, entry.request.quantity, decision, entry)
        self._keep(entry, shift, decision, after, due)

    def _changed(
        self, entry: Entry, shift: ShiftFacts, before: Presence | None, decision: Decision
    ) -> Presence:
        scan_id = entry.request.scan_id
        if before is None:
            after = self._begun(entry, shift, decision)
        else:
            self._settle(entry, before, decision)
            after = before.after(decision, scan_id)
        self._put(after)
        return after

    def _begun(self, entry: Entry, shift: ShiftFacts, decision: Decision) -> Presence:
        assert entry.member_id is not None
        tariff = self.known.tariffs.at(shift.activity_kind, self.known.day_of(entry.at))
        return Presence(
            id=derived_id("attendance", self.known.community.id, entry.request.scan_id),
            member_id=entry.member_id,
            shift_id=shift.id,
            state=decision.state or "open",
            in_at=entry.at,
            shift_starts_at=shift.starts_at,
            shift_ends_at=shift.ends_at,
            in_scan_id=entry.request.scan_id,
            tariff_id=tariff.id if tariff else None,
            activity_kind=shift.activity_kind,
            place_id=shift.place_id,
            led_by_id=shift.led_by_id,
            is_new=True,
        )

    def _settle(self, entry: Entry, before: Presence, decision: Decision) -> None:
        """Close what the scan confirms or replaces."""
        scan_id, caller = entry.request.scan_id, entry.sender.caller
        if decision.replaces_auto and before.is_in_review:
            day = self.known.day_of(before.in_at)
            self.changes.undo_award(before, on=day, reason="checkin.replaced_auto")
        if decision.replaces_auto and before.out_scan_id is not None:
            self.changes.decide(before.out_scan_id, "annulled", f"scan:{scan_id}", None)
        if decision.confirms:
            scans = [each for each in (before.in_scan_id, before.out_scan_id) if each]
            decider = caller.id if caller.kind == "member" else None
            for each in undecided(community_id=self.known.community.id, scan_ids=scans):
                self.changes.decide(each, "confirmed", f"scan:{scan_id}", decider)

    def _due_for_stay(
        self, after: Presence, quantity: int, decision: Decision, entry: Entry
    ) -> Due | None:
        if decision.part is None:
            return None
        tariff = self.known.tariffs.of(after.tariff_id)
        due = due_for_stay(
            after,
            part=decision.part,
            tariff=tariff,
            holder_id=self.known.tariffs.holder(tariff, after.member_id),
            on=self.known.day_of(after.in_at),
            quantity=1 if entry.is_self else quantity,
            into_review=decision.into_review,
        )
        due = due.recorded_by(entry.sender.caller.id)
        self.changes.dues.append(due)
        return due

    def _due_for_drop(self, entry: Entry, shift: ShiftFacts, decision: Decision) -> Due:
        assert entry.member_id is not None
        day = self.known.day_of(entry.at)
        tariff = self.known.tariffs.at(shift.activity_kind, day)
        due = due_for_drop(
            scan_id=entry.request.scan_id,
            member_id=entry.member_id,
            tariff=tariff,
            holder_id=self.known.tariffs.holder(tariff, entry.member_id),
            on=day,
            quantity=entry.request.quantity,
            into_review=decision.into_review,
        ).recorded_by(entry.sender.caller.id)
        self.changes.dues.append(due)
        return due

    def _pair(self, entry: Entry, shift: ShiftFacts) -> None:
        """Give a check-in the check-out that an earlier upload brought before it."""
        waiting = self.known.pending.get((entry.member_id or NOBODY, shift.id), [])
        later = next((out for out in waiting if out.happened_at >= entry.at), None)
        if later is None:
            return
        request = ScanRequest(later.scan_id, "out", quantity=later.quantity)
        out = Entry(
            entry.sender,
            request,
            later.happened_at,
            later.proof,
            member_id=later.member_id,
            is_self=later.actor_id == later.member_id,
        )
        before = self.known.presence(later.member_id, shift.id)
        facts = replace(self.known.facts_of(out, shift, before), received_at=later.received_at)
        decision = decide_scan(facts)
        if decision.state is None or before is None:
            return
        after = self._changed(out, shift, before, decision)
        self._due_for_stay(after, later.quantity, decision, out)
        if decision.verdict == "accepted":
            self.changes.decide(later.scan_id, "released", f"scan:{entry.request.scan_id}", None)

    def _close_elsewhere(self, entry: Entry, shift: ShiftFacts) -> None:
        """End what the person forgot elsewhere: it must not keep them from coming here."""
        overdue = [
            presence
            for presence in self.known.presences_of(entry.member_id)
            if presence.shift_id != shift.id
            and not presence.is_new
            and presence.id not in self.changes.presences
            and is_overdue(presence, self.known.policy.grace_minutes, self.known.now)
        ]
        closed = close_overdue(
            community=self.known.community, presences=overdue, now=self.known.now
        )
        for presence in closed.values():
            self.known.keep(presence)

    def _keep(
        self,
        entry: Entry,
        shift: ShiftFacts,
        decision: Decision,
        presence: Presence | None,
        due: Due | None,
    ) -> None:
        evidence = self._evidence(entry, decision)
        self.changes.scans.append(
            replace(
                evidence,
                shift_id=shift.id,
                attendance_id=presence.id if presence else None,
                due=due,
            )
        )

    def _evidence(self, entry: Entry, decision: Decision) -> Evidence:
        request = entry.request
        near = self.known.near.get(request.scan_id)
        caller = entry.sender.caller
        assert caller.id is not None
        is_known = entry.member_id in self.known.states
        return Evidence(
            scan_id=request.scan_id,
            body_hash=request.body_hash,
            direction=request.direction,
            proof=entry.proof,
            verdict=decision.verdict,
            reason=decision.reason,
            actor_kind=caller.kind,
            actor_id=caller.id,
            received_at=self.known.now,
            happened_at=entry.at,
            claimed_at=request.claimed_at,
            code_number=entry.read.number if entry.read else None,
            shift_id=entry.shift_id,
            member_id=entry.member_id if is_known else None,
            quantity=request.quantity,
            note=request.note,
            device_id=request.counted_by(caller),
            device_counter=request.device_counter,
            distance_metres=near.distance_metres
            if near and decision.verdict != "refused"
            else None,
            request_id=entry.request_id,
        )

    def _put(self, presence: Presence) -> None:
        self.known.keep(presence)
        self.changes.presences[presence.id] = presence


def _receipt(stored: Stored) -> ScanReceipt:
    scan = stored.evidence
    return ScanReceipt(
        scan_id=scan.scan_id,
        direction=scan.direction,
        verdict=scan.verdict,
        reason=stored.reason,
        member_id=scan.member_id,
        shift_id=scan.shift_id,
        attendance_id=scan.attendance_id,
        award_points=stored.award_points,
        service_minutes=stored.service_minutes,
        balance_points=stored.balance_points,
    )
