"""What a scan means: facts in, verdict out. Nobody can force another one (docs/checkin.md §2).

A **fault** is why a scan is refused; where an upload brings it later, most faults become a doubt, so
that nothing is lost. A **doubt** is why a person has to look at it first: the scan is held.
"""

from pointsvc.checkin.rules.faults import (
    choose_shift,
    direction_for,
    fault_of_claim,
    happened_at,
    is_open_for,
    nearest_shift,
)
from pointsvc.checkin.rules.nearness import Nearness, nearness_of
from pointsvc.checkin.rules.verdicts import decide_scan
from pointsvc.checkin.rules.vouching import CO_VOLUNTEER, Signal, may_vouch
from pointsvc.checkin.rules.words import (
    CLOCK_SKEW,
    CONTACT_SLACK,
    EARLY,
    FINAL,
    SCANNED_TWICE,
    Decision,
    Direction,
    Part,
    Policy,
    Reason,
    ScanFacts,
    ShiftSeen,
    Stay,
    Verdict,
    minutes_between,
)

__all__ = [
    "CLOCK_SKEW",
    "CONTACT_SLACK",
    "CO_VOLUNTEER",
    "EARLY",
    "FINAL",
    "SCANNED_TWICE",
    "Decision",
    "Direction",
    "Nearness",
    "Part",
    "Policy",
    "Reason",
    "ScanFacts",
    "ShiftSeen",
    "Signal",
    "Stay",
    "Verdict",
    "choose_shift",
    "decide_scan",
    "direction_for",
    "fault_of_claim",
    "happened_at",
    "is_open_for",
    "may_vouch",
    "minutes_between",
    "nearest_shift",
    "nearness_of",
]
