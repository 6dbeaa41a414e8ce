"""The attendant's page: open the station, scan, say how many, next."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Scan
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from tests.checkin.duty import Duty
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def attendant(duty: Duty, client: HouseClient) -> HouseClient:
    """孙岗's browser."""
    sign_in_cookie(client, duty.cast.sungang)
    return client


def drop(client: HouseClient, shift_id: UUID, code: str, **form: str) -> TestResponse:
    values = {"scan_id": str(new_id()), "shift_id": str(shift_id), "code": code, **form}
    return client.post("/checkin/station/drops", data=values, headers=FRAGMENT)


def start(client: HouseClient, duty: Duty, **form: str) -> TestResponse:
    place = {"place_id": str(duty.cast.station_id), "hours": "2", "shift_id": str(new_id())}
    return client.post("/checkin/station/open", data=place | form, follow_redirects=True)


def drop_shifts() -> list[Shift]:
    return list(db.session.scalars(select(Shift).where(Shift.activity_kind == "WASTE_SORT")))


def test_one_tap_opens_the_station_for_two_hours(attendant: HouseClient, duty: Duty) -> None:
    assert "开始值守" in attendant.get("/checkin/station").text
    page = start(attendant, duty).text
    assert 'name="code"' in page
    [shift] = drop_shifts()
    assert (shift.ends_at - shift.starts_at).total_seconds() == 2 * 3600
    assert shift.led_by_id == duty.cast.sungang.id


def test_a_second_tap_opens_no_second_shift(attendant: HouseClient, duty: Duty) -> None:
    shift_id = str(new_id())
    start(attendant, duty, shift_id=shift_id)
    start(attendant, duty, shift_id=shift_id, hours="3")
    assert len(drop_shifts()) == 1


@pytest.mark.parametrize("who", ["wangqiang", "limei"])
def test_only_who_attends_the_station_opens_it(duty: Duty, client: HouseClient, who: str) -> None:
    sign_in_cookie(client, getattr(duty.cast, who))
    assert start(client, duty).status_code == 403
    assert drop_shifts() == []


def test_a_foreign_station_is_absent(duty: Duty, client: HouseClient) -> None:
    sign_in_cookie(client, duty.cast.zhaofang)
    assert start(client, duty, place_id=str(duty.cast.other_plot_id)).status_code == 404


def test_a_drop_says_points_and_the_tally_grows(attendant: HouseClient, duty: Duty) -> None:
    station = duty.open_station()
    answer = drop(attendant, station, duty.card(duty.cast.limei), quantity="2").text
    assert "李梅" in answer
    assert "+4 分" in answer
    assert "2 袋" in answer
    assert duty.points(duty.cast.limei) == 4


def test_a_full_household_is_said_to_be_full(attendant: HouseClient, duty: Duty) -> None:
    station, card = duty.open_station(), duty.card(duty.cast.limei)
    assert "今天这户已满，超出的不计分" in drop(attendant, station, card, quantity="5").text
    empty = drop(attendant, station, card).text
    assert "今天这户已满，这次不计分" in empty
    assert "verdict-good" not in empty
    assert duty.points(duty.cast.limei) == 4


def test_a_double_tap_is_one_drop(attendant: HouseClient, duty: Duty) -> None:
    station, card, scan_id = duty.open_station(), duty.card(duty.cast.limei), str(new_id())
    for _tap in range(2):
        drop(attendant, station, card, scan_id=scan_id)
    assert len(db.session.scalars(select(Scan)).all()) == 1
    assert duty.points(duty.cast.limei) == 2


@pytest.mark.parametrize("quantity", ["0", "21", "-1", "2.5", "many"])
def test_a_wrong_quantity_counts_nothing(attendant: HouseClient, duty: Duty, quantity: str) -> None:
    station, card = duty.open_station(), duty.card(duty.cast.limei)
    assert "没有记上" in drop(attendant, station, card, quantity=quantity).text
    assert db.session.scalars(select(Scan)).all() == []


def test_without_scripts_the_page_comes_back_with_the_verdict(
    attendant: HouseClient, duty: Duty
) -> None:
    values = {
        "scan_id": str(new_id()),
        "shift_id": str(duty.open_station()),
        "code": duty.card(duty.cast.limei),
        "quantity": "1",
        "pace": "quick",
    }
    page = attendant.post("/checkin/station/drops", data=values, follow_redirects=True).text
    assert "已记投放" in page
    assert "+2 分" in page
    assert "记 1 袋" in page


def test_a_leader_of_plots_records_no_drops(duty: Duty, client: HouseClient) -> None:
    sign_in_cookie(client, duty.cast.wangqiang)
    station = duty.open_station()
    assert drop(client, station, duty.card(duty.cast.limei)).status_code == 403


def test_another_communitys_volunteer_records_no_drops(duty: Duty, client: HouseClient) -> None:
    station = duty.open_station()
    sign_in_cookie(client, duty.cast.chenjing)
    assert drop(client, station, duty.card(duty.cast.limei)).status_code == 403
    assert db.session.scalars(select(Scan)).all() == []
