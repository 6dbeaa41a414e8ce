"""The words of a decision: reasons, facts, verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

EARLY: Final = timedelta(minutes=30)
SCANNED_TWICE: Final = timedelta(minutes=10)
CLOCK_SKEW: Final = timedelta(minutes=2)
CONTACT_SLACK: Final = timedelta(minutes=10)
CLAIM_AGE_MAX: Final = timedelta(days=31)
Direction = Literal["in", "out", "drop"]
Verdict = Literal["accepted", "provisional", "held", "refused"]
Part = Literal["in", "out", "whole"]


class Reason(StrEnum):
    """Why a scan got its verdict; a closed list, never translated."""

    CODE_MALFORMED = "code.malformed"
    CODE_FORGED = "code.forged"
    CODE_EXPIRED = "code.expired"
    CODE_REVOKED = "code.revoked"
    CODE_FOREIGN = "code.foreign"
    CODE_WRONG_KIND = "code.wrong_kind"
    MEMBER_GONE = "scan.member_gone"
    OWN_CODE = "scan.own_code"
    NO_SHIFT = "scan.no_shift"
    WHICH_SHIFT = "scan.which_shift"
    WRONG_DIRECTION = "scan.wrong_direction"
    WAY_OFF = "scan.way_off"
    CLAIMED_AHEAD = "scan.claimed_ahead"
    CLAIMED_TOO_OLD = "scan.claimed_too_old"
    SHIFT_CANCELLED = "scan.shift_cancelled"
    TOO_EARLY = "scan.too_early"
    SHIFT_OVER = "scan.shift_over"
    ALREADY_IN = "scan.already_in"
    ALREADY_OUT = "scan.already_out"
    NOT_IN = "scan.not_in"
    OUT_BEFORE_IN = "scan.out_before_in"
    OVERLAP = "scan.overlap"
    DAY_FULL = "scan.day_full"
    LATE = "scan.late"
    WAS_IN_CONTACT = "scan.was_in_contact"
    SHIFT_MADE_LATER = "scan.shift_made_later"
    LONG_DAY = "scan.long_day"
    NOT_OUT = "scan.not_out"
    WAITING = "scan.waiting"
    SIGN_ALONE = "scan.sign_alone"
    NEAR_PLACE = "scan.near_place"
    BELOW_MINIMUM = "scan.below_minimum"
    CAPPED = "scan.capped"
    NO_TARIFF = "scan.no_tariff"


FINAL: Final = frozenset(
    {
        Reason.MEMBER_GONE,
        Reason.OWN_CODE,
        Reason.WRONG_DIRECTION,
        Reason.WAY_OFF,
        Reason.CLAIMED_AHEAD,
        Reason.CLAIMED_TOO_OLD,
        Reason.ALREADY_IN,
        Reason.ALREADY_OUT,
    }
)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from one moment to a later one."""
    return int((end - start).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Policy:
    """The community's settings that decide here; minutes."""

    grace_minutes: int
    day_minutes_auto: int
    day_minutes_held: int
    late_minutes: int


@dataclass(frozen=True, slots=True)
class ShiftSeen:
    """A shift as a scan meets it; `ways` are those of its kind: leader, shift_code, sign, roster."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    is_cancelled: bool
    counted_by: str
    ways: frozenset[str]

    @property
    def planned_minutes(self) -> int:
        """The planned time, whole minutes."""
        return minutes_between(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Stay:
    """A live attendance: a person at a shift, as far as it is known.

    `until` is its end, or the last moment at which a check-out would count.
    """

    id: UUID
    shift_id: UUID
    state: str
    in_at: datetime
    until: datetime
    out_at: datetime | None = None
    minutes: int = 0
    closed_by: str | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether the person was, or may still be, there at `moment` (its end not included)."""
        return self.in_at <= moment < self.until

    def meets(self, start: datetime, end: datetime) -> bool:
        """Whether it counts and some of it lies between the two moments."""
        is_counted = self.state in {"open", "closed"}
        return is_counted and self.in_at < end and start < self.until


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """Everything that decides about one scan.

    Attributes:
        direction: what the scan says.
        proof: what was scanned: card, member_code, typed, shift_code, sign, roster.
        at: when it happened: server time, or the claimed time of an upload.
        received_at: server time.
        is_member_active: whether the person is on the books.
        is_self: whether the person counted is the one who scans.
        runs_shift: whether the one who scans may scan others in this shift.
        shift: the shift, found.
        stay: the person's live attendance in it.
        others: the person's other live attendances that are open or of that day.
        day_minutes: minutes of `others` on the day of the check-in.
        is_code_stale: the code was good at the claimed time only.
        is_revoked_later: the card was revoked between the claimed time and now.
        last_contact_at: the newest moment, a little ago, when the scanning device was online.
        is_near: a shared position says that the phone was at the sign's place.
    """

    direction: Direction
    proof: str
    at: datetime
    received_at: datetime
    shift: ShiftSeen
    policy: Policy
    is_member_active: bool = True
    is_self: bool = False
    runs_shift: bool = False
    stay: Stay | None = None
    others: tuple[Stay, ...] = ()
    day_minutes: int = 0
    is_code_stale: bool = False
    is_revoked_later: bool = False
    last_contact_at: datetime | None = None
    is_near: bool = False

    @property
    def is_upload(self) -> bool:
        """Whether it comes later than it happened."""
        return self.at < self.received_at


@dataclass(frozen=True, slots=True)
class Decision:
    """What a scan means.

    Attributes:
        verdict: the answer.
        reason: why; None for a plain yes.
        state: the attendance's state afterwards; None where it does not change (or for a drop).
        out_at: the end of the attendance, where the scan sets it.
        minutes: between its two ends, exact.
        part: which part of the deed is paid now; None when nothing is.
        confirms: a second signal for what was provisional.
        replaces_auto: a real check-out in place of the automatic one.
    """

    verdict: Verdict
    reason: Reason | None = None
    state: str | None = None
    out_at: datetime | None = None
    minutes: int = 0
    part: Part | None = None
    confirms: bool = False
    replaces_auto: bool = False

    @property
    def into_review(self) -> bool:
        """Whether what is paid waits for a person."""
        return self.verdict == "held"
