"""How a plot stands: gaps rise on the leader's page, then on the clerk's, and are cleared by a visit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock as moments
from pointsvc.plots.calendar.standing import Stand, stands_of
from tests.checkin.duty import Duty
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def stand(year: Year) -> Stand:
    """How plot 1 stands now."""
    community = get_community(year.community_id)
    return stands_of(community, [year.place_id], moments.now())[year.place_id]


def test_without_a_calendar_a_plot_rests(year: Year) -> None:
    assert stand(year) == Stand("resting", None)


@pytest.mark.parametrize(
    ("days", "state", "escalated"),
    [(0, "cared", False), (11, "due", False), (15, "overdue", False), (18, "overdue", True)],
)
def test_a_gap_rises_and_after_three_days_is_the_clerk_s(
    year: Year,
    clock: FrozenClock,
    days: int,
    state: str,
    escalated: bool,
) -> None:
    year.add(interval_days=14)
    began = year.today
    clock.advance(days=days)
    found = stand(year)
    assert (found.state, found.is_escalated) == (state, escalated)
    if state == "overdue":
        assert found.overdue_since == began + timedelta(days=15)


def test_a_visit_clears_the_gap(year: Year, duty: Duty, clock: FrozenClock) -> None:
    year.add(interval_days=14)
    clock.advance(days=20)
    assert stand(year).state == "overdue"
    shift_id = duty.open_shift(duty.later(minutes=-10), duty.later(minutes=100))
    duty.scan(year.cast.wangqiang, duty.card(year.cast.limei), shift_id=shift_id)
    assert stand(year).state == "cared"


def test_the_leader_and_the_clerk_see_it(
    year: Year, client: HouseClient, clock: FrozenClock
) -> None:
    year.add(interval_days=14)
    clock.advance(days=18)
    sign_in_cookie(client, year.cast.wangqiang)
    assert "好几天没人去" in client.get("/plots/mine").text
    sign_in_cookie(client, year.cast.zhaofang)
    assert "好几天没人去" in client.get("/plots").text


def test_while_it_waits_for_the_weather_it_is_no_gap(year: Year, clock: FrozenClock) -> None:
    year.add(interval_days=14)
    year.generate(28)
    clock.advance(days=17)
    duty = next(each for each in year.duties() if each.due_on > year.today)
    year.hold(duty)
    assert stand(year).state == "held"
