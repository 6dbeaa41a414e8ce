"""What readings say: medians, ratios, spread, targets, and which rounds count."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bench.figures import Reading, Target, figure, is_quiet, number, percentile, table
from bench.results import as_json, in_order, keep, printed

BEGUN: Final = datetime(2026, 11, 27, 3, 15, tzinfo=UTC)


def readings(*values: float) -> list[Reading]:
    return [Reading(value) for value in values]


def test_ratio_is_that_of_the_medians_and_spread_that_of_single_rounds() -> None:
    made = figure(
        "P1", "scans", "/s", readings(100, 300, 200), base=("L", readings(1000, 1000, 500))
    )
    assert (made.value, made.base_value, made.ratio) == (200, 1000, 0.2)
    assert (made.low, made.high) == (0.1, 0.4)


def test_without_a_base_the_figure_itself_is_judged() -> None:
    made = figure("P9", "p50", "ms", readings(12, 8, 9), target=Target(10, is_most=True))
    assert (made.value, made.low, made.high, made.ratio, made.is_met) == (9, 8, 12, None, True)


@pytest.mark.parametrize(
    ("bound", "is_most", "met"), [(0.2, False, True), (0.21, False, False), (0.2, True, True)]
)
def test_target_judges_the_ratio(bound: float, is_most: bool, met: bool) -> None:
    target = Target(bound, is_most=is_most)
    made = figure("P", "it", "/s", readings(200), base=("L", readings(1000)), target=target)
    assert made.is_met is met


def test_as_many_rounds_of_the_base_as_of_the_figure() -> None:
    with pytest.raises(ValueError, match="shorter"):
        figure("P1", "scans", "/s", readings(1, 2), base=("L", readings(1)))


def test_round_counts_up_to_fifteen_hundredths_of_a_core() -> None:
    assert [is_quiet(others) for others in (-0.01, 0.15, 0.151)] == [True, True, False]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1, 100), (0.001, 1)])
def test_percentile_is_the_nearest_rank(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.5], 0.99) == 7.5


@pytest.mark.parametrize(
    ("value", "said"), [(3124.4, "3,124"), (0.2834, "0.283"), (99.95, "100"), (12.345, "12.3")]
)
def test_number_has_three_digits(value: float, said: str) -> None:
    assert number(value) == said


def test_table_says_figure_base_ratio_target_spread_and_whether_it_was_met() -> None:
    target = Target(0.25, aim=0.5)
    made = figure("P1", "scans", "/s", readings(200), base=("L", readings(1000)), target=target)
    assert table([made])[1] == (
        "P1 scans",
        "200 /s",
        "L 1,000",
        "0.2",
        "≥ 0.25, aim 0.5",
        "0.2–0.2",
        "NO",
    )


def test_printed_columns_stand_under_each_other_with_chinese_in_them() -> None:
    lines = printed([figure("P1", "扫码", "/s", readings(1))]).splitlines()
    assert lines[0].index("value") == lines[1].index("1 /s") + len("扫码")


def test_figures_come_in_the_order_of_their_numbers_and_curves_last() -> None:
    made = [figure(name, "it", "/s", readings(1)) for name in ("curves", "P12", "P2", "P9")]
    assert [each.id for each in in_order(made)] == ["P2", "P9", "P12", "curves"]


def test_noisy_run_is_marked_in_the_file_and_in_its_name(tmp_path: Path) -> None:
    run = as_json([], begun=BEGUN, versions={"commit": "abc"}, is_quiet=False, others=0.4)
    kept = keep(run, tmp_path)
    assert kept.name == "2026-11-27T0315-abc-noisy.json"
    assert json.loads(kept.read_text())["is_quiet"] is False


def test_file_gives_back_every_round(tmp_path: Path) -> None:
    made = figure("P1", "scans", "/s", [Reading(1, {"p50_ms": 2}), Reading(3, {"p50_ms": 4})])
    run = as_json([made], begun=BEGUN, versions={"commit": "abc"}, is_quiet=True, others=0.1)
    kept = json.loads(keep(run, tmp_path).read_text(encoding="utf-8"))
    assert kept["figures"][0]["rounds"] == [{"value": 1, "p50_ms": 2}, {"value": 3, "p50_ms": 4}]
