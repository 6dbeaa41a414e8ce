"""What readings say: medians, spread, ratios, and whether a target was met. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Final, Literal

OTHERS_MAX: Final = 0.15
Unit = Literal["/s", "ms", "µs", "s", "MB", "statements"]
COLUMNS: Final = ("figure", "value", "base", "ratio", "target", "spread", "met")


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of one round; `aside` are further numbers that were seen with it."""

    value: float
    aside: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """A number that a figure (its ratio, where it has a base) should reach or stay below."""

    bound: float
    aim: float | None = None
    is_most: bool = False  # lower is better
    unit: str = ""

    def is_met(self, number: float) -> bool:
        """Whether the number is good enough."""
        return number <= self.bound if self.is_most else number >= self.bound

    def __str__(self) -> str:
        sign = "≤" if self.is_most else "≥"
        aim = "" if self.aim is None else f", aim {number(self.aim)}"
        return f"{sign} {number(self.bound)}{self.unit}{aim}"


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured: the median of its readings, beside its base and its target.

    `low` and `high` are the smallest and largest of the ratios of single rounds, or of the readings
    where there is no base.
    """

    id: str
    what: str
    unit: Unit
    value: float
    low: float
    high: float
    base: str | None = None
    base_value: float | None = None
    ratio: float | None = None
    target: str | None = None
    is_met: bool | None = None
    rounds: Sequence[Mapping[str, float]] = ()
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return asdict(self)


def figure(
    id_: str,
    what: str,
    unit: Unit,
    readings: Sequence[Reading],
    *,
    base: tuple[str, Sequence[Reading]] | None = None,
    target: Target | None = None,
    note: str = "",
) -> Figure:
    """Put readings beside the base's of the same rounds and the target."""
    values = [reading.value for reading in readings]
    judged, spread, bases = median(values), values, None
    if base is not None:
        bases = [reading.value for reading in base[1]]
        spread = [value / below for value, below in zip(values, bases, strict=True)]
        judged = median(values) / median(bases)
    return Figure(
        id=id_,
        what=what,
        unit=unit,
        value=median(values),
        low=min(spread),
        high=max(spread),
        base=base[0] if base else None,
        base_value=median(bases) if bases else None,
        ratio=judged if base else None,
        target=str(target) if target else None,
        is_met=target.is_met(judged) if target else None,
        rounds=[{"value": reading.value, **reading.aside} for reading in readings],
        note=note,
    )


def is_quiet(others: float) -> bool:
    """Whether a round counts: others took no more than 0.15 core."""
    return others <= OTHERS_MAX


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not pass; nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * round(share * 1000) // 1000) - 1)]


def number(value: float) -> str:
    """Three digits that say something, thousands apart."""
    if abs(value) >= 100:  # noqa: PLR2004
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """The rows that a person reads, the header first."""
    return [COLUMNS, *(_row(each) for each in figures)]


def _row(each: Figure) -> tuple[str, ...]:
    base = f"{each.base} {number(each.base_value)}" if each.base and each.base_value else "–"
    return (
        f"{each.id} {each.what}",
        f"{number(each.value)} {each.unit}",
        base,
        "–" if each.ratio is None else number(each.ratio),
        each.target or "–",
        f"{number(each.low)}–{number(each.high)}",
        {True: "yes", False: "NO", None: "–"}[each.is_met],
    )
