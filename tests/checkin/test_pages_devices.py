"""What scanners and kiosks show: a masked name, no balance, nothing of another place."""

from __future__ import annotations

from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.codes import read_codes
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.devices import create_device, enrol
from tests.checkin.duty import Duty
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.support.pictures import codes_on

pytestmark = pytest.mark.engines("sqlite")


def enrolled(duty: Duty, client: HouseClient, kind: str, place_id: UUID) -> HouseClient:
    """The client as a device of this kind at the place."""
    device_id = new_id()

    def work() -> str:
        code = create_device(
            community_id=duty.community_id,
            device_id=device_id,
            kind=kind,
            name="门口那台",
            place_id=place_id,
            actor=SYSTEM,
            now=duty.now(),
        )
        return enrol(code=code, agent="test", now=duty.now()).visit.token

    client.set_cookie("device", transact(work))
    return client


def scan(client: HouseClient, shift_id: UUID, code: str, **form: str) -> TestResponse:
    values = {"scan_id": str(new_id()), "shift_id": str(shift_id), "code": code, **form}
    return client.post("/checkin/scanner", data=values, headers={"HX-Request": "true"})


def test_the_landing_of_a_device_leads_to_its_page(duty: Duty, client: HouseClient) -> None:
    at_plot = enrolled(duty, client, "scanner", duty.cast.plot_id)
    page = at_plot.get("/", follow_redirects=True).text
    assert 'href="/checkin/scanner"' in page
    assert "/checkin/kiosk" not in page


def test_a_scanner_shows_a_masked_name_and_no_balance(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    at_plot = enrolled(duty, client, "scanner", duty.cast.plot_id)
    assert "1号田" in at_plot.get("/checkin/scanner").text
    card = duty.card(duty.cast.limei)
    scan(at_plot, duty.shift_id, card)
    clock.advance(hours=2)
    answer = scan(at_plot, duty.shift_id, card).text
    assert "李*" in answer
    assert "+20" in answer
    assert "李梅" not in answer
    assert "现有" not in answer


def test_a_scanner_at_the_station_counts_drops(duty: Duty, client: HouseClient) -> None:
    station = duty.open_station()
    at_station = enrolled(duty, client, "scanner", duty.cast.station_id)
    assert 'name="quantity"' in at_station.get("/checkin/scanner").text
    assert "已记投放" in scan(at_station, station, duty.card(duty.cast.limei), quantity="2").text


def test_without_scripts_the_scanners_page_comes_back(duty: Duty, client: HouseClient) -> None:
    at_plot = enrolled(duty, client, "scanner", duty.cast.plot_id)
    values = {
        "scan_id": str(new_id()),
        "shift_id": str(duty.shift_id),
        "code": duty.card(duty.cast.limei),
    }
    page = at_plot.post("/checkin/scanner", data=values, follow_redirects=True).text
    assert "李*" in page
    assert "李梅" not in page


def test_a_scanner_of_elsewhere_scans_nobody_here(duty: Duty, client: HouseClient) -> None:
    at_station = enrolled(duty, client, "scanner", duty.cast.station_id)
    assert scan(at_station, duty.shift_id, duty.card(duty.cast.limei)).status_code == 403
    assert duty.points(duty.cast.limei) == 0


def test_the_attendants_page_tells_a_scanner_no_names(duty: Duty, client: HouseClient) -> None:
    """A form that does not fit is answered with that page, which names who came last."""
    station = duty.open_station()
    duty.scan(duty.cast.sungang, duty.card(duty.cast.limei), "drop", shift_id=station)
    scanner = enrolled(duty, client, "scanner", duty.cast.station_id)
    answer = scanner.post("/checkin/station/drops", data={})
    assert (answer.status_code, "李梅" in answer.text) == (403, False)


def test_a_kiosk_shows_its_places_code_and_one_masked_name(duty: Duty, client: HouseClient) -> None:
    duty.scan(duty.cast.wangqiang, duty.card(duty.cast.limei))
    kiosk = enrolled(duty, client, "kiosk", duty.cast.plot_id)
    for address in ("/checkin/kiosk", "/checkin/kiosk/box"):
        page = kiosk.get(address).text
        [text] = codes_on(page)
        [read] = read_codes(
            community_id=duty.community_id, texts=[(text, duty.now())], now=duty.now()
        )
        assert read.subject_id == duty.shift_id
        assert "李*" in page
        assert "李梅" not in page


def test_a_kiosk_without_a_shift_waits(duty: Duty, client: HouseClient, clock: FrozenClock) -> None:
    kiosk = enrolled(duty, client, "kiosk", duty.cast.plot_id)
    clock.advance(hours=6)
    page = kiosk.get("/checkin/kiosk").text
    assert "现在没有开放签到的场次" in page
    assert codes_on(page) == []


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("kiosk", "/checkin/scanner"),
        ("scanner", "/checkin/kiosk"),
        ("kiosk", "/checkin"),
        ("scanner", "/checkin/waiting"),
    ],
)
def test_a_device_opens_its_own_page_alone(
    duty: Duty, client: HouseClient, kind: str, path: str
) -> None:
    device = enrolled(duty, client, kind, duty.cast.plot_id)
    assert device.get(path).status_code == 403


def test_a_kiosk_cannot_scan(duty: Duty, client: HouseClient) -> None:
    kiosk = enrolled(duty, client, "kiosk", duty.cast.plot_id)
    assert scan(kiosk, duty.shift_id, duty.card(duty.cast.limei)).status_code == 403
