"""Which times make sense, how a shift stands, where a kind belongs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pointsvc.activities.rules import (
    Scope,
    ShiftTimes,
    faults_of_times,
    fits_place,
    rounded_start,
    state_of,
    verbs_for,
)
from pointsvc.kernel.ids import derived_id

NOW = datetime(2026, 11, 21, 1, 3, 40, tzinfo=UTC)
PLOT, LEADER = derived_id("plot"), derived_id("leader")
HOUR = timedelta(hours=1)


def shift(begins: timedelta, *, cancelled: bool = False, room: bool = True) -> ShiftTimes:
    start = NOW + begins
    return ShiftTimes(PLOT, LEADER, start, start + 2 * HOUR, is_cancelled=cancelled, has_room=room)


@pytest.mark.parametrize(
    ("begins", "lasts", "faults"),
    [
        (0 * HOUR, 2 * HOUR, {}),
        (0 * HOUR, 24 * HOUR, {}),
        (0 * HOUR, 25 * HOUR, {"ends_at": "length"}),
        (0 * HOUR, 0 * HOUR, {"ends_at": "order"}),
        (0 * HOUR, -HOUR, {"ends_at": "order"}),
        (-31 * 24 * HOUR, HOUR, {}),
        (-32 * 24 * HOUR, HOUR, {"starts_at": "past"}),
        (367 * 24 * HOUR, HOUR, {"starts_at": "far"}),
    ],
)
def test_times_that_make_no_sense_are_named(
    begins: timedelta, lasts: timedelta, faults: dict[str, str]
) -> None:
    start = NOW + begins
    assert faults_of_times(starts_at=start, ends_at=start + lasts, now=NOW) == faults


@pytest.mark.parametrize(
    ("begins", "cancelled", "state"),
    [
        (HOUR, False, "upcoming"),
        (0 * HOUR, False, "open"),
        (-2 * HOUR, False, "over"),
        (HOUR, True, "cancelled"),
        (-3 * HOUR, True, "cancelled"),
    ],
)
def test_a_shift_is_open_from_its_first_moment_until_its_last(
    begins: timedelta, cancelled: bool, state: str
) -> None:
    assert state_of(shift(begins, cancelled=cancelled), NOW) == state


@pytest.mark.parametrize(
    ("code", "counted_by", "place_kind", "fits"),
    [
        ("PLOT_CARE", "attendance", "plot", True),
        ("PLOT_CARE", "attendance", "station", False),
        ("WASTE_SORT", "drop", "station", True),
        ("WASTE_SORT", "drop", "plot", False),
        ("CLEANUP", "attendance", "hall", True),
        ("A_KIND_OF_THEIR_OWN", "drop", "plot", False),
        ("HONOUR", "other", "plot", False),
    ],
)
def test_a_form_offers_a_kind_where_it_belongs(
    code: str, counted_by: str, place_kind: str, fits: bool
) -> None:
    assert fits_place(code, counted_by, place_kind) is fits


def test_the_start_that_is_offered_is_never_in_the_future() -> None:
    assert rounded_start(NOW) == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    assert rounded_start(rounded_start(NOW)) == rounded_start(NOW)


@pytest.mark.parametrize(
    ("times", "is_signed_up", "verbs"),
    [
        (shift(HOUR), False, ["sign_up"]),
        (shift(HOUR), True, ["leave"]),
        (shift(HOUR, room=False), False, []),
        (shift(HOUR, room=False), True, ["leave"]),
        (shift(-3 * HOUR), False, []),
        (shift(-3 * HOUR), True, []),
        (shift(HOUR, cancelled=True), True, []),
    ],
)
def test_a_volunteer_joins_and_leaves_while_it_makes_sense(
    times: ShiftTimes, is_signed_up: bool, verbs: list[str]
) -> None:
    volunteer = Scope(derived_id("somebody"), roles=frozenset({"volunteer"}))
    assert verbs_for(volunteer, times, is_signed_up=is_signed_up, now=NOW) == verbs


@pytest.mark.parametrize(
    ("scope", "verbs"),
    [
        (Scope(LEADER, places=frozenset({PLOT}), roles=frozenset({"leader"})), True),
        (Scope(LEADER, is_everywhere=True, roles=frozenset({"clerk"})), True),
        (Scope(LEADER, places=frozenset({PLOT}), roles=frozenset({"supervisor"})), False),
        (Scope(derived_id("other"), roles=frozenset({"leader"})), False),
        (Scope(PLOT, places=frozenset({PLOT}), is_device=True, device_kind="scanner"), False),
    ],
)
def test_only_who_runs_the_place_calls_a_shift_off(scope: Scope, verbs: bool) -> None:
    found = verbs_for(scope, shift(HOUR), is_signed_up=False, now=NOW)
    assert ("cancel" in found) is verbs
