"""What is worth a look in a month: the rules alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from pointsvc.checkin.rules.unusual import (
    Passing,
    Share,
    Stay,
    bursts_of,
    high_shares_of,
    same_lists_of,
)

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)
SCANNER = ("member", UUID(int=1))


def queue(count: int, seconds: float, *, people: int = 1000, start: float = 0) -> list[Passing]:
    """So many scans, one every so many seconds, of so many different people in turn."""
    return [
        Passing(SCANNER, UUID(int=10 + n % people), NINE + timedelta(seconds=start + n * seconds))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("passings", "counts"),
    [
        ([], []),
        (queue(19, 1), []),
        (queue(20, 3), [20]),
        (queue(20, 60 / 19), [20]),  # the last is exactly a minute after the first
        (queue(20, 60 / 19 + 0.01), []),
        (queue(40, 1, people=19), []),  # the same few again and again
        (queue(200, 1), [200]),  # one long stretch is one case
        (queue(25, 1) + queue(25, 1, start=600), [25, 25]),
    ],
)
def test_twenty_people_within_a_minute_are_a_case(
    passings: list[Passing], counts: list[int]
) -> None:
    Random(7).shuffle(passings)
    assert [burst.people_count for burst in bursts_of(passings)] == counts


def test_two_scanners_are_two_queues() -> None:
    other = [Passing(("device", UUID(int=2)), each.member_id, each.at) for each in queue(19, 1)]
    assert bursts_of(queue(19, 1) + other) == []


def shift(number: int, *people: int, leader: int = 1) -> list[Stay]:
    return [Stay(UUID(int=leader), UUID(int=number), UUID(int=person)) for person in people]


FIVE = (11, 12, 13, 14, 15)


@pytest.mark.parametrize(
    ("shifts", "times"),
    [
        ([FIVE, FIVE], []),
        ([FIVE, FIVE, FIVE], [3]),
        ([FIVE, FIVE, (*FIVE, 16)], []),  # one more is another list
        ([(11, 12, 13)] * 9, []),  # three neighbours tend their plot every week
        ([FIVE] * 4 + [FIVE[1:]], [4]),
    ],
)
def test_the_very_same_five_at_three_shifts_are_a_case(
    shifts: list[tuple[int, ...]], times: list[int]
) -> None:
    stays = [stay for number, people in enumerate(shifts) for stay in shift(number, *people)]
    assert [len(found.shift_ids) for found in same_lists_of(stays)] == times


def test_the_same_people_with_different_leaders_are_no_case() -> None:
    stays = [stay for n in range(3) for stay in shift(n, *FIVE, leader=n)]
    assert same_lists_of(stays) == []


@pytest.mark.parametrize(
    ("people", "ticked", "backfilled", "is_case"),
    [(10, 5, 0, True), (10, 3, 2, True), (10, 4, 0, False), (9, 9, 0, False), (100, 49, 0, False)],
)
def test_half_of_ten_people_without_a_code_are_a_case(
    people: int, ticked: int, backfilled: int, *, is_case: bool
) -> None:
    share = Share(UUID(int=1), people, ticked, backfilled)
    assert high_shares_of([share]) == ([share] if is_case else [])
