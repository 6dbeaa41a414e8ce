"""Defects: what they may be, how they go on, step by step."""

from __future__ import annotations

from typing import Final

DEFECT_KINDS: Final = ("pipe", "pest", "dead_plant", "damage", "rubbish", "other")
DEFECT_STATES: Final = ("reported", "seen", "passed_on", "mended", "not_ours")
OPEN_STATES: Final = ("reported", "seen", "passed_on")
PICTURES_MAX: Final = 3
_NEXT: Final[dict[str, tuple[str, ...]]] = {
    "reported": ("seen", "passed_on", "mended", "not_ours"),
    "seen": ("passed_on", "mended", "not_ours"),
    "passed_on": ("passed_on", "mended", "not_ours"),
    "mended": ("seen",),
    "not_ours": ("seen",),
}


def next_states(state: str) -> tuple[str, ...]:
    """How a defect may go on from here; one that came to an end may be taken up again."""
    return _NEXT[state]


def lacking(state: str, *, word: str | None, passed_to: str | None) -> str | None:
    """The field that a step needs and lacks: to whom it was passed on, why it is not ours."""
    if state == "passed_on" and not passed_to:
        return "passed_to"
    return "word" if state == "not_ours" and not word else None
