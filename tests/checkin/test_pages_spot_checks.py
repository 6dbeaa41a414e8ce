"""The pages of 抽查: who asks, what is recorded, and the volunteer's own page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.checkin.models import AttendanceCorrection, SpotCheck
from pointsvc.extensions import db
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def check_id(duty: Duty, cast: Cast) -> UUID:
    """王强 ticked 李梅, and she was drawn."""
    duty.set(roster_sample_percent=100)
    duty.scan(cast.wangqiang, None, member_id=cast.limei.id, note="忘带卡")
    return db.session.scalars(select(SpotCheck.id)).one()


def as_(client: HouseClient, person: Person) -> HouseClient:
    sign_in_cookie(client, person)
    return client


def post(client: HouseClient, check_id: UUID, **form: Any) -> TestResponse:
    path = f"/checkin/spot-checks/{check_id}"
    return client.post(path, data=form, follow_redirects=True)


def state() -> str:
    db.session.rollback()
    return db.session.scalars(select(SpotCheck.state)).one()


def test_the_clerk_sees_whom_to_ask_and_why(
    check_id: UUID, cast: Cast, client: HouseClient
) -> None:
    text = as_(client, cast.zhaofang).get("/checkin/spot-checks").text
    for words in ("等着问 1 人", "李梅", "王强点名", "原因：忘带卡", str(check_id)):
        assert words in text


def test_what_the_volunteer_said_is_recorded(
    check_id: UUID, cast: Cast, client: HouseClient
) -> None:
    clerk = as_(client, cast.zhaofang)
    assert "本人说去了" in post(clerk, check_id, was_there="yes").text
    assert "没有要问的人" in clerk.get("/checkin/spot-checks").text
    assert state() == "seen"


def test_that_she_was_not_there_asks_a_second_person(
    check_id: UUID, cast: Cast, client: HouseClient
) -> None:
    clerk = as_(client, cast.zhaofang)
    wordless = post(clerk, check_id, was_there="no", note="")
    assert (wordless.status_code, state()) == (422, "waiting")
    assert "请写一句本人怎么说的" in wordless.text
    assert "已申请作废" in post(clerk, check_id, was_there="no", note="说在医院").text
    assert "抽查：说在医院" in as_(client, cast.hedu).get("/checkin/corrections").text
    assert (
        db.session.scalars(select(AttendanceCorrection.requested_by_id)).one() == cast.zhaofang.id
    )


def test_a_second_word_is_refused_in_words(check_id: UUID, cast: Cast, client: HouseClient) -> None:
    post(as_(client, cast.zhaofang), check_id, was_there="yes")
    assert "这一条已经处理过了" in post(as_(client, cast.hedu), check_id, was_there="yes").text


@pytest.mark.parametrize("name", ["limei", "wangqiang", "zhoumin", "sungang", "zhangdian"])
def test_only_clerk_and_supervisor_ask(
    check_id: UUID, cast: Cast, client: HouseClient, name: str
) -> None:
    person = as_(client, getattr(cast, name))
    assert person.get("/checkin/spot-checks").status_code == 403
    assert post(person, check_id, was_there="yes").status_code == 403
    assert state() == "waiting"


def test_nobody_from_elsewhere_gets_in(check_id: UUID, cast: Cast, client: HouseClient) -> None:
    stranger = as_(client, cast.chenjing)
    assert post(stranger, check_id, was_there="yes").status_code == 404
    own = stranger.post(f"/me/ticks/{check_id}", data={"was_there": "yes"})
    assert own.status_code == 404
    assert "没有要您说的" in stranger.get("/me/ticks").text
    assert state() == "waiting"


def test_the_volunteer_says_so_herself(check_id: UUID, cast: Cast, client: HouseClient) -> None:
    volunteer = as_(client, cast.limei)
    assert "替我点的名" in volunteer.get("/me").text
    assert "王强点名" in volunteer.get("/me/ticks").text
    said = volunteer.post(f"/me/ticks/{check_id}", data={"was_there": "no"}, follow_redirects=True)
    assert "记下了，社区会来问您" in said.text
    assert "本人点了“我没去”" in as_(client, cast.zhaofang).get("/checkin/spot-checks").text
    assert state() == "waiting"


def test_who_ticked_does_not_see_that_it_was_drawn(
    check_id: UUID, cast: Cast, client: HouseClient
) -> None:
    leader = as_(client, cast.wangqiang)
    assert "抽查" not in leader.get("/checkin/duty", follow_redirects=True).text
    assert "没有要您说的" in leader.get("/me/ticks").text
    own = leader.post(f"/me/ticks/{check_id}", data={"was_there": "yes"})
    assert own.status_code == 404


def test_the_leader_hears_on_the_waiting_page_what_did_not_come(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    for number in (4, 8):
        duty.scan(cast.wangqiang, "nothing", device_id=duty.shift_id, device_counter=number)
    text = as_(client, cast.wangqiang).get("/checkin/waiting").text
    assert "还有 3 次没有传上来：第 5–7 次" in text
