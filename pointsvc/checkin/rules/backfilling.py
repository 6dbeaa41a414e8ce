"""补录: when work may be counted after the fact, and who stands far enough apart to agree to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.checkin.rules.words import EARLY

MAKEUP: Final = "MAKEUP"  # the tariff that pays work of any kind that is counted after the fact


@dataclass(frozen=True, slots=True)
class Circle:
    """A person as independence sees them: who, of which household (or alone), in which groups."""

    id: UUID
    home: UUID
    groups: frozenset[UUID]


def is_near(one: Circle, other: Circle) -> bool:
    """Whether they are the same person or share a household."""
    return one.id == other.id or one.home == other.home


def stands_apart(approver: Circle, asker: Circle, member: Circle, witness: Circle | None) -> bool:
    """Whether the approver is of another group than asker and member, and of nobody's household.

    Source: docs/checkin.md §1.5, a second approver from another group. Who is in no group is in another.
    """
    near = (asker, member, *([witness] if witness else []))
    if any(is_near(approver, each) for each in near):
        return False
    return approver.groups.isdisjoint(asker.groups | member.groups)


def fault_of_stay(
    *,
    in_at: datetime,
    out_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    grace_minutes: int,
    now: datetime,
) -> tuple[str, str] | None:
    """What is wrong with the times of a backfill: the field, and `order`, `future` or `outside`."""
    if out_at <= in_at:
        return "out_at", "order"
    if out_at > now:
        return "out_at", "future"
    if in_at < starts_at - EARLY:
        return "in_at", "outside"
    is_late = out_at > ends_at + timedelta(minutes=grace_minutes)
    return ("out_at", "outside") if is_late else None


def covers(
    starts_at: datetime, ends_at: datetime, *, in_at: datetime, out_at: datetime, grace_minutes: int
) -> bool:
    """Whether a shift of these times could have counted somebody then."""
    latest = ends_at + timedelta(minutes=grace_minutes)
    return starts_at - EARLY <= in_at and out_at <= latest


def meets(stays: Iterable[tuple[datetime, datetime]], *, in_at: datetime, out_at: datetime) -> bool:
    """Whether any of these stretches shares time with this one."""
    return any(start < out_at and in_at < end for start, end in stays)
