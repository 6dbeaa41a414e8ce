"""Work that waits together is done together: group commit within a process.

A commit costs the same for one deed and for twenty. Whoever comes first does the work for all who came
while the last was being done. The others sleep until they have their answer, or until it is their turn
to lead. What fails for several is tried by each alone, so that nobody pays for another's fault.

Whoever comes alone waits for nobody. Only where many were done just now, and fewer are here yet, does the
next one wait a moment for those who are coming back: without it, groups of twenty and of one take turns
(as PostgreSQL's `commit_delay` waits only where `commit_siblings` are about).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from prometheus_client import Histogram

from pointsvc.kernel.errors import Busy

A = TypeVar("A")
B = TypeVar("B")
WAIT_SECONDS: Final = 45.0
MOMENT_SECONDS: Final = 0.003
TOGETHER = Histogram(
    "pointsvc_done_together",
    "Requests whose work was committed at once",
    buckets=(1, 2, 4, 8, 16, 32),
)


@dataclass(slots=True, eq=False)
class _Place(Generic[A, B]):
    """A caller's place in the line: what it asks, and what it is woken for."""

    asked: A
    turn: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    answers: list[B] = field(default_factory=list)


class Together(Generic[A, B]):
    """A line of callers; the one in front does the work of those behind it.

    Args:
        work: does what several asked, in their order; an answer for each. It may run in any of the
            callers' threads, and is run again with one alone where it raised for several.
        weigh: how much somebody asks.
        most: how much is done at once; who asks more comes alone.
    """

    def __init__(
        self, work: Callable[[Sequence[A]], Sequence[B]], *, weigh: Callable[[A], int], most: int
    ) -> None:
        self._work = work
        self._weigh = weigh
        self._most = most
        self._lock = threading.Lock()
        self._line: deque[_Place[A, B]] = deque()
        self._is_led = False
        self._last = 1
        self._is_enough = threading.Condition(self._lock)

    def do(self, asked: A) -> B:
        """Do it, with whatever waits. Raises what `work` raises for it alone; Busy after 45 s."""
        place: _Place[A, B] = _Place(asked)
        with self._lock:
            self._line.append(place)
            place.leads = not self._is_led
            self._is_led = True
            if len(self._line) >= self._last:
                self._is_enough.notify()
        if not place.leads and not place.turn.wait(WAIT_SECONDS):
            self._leave(place)
        if place.leads:
            self._lead(place)
        return place.answers[0] if place.answers else self._work([asked])[0]

    def _lead(self, own: _Place[A, B]) -> None:
        """Do the work of those in front, then let the next one lead."""
        group = self._front()
        try:
            TOGETHER.observe(len(group))
            answers = self._work([place.asked for place in group])
            for place, answer in zip(group, answers, strict=True):
                place.answers.append(answer)
        except Exception:
            if group == [own]:
                raise
        finally:
            self._hand_over()
            for place in group:
                place.turn.set()

    def _front(self) -> list[_Place[A, B]]:
        with self._lock:
            if len(self._line) < self._last:
                self._is_enough.wait(MOMENT_SECONDS)
            group = [self._line.popleft()]
            weight = self._weigh(group[0].asked)
            while self._line and weight + self._weigh(self._line[0].asked) <= self._most:
                group.append(self._line.popleft())
                weight += self._weigh(group[-1].asked)
            self._last = len(group)
            return group

    def _hand_over(self) -> None:
        with self._lock:
            self._is_led = bool(self._line)
            if self._line:
                self._line[0].leads = True
                self._line[0].turn.set()

    def _leave(self, place: _Place[A, B]) -> None:
        """Give up a place that nobody came to; what is being done already may still be done."""
        with self._lock:
            if place.leads or place.answers:
                return
            if place in self._line:
                self._line.remove(place)
        raise Busy
