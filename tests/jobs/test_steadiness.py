"""Telling a clock that was set from time that has passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pointsvc.jobs.steadiness import STEADY, Reading, jump_between, read_clocks

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def reading(wall: timedelta, running: timedelta, boot: str = "first") -> Reading:
    return Reading((NOON + wall).isoformat(), running.total_seconds(), boot)


START = reading(STEADY, STEADY)


@pytest.mark.parametrize("passed", [timedelta(minutes=1), timedelta(days=9), timedelta(days=366)])
def test_time_that_passed_is_no_jump(passed: timedelta) -> None:
    assert jump_between(START, reading(passed, passed)) == STEADY


@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(hours=-2), timedelta(minutes=6)])
def test_a_clock_that_was_set_has_jumped(step: timedelta) -> None:
    minute = timedelta(minutes=1)
    assert jump_between(START, reading(step + minute, minute)) == step


def test_days_off_are_no_jump_after_another_start() -> None:
    assert jump_between(START, reading(timedelta(days=3), STEADY, "second")) == STEADY


def test_a_start_in_the_past_is_a_jump() -> None:
    """A machine whose battery is empty wakes up years ago."""
    ago = timedelta(days=-365)
    assert jump_between(START, reading(ago, STEADY, "second")) == ago


def test_both_clocks_are_read() -> None:
    first, second = read_clocks(NOON), read_clocks(NOON)
    assert first.boot == second.boot
    assert 0 < first.running_seconds <= second.running_seconds
