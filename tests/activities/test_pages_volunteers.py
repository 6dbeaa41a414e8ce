"""What volunteers see: their group's shifts first, a seat or not, joining and leaving in place."""

from __future__ import annotations

from datetime import datetime

import pytest

from pointsvc.kernel.ids import new_id
from tests.activities.calendar import Calendar, later
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def volunteer(calendar: Calendar, client: HouseClient) -> HouseClient:
    """李梅's browser."""
    sign_in_cookie(client, calendar.cast.limei)
    return client


def at_station(calendar: Calendar, starts_at: datetime) -> None:
    place_id = calendar.cast.station_id
    clerk = calendar.cast.zhaofang
    calendar.open(clerk, place_id=place_id, activity_kind="WASTE_DUTY", starts_at=starts_at)


def test_the_own_group_s_shifts_come_first(volunteer: HouseClient, calendar: Calendar) -> None:
    at_station(calendar, later(hours=1))
    calendar.open(starts_at=later(days=1))
    page = volunteer.get("/activities/open").text
    assert page.index("我们组的") < page.index("责任田养护") < page.index("桶前值守")


def test_two_weeks_ahead_and_what_takes_place(volunteer: HouseClient, calendar: Calendar) -> None:
    calendar.cancel(calendar.open(starts_at=later(days=1)).id)
    calendar.open(starts_at=later(days=15))
    calendar.open(starts_at=later(hours=-3))
    assert "近期还没有安排活动" in volunteer.get("/activities/open").text


def test_joining_and_leaving_bring_one_back_to_the_same_line(
    volunteer: HouseClient, calendar: Calendar
) -> None:
    shift = calendar.open(starts_at=later(days=1), capacity=3)
    assert "还差 3 人" in volunteer.get("/activities/open").text
    for deed, words in (("sign-up", "我已报名"), ("leave", "还差 3 人")):
        answer = volunteer.post(f"/activities/{shift.id}/{deed}", data={"back": "list"})
        assert answer.location == f"/activities/open#shift-{shift.id}"
        assert words in volunteer.get("/activities/open").text
    assert calendar.count(shift.id) == (0, 0)


def test_a_full_shift_offers_no_button_and_refuses_kindly(
    volunteer: HouseClient, calendar: Calendar
) -> None:
    shift = calendar.open(starts_at=later(days=1), capacity=1)
    calendar.join(shift.id, calendar.cast.liuyang)
    page = volunteer.get("/activities/open").text
    assert "已报满" in page
    assert "我报名" not in page
    volunteer.post(f"/activities/{shift.id}/sign-up")
    assert "报名已满（1 人）" in volunteer.get(f"/activities/{shift.id}").text
    assert calendar.count(shift.id) == (1, 1)


def test_it_is_said_that_leaving_costs_nothing(volunteer: HouseClient, calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=1))
    assert "来不了也没关系" in volunteer.get(f"/activities/{shift.id}").text
    volunteer.post(f"/activities/{shift.id}/sign-up")
    volunteer.post(f"/activities/{shift.id}/leave")
    assert "不影响积分" in volunteer.get(f"/activities/{shift.id}").text


def test_a_foreign_page_cannot_sign_anybody_up(volunteer: HouseClient, calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=1))
    headers = {"Origin": "https://elsewhere.example"}
    answer = volunteer.post(f"/activities/{shift.id}/sign-up", headers=headers)
    assert answer.status_code == 403
    assert calendar.count(shift.id) == (0, 0)


def test_an_auditor_only_looks(calendar: Calendar, client: HouseClient) -> None:
    shift = calendar.open(starts_at=later(days=1))
    sign_in_cookie(client, calendar.cast.zhoumin)
    assert client.get("/activities/open").status_code == 403
    assert client.post(f"/activities/{shift.id}/sign-up").status_code == 403
    assert "我报名" not in client.get(f"/activities/{shift.id}").text


def test_strangers_are_asked_to_sign_in(client: HouseClient) -> None:
    answer = client.get("/activities/open")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/activities/open")


def test_what_is_not_there_is_not_joined(volunteer: HouseClient) -> None:
    assert volunteer.post(f"/activities/{new_id()}/sign-up").status_code == 404
