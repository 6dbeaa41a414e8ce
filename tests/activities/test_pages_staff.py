"""The pages of those who run shifts: the list, opening one, one shift, calling it off, ways."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from pointsvc.activities.queries import find_kinds, get_shift
from pointsvc.kernel.ids import new_id
from tests.activities.calendar import Calendar, later
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")

Form = dict[str, str]


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


def form_of(page: str) -> Form:
    """What the form of the page would send, as it was shown."""
    fields = dict(re.findall(r'name="(\w+)" (?:type="\w+" )?value="([^"]*)"', page))
    for name, options in re.findall(
        r'<select[^>]* name="(\w+)".*?>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    return {name: fields.get(name, "") for name in NAMES}


NAMES = ("shift_id", "place_id", "activity_kind", "on", "at", "minutes", "capacity")


def open_shift(browser: HouseClient, **changes: str) -> tuple[Form, TestResponse]:
    form = form_of(browser.get("/activities/new").text) | changes
    return form, browser.post("/activities/new", data=form)


def test_a_leader_with_one_plot_opens_a_shift_in_one_tap(
    leader: HouseClient, calendar: Calendar
) -> None:
    form, answer = open_shift(leader)
    assert answer.status_code == 303
    assert answer.location == f"/checkin/shifts/{form['shift_id']}"
    found = leader.get("/activities").text
    assert "09:00–11:00" in found
    assert "进行中" in found
    assert "王强" in found
    assert form["place_id"] == str(calendar.cast.plot_id)


def test_a_second_tap_opens_no_second_shift(leader: HouseClient) -> None:
    form, first = open_shift(leader)
    again = leader.post("/activities/new", data=form)
    assert (again.status_code, again.location) == (303, first.location)
    assert leader.get("/activities").text.count("09:00–11:00") == 1


def test_a_form_gone_back_to_and_changed_gets_an_id_of_its_own(leader: HouseClient) -> None:
    form, _first = open_shift(leader)
    again = leader.post("/activities/new", data=form | {"capacity": "5"})
    assert again.status_code == 409
    fresh = form_of(again.text)
    assert fresh["shift_id"] != form["shift_id"]
    assert leader.post("/activities/new", data=fresh | {"anyway": "yes"}).status_code == 303


def test_what_does_not_fit_is_said_beside_its_field_and_the_rest_is_kept(
    leader: HouseClient,
) -> None:
    _form, answer = open_shift(leader, on="2028-01-01", capacity="7", minutes="90")
    assert answer.status_code == 422
    assert "最多提前一年" in answer.text
    assert 'value="2028-01-01"' in answer.text
    assert 'value="7"' in answer.text
    assert 'value="90" selected' in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("on", "0001-01-01"),
        ("on", "9999-12-31"),
        ("on", "2026-02-30"),
        ("at", "25:00"),
        ("minutes", "0"),
        ("minutes", "1441"),
        ("capacity", "0"),
        ("capacity", "1001"),
        ("activity_kind", "WASTE_SORT"),
    ],
)
def test_what_is_no_day_time_length_or_number_opens_nothing(
    leader: HouseClient, field: str, value: str
) -> None:
    _form, answer = open_shift(leader, **{field: value})
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert "这一天没有场次" in leader.get("/activities").text


def test_a_leader_is_offered_the_own_plot_and_what_is_done_there(leader: HouseClient) -> None:
    page = leader.get("/activities/new").text
    assert "1号田" in page
    assert "1号投放点" not in page
    assert "责任田养护 · 2 小时" in page
    assert "居民正确分类投放" not in page


def test_a_clerk_chooses_the_kind_of_place_first(clerk: HouseClient) -> None:
    page = clerk.get("/activities/new?place_kind=station").text
    assert "居民正确分类投放" in page
    assert "责任田养护" not in page


def test_an_attendant_sees_the_own_station_and_nothing_else(
    calendar: Calendar, client: HouseClient
) -> None:
    calendar.open()
    station = calendar.cast.station_id
    calendar.open(calendar.cast.sungang, place_id=station, activity_kind="WASTE_DUTY")
    sign_in_cookie(client, calendar.cast.sungang)
    page = client.get("/activities").text
    assert "桶前值守" in page
    assert "1号田" not in page


def test_the_list_is_narrowed_by_place_and_kind(clerk: HouseClient, calendar: Calendar) -> None:
    calendar.open()
    cleanup = calendar.open(activity_kind="CLEANUP")
    address = f'href="/activities/{cleanup.id}"'
    assert address in clerk.get("/activities?kind=CLEANUP").text
    assert address not in clerk.get("/activities?kind=PLOT_CARE").text
    assert address in clerk.get(f"/activities?place_id={calendar.cast.plot_id}").text
    nothing = clerk.get(f"/activities?place_id={calendar.cast.station_id}").text
    assert "没有符合条件的场次" in nothing


def test_the_week_shows_each_place_on_a_line(clerk: HouseClient, calendar: Calendar) -> None:
    sunday = calendar.open(starts_at=later(days=1))
    monday = calendar.open(starts_at=later(days=2))
    page = clerk.get("/activities?view=week").text
    assert "周日 11/22" in page
    assert f'href="/activities/{sunday.id}"' in page
    assert f'href="/activities/{monday.id}"' not in page
    assert (
        f'href="/activities/{monday.id}"' in clerk.get("/activities?view=week&on=2026-11-23").text
    )


@pytest.mark.parametrize(
    "query", ["on=yesterday", "on=0001-01-01", "on=9999-12-31", "place_id=1", "view=year"]
)
def test_an_address_that_makes_no_sense_shows_today(leader: HouseClient, query: str) -> None:
    assert "今天" in leader.get(f"/activities?{query}").text


def test_who_runs_the_shift_sees_who_signed_up(leader: HouseClient, calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=1))
    calendar.join(shift.id, calendar.cast.limei)
    assert "李梅" in leader.get(f"/activities/{shift.id}").text
    sign_in_cookie(leader, calendar.cast.liuyang)
    assert "李梅" not in leader.get(f"/activities/{shift.id}").text


def test_calling_off_asks_first_and_then_is_seen(leader: HouseClient, calendar: Calendar) -> None:
    shift = calendar.open()
    assert "取消后不能恢复" in leader.get(f"/activities/{shift.id}").text
    assert leader.post(f"/activities/{shift.id}/cancel").status_code == 303
    page = leader.get(f"/activities/{shift.id}").text
    assert "这一场不办了" in page
    assert "去签到" not in page
    assert "已取消" in leader.get("/activities").text


def test_a_shift_that_is_over_says_so_instead_of_being_called_off(
    leader: HouseClient, calendar: Calendar
) -> None:
    shift = calendar.open(starts_at=later(hours=-3))
    leader.post(f"/activities/{shift.id}/cancel")
    page = leader.get(f"/activities/{shift.id}").text
    assert "这个场次已结束" in page
    assert f'href="/checkin/shifts/{shift.id}"' in page
    assert get_shift(calendar.community_id, shift.id).cancelled_at is None


def test_the_clerk_switches_ways_on_one_page(clerk: HouseClient, calendar: Calendar) -> None:
    assert 'value="PLOT_CARE:by_sign" checked' in clerk.get("/activities/kinds").text
    sent = {"kind": ["PLOT_CARE", "CLEANUP"], "way": ["PLOT_CARE:by_leader"]}
    assert clerk.post("/activities/kinds", data=sent).status_code == 303
    page = clerk.get("/activities/kinds").text
    assert "改了 2 个类别" in page
    assert 'value="PLOT_CARE:by_sign" checked' not in page
    used = {kind.code: kind.is_used for kind in find_kinds(calendar.community_id)}
    assert (used["PLOT_CARE"], used["CLEANUP"], used["PATROL"]) == (True, False, True)


@pytest.mark.parametrize("who", ["limei", "hedu", "zhoumin", "zhangdian"])
def test_others_do_not_come_to_the_staff_s_pages(
    calendar: Calendar, client: HouseClient, who: str
) -> None:
    sign_in_cookie(client, getattr(calendar.cast, who))
    for path in ("/activities", "/activities/new", "/activities/kinds"):
        assert client.get(path).status_code == 403
    shift = calendar.open()
    assert client.post(f"/activities/{shift.id}/cancel").status_code == 403


def test_leaders_do_not_switch_ways(leader: HouseClient) -> None:
    assert leader.get("/activities/kinds").status_code == 403
    assert leader.post("/activities/kinds", data={"kind": "CLEANUP"}).status_code == 403


def test_a_place_of_others_is_refused_at_the_door(leader: HouseClient, calendar: Calendar) -> None:
    at_station = {"place_id": str(calendar.cast.station_id), "activity_kind": "WASTE_DUTY"}
    assert open_shift(leader, **at_station)[1].status_code == 403
    abroad = {"place_id": str(calendar.cast.other_plot_id)}
    assert open_shift(leader, **abroad)[1].status_code == 404


def test_another_community_finds_nothing_here(calendar: Calendar, client: HouseClient) -> None:
    shift = calendar.open()
    sign_in_cookie(client, calendar.cast.chenjing)
    for address in (f"/activities/{shift.id}", f"/activities/{new_id()}"):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/sign-up").status_code == 404
        assert client.post(f"{address}/leave").status_code == 404
        assert client.post(f"{address}/cancel").status_code == 404
    assert calendar.count(shift.id) == (0, 0)
