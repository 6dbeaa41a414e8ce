"""Interleaved rounds: each thing is measured once a round, so that a slow minute hits all of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bench.figures import Reading, is_quiet
from bench.machine import others_seconds

AGAIN_MAX: Final = 6
PAUSE_SECONDS: Final = 5.0
Measure = Callable[[], Reading]


class NoisyMachine(Exception):
    """Other programs left no quiet moment; nothing that was measured counts."""


@dataclass(slots=True)
class Rounds:
    """How often to measure, how long, and what to do about noise."""

    count: int = 5
    seconds: float = 8.0
    is_quick: bool = False  # a smoke of the harness itself: little data, no figure worth keeping
    takes_noise: bool = False
    worst_others: float = 0.0
    refused: int = 0
    tell: Callable[[str], object] = field(default=sys.stderr.write)

    def run(self, measures: Mapping[str, Measure]) -> dict[str, list[Reading]]:
        """Measure each in turn, round after round; their readings, one for each round."""
        readings: dict[str, list[Reading]] = {name: [] for name in measures}
        for turn in range(self.count):
            for name, measure in measures.items():
                reading = self.quietly(name, measure)
                readings[name].append(reading)
                aside = " ".join(f"{key}={value:.4g}" for key, value in reading.aside.items())
                self.tell(f"  {turn + 1}/{self.count} {name}: {reading.value:,.1f}  {aside}\n")
        return readings

    def quietly(self, name: str, measure: Measure) -> Reading:
        """Measure until others kept still. Raises NoisyMachine after six tries."""
        for attempt in range(AGAIN_MAX):
            before, began = others_seconds(), time.monotonic()
            reading = measure()
            others = (others_seconds() - before) / (time.monotonic() - began)
            if is_quiet(others) or self.takes_noise:
                self.worst_others = max(self.worst_others, others)
                return replace(reading, aside={**reading.aside, "others": others})
            self.refused += 1
            self.tell(f"  {name}: others used {others:.2f} core, measured again\n")
            time.sleep(PAUSE_SECONDS * (attempt + 1))
        raise NoisyMachine(name)
