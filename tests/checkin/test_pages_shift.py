"""The leader's pages: their shifts, the scan, the people; who may and who may not."""

from __future__ import annotations

from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.checkin.codes import read_codes
from pointsvc.checkin.models import Scan
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from tests.checkin.duty import Duty
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.support.pictures import codes_on

pytestmark = pytest.mark.engines("sqlite")

FRAGMENT = {"HX-Request": "true"}


def scan(
    client: HouseClient, duty: Duty, code: str, *, scan_id: UUID | None = None, **form: str
) -> TestResponse:
    """A scan as a script sends it from the page of plot 1's shift."""
    values = {"scan_id": str(scan_id or new_id()), "code": code, **form}
    address = f"/checkin/shifts/{duty.shift_id}/scans"
    return client.post(address, data=values, headers=FRAGMENT)


@pytest.fixture
def leader(duty: Duty, client: HouseClient) -> HouseClient:
    """王强's browser."""
    sign_in_cookie(client, duty.cast.wangqiang)
    return client


def test_the_open_shift_is_one_tap_away(leader: HouseClient, duty: Duty) -> None:
    page = leader.get("/checkin").text
    assert f'href="/checkin/shifts/{duty.shift_id}"' in page
    assert "已到 0 人" in page


def test_a_day_without_shifts_says_what_to_do(leader: HouseClient) -> None:
    assert "这一天没有您的场次" in leader.get("/checkin?on=2026-11-25").text


def test_a_scan_says_name_and_verdict_and_lists_who_is_here(
    leader: HouseClient, duty: Duty
) -> None:
    answer = scan(leader, duty, duty.card(duty.cast.limei)).text
    assert "李梅" in answer
    assert "已签到" in answer
    assert "在场 1 人" in answer


def test_the_direction_is_found_by_itself(
    leader: HouseClient, duty: Duty, clock: FrozenClock
) -> None:
    card = duty.card(duty.cast.limei)
    scan(leader, duty, card)
    assert "已经签到过了" in scan(leader, duty, card).text
    clock.advance(hours=2)
    answer = scan(leader, duty, card).text
    assert "已签退" in answer
    assert "+20 分" in answer
    assert duty.points(duty.cast.limei) == 20


def test_a_second_tap_is_the_same_scan(leader: HouseClient, duty: Duty, clock: FrozenClock) -> None:
    card, scan_id = duty.card(duty.cast.limei), new_id()
    first = scan(leader, duty, card, scan_id=scan_id).text
    clock.advance(minutes=30)
    again = scan(leader, duty, card, scan_id=scan_id).text
    assert "已签到" in first
    assert "已签到" in again
    assert "在场 1 人" in again


def test_an_id_that_another_card_used_is_said_in_the_place_of_the_verdict(
    leader: HouseClient, duty: Duty
) -> None:
    scan_id = new_id()
    scan(leader, duty, duty.card(duty.cast.limei), scan_id=scan_id)
    answer = scan(leader, duty, duty.card(duty.cast.liuyang), scan_id=scan_id)
    assert answer.status_code == 200
    assert "没有记上" in answer.text
    assert "刘洋" not in answer.text.partition('id="people"')[0]


def test_without_scripts_the_page_comes_back_with_the_verdict(
    leader: HouseClient, duty: Duty
) -> None:
    values = {"scan_id": str(new_id()), "code": duty.card(duty.cast.limei), "direction": "in"}
    moved = leader.post(f"/checkin/shifts/{duty.shift_id}/scans", data=values)
    assert moved.status_code == 303
    page = leader.get(moved.location).text
    assert "已签到" in page
    assert 'value="in" checked' in page


def test_a_scan_without_a_code_keeps_the_page(leader: HouseClient, duty: Duty) -> None:
    values = {"scan_id": str(new_id()), "code": ""}
    answer = leader.post(f"/checkin/shifts/{duty.shift_id}/scans", data=values)
    assert answer.status_code == 422
    assert "field-code-error" in answer.text


def test_an_unreadable_code_is_refused_in_words(leader: HouseClient, duty: Duty) -> None:
    assert "这个码读不懂" in scan(leader, duty, "西瓜").text


def test_a_shift_that_is_over_takes_no_scans(
    leader: HouseClient, duty: Duty, clock: FrozenClock
) -> None:
    clock.advance(hours=5)
    page = leader.get(f"/checkin/shifts/{duty.shift_id}").text
    assert "这个场次已结束" in page
    assert 'name="code"' not in page
    assert "还没有人签到" not in page
    assert f"/activities/{duty.shift_id}" in page


def test_who_signs_in_meanwhile_is_news(leader: HouseClient, duty: Duty) -> None:
    page = leader.get(f"/checkin/shifts/{duty.shift_id}").text
    address = unescape(page.partition('hx-get="')[2].partition('"')[0])
    assert "名单有变化" not in leader.get(address).text
    duty.scan(duty.cast.limei, duty.sign(), "in")
    assert "名单有变化" in leader.get(address).text


def test_the_missing_are_named(leader: HouseClient, duty: Duty) -> None:
    page = leader.get(f"/checkin/shifts/{duty.shift_id}").text
    assert "还没到 3 人" in page


@pytest.mark.parametrize(
    "path", ["/checkin", "/checkin/waiting", "/checkin/station", "/checkin/shifts/{id}"]
)
@pytest.mark.parametrize("who", ["limei", "zhangdian", "zhoumin"])
def test_others_have_no_business_here(duty: Duty, client: HouseClient, path: str, who: str) -> None:
    sign_in_cookie(client, getattr(duty.cast, who))
    assert client.get(path.format(id=duty.shift_id)).status_code == 403


@pytest.mark.parametrize("tail", ["", "/roster", "/code", "/code/box"])
def test_an_attendant_of_elsewhere_may_not_scan_here(
    duty: Duty, client: HouseClient, tail: str
) -> None:
    sign_in_cookie(client, duty.cast.sungang)
    assert client.get(f"/checkin/shifts/{duty.shift_id}{tail}").status_code == 403


@pytest.mark.parametrize("tail", ["", "/roster", "/code", "/code/box"])
def test_another_community_finds_nothing(duty: Duty, client: HouseClient, tail: str) -> None:
    sign_in_cookie(client, duty.cast.chenjing)
    assert client.get(f"/checkin/shifts/{duty.shift_id}{tail}").status_code == 404


def test_another_community_cannot_scan_here(duty: Duty, client: HouseClient) -> None:
    sign_in_cookie(client, duty.cast.chenjing)
    assert scan(client, duty, duty.card(duty.cast.limei)).status_code == 404


def tick(client: HouseClient, duty: Duty, *people: Person, **form: str) -> TestResponse:
    values = {"direction": "in", "reason": "忘带卡", "tick_id": str(new_id()), **form}
    ids = [str(person.id) for person in people]
    return client.post(f"/checkin/shifts/{duty.shift_id}/roster", data={**values, "member_id": ids})


def test_ticks_are_recorded_with_their_reason(leader: HouseClient, duty: Duty) -> None:
    tick(leader, duty, duty.cast.limei, duty.cast.liuyang)
    rows = db.session.scalars(select(Scan)).all()
    assert {(row.proof, row.note, row.verdict) for row in rows} == {
        ("roster", "忘带卡", "accepted")
    }
    assert "点名记下 2 人" in leader.get("/checkin").text


def test_the_same_ticks_twice_are_the_same_scans(leader: HouseClient, duty: Duty) -> None:
    page = str(new_id())
    tick(leader, duty, duty.cast.limei, tick_id=page)
    tick(leader, duty, duty.cast.limei, tick_id=page)
    assert len(db.session.scalars(select(Scan)).all()) == 1


@pytest.mark.parametrize("missing", ["people", "reason"])
def test_ticks_need_people_and_a_reason(leader: HouseClient, duty: Duty, missing: str) -> None:
    people = [] if missing == "people" else [duty.cast.limei]
    answer = tick(leader, duty, *people, reason="" if missing == "reason" else "忘带卡")
    assert answer.status_code == 422
    assert ("请先勾选人" if missing == "people" else "请选一个原因") in answer.text


def test_a_leaders_tick_of_themself_waits_for_another(leader: HouseClient, duty: Duty) -> None:
    tick(leader, duty, duty.cast.wangqiang)
    assert "王强：已记下，待核实" in leader.get("/checkin").text
    page = leader.get(f"/checkin/shifts/{duty.shift_id}").text
    assert "请另一位负责人处理" in page


def test_the_code_in_large_reads_as_the_shift(leader: HouseClient, duty: Duty) -> None:
    for tail in ("/code", "/code/box"):
        page = leader.get(f"/checkin/shifts/{duty.shift_id}{tail}")
        assert page.status_code == 200
        [text] = codes_on(page.text)
        [read] = read_codes(
            community_id=duty.community_id, texts=[(text, duty.now())], now=duty.now()
        )
        assert (read.proof, read.subject_id) == ("shift_code", duty.shift_id)


def test_the_code_of_a_shift_that_is_over_is_not_shown(
    leader: HouseClient, duty: Duty, clock: FrozenClock
) -> None:
    clock.advance(hours=5)
    answer = leader.get(f"/checkin/shifts/{duty.shift_id}/code")
    assert (answer.status_code, "activities.shift_over" in answer.text) == (409, True)


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01", "gestern", "2026-13-01"])
def test_a_day_that_is_none_is_today(leader: HouseClient, duty: Duty, on: str) -> None:
    assert str(duty.shift_id) in leader.get(f"/checkin?on={on}").text
