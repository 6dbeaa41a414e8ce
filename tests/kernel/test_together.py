"""What waits together is done together; each keeps its own answer and its own fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pointsvc.kernel import together
from pointsvc.kernel.errors import Busy
from pointsvc.kernel.together import Together

NUMBERS = range(1, 13)


def await_line(line: Together[Any, Any], length: int) -> None:
    """Until so many stand in line; at most ten seconds."""
    give_up_at = time.monotonic() + 10
    while len(line._line) < length:
        assert time.monotonic() < give_up_at, f"{len(line._line)} of {length} came"
        time.sleep(0.002)


class Counter:
    """Doubles numbers; the first one is held until all others stand in line."""

    def __init__(self, *, most: int = 100, poison: int | None = None) -> None:
        self.groups: list[list[int]] = []
        self.poison = poison
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.line = Together(self._work, weigh=lambda _number: 1, most=most)

    def _work(self, numbers: Sequence[int]) -> list[int]:
        self.groups.append(list(numbers))
        if 0 in numbers:
            self.begun.set()
            assert self.go_on.wait(10)
        if self.poison in numbers:
            raise ValueError(str(self.poison))
        return [2 * number for number in numbers]

    def done(self, numbers: Sequence[int]) -> list[int | Exception]:
        """What each of these got who came while 0 was being done."""
        with ThreadPoolExecutor(len(numbers) + 1) as pool:
            first = pool.submit(self.line.do, 0)
            assert self.begun.wait(10)
            waiting = [pool.submit(self.line.do, number) for number in numbers]
            await_line(self.line, len(numbers))
            self.go_on.set()
            assert first.result() == 0
            return [each.exception() or each.result() for each in waiting]  # type: ignore[misc]


def test_a_lone_caller_is_served_at_once() -> None:
    counter = Counter()
    assert (counter.line.do(4), counter.groups) == (8, [[4]])


def test_who_came_while_another_was_served_is_served_at_once_with_the_rest() -> None:
    counter = Counter()
    assert counter.done(NUMBERS) == [2 * number for number in NUMBERS]
    assert [sorted(group) for group in counter.groups] == [[0], list(NUMBERS)]


def test_no_more_is_done_at_once_than_allowed() -> None:
    counter = Counter(most=5)
    assert counter.done(NUMBERS) == [2 * number for number in NUMBERS]
    assert [len(group) for group in counter.groups] == [1, 5, 5, 2]


def test_whoever_asks_too_much_for_a_group_comes_alone() -> None:
    line = Together(lambda asked: [len(each) for each in asked], weigh=len, most=2)
    assert line.do("abcdef") == 6


def test_a_fault_is_of_who_made_it_alone() -> None:
    counter = Counter(poison=7)
    answers = counter.done(NUMBERS)
    assert str(answers.pop(6)) == "7"
    assert answers == [2 * number for number in NUMBERS if number != 7]


def test_a_fault_of_one_alone_is_raised_and_the_line_goes_on() -> None:
    counter = Counter(poison=7)
    with pytest.raises(ValueError, match="7"):
        counter.line.do(7)
    assert counter.line.do(8) == 16


def test_who_is_not_served_in_time_is_told_that_nothing_was_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "WAIT_SECONDS", 0.05)
    counter = Counter()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(counter.line.do, 0)
        assert counter.begun.wait(10)
        with pytest.raises(Busy):
            counter.line.do(1)
        counter.go_on.set()
        assert first.result() == 0
    assert counter.groups == [[0]]
