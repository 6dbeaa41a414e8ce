"""A tariff in words: the rule computed for the reader, caps and steps included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from pointsvc.earning.rules import TariffFacts
from pointsvc.earning.words import caps_in_words, examples_of, expiry_in_words, rate_in_words
from pointsvc.kernel.ids import derived_id

HOURLY = TariffFacts(
    id=derived_id("tariff"),
    code="PLOT_CARE",
    version=1,
    valid_from_on=date(2026, 1, 1),
    basis="hour",
    rate_points=10,
    step_minutes=30,
    minimum_percent=60,
    cap_day_points=30,
    cap_month_points=240,
    cap_holder="member",
    counts_as_service=True,
    expiry="end_of_next_year",
    expiry_months=None,
    decision="居民会议",
    decided_on=date(2025, 12, 20),
)


@pytest.mark.parametrize(
    ("changes", "rate", "examples"),
    [
        ({}, "每小时 10 分", ["30 分钟记 5 分", "90 分钟记 15 分", "120 分钟记 20 分"]),
        (
            {"rate_points": 15, "cap_day_points": 25},
            "每小时 15 分",
            ["30 分钟记 7 分", "90 分钟记 22 分", "120 分钟记 25 分"],
        ),
        (
            {"step_minutes": 60},
            "每小时 10 分",
            ["30 分钟记 0 分", "90 分钟记 10 分", "120 分钟记 20 分"],
        ),
        ({"basis": "check_in", "rate_points": 5}, "每次 5 分", ["签到一次记 5 分"]),
        (
            {"basis": "quantity", "rate_points": 2, "cap_day_points": 4},
            "每件 2 分",
            ["1 件记 2 分", "3 件记 4 分"],
        ),
        ({"basis": "quantity", "rate_points": 0}, "不记分", ["1 件记 0 分", "3 件记 0 分"]),
    ],
)
def test_the_examples_are_what_the_rule_pays(
    wired_app: Flask, changes: dict[str, Any], rate: str, examples: list[str]
) -> None:
    tariff = replace(HOURLY, **changes)
    with wired_app.test_request_context(headers={"Accept-Language": "zh"}):
        assert (rate_in_words(tariff), examples_of(tariff)) == (rate, examples)


@pytest.mark.parametrize(
    ("changes", "caps"),
    [
        ({}, "每人一天 30 分、一月 240 分"),
        ({"cap_holder": "household", "cap_month_points": None}, "每户一天 30 分"),
        ({"cap_day_points": None}, "每人一月 240 分"),
        ({"cap_day_points": None, "cap_month_points": None}, "不限"),
        ({"cap_day_points": 0}, "每人一天 0 分、一月 240 分"),
    ],
)
def test_a_cap_of_nothing_is_not_no_cap(
    wired_app: Flask, changes: dict[str, Any], caps: str
) -> None:
    with wired_app.test_request_context(headers={"Accept-Language": "zh"}):
        assert caps_in_words(replace(HOURLY, **changes)) == caps


@pytest.mark.parametrize(
    ("expiry", "months", "words"),
    [
        ("end_of_next_year", None, "用到第二年年底"),
        ("months", 6, "6 个月内用完"),
        ("never", None, "一直有效"),
    ],
)
def test_until_when_points_can_be_spent(
    wired_app: Flask, expiry: str, months: int | None, words: str
) -> None:
    with wired_app.test_request_context(headers={"Accept-Language": "zh"}):
        assert expiry_in_words(replace(HOURLY, expiry=expiry, expiry_months=months)) == words
