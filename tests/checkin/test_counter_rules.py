"""What a device's numbers tell: the rule alone, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from pointsvc.checkin.rules.counters import Counted, findings_of

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)


def counted(*numbers: int, minutes: tuple[float, ...] = ()) -> list[Counted]:
    """Scans with these numbers; a minute apart unless `minutes` after nine are given."""
    at = minutes or tuple(range(len(numbers)))
    return [
        Counted(number, UUID(int=index + 1), NINE + timedelta(minutes=at[index]), NINE)
        for index, number in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        ((), []),
        ((7,), []),
        ((1, 2, 3), []),
        ((4, 8), [(5, 7)]),
        ((1, 3, 4, 8), [(2, 2), (5, 7)]),
        ((10_482, 10_484), [(10_483, 10_483)]),
        ((1, 2**53), [(2, 2**53 - 1)]),
    ],
)
def test_numbers_between_known_ones_are_missing(
    numbers: tuple[int, ...], gaps: list[tuple[int, int]]
) -> None:
    found = findings_of(counted(*numbers))
    assert [(gap.first, gap.last) for gap in found.gaps] == gaps
    assert bool(found) == bool(gaps)


def test_the_order_in_which_they_came_changes_nothing() -> None:
    scans = counted(1, 2, 5, 5, 9, minutes=(0, 1, 30, 31, 2))
    found = {findings_of(order) for order in permutations(scans)}
    assert len(found) == 1
    assert {findings_of([*order, order[0]]) for order in permutations(scans)} == found


def test_a_number_with_two_scans_is_a_repeat_and_no_gap() -> None:
    [repeat] = findings_of(counted(1, 2, 2, 3)).repeats
    assert (repeat.counter, repeat.scan_ids) == (2, (UUID(int=2), UUID(int=3)))


@pytest.mark.parametrize(
    ("minutes", "back"),
    [
        ((0, 1, 2), []),
        ((2, 0, 3), []),  # within the tolerance of clocks
        ((2.1, 0, 3), [2]),
        ((30, 0, 1), [2]),  # one wrong clock is said once
        ((0, 30, 1), [3]),
    ],
)
def test_a_later_number_that_happened_earlier_is_a_reversal(
    minutes: tuple[float, ...], back: list[int]
) -> None:
    found = findings_of(counted(1, 2, 3, minutes=minutes))
    assert [each.counter for each in found.reversals] == back
