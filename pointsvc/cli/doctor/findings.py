"""What a check found, for people in both languages and for programs as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`id` is stable; `do` is what to do next, where something is to be done."""

    id: str
    state: State
    what: Said
    do: Said | None = None


def ok(id_: str, zh: str, en: str) -> Finding:
    """All is well."""
    return Finding(id_, "ok", Said(zh, en))


def warning(id_: str, what: Said, do: Said) -> Finding:
    """It works, and will not for ever."""
    return Finding(id_, "warning", what, do)


def fault(id_: str, what: Said, do: Said) -> Finding:
    """It does not work, or loses something."""
    return Finding(id_, "fault", what, do)
