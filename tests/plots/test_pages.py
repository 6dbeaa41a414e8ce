"""The leader's landing and the office's list, through the front door."""

from __future__ import annotations

import re

import pytest

from pointsvc.kernel.ids import new_id
from pointsvc.plots.queries import get_plot
from tests.activities.calendar import Calendar, later
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def leader(calendar: Calendar, client: HouseClient) -> HouseClient:
    """王强's browser."""
    sign_in_cookie(client, calendar.cast.wangqiang)
    return client


@pytest.fixture
def clerk(calendar: Calendar, client: HouseClient) -> HouseClient:
    """赵芳's browser."""
    sign_in_cookie(client, calendar.cast.zhaofang)
    return client


def test_the_leader_lands_on_the_own_plots(leader: HouseClient) -> None:
    assert leader.get("/").location == "/plots/mine"
    page = leader.get("/plots/mine").text
    assert "1号田" in page
    assert "李梅" in page
    assert "138" not in page.partition("<main")[2].partition("</main>")[0]


def test_one_tap_begins_and_leads_to_the_scan(leader: HouseClient, calendar: Calendar) -> None:
    page = leader.get("/plots/mine").text
    assert "现在开始（2 小时）" in page
    [shift_id] = re.findall(r'name="shift_id" value="([^"]+)"', page)
    address = f"/plots/{calendar.cast.plot_id}/start"
    for _tap in range(2):
        answer = leader.post(address, data={"shift_id": shift_id})
        assert (answer.status_code, answer.location) == (303, f"/checkin/shifts/{shift_id}")
    page = leader.get("/plots/mine").text
    assert f'href="/checkin/shifts/{shift_id}"' in page
    assert "现在开始" not in page


def test_gaps_are_seen_and_filled_with_who_said_yes(
    leader: HouseClient, calendar: Calendar
) -> None:
    shift = calendar.open()
    assert "缺 3 人" in leader.get("/plots/mine").text
    address = f"/plots/shifts/{shift.id}/substitutes"
    unasked = {"member_id": str(calendar.cast.limei.id)}
    leader.post(address, data=unasked)
    assert "请先问过本人" in leader.get("/plots/mine").text
    leader.post(address, data=unasked | {"agreed": "yes"})
    page = leader.get("/plots/mine").text
    assert "缺 2 人" in page
    assert "报了名" in page
    assert calendar.count(shift.id) == (1, 1)


def test_whoever_is_not_of_the_group_is_refused_in_words(
    leader: HouseClient, calendar: Calendar
) -> None:
    shift = calendar.open()
    asked = {"member_id": str(calendar.cast.zhangdian.id), "agreed": "yes"}
    leader.post(f"/plots/shifts/{shift.id}/substitutes", data=asked)
    assert "不在负责这块田的党小组里" in leader.get("/plots/mine").text
    assert calendar.count(shift.id) == (0, 0)


def test_without_a_plot_the_page_says_whom_to_ask(clerk: HouseClient) -> None:
    page = clerk.get("/plots/mine").text
    assert "还没有交给您的责任田" in page
    assert 'href="/plots"' in page


def test_the_next_shift_is_said(leader: HouseClient, calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=1))
    page = leader.get("/plots/mine").text
    assert f'href="/activities/{shift.id}"' in page
    assert "现在开始（2 小时）" in page


def test_the_office_s_list_names_people_and_gaps(clerk: HouseClient) -> None:
    page = clerk.get("/plots").text
    for words in ("1号田", "第一党小组", "王强", "李梅", "刘洋", "缺 1 人", "还没有"):
        assert words in page
    for order in ("area", "attended", "missing", "no such order"):
        assert clerk.get(f"/plots?order={order}").status_code == 200


def test_the_clerk_changes_what_is_known(clerk: HouseClient, calendar: Calendar) -> None:
    address = f"/plots/{calendar.cast.plot_id}"
    form = {"name": "向阳田", "area_m2": "270", "planting": "月季", "care": "浇水、修剪"}
    assert clerk.post(address, data=form).location == address
    page = clerk.get(address).text
    for words in ("向阳田", "270 平方米", "月季", "浇水、修剪", "保存好了"):
        assert words in page


@pytest.mark.parametrize("area", ["0", "-5", "1.5", "many"])
def test_an_area_that_is_none_is_said_beside_it_and_nothing_changes(
    clerk: HouseClient, calendar: Calendar, area: str
) -> None:
    address = f"/plots/{calendar.cast.plot_id}"
    answer = clerk.post(address, data={"name": "向阳田", "area_m2": area, "care": "浇水"})
    assert answer.status_code == 422
    assert 'id="field-area_m2-error"' in answer.text
    assert f'value="{area}"' in answer.text
    assert 'value="浇水"' in answer.text
    assert get_plot(calendar.community_id, calendar.cast.plot_id).place.name == "1号田"


def test_the_auditor_reads_and_does_not_write(calendar: Calendar, client: HouseClient) -> None:
    sign_in_cookie(client, calendar.cast.zhoumin)
    address = f"/plots/{calendar.cast.plot_id}"
    assert client.get("/plots").status_code == 200
    assert "改资料" not in client.get(address).text
    assert client.post(address, data={"name": "向阳田"}).status_code == 403
    assert client.get("/plots/mine").status_code == 403


@pytest.mark.parametrize("who", ["limei", "zhangdian", "sungang", "hedu"])
def test_others_do_not_come_in(calendar: Calendar, client: HouseClient, who: str) -> None:
    shift = calendar.open()
    sign_in_cookie(client, getattr(calendar.cast, who))
    plot = f"/plots/{calendar.cast.plot_id}"
    for path in ("/plots", "/plots/mine", plot):
        assert client.get(path).status_code == 403
    asked = {"member_id": str(calendar.cast.limei.id), "agreed": "yes"}
    for path, form in (
        (plot, {"name": "我的"}),
        (f"{plot}/start", {"shift_id": str(new_id())}),
        (f"/plots/shifts/{shift.id}/substitutes", asked),
    ):
        assert client.post(path, data=form).status_code == 403


def test_a_leader_does_not_begin_at_a_place_of_others(
    leader: HouseClient, calendar: Calendar
) -> None:
    form = {"shift_id": str(new_id())}
    assert leader.post(f"/plots/{calendar.cast.station_id}/start", data=form).status_code == 404
    assert leader.post(f"/plots/{calendar.cast.other_plot_id}/start", data=form).status_code == 404
    assert leader.get("/plots").status_code == 403


def test_another_community_finds_nothing_here(calendar: Calendar, client: HouseClient) -> None:
    shift = calendar.open()
    sign_in_cookie(client, calendar.cast.chenjing)
    plot = f"/plots/{calendar.cast.plot_id}"
    assert client.get(plot).status_code == 404
    assert client.post(plot, data={"name": "我的"}).status_code == 404
    assert client.post(f"{plot}/start", data={"shift_id": str(new_id())}).status_code == 404
    asked = {"member_id": str(calendar.cast.chenjing.id), "agreed": "yes"}
    assert client.post(f"/plots/shifts/{shift.id}/substitutes", data=asked).status_code == 404
    assert calendar.count(shift.id) == (0, 0)
