"""Patterns worth a look (docs/checkin.md §4): facts in, cases out. A case is no finding against anybody.

The numbers are set so that an ordinary month of a plot shows nothing: three neighbours who care for
the same lawn every week are what the house is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

BURST_PEOPLE_MIN: Final = 20
BURST_WINDOW: Final = timedelta(minutes=1)
SAME_PEOPLE_MIN: Final = 5
SAME_TIMES_MIN: Final = 3
SHARE_PERCENT_MIN: Final = 50
SHARE_PEOPLE_MIN: Final = 10


@dataclass(frozen=True, slots=True)
class Passing:
    """Somebody's code was scanned: by which scanner (kind and id), whose, when."""

    scanner: tuple[str, UUID]
    member_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Burst:
    """Many people within a minute at one scanner, from the first to the last of them."""

    scanner: tuple[str, UUID]
    first_at: datetime
    last_at: datetime
    people_count: int


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody was at a shift, and who led it."""

    leader_id: UUID
    shift_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True)
class SameList:
    """The very same people at several shifts of one leader."""

    leader_id: UUID
    member_ids: frozenset[UUID]
    shift_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How somebody counted the people who came: all of them, ticked ones, backfilled ones."""

    leader_id: UUID
    people_count: int
    ticked_count: int
    backfilled_count: int

    @property
    def percent(self) -> int:
        """Ticked and backfilled ones of a hundred, rounded down."""
        return (self.ticked_count + self.backfilled_count) * 100 // max(self.people_count, 1)


def bursts_of(passings: Iterable[Passing]) -> list[Burst]:
    """Where one scanner counted BURST_PEOPLE_MIN different people within BURST_WINDOW.

    Stretches that touch are one case, counted whole.
    """
    by_scanner: dict[tuple[str, UUID], list[Passing]] = {}
    for each in passings:
        by_scanner.setdefault(each.scanner, []).append(each)
    found = [
        _burst(scanner, ordered[first : last + 1])
        for scanner, those in by_scanner.items()
        for ordered in [sorted(those, key=lambda each: each.at)]
        for first, last in _stretches(ordered)
    ]
    return sorted(found, key=lambda burst: burst.first_at)


def same_lists_of(stays: Iterable[Stay]) -> list[SameList]:
    """The same SAME_PEOPLE_MIN people or more, nobody more or less, at SAME_TIMES_MIN shifts."""
    people: dict[tuple[UUID, UUID], set[UUID]] = {}
    for each in stays:
        people.setdefault((each.leader_id, each.shift_id), set()).add(each.member_id)
    times: dict[tuple[UUID, frozenset[UUID]], list[UUID]] = {}
    for (leader_id, shift_id), members in people.items():
        times.setdefault((leader_id, frozenset(members)), []).append(shift_id)
    return [
        SameList(leader_id, members, tuple(sorted(shift_ids)))
        for (leader_id, members), shift_ids in times.items()
        if len(members) >= SAME_PEOPLE_MIN and len(shift_ids) >= SAME_TIMES_MIN
    ]


def high_shares_of(shares: Iterable[Share]) -> list[Share]:
    """Those who counted half of at least SHARE_PEOPLE_MIN people without a code."""
    return [
        each
        for each in shares
        if each.people_count >= SHARE_PEOPLE_MIN and each.percent >= SHARE_PERCENT_MIN
    ]


def _stretches(ordered: Sequence[Passing]) -> list[tuple[int, int]]:
    """First and last index of each stretch in which every minute that it is made of was full."""
    found: list[tuple[int, int]] = []
    within: Counter[UUID] = Counter()
    first = 0
    for last, passing in enumerate(ordered):
        within[passing.member_id] += 1
        while passing.at - ordered[first].at > BURST_WINDOW:
            gone = ordered[first].member_id
            within[gone] -= 1
            if not within[gone]:
                del within[gone]
            first += 1
        if len(within) < BURST_PEOPLE_MIN:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _burst(scanner: tuple[str, UUID], those: Sequence[Passing]) -> Burst:
    people = {each.member_id for each in those}
    return Burst(scanner, those[0].at, those[-1].at, len(people))
