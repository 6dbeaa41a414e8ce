"""What waits for somebody and what lies ahead: the first page counts it, the page of duties shows it."""

from __future__ import annotations

import pytest

from tests.plots.rosters import Rota
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")
MINE = "/plots/duties/mine"


@pytest.fixture
def rota(year: Year) -> Rota:
    """Four Saturdays of December, two people each."""
    return Rota(year)


def test_my_own_sign_ups_come_first_the_others_are_folded(client: HouseClient, rota: Rota) -> None:
    rota.year.calendar.join(rota.days()[1].duty.shift_id, rota.cast.limei)
    sign_in_cookie(client, rota.cast.limei)
    page = client.get(MINE).text
    assert page.index("12月12日") < page.index("次没报名的</summary>") < page.index("12月5日")


def test_without_a_sign_up_the_others_stand_open(client: HouseClient, rota: Rota) -> None:
    sign_in_cookie(client, rota.cast.limei)
    page = client.get(MINE).text
    assert "您还没有报名" in page
    assert '<details class="stack" open>' in page


def test_a_sign_up_on_a_plot_that_is_not_mine_is_there(client: HouseClient, rota: Rota) -> None:
    sign_in_cookie(client, rota.cast.zhangdian)
    assert "近期没有安排" in client.get(MINE).text
    rota.year.calendar.join(rota.days()[0].duty.shift_id, rota.cast.zhangdian)
    page = client.get(MINE).text
    assert "12月5日" in page
    assert "次没报名的" not in page


def test_the_first_page_counts_what_the_roster_asks(client: HouseClient, rota: Rota) -> None:
    rota.send((rota.days()[0], rota.cast.limei), (rota.days()[1], rota.cast.limei))
    sign_in_cookie(client, rota.cast.limei)
    assert "2 件等您答一声" in client.get("/me").text


def test_the_first_page_counts_whom_one_may_go_for(client: HouseClient, rota: Rota) -> None:
    first = rota.days()[0].duty
    rota.year.calendar.join(first.shift_id, rota.cast.limei)
    rota.cannot(0, rota.cast.limei)
    sign_in_cookie(client, rota.cast.liuyang)
    assert "1 件等您答一声" in client.get("/me").text
    rota.year.calendar.join(first.shift_id, rota.cast.liuyang)
    assert "件等您答一声" not in client.get("/me").text


@pytest.mark.parametrize("who", ["limei", "wangqiang", "zhangdian"])
def test_who_left_who_leads_and_who_was_not_asked_are_not_counted(
    client: HouseClient, rota: Rota, who: str
) -> None:
    rota.year.calendar.join(rota.days()[0].duty.shift_id, rota.cast.limei)
    rota.cannot(0, rota.cast.limei)
    sign_in_cookie(client, getattr(rota.cast, who))
    assert "件等您答一声" not in client.get("/me").text
