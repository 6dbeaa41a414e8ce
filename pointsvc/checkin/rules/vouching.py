"""Who may say of a neighbour: I saw her there (docs/checkin.md §1, a second signal for a sign)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pointsvc.checkin.rules.words import Stay

CO_VOLUNTEER: Final = "checkin.co_volunteer"


@dataclass(frozen=True, slots=True)
class Signal:
    """A scan of a stay, and what was decided about it."""

    proof: str
    verdict: str
    decision: str | None
    decision_reason: str | None
    has_decider: bool

    @property
    def is_firm(self) -> bool:
        """Whether it rests on more than a sign, a position or another volunteer's word."""
        if self.decision is None:
            return self.verdict == "accepted" and self.proof != "sign"
        if self.decision_reason == CO_VOLUNTEER:
            return False
        return self.decision == "confirmed" or (self.decision == "released" and self.has_decider)


def may_vouch(
    witness: Stay | None,
    signals: tuple[Signal, ...],
    seen: Stay,
    *,
    is_same_household: bool,
    now: datetime,
) -> bool:
    """Whether a witness, counted at the same shift, may vouch for the one who waits there.

    The witness's own presence must be firm: a word that rests on another word is none, so that no
    two can vouch for each other, nor any circle of them. They must have been there together for
    half of the time that is vouched for.
    """
    if witness is None or witness.id == seen.id or witness.shift_id != seen.shift_id:
        return False
    if witness.state not in {"open", "closed"} or seen.state != "provisional":
        return False
    if is_same_household or not signals or not all(signal.is_firm for signal in signals):
        return False
    together = _end(witness, now, seen) - max(witness.in_at, seen.in_at)
    return together >= timedelta() and 2 * together >= _end(seen, now, seen) - seen.in_at


def _end(stay: Stay, now: datetime, seen: Stay) -> datetime:
    """When the stay ended, as far as it matters: nobody is vouched for after they left."""
    return min(stay.out_at or now, seen.out_at or now)
