"""Vouching on a phone: the card on one's own pages, the question, the tap, and who gets none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.checkin.models import Attendance
from pointsvc.extensions import db
from tests.checkin.duty import Duty
from tests.checkin.vouching import vouch
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def waiting(duty: Duty) -> UUID:
    """刘洋 was scanned by the leader, 李梅 scanned the sign."""
    duty.scan(duty.cast.wangqiang, duty.card(duty.cast.liuyang))
    came = duty.scan(duty.cast.limei, duty.sign())
    assert came.attendance_id is not None
    return came.attendance_id


def as_(client: HouseClient, person: Person) -> HouseClient:
    sign_in_cookie(client, person)
    return client


def tap(client: HouseClient, attendance_id: Any) -> TestResponse:
    form = {"attendance_id": str(attendance_id)}
    return client.post("/checkin/witness", data=form, follow_redirects=True)


def state_of(attendance_id: UUID) -> str:
    wanted = select(Attendance.state).where(Attendance.id == attendance_id)
    return str(db.session.scalar(wanted))


def test_my_page_and_the_signs_page_ask_me(duty: Duty, client: HouseClient, waiting: UUID) -> None:
    phone = as_(client, duty.cast.liuyang)
    for path in ("/me", "/checkin/witness", duty.sign().removeprefix("https://g.cn")):
        page = phone.get(path).text
        assert "您看见李梅在1号田" in page, path
        assert str(waiting) in page


def test_one_tap_confirms_and_a_second_one_is_the_same(
    duty: Duty, client: HouseClient, waiting: UUID
) -> None:
    phone = as_(client, duty.cast.liuyang)
    for _tap in range(2):
        answer = tap(phone, waiting)
        assert answer.status_code == 200
        assert "谢谢您作证" in answer.text
        assert "没有等您作证的人" in answer.text
    assert state_of(waiting) == "open"
    assert "等您作证" not in phone.get("/me").text


@pytest.mark.parametrize("who", ["limei", "wangqiang", "hedu", "sungang"])
def test_who_was_not_there_reads_no_name_and_confirms_nothing(
    duty: Duty, client: HouseClient, waiting: UUID, who: str
) -> None:
    phone = as_(client, getattr(duty.cast, who))
    assert "您看见李梅" not in phone.get("/checkin/witness").text
    assert "您看见李梅" not in phone.get("/me").text
    assert "谢谢" not in tap(phone, waiting).text
    assert state_of(waiting) == "provisional"


@pytest.mark.parametrize(("who", "status"), [("chenjing", 404), ("zhoumin", 403)])
def test_strangers_and_auditors_cannot_vouch(
    duty: Duty, client: HouseClient, waiting: UUID, who: str, status: int
) -> None:
    phone = as_(client, getattr(duty.cast, who))
    assert tap(phone, waiting).status_code == status
    assert state_of(waiting) == "provisional"


def test_another_communitys_member_sees_an_empty_page(
    duty: Duty, client: HouseClient, waiting: UUID
) -> None:
    page = as_(client, duty.cast.chenjing).get("/checkin/witness").text
    assert "没有等您作证的人" in page
    assert str(waiting) not in page


def test_nonsense_is_no_witness(duty: Duty, client: HouseClient) -> None:
    phone = as_(client, duty.cast.liuyang)
    assert tap(phone, "nobody").status_code == 422
    assert tap(phone, duty.shift_id).status_code == 404


def test_who_waits_reads_that_a_neighbour_can_help(
    duty: Duty, client: HouseClient, waiting: UUID
) -> None:
    phone = as_(client, duty.cast.limei)
    scan_id = db.session.scalar(select(Attendance.in_scan_id).where(Attendance.id == waiting))
    assert "替您作证" in phone.get(f"/checkin/scans/{scan_id}").text
    duty.set(vouched_people_max=0)
    assert "替您作证" not in phone.get(f"/checkin/scans/{scan_id}").text


@pytest.mark.usefixtures("waiting")
def test_the_leader_and_the_trace_name_the_witness(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    clock.advance(minutes=20)
    scan = duty.scan(duty.cast.hedu, duty.sign())
    vouch(duty, duty.cast.liuyang, scan)
    page = as_(client, duty.cast.wangqiang).get(f"/checkin/shifts/{duty.shift_id}").text
    assert "刘洋作证" in page
    trace = as_(client, duty.cast.zhoumin).get(f"/checkin/attendances/{scan.attendance_id}").text
    assert "同场志愿者作证" in trace
    assert "刘洋" in trace
    assert "给同场的人作证" in client.get("/trail").text
