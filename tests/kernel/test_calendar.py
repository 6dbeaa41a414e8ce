"""Days and months on the clocks of a community (docs/ledger.md cases 21 and 25)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pointsvc.kernel import clock

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("earned_on", "months", "last_day"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_at_a_months_last_day(earned_on: date, months: int, last_day: date) -> None:
    assert clock.add_months(earned_on, months) == last_day


def test_a_day_begins_at_the_communitys_midnight() -> None:
    last = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    assert clock.local_day(last, SHANGHAI) == date(2026, 12, 31)
    assert clock.local_day(last + timedelta(seconds=1), SHANGHAI) == date(2027, 1, 1)


def test_a_leap_day_has_its_24_hours() -> None:
    first, following = clock.day_bounds(date(2028, 2, 29), SHANGHAI)
    assert following - first == timedelta(hours=24)
    assert clock.local_day(following, SHANGHAI) == date(2028, 3, 1)


def test_the_clock_shows_through_again_after_it_stood_still() -> None:
    with clock.frozen(datetime(2020, 1, 1, tzinfo=UTC)):
        assert clock.now() == datetime(2020, 1, 1, tzinfo=UTC)
    assert clock.now().year > 2020
