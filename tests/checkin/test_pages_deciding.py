"""What waits, corrections and traces: who decides, in which words, and what the books say then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.models import Attendance, AttendanceCorrection, ScanDecision
from pointsvc.extensions import db
from pointsvc.kernel import clock as wall
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import grant_role
from tests.checkin.duty import Duty
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


def decide(client: HouseClient, **form: Any) -> TestResponse:
    values = {"accept": "yes", "reason": "我看见本人在场", **form}
    return client.post("/checkin/waiting", data=values, follow_redirects=True)


def provisional(duty: Duty, person: Person) -> UUID:
    """An attendance that a printed sign alone recorded."""
    answer = duty.scan(person, duty.sign(), "in")
    assert answer.attendance_id is not None
    return answer.attendance_id


def as_(client: HouseClient, person: Person) -> HouseClient:
    sign_in_cookie(client, person)
    return client


def state_of(attendance_id: UUID) -> str:
    wanted = select(Attendance.state).where(Attendance.id == attendance_id)
    return str(db.session.scalar(wanted))


def test_nothing_waits_is_said(duty: Duty, client: HouseClient) -> None:
    assert "没有要处理的" in as_(client, duty.cast.wangqiang).get("/checkin/waiting").text


def test_the_leader_confirms_who_signed_in_at_the_sign(duty: Duty, client: HouseClient) -> None:
    waiting = provisional(duty, duty.cast.limei)
    leader = as_(client, duty.cast.wangqiang)
    page = leader.get("/checkin/waiting").text
    assert "李梅" in page
    assert "等组长或同场的人确认后计分" in page
    answer = decide(leader, attendance_id=waiting, shift_id=duty.shift_id)
    assert "已确认" in answer.text
    assert answer.request.path == f"/checkin/shifts/{duty.shift_id}"
    assert state_of(waiting) == "open"


def test_annulling_needs_a_reason_and_credits_nothing(duty: Duty, client: HouseClient) -> None:
    waiting = provisional(duty, duty.cast.limei)
    leader = as_(client, duty.cast.wangqiang)
    refused = decide(leader, attendance_id=waiting, accept="no", reason="")
    assert (refused.status_code, state_of(waiting)) == (422, "provisional")
    assert "已作废" in decide(leader, attendance_id=waiting, accept="no", reason="没有来").text
    assert state_of(waiting) == "void"


def test_a_second_decision_is_refused_in_words(duty: Duty, client: HouseClient) -> None:
    waiting = provisional(duty, duty.cast.limei)
    leader = as_(client, duty.cast.wangqiang)
    decide(leader, attendance_id=waiting)
    assert "这一条已经处理过了" in decide(leader, attendance_id=waiting, accept="no").text
    assert len(db.session.scalars(select(ScanDecision)).all()) == 1


def test_ones_own_is_shown_without_buttons_and_refused(duty: Duty, client: HouseClient) -> None:
    waiting = provisional(duty, duty.cast.wangqiang)
    leader = as_(client, duty.cast.wangqiang)
    page = leader.get("/checkin/waiting").text
    assert "请另一位负责人处理" in page
    assert 'name="accept"' not in page
    assert "不能处理自己、家人" in decide(leader, attendance_id=waiting).text
    assert state_of(waiting) == "held"


def test_a_held_drop_is_released_by_the_clerk(duty: Duty, client: HouseClient) -> None:
    station = duty.open_station()
    held = duty.scan(duty.cast.sungang, duty.card(duty.cast.sungang), "drop", shift_id=station)
    clerk = as_(client, duty.cast.zhaofang)
    assert "孙岗" in clerk.get("/checkin/waiting").text
    assert "已确认，记 2 分" in decide(clerk, scan_id=held.scan_id).text
    assert duty.points(duty.cast.sungang) == 2


def test_who_does_not_run_the_shift_may_not_decide(duty: Duty, client: HouseClient) -> None:
    waiting = provisional(duty, duty.cast.limei)
    assert decide(as_(client, duty.cast.sungang), attendance_id=waiting).status_code == 403
    assert decide(as_(client, duty.cast.liuyang), attendance_id=waiting).status_code == 403
    assert state_of(waiting) == "provisional"


def make_clerk(person: Person) -> None:
    """Grant the role in the person's own community."""
    community_id = person.community_id
    assert community_id is not None
    transact(
        lambda: grant_role(
            community_id=community_id,
            grant_id=new_id(),
            member_id=person.id,
            role="clerk",
            granted_by=SYSTEM,
            now=wall.now(),
        )
    )


def test_another_communitys_clerk_finds_nothing_to_decide(duty: Duty, client: HouseClient) -> None:
    waiting = provisional(duty, duty.cast.limei)
    make_clerk(duty.cast.chenjing)
    abroad = as_(client, duty.cast.chenjing)
    assert decide(abroad, attendance_id=waiting).status_code == 404
    assert "李梅" not in abroad.get("/checkin/waiting").text


def served(duty: Duty, clock: FrozenClock) -> UUID:
    """李梅's two hours on plot 1."""
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card, "in")
    clock.advance(hours=2)
    answer = duty.scan(duty.cast.wangqiang, card, "out")
    assert answer.attendance_id is not None
    return answer.attendance_id


def ask(client: HouseClient, attendance_id: UUID, **form: Any) -> TestResponse:
    values = {"correction_id": new_id(), "kind": "times", "reason": "看错了表", **form}
    times = {"in_at": "2026-11-21T09:00", "out_at": "2026-11-21T10:00"}
    address = f"/checkin/attendances/{attendance_id}"
    return client.post(address, data=times | values, follow_redirects=True)


@pytest.mark.parametrize("who", ["zhaofang", "hedu", "zhoumin"])
def test_a_trace_shows_scans_and_books(
    duty: Duty, client: HouseClient, clock: FrozenClock, who: str
) -> None:
    attendance = served(duty, clock)
    page = as_(client, getattr(duty.cast, who)).get(f"/checkin/attendances/{attendance}").text
    assert "扫码的人：王强" in page
    assert '记分 · <b class="number">20</b>' in page
    assert '记服务时间 · <b class="number">120</b>' in page
    assert ('name="kind"' in page) == (who == "zhaofang")


def test_a_correction_changes_the_books_after_a_second_person(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    attendance = served(duty, clock)
    assert "等监督员审批" in ask(as_(client, duty.cast.zhaofang), attendance).text
    assert duty.points(duty.cast.limei) == 20
    asked = db.session.scalars(select(AttendanceCorrection)).one()
    supervisor = as_(client, duty.cast.hedu)
    assert "看错了表" in supervisor.get("/checkin/corrections").text
    address = f"/checkin/corrections/{asked.id}"
    page = supervisor.post(address, data={"approve": "yes"}, follow_redirects=True).text
    assert "账已改正" in page
    assert (duty.points(duty.cast.limei), duty.minutes(duty.cast.limei)) == (10, 60)
    assert (
        "已经处理过了"
        in supervisor.post(address, data={"approve": "no"}, follow_redirects=True).text
    )


def test_a_declined_correction_changes_nothing(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    ask(as_(client, duty.cast.zhaofang), served(duty, clock), kind="void")
    asked = db.session.scalars(select(AttendanceCorrection)).one()
    address = f"/checkin/corrections/{asked.id}"
    assert client.post(address, data={"approve": "yes"}).status_code == 403
    as_(client, duty.cast.hedu).post(address, data={"approve": "no"})
    assert duty.points(duty.cast.limei) == 20


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"in_at": ""}, "in_at"),
        ({"in_at": "gestern"}, "in_at"),
        ({"out_at": "2026-11-21T08:00"}, "out_at"),
        ({"out_at": "2026-11-22T08:00"}, "in_at"),
        ({"kind": "double"}, "kind"),
    ],
)
def test_a_correction_that_does_not_fit_keeps_the_form(
    duty: Duty, client: HouseClient, clock: FrozenClock, form: dict[str, str], field: str
) -> None:
    attendance = served(duty, clock)
    answer = ask(as_(client, duty.cast.zhaofang), attendance, **form)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert db.session.scalars(select(AttendanceCorrection)).all() == []


def test_a_second_request_for_the_same_attendance_waits(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    attendance = served(duty, clock)
    clerk = as_(client, duty.cast.zhaofang)
    ask(clerk, attendance)
    again = ask(clerk, attendance)
    assert again.status_code == 409
    assert "已有一个更正等着审批" in again.text


@pytest.mark.parametrize(("who", "status"), [("limei", 403), ("wangqiang", 403), ("chenjing", 404)])
def test_traces_are_for_the_office(
    duty: Duty, client: HouseClient, clock: FrozenClock, who: str, status: int
) -> None:
    attendance = served(duty, clock)
    person = as_(client, getattr(duty.cast, who))
    assert person.get(f"/checkin/attendances/{attendance}").status_code == status
    assert person.get("/checkin/corrections").status_code == 403
    assert ask(person, attendance).status_code == status
