"""Why a scan is refused: the first fault found."""

from __future__ import annotations

from datetime import datetime, timedelta

from pointsvc.checkin.rules.words import (
    CLAIM_AGE_MAX,
    CLOCK_SKEW,
    EARLY,
    FINAL,
    SCANNED_TWICE,
    Direction,
    Reason,
    ScanFacts,
    ShiftSeen,
    Stay,
    minutes_between,
)


def happened_at(claimed_at: datetime | None, received_at: datetime) -> datetime:
    """Server time where there is one: a claimed time counts only when it is clearly earlier."""
    if claimed_at is None or claimed_at >= received_at - CLOCK_SKEW:
        return received_at
    return claimed_at


def fault_of_claim(claimed_at: datetime | None, received_at: datetime) -> Reason | None:
    """Why a claimed time cannot be: in the future, or too long ago."""
    if claimed_at is None:
        return None
    if claimed_at > received_at + CLOCK_SKEW:
        return Reason.CLAIMED_AHEAD
    return Reason.CLAIMED_TOO_OLD if claimed_at < received_at - CLAIM_AGE_MAX else None


def is_open_for(shift: ShiftSeen, direction: Direction, at: datetime, grace_minutes: int) -> bool:
    """Whether the shift takes scans of this direction at that moment."""
    if shift.is_cancelled or not _suits(shift, direction):
        return False
    return _fault_of_time(shift, direction, at, grace_minutes) is None


def nearest_shift(shifts: list[ShiftSeen], direction: Direction, at: datetime) -> list[ShiftSeen]:
    """Of shifts that are not open the nearest in time, so that the answer says what was missed."""
    suiting = [shift for shift in shifts if _suits(shift, direction)]
    nearest = min(
        suiting, key=lambda shift: max(shift.starts_at - at, at - shift.ends_at), default=None
    )
    return [nearest] if nearest else []


def choose_shift(shifts: list[ShiftSeen]) -> ShiftSeen | Reason:
    """The only one; with several a person has to say which."""
    if not shifts:
        return Reason.NO_SHIFT
    return shifts[0] if len(shifts) == 1 else Reason.WHICH_SHIFT


def direction_for(stay: Stay | None, at: datetime) -> Direction:
    """Which way a scan of a card goes, where the page leaves that open.

    Who came a few minutes ago and is scanned again was scanned twice and not seen off; who signed
    in and out at a printed sign is confirmed as they were.
    """
    if stay is None:
        return "in"
    if stay.out_at is not None:
        return "in" if stay.state == "provisional" else "out"
    return "in" if at - stay.in_at < SCANNED_TWICE else "out"


def fault_of(facts: ScanFacts) -> Reason | None:
    """The first reason to refuse; what can never be mended comes first."""
    standing = _fault_of_stay(facts)
    never = _fault_of_way(facts) or (standing if standing in FINAL else None)
    if never is not None:
        return never
    if facts.shift.is_cancelled:
        return Reason.SHIFT_CANCELLED
    timing = _fault_of_time(facts.shift, facts.direction, facts.at, facts.policy.grace_minutes)
    return timing or standing or _fault_of_day(facts)


def _fault_of_way(facts: ScanFacts) -> Reason | None:
    """What no other moment would change: who, how and for what."""
    if not facts.is_member_active:
        return Reason.MEMBER_GONE
    if facts.is_self and not facts.runs_shift and facts.proof not in {"shift_code", "sign"}:
        return Reason.OWN_CODE
    if not _suits(facts.shift, facts.direction):
        return Reason.WRONG_DIRECTION
    return None if _way_of(facts.proof) in facts.shift.ways else Reason.WAY_OFF


def _suits(shift: ShiftSeen, direction: Direction) -> bool:
    return (shift.counted_by == "drop") == (direction == "drop")


def _way_of(proof: str) -> str:
    return proof if proof in {"shift_code", "sign", "roster"} else "leader"


def _fault_of_time(
    shift: ShiftSeen, direction: Direction, at: datetime, grace_minutes: int
) -> Reason | None:
    if at < shift.starts_at - EARLY:
        return Reason.TOO_EARLY
    grace = timedelta(minutes=grace_minutes) if direction == "out" else timedelta()
    return Reason.SHIFT_OVER if at > shift.ends_at + grace else None


def _fault_of_stay(facts: ScanFacts) -> Reason | None:
    """What the person's attendance says against the scan."""
    if facts.direction == "drop":
        return None
    return _fault_in(facts) if facts.direction == "in" else _fault_out(facts)


def _fault_in(facts: ScanFacts) -> Reason | None:
    stay = facts.stay
    if stay is not None:
        is_second_signal = stay.state == "provisional" and facts.proof != "sign"
        return None if is_second_signal else Reason.ALREADY_IN
    is_elsewhere = any(other.state == "open" or other.covers(facts.at) for other in facts.others)
    return Reason.OVERLAP if is_elsewhere else None


def _fault_out(facts: ScanFacts) -> Reason | None:
    stay = facts.stay
    if stay is None:
        return Reason.NOT_IN
    if stay.out_at is not None and not _may_end_anew(facts, stay):
        return Reason.ALREADY_OUT
    return Reason.OUT_BEFORE_IN if facts.at < stay.in_at else None


def _may_end_anew(facts: ScanFacts, stay: Stay) -> bool:
    """An automatic end gives way to a real one; a provisional one to a leader's scan."""
    if stay.closed_by == "auto":
        return stay.state == "held"
    return stay.state == "provisional" and facts.proof != "sign"


def _fault_of_day(facts: ScanFacts) -> Reason | None:
    if facts.direction == "drop":
        return None
    most = facts.policy.day_minutes_held
    total = facts.day_minutes + minutes_of(facts)
    is_full = total > most if facts.direction == "out" else facts.day_minutes >= most
    return Reason.DAY_FULL if is_full else None


def minutes_of(facts: ScanFacts) -> int:
    """The minutes that the scan would close; 0 for a check-in."""
    if facts.direction != "out" or facts.stay is None or facts.at < facts.stay.in_at:
        return 0
    return minutes_between(facts.stay.in_at, end_of(facts))


def end_of(facts: ScanFacts) -> datetime:
    """The end that is counted: no later than the grace after the shift."""
    latest = facts.shift.ends_at + timedelta(minutes=facts.policy.grace_minutes)
    floor = facts.stay.in_at if facts.stay else facts.at
    return max(floor, min(facts.at, latest))
