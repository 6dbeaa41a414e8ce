"""The pages of a drop: the attendant asks, the supervisor agrees, everybody reads what it became."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.checkin.models import DropCorrection
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from tests.checkin.duty import Duty
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def dropped(duty: Duty) -> ScanReceipt:
    """李梅 brought one bag and 孙岗 pressed two."""
    station = duty.open_station()
    card = duty.card(duty.cast.limei)
    return duty.scan(duty.cast.sungang, card, "drop", shift_id=station, quantity=2)


def as_(client: HouseClient, person: Person) -> HouseClient:
    sign_in_cookie(client, person)
    return client


def ask(client: HouseClient, dropped: ScanReceipt, **form: Any) -> TestResponse:
    values = {"correction_id": new_id(), "quantity": 1, "reason": "按错了数量", **form}
    return client.post(f"/checkin/drops/{dropped.scan_id}", data=values, follow_redirects=True)


def test_the_attendant_finds_the_way_from_the_tally(
    duty: Duty, client: HouseClient, dropped: ScanReceipt
) -> None:
    attendant = as_(client, duty.cast.sungang)
    address = f"/checkin/drops/{dropped.scan_id}"
    assert f'href="{address}"' in attendant.get("/checkin/station").text
    assert 'name="quantity"' in attendant.get(address).text


def test_a_second_person_agrees_on_the_approvals_page(
    duty: Duty, client: HouseClient, dropped: ScanReceipt
) -> None:
    assert "等监督员审批" in ask(as_(client, duty.cast.sungang), dropped).text
    asked = db.session.scalars(select(DropCorrection)).one()
    supervisor = as_(client, duty.cast.hedu)
    assert "李梅：2 袋改为 1 袋" in supervisor.get("/approvals").text
    assert f"/checkin/drop-corrections/{asked.id}" in supervisor.get("/checkin/corrections").text
    address = f"/checkin/drop-corrections/{asked.id}"
    page = supervisor.post(address, data={"approve": "yes"}, follow_redirects=True).text
    assert "账已改正" in page
    assert "投放改为 1 袋" in supervisor.get("/approvals").text
    assert duty.points(duty.cast.limei) == 2
    again = supervisor.post(address, data={"approve": "no"}, follow_redirects=True).text
    assert "已经处理过了" in again


def test_a_declined_correction_changes_nothing(
    duty: Duty, client: HouseClient, dropped: ScanReceipt
) -> None:
    asked = duty.ask_drop_correction(duty.cast.sungang, dropped, 1)
    address = f"/checkin/drop-corrections/{asked}"
    assert as_(client, duty.cast.sungang).post(address, data={"approve": "yes"}).status_code == 403
    as_(client, duty.cast.hedu).post(address, data={"approve": "no"})
    assert duty.points(duty.cast.limei) == 4


def test_the_statement_and_the_trace_say_what_it_became(
    duty: Duty, client: HouseClient, dropped: ScanReceipt
) -> None:
    asked = duty.ask_drop_correction(duty.cast.sungang, dropped, 1)
    duty.approve_drop(duty.cast.hedu, asked)
    assert "2 袋，更正为 1 袋" in as_(client, duty.cast.limei).get("/me/statement").text
    trace = as_(client, duty.cast.zhoumin).get(f"/checkin/drops/{dropped.scan_id}").text
    assert '收回 · <b class="number">4</b> 分 · 同意：何督' in trace
    assert 'name="quantity"' not in trace


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"quantity": "21"}, 422, "quantity"),
        ({"quantity": ""}, 422, "quantity"),
        ({"quantity": "2"}, 422, "quantity"),
        ({"reason": ""}, 422, "reason"),
    ],
)
def test_a_wish_that_does_not_fit_keeps_the_form(
    duty: Duty,
    client: HouseClient,
    dropped: ScanReceipt,
    form: dict[str, str],
    status: int,
    field: str,
) -> None:
    answer = ask(as_(client, duty.cast.sungang), dropped, **form)
    assert (answer.status_code, f'id="field-{field}-error"' in answer.text) == (status, True)
    assert db.session.scalars(select(DropCorrection)).all() == []


@pytest.mark.parametrize(("who", "status"), [("limei", 403), ("wangqiang", 403), ("chenjing", 404)])
def test_drops_are_for_their_station_and_the_office(
    duty: Duty, client: HouseClient, dropped: ScanReceipt, who: str, status: int
) -> None:
    person = as_(client, getattr(duty.cast, who))
    assert person.get(f"/checkin/drops/{dropped.scan_id}").status_code == status
    assert ask(person, dropped).status_code == status
