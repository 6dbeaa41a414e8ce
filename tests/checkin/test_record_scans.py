"""Scans in and out of a shift: attendance, award, minutes, in one transaction."""

from __future__ import annotations

from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


def test_a_card_scanned_in_and_out_earns_points_and_minutes(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    came = duty.scan(cast.wangqiang, card)
    assert (came.verdict, came.reason, came.award_points) == ("accepted", None, 0)
    clock.advance(hours=2)
    left = duty.scan(cast.wangqiang, card, "out")
    assert (left.verdict, left.award_points, left.service_minutes) == ("accepted", 20, 120)
    assert left.balance_points == 20
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (20, 120)
