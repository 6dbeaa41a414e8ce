"""When a message may leave, how often it is tried, and when it is no news any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pointsvc.messages.rules import ATTEMPTS_MAX, is_news, next_try, quiet_until

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("hours", "until"),
    [
        (0, None),
        (11.99, None),
        (12, datetime(2026, 11, 22, 0, 0, tzinfo=UTC)),
        (22.99, datetime(2026, 11, 22, 0, 0, tzinfo=UTC)),
        (23, None),
    ],
)
def test_no_sms_leaves_at_night(hours: float, until: datetime | None) -> None:
    assert quiet_until("sms", NOW + timedelta(hours=hours), SHANGHAI) == until
    assert quiet_until("email", NOW + timedelta(hours=hours), SHANGHAI) is None


def test_the_night_is_that_of_the_place() -> None:
    """21:00 in Berlin on the day the clocks go back is 20:00 UTC, 08:00 is 07:00 UTC."""
    evening = datetime(2026, 10, 25, 20, 0, tzinfo=UTC)
    assert quiet_until("sms", evening, "Europe/Berlin") == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_it_is_tried_longer_and_longer_apart_and_then_no_more() -> None:
    waits = [next_try(count, NOW) for count in range(1, ATTEMPTS_MAX + 1)]
    assert waits[-1] is None
    tries = [wait for wait in waits if wait]
    assert tries == sorted(tries)
    assert tries[0] == NOW + timedelta(minutes=1)


def test_old_messages_are_no_news() -> None:
    assert is_news(NOW - timedelta(days=2), NOW)
    assert not is_news(NOW - timedelta(days=2, seconds=1), NOW)
