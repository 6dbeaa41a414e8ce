"""Gaps of care are raised once, told once, cleared by a visit or the weather, and kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.kernel import clock as moments
from pointsvc.plots.jobs import raise_gaps
from pointsvc.web.messages import messages_of
from tests.checkin.duty import Duty
from tests.plots.doing import Doing
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")  # the races run on both


@pytest.fixture
def overdue(year: Year, clock: FrozenClock) -> Year:
    """Nobody came to plot 1 for sixteen days, of fourteen that its care may wait."""
    year.add(interval_days=14)
    clock.advance(days=16)
    return year


def test_a_gap_is_raised_and_told_once(overdue: Year, doing: Doing, clock: FrozenClock) -> None:
    assert [doing.watch(), doing.watch()] == [(1, 0), (0, 0)]
    clock.advance(days=1)
    assert doing.watch() == (0, 0)
    [gap] = doing.gaps()
    assert gap.since_on == overdue.today - timedelta(days=2)
    said = messages_of(doing.community_id, doing.cast.wangqiang.id).rows
    assert [each.text for each in said] == [
        "1号田从 2026年12月6日 起没有人去过，请排人或去看一看。"
    ]


@pytest.mark.engines("sqlite", "postgresql")
def test_a_visit_clears_it_and_it_is_kept(
    overdue: Year, doing: Doing, duty: Duty, clock: FrozenClock
) -> None:
    doing.watch()
    shift_id = duty.open_shift(duty.later(minutes=-10), duty.later(minutes=100))
    duty.scan(doing.cast.wangqiang, duty.card(doing.cast.limei), shift_id=shift_id)
    assert doing.watch() == (0, 1)
    [gap] = doing.gaps()
    assert (gap.cleared_by, gap.cleared_on) == ("visit", overdue.today)
    clock.advance(days=20)
    assert doing.watch() == (1, 0)
    assert [gap.cleared_on is None for gap in doing.gaps()] == [True, False]


def test_the_weather_clears_it(overdue: Year, doing: Doing) -> None:
    doing.watch()
    overdue.generate(14)
    overdue.hold(overdue.duties()[0])
    assert doing.watch() == (0, 1)
    assert doing.gaps()[0].cleared_by == "weather"


def test_the_job_looks_once_an_hour(overdue: Year, clock: FrozenClock) -> None:  # noqa: ARG001
    assert raise_gaps(moments.now()) == "1 raised, 0 cleared"
    assert raise_gaps(moments.now()) == "within the hour"
    clock.advance(hours=1)
    assert raise_gaps(moments.now()) == "0 raised, 0 cleared"


@pytest.mark.engines("sqlite")
def test_after_three_days_it_is_the_clerk_s_who_says_what_is_done(
    overdue: Year,  # noqa: ARG001
    doing: Doing,
    client: HouseClient,
    clock: FrozenClock,
) -> None:
    doing.watch()
    sign_in_cookie(client, doing.cast.zhaofang)
    assert "每块田都有人照看" in client.get("/plots/gaps").text
    assert "1号田" in client.get("/plots/gaps?view=open").text
    clock.advance(days=3)
    sign_in_cookie(client, doing.cast.zhaofang)
    assert "1号田" in client.get("/plots/gaps").text
    data = {"word": "周六去"}
    assert client.post(f"/plots/gaps/{doing.gaps()[0].id}/seen", data=data).status_code == 303
    assert "周六去" in client.get("/plots/gaps").text
    sign_in_cookie(client, doing.cast.wangqiang)
    assert "好几天没人去" in client.get("/plots/today").text
