"""Positions at the side door and on the sign's page: shapes, strangers, what the page asks for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from pointsvc.checkin.models import Scan
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from tests.checkin.asking import Phone, scan_body
from tests.checkin.duty import BASE, Duty
from tests.checkin.placing import agree, as_field, as_json, here, use_positions
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")

GOOD = as_json(here(20))


def distances() -> list[int | None]:
    return list(db.session.scalars(select(Scan.distance_metres).order_by(Scan.id)))


def test_a_phone_sends_its_position_with_the_scan(duty: Duty, client: HouseClient) -> None:
    use_positions(duty, duty.cast.limei)
    phone = Phone(client, duty.cast.limei)
    answer = phone.scan(duty.sign(), position=GOOD)
    assert (answer["verdict"], answer["reason"]) == ("accepted", "scan.near_place")
    assert answer["message"] == "手机的位置在场所附近，直接记上。"
    stored = phone.get(f"/scans/{answer['scan_id']}")
    assert stored.json["distance_metres"] == 20
    assert "38.25" not in stored.text


def test_an_upload_may_carry_positions_too(duty: Duty, client: HouseClient) -> None:
    use_positions(duty, duty.cast.limei)
    body = scan_body(duty.sign(), position=GOOD)
    [answer] = Phone(client, duty.cast.limei).upload([body])
    assert answer["verdict"] == "accepted"


def test_a_retry_may_leave_the_position_out(duty: Duty, client: HouseClient) -> None:
    use_positions(duty, duty.cast.limei)
    phone, body = Phone(client, duty.cast.limei), scan_body(duty.sign(), position=GOOD)
    first = phone.post("/scans", body).json
    del body["position"]
    assert phone.post("/scans", body).json == first
    assert phone.post("/scans", body | {"position": None}).json == first


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 91},
        {"latitude": -90.0001},
        {"longitude": 180.1},
        {"latitude": "38.25"},
        {"latitude": True},
        {"latitude": None},
        {"latitude": 10**400},
        {"accuracy_metres": -1},
        {"accuracy_metres": 10_000_001},
        {"accuracy_metres": "12"},
        {"altitude": 5},
    ],
)
def test_a_wrong_position_is_422_and_records_nothing(
    duty: Duty, client: HouseClient, wrong: dict[str, Any]
) -> None:
    use_positions(duty, duty.cast.limei)
    body = scan_body(duty.sign(), position=GOOD | wrong)
    assert Phone(client, duty.cast.limei).post("/scans", body).status_code == 422
    assert distances() == []


@pytest.mark.parametrize("wrong", [[38.2, 106.7], "38.2,106.7", 5, {}, {"latitude": 38.2}])
def test_what_is_no_position_is_422(duty: Duty, client: HouseClient, wrong: Any) -> None:
    body = scan_body(duty.sign(), position=wrong)
    assert Phone(client, duty.cast.limei).post("/scans", body).status_code == 422


def test_another_communitys_member_gets_no_distance(duty: Duty, client: HouseClient) -> None:
    use_positions(duty)
    agree(duty, duty.cast.liuyang)
    answer = Phone(client, duty.cast.chenjing).scan(duty.sign(), position=GOOD)
    assert (answer["verdict"], answer["reason"]) == ("refused", "code.foreign")
    assert distances() == [None]


def path(url: str) -> str:
    return url.removeprefix(BASE)


def look(client: HouseClient, person: Person, url: str) -> Any:
    sign_in_cookie(client, person)
    return client.get(path(url))


def tap(client: HouseClient, url: str, shift_id: UUID, **form: str) -> Any:
    values = {"scan_id": str(new_id()), "shift_id": str(shift_id), "direction": "in", **form}
    return client.post(path(url), data=values, follow_redirects=True)


def test_the_page_asks_only_who_agreed(duty: Duty, client: HouseClient) -> None:
    use_positions(duty, duty.cast.limei)
    asked = look(client, duty.cast.limei, duty.sign())
    assert "data-position" in asked.text
    assert "geolocation=(self)" in asked.headers["Permissions-Policy"]
    offered = look(client, duty.cast.liuyang, duty.sign())
    assert "data-position" not in offered.text
    assert 'href="/me/consents#consent-position"' in offered.text


def test_without_need_the_page_neither_asks_nor_offers(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    agree(duty, duty.cast.limei)
    assert "position" not in look(client, duty.cast.limei, duty.sign()).text
    use_positions(duty)
    assert "position" not in look(client, duty.cast.limei, duty.shift_url()).text
    duty.scan(duty.cast.limei, duty.sign())  # waits for a person: a position would not help now
    clock.advance(hours=1)
    assert "position" not in look(client, duty.cast.limei, duty.sign()).text


def test_no_other_page_may_ask_where_the_phone_is(duty: Duty, client: HouseClient) -> None:
    sign_in_cookie(client, duty.cast.limei)
    for address in ("/me", "/me/consents", "/checkin/witness", "/sign-in", "/nowhere"):
        policy = client.get(address).headers["Permissions-Policy"]
        assert "geolocation=()" in policy, address


def test_a_tap_with_a_position_counts_and_says_what_is_kept(
    duty: Duty, client: HouseClient
) -> None:
    use_positions(duty, duty.cast.limei)
    sign_in_cookie(client, duty.cast.limei)
    page = tap(client, duty.sign(), duty.shift_id, position=as_field(here(20)))
    assert "已签到" in page.text
    assert "手机离场所 20 米；只记了这个数" in page.text
    assert 'class="verdict verdict-good"' in page.text


@pytest.mark.parametrize("wrong", ["x", "38.2,106.7", "38.2,106.7;-1", "99,0;1", "1,1;12345678"])
def test_a_position_that_no_script_wrote_is_refused(
    duty: Duty, client: HouseClient, wrong: str
) -> None:
    use_positions(duty, duty.cast.limei)
    sign_in_cookie(client, duty.cast.limei)
    assert tap(client, duty.sign(), duty.shift_id, position=wrong).status_code == 422
    assert distances() == []


def test_an_empty_position_is_none(duty: Duty, client: HouseClient) -> None:
    use_positions(duty, duty.cast.limei)
    sign_in_cookie(client, duty.cast.limei)
    page = tap(client, duty.sign(), duty.shift_id, position="")
    assert "已记下，待确认" in page.text
    assert distances() == [None]


def test_the_leader_reads_how_far_away_the_phone_was(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    use_positions(duty, duty.cast.limei, duty.cast.liuyang)
    far = duty.scan(duty.cast.limei, duty.sign(), position=here(850))
    duty.scan(duty.cast.liuyang, duty.sign(), position=here(40))
    clock.advance(minutes=5)
    sign_in_cookie(client, duty.cast.wangqiang)
    page = client.get(f"/checkin/shifts/{duty.shift_id}").text
    assert "手机离场所 850 米" in page
    assert "按位置 40 米" in page
    sign_in_cookie(client, duty.cast.zhoumin)
    assert "手机离场所 850 米" in client.get(f"/checkin/attendances/{far.attendance_id}").text
