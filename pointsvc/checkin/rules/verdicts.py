"""From faults and doubts to a verdict, and what it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pointsvc.checkin.rules.faults import end_of, fault_of, minutes_of
from pointsvc.checkin.rules.words import FINAL, Decision, Reason, ScanFacts


def decide_scan(facts: ScanFacts) -> Decision:
    """The verdict on a scan, and what it does to the attendance and the books."""
    fault = fault_of(facts)
    if fault is not None and (fault in FINAL or not facts.is_upload):
        return Decision("refused", fault)
    doubt = fault
    if fault in {None, Reason.OVERLAP}:  # an overlap may settle itself; another doubt does not
        doubt = _doubt_about(facts) or fault
    if doubt is not None:
        return _held(facts, doubt)
    if facts.direction == "drop":
        return Decision("accepted", part="whole")
    if facts.proof == "sign" and not _is_proven_by_place(facts):
        return _provisional(facts)
    decision = _checked_in(facts) if facts.direction == "in" else _checked_out(facts)
    return replace(decision, reason=Reason.NEAR_PLACE) if facts.proof == "sign" else decision


def _is_proven_by_place(facts: ScanFacts) -> bool:
    """A position speaks for its own moment: coming, or leaving after a check-in that counts.

    Who was near when they left has not shown that they were there when they said that they came.
    """
    if facts.direction == "in":
        return facts.is_near and facts.stay is None
    return facts.is_near and facts.stay is not None and facts.stay.state == "open"


def _doubt_about(facts: ScanFacts) -> Reason | None:
    """Why a person has to look first."""
    if facts.is_self and facts.runs_shift:
        return Reason.OWN_CODE
    if facts.is_revoked_later:
        return Reason.CODE_REVOKED
    if facts.is_upload and _is_late(facts):
        return Reason.LATE
    if facts.is_upload and facts.shift.created_at >= facts.shift.ends_at:
        return Reason.SHIFT_MADE_LATER
    if facts.is_upload and facts.last_contact_at and facts.last_contact_at > facts.at:
        return Reason.WAS_IN_CONTACT
    return _doubt_about_end(facts) if facts.direction == "out" else None


def _doubt_about_end(facts: ScanFacts) -> Reason | None:
    """What only the end of a stay shows: it met another one, or made the day long."""
    stay = facts.stay
    if stay and any(other.meets(stay.in_at, end_of(facts)) for other in facts.others):
        return Reason.OVERLAP
    is_long = facts.day_minutes + minutes_of(facts) > facts.policy.day_minutes_auto
    return Reason.LONG_DAY if is_long else None


def _is_late(facts: ScanFacts) -> bool:
    limit = timedelta(minutes=facts.policy.late_minutes)
    return facts.is_code_stale or facts.received_at - facts.at > limit


def _held(facts: ScanFacts, doubt: Reason) -> Decision:
    """Hold it: an attendance that waits, its award in review; or evidence alone."""
    if facts.direction == "drop":
        return Decision("held", doubt, part="whole")
    if facts.direction == "in":
        if facts.stay is not None:  # a second signal that is itself in doubt adds nothing
            return Decision("held", doubt)
        return Decision("held", doubt, state="held", part="in")
    if facts.stay is None or facts.at < facts.stay.in_at:
        return Decision("held", doubt)
    return Decision(
        "held",
        doubt,
        state="held",
        out_at=end_of(facts),
        minutes=minutes_of(facts),
        part="whole" if facts.stay.state == "provisional" else "out",
        replaces_auto=facts.stay.closed_by == "auto",
    )


def _provisional(facts: ScanFacts) -> Decision:
    """A printed sign alone proves nothing: attendance without award."""
    if facts.direction == "in":
        return Decision("provisional", Reason.SIGN_ALONE, state="provisional")
    stay = facts.stay
    assert stay is not None, "a check-out without a check-in has a fault"
    if stay.state == "held":
        return _held(facts, Reason.SIGN_ALONE)
    return Decision(
        "provisional",
        Reason.SIGN_ALONE,
        state="provisional",
        out_at=end_of(facts),
        minutes=minutes_of(facts),
    )


def _checked_in(facts: ScanFacts) -> Decision:
    stay = facts.stay
    if stay is None:
        return Decision("accepted", state="open", part="in")
    if stay.out_at is None:
        return Decision("accepted", state="open", part="in", confirms=True)
    return Decision(
        "accepted",
        state="closed",
        out_at=stay.out_at,
        minutes=stay.minutes,
        part="whole",
        confirms=True,
    )


def _checked_out(facts: ScanFacts) -> Decision:
    stay = facts.stay
    assert stay is not None, "a check-out without a check-in has a fault"
    is_auto = stay.closed_by == "auto"
    waits = stay.state == "held" and not is_auto
    was_provisional = stay.state == "provisional"
    return Decision(
        "held" if waits else "accepted",
        Reason.WAITING if waits else None,
        state="held" if waits else "closed",
        out_at=end_of(facts),
        minutes=minutes_of(facts),
        part="whole" if was_provisional else "out",
        confirms=was_provisional,
        replaces_auto=is_auto,
    )
