"""值得一看: the auditor's list shows cases with their facts, reads only, and stays at home."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from pointsvc.audit.actors import SYSTEM
from pointsvc.audit.models import AuditEvent
from pointsvc.checkin.rules import Direction
from pointsvc.checkin.scans import ScanRequest
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.rules import Door
from pointsvc.members.service import NewMember, register_members
from pointsvc.organisation.service import grant_role
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")

PHONE = UUID(int=0xAA)
DISCLAIMER = "只是值得看一看，不是结论"


def page(client: HouseClient, person: Person, month: str = "2026-11") -> str:
    sign_in_cookie(client, person)
    answer = client.get(f"/unusual?month={month}")
    assert answer.status_code == 200
    return answer.text


def crowd(duty: Duty, count: int) -> list[Person]:
    """So many new neighbours."""
    now, here = duty.now(), duty.community_id
    people = [NewMember(f"邻居{n:02}", door=Door("9", "1", f"{100 + n}")) for n in range(count)]
    made = transact(
        lambda: register_members(community_id=here, people=people, recorded_by_id=None, now=now)
    )
    return [
        Person(each.member_id, person.name, "", here)
        for each, person in zip(made, people, strict=True)
    ]


def tick_all(duty: Duty, shift_id: UUID, direction: Direction, people: list[Person]) -> None:
    """王强 ticks them all."""
    ticks = [
        ScanRequest(new_id(), direction, shift_id=shift_id, member_id=each.id, note="忘带卡")
        for each in people
    ]
    duty.record(duty.caller(duty.cast.wangqiang), ticks)


def test_an_ordinary_month_shows_nothing_and_says_what_is_looked_at(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    text = page(client, cast.zhoumin)
    assert DISCLAIMER in text
    assert "这个月没有值得一看的" in text


def test_missing_numbers_of_a_phone_are_shown_with_who_scanned(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    phone = new_id()
    for number in (4, 8):
        duty.scan(cast.wangqiang, duty.card(cast.limei), device_id=phone, device_counter=number)
    text = page(client, cast.zhoumin)
    assert "王强的手机" in text
    assert "少第 5–7 次" in text
    assert "这个月没有值得一看的" in page(client, cast.zhoumin, "2026-10")


def test_twenty_cards_in_a_minute_are_shown(duty: Duty, cast: Cast, client: HouseClient) -> None:
    station = duty.open_station()
    scans = [
        duty.request(duty.card(person), "drop", shift_id=station) for person in crowd(duty, 20)
    ]
    duty.record(duty.caller(cast.sungang), scans)
    text = page(client, cast.zhoumin)
    assert "孙岗" in text
    assert "20 人" in text


def test_the_same_list_again_and_many_ticks_are_shown_by_name(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    people = crowd(duty, 5)
    for _week in range(3):
        shift_id = duty.open_shift(duty.now(), duty.now() + timedelta(hours=1))
        tick_all(duty, shift_id, "in", people)
        clock.advance(hours=1)
        tick_all(duty, shift_id, "out", people)
        clock.advance(minutes=30)
    text = page(client, cast.hedu)
    assert "王强的场次" in text
    assert "邻居03" in text
    assert "共 15 人次：点名 15，补录 0" in text


def test_open_spot_checks_are_shown_until_somebody_asked(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    duty.set(roster_sample_percent=100)
    duty.scan(cast.wangqiang, None, member_id=cast.limei.id, note="忘带卡")
    assert "还没问" in page(client, cast.zhoumin)
    assert "去问" not in page(client, cast.zhoumin)
    assert "去问" in page(client, cast.zhaofang)


def test_looking_leaves_no_trace_and_no_row(duty: Duty, cast: Cast, client: HouseClient) -> None:
    count = select(func.count()).select_from(AuditEvent)
    duty.scan(cast.wangqiang, duty.card(cast.limei), device_id=new_id(), device_counter=1)
    before = db.session.scalar(count)
    page(client, cast.zhoumin)
    assert db.session.scalar(count) == before


@pytest.mark.usefixtures("duty")
@pytest.mark.parametrize("name", ["limei", "wangqiang", "sungang", "zhangdian", "chenjing"])
def test_the_list_is_for_who_checks_the_books(cast: Cast, client: HouseClient, name: str) -> None:
    sign_in_cookie(client, getattr(cast, name))
    assert client.get("/unusual").status_code == 403


@pytest.mark.usefixtures("duty")
@pytest.mark.parametrize("month", ["", "2026-13", "9999-12", "2030-01", "x"])
def test_a_month_that_is_none_is_this_one(cast: Cast, client: HouseClient, month: str) -> None:
    assert "2026年11月" in page(client, cast.zhoumin, month)


def test_an_auditor_elsewhere_sees_nothing_of_ours(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    for number in (4, 8):
        duty.scan(cast.wangqiang, duty.card(cast.limei), device_id=PHONE, device_counter=number)
    now = duty.now()
    transact(
        lambda: grant_role(
            community_id=cast.other_community_id,
            grant_id=new_id(),
            member_id=cast.chenjing.id,
            role="auditor",
            granted_by=SYSTEM,
            now=now,
        )
    )
    assert "这个月没有值得一看的" in page(client, cast.chenjing)
