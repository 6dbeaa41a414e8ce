"""What deeds earn: whole numbers in, whole numbers out, rounded down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from dateutil.relativedelta import relativedelta

MINUTES_IN_HOUR: Final = 60
SEED_SCALE: Final = 10
Part = Literal["in", "out", "whole"]


@dataclass(frozen=True, slots=True)
class TariffFacts:
    """One version of what a kind of activity earns; see `earning.models.Tariff`."""

    id: UUID
    code: str
    version: int
    valid_from_on: date
    basis: str
    rate_points: int
    step_minutes: int
    minimum_percent: int
    cap_day_points: int | None
    cap_month_points: int | None
    cap_holder: str
    counts_as_service: bool
    expiry: str
    expiry_months: int | None
    decision: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class Worth:
    """What a deed earns before caps; `is_below_minimum` says why it may be nothing."""

    points: int
    minutes: int
    is_below_minimum: bool = False


NOTHING: Final = Worth(0, 0)


def points_for_minutes(minutes: int, *, rate_points: int, step_minutes: int) -> int:
    """⌊minutes ÷ step⌋ steps at `rate_points` an hour, rounded down (docs/checkin.md §2)."""
    return minutes // step_minutes * rate_points * step_minutes // MINUTES_IN_HOUR


def is_below_minimum(minutes: int, *, planned_minutes: int, minimum_percent: int) -> bool:
    """Whether too little of the planned time was served to count without a reason."""
    return minutes * 100 < planned_minutes * minimum_percent


def worth_of(
    tariff: TariffFacts,
    *,
    part: Part,
    minutes: int,
    planned_minutes: int,
    quantity: int = 1,
    minimum_percent: int | None = None,
) -> Worth:
    """What part of a deed earns: per check-in at `in`, per hour or unit at `out`.

    Args:
        tariff: the version in force when the deed began.
        part: `whole` where both ends become known at once.
        minutes: served, exact; 0 at `in`.
        planned_minutes: of the shift; 0 for a drop.
        quantity: units counted.
        minimum_percent: instead of the tariff's; 0 where a person gave a reason.
    """
    least = tariff.minimum_percent if minimum_percent is None else minimum_percent
    counted = minutes if tariff.counts_as_service and part != "in" else 0
    if tariff.basis == "check_in":
        return Worth(0 if part == "out" else max(tariff.rate_points, 0), counted)
    if part == "in":
        return NOTHING
    if tariff.basis == "quantity":
        return Worth(max(tariff.rate_points, 0) * quantity, counted)
    if is_below_minimum(minutes, planned_minutes=planned_minutes, minimum_percent=least):
        return Worth(0, 0, is_below_minimum=True)
    points = points_for_minutes(
        minutes, rate_points=max(tariff.rate_points, 0), step_minutes=tariff.step_minutes
    )
    return Worth(points, counted)


def in_force(versions: Sequence[TariffFacts], on: date) -> TariffFacts | None:
    """The version in force on that day: the last that had begun."""
    begun = [version for version in versions if version.valid_from_on <= on]
    return max(begun, key=lambda version: version.valid_from_on) if begun else None


def expires_on(tariff: TariffFacts, earned_on: date) -> date:
    """The last day on which what was earned can be spent; a month's end stays a month's end."""
    if tariff.expiry == "never":
        return date.max
    if tariff.expiry == "months":
        return earned_on + relativedelta(months=tariff.expiry_months or 0)
    return date(earned_on.year + 1, 12, 31)


def room_left(*, used: int, cap: int | None, amount: int) -> int:
    """How much of `amount` fits under the cap; all of it where there is none."""
    return amount if cap is None else max(0, min(amount, cap - used))


def rescaled(points: int | None, *, before: int, after: int) -> int | None:
    """Points of one scale at another, to the nearest whole, nothing lost to 0."""
    if points is None or points == 0:
        return points
    sign = 1 if points > 0 else -1
    nearest = (2 * abs(points) * after + before) // (2 * before)
    return sign * max(1, nearest)


def scaled(points: int | None, scale: int) -> int | None:
    """Seed points (10 an hour) at another scale."""
    return rescaled(points, before=SEED_SCALE, after=scale)


def moved(points: int | None, seed: int | None, *, before: int, after: int) -> int | None:
    """What stands at one scale, at another; where the seed still stands, from the seed itself.

    So that a community may go from 10 to 1 and back without losing what rounding took.
    """
    if seed is not None and points == scaled(seed, before):
        return scaled(seed, after)
    return rescaled(points, before=before, after=after)


def faults_of_terms(tariff: TariffFacts, *, counted_by: str, today: date) -> list[str]:
    """The fields of a new version that make no sense.

    Drops are counted in units and are no volunteer service (MCA Order 67, art. 19); a deduction is
    never made by a scan; a decision was made before it is written down.
    """
    is_drop = counted_by == "drop"
    wrong = {
        "basis": is_drop and tariff.basis != "quantity",
        "rate_points": tariff.rate_points < 0 and counted_by != "other",
        "counts_as_service": is_drop and tariff.counts_as_service,
        "expiry_months": (tariff.expiry == "months") != (tariff.expiry_months is not None),
        "decided_on": tariff.decided_on > today,
    }
    return [name for name, is_wrong in wrong.items() if is_wrong]
