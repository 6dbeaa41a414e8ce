"""Printed signs: every code on the sheet is read back and opens its own place."""

from __future__ import annotations

import pytest

from pointsvc.checkin.codes import read_codes
from tests.checkin.duty import Duty
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.pictures import codes_on

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def clerk(duty: Duty, client: HouseClient) -> HouseClient:
    """赵芳's browser."""
    sign_in_cookie(client, duty.cast.zhaofang)
    return client


def test_plots_and_stations_are_offered_and_shops_are_not(clerk: HouseClient, duty: Duty) -> None:
    page = clerk.get("/checkin/signs").text
    assert str(duty.cast.plot_id) in page
    assert str(duty.cast.station_id) in page
    assert str(duty.cast.shop_id) not in page


def test_every_code_on_the_sheet_opens_its_place(clerk: HouseClient, duty: Duty) -> None:
    wanted = [duty.cast.plot_id, duty.cast.station_id]
    query = [("place_id", str(place_id)) for place_id in wanted]
    page = clerk.get("/checkin/signs/sheet", query_string=query).text
    assert page.count('<section class="sign">') == 2
    assert "Scan to check in" in page
    now = duty.now()
    texts = [(text, now) for text in codes_on(page)]
    reads = read_codes(community_id=duty.community_id, texts=texts, now=now)
    assert [(read.proof, read.subject_id) for read in reads] == [("sign", p) for p in wanted]
    typed = [(text, now) for text in duty_typed(page)]
    again = read_codes(community_id=duty.community_id, texts=typed, now=now)
    assert [read.subject_id for read in again] == wanted


def duty_typed(page: str) -> list[str]:
    """The characters printed under the codes, for phones whose camera is broken."""
    parts = page.split('<p class="sign-typed">')[1:]
    return [part.partition("</p>")[0].split()[-1] for part in parts]


def test_printing_again_prints_the_same_code(clerk: HouseClient, duty: Duty) -> None:
    address = f"/checkin/signs/sheet?place_id={duty.cast.plot_id}"
    assert codes_on(clerk.get(address).text) == codes_on(clerk.get(address).text)


def test_a_foreign_place_is_absent(clerk: HouseClient, duty: Duty) -> None:
    address = f"/checkin/signs/sheet?place_id={duty.cast.other_plot_id}"
    assert clerk.get(address).status_code == 404
    assert clerk.get("/checkin/signs/sheet?place_id=x").status_code == 404


@pytest.mark.parametrize("who", ["wangqiang", "limei", "zhoumin", "chenjing"])
def test_only_the_clerk_prints(duty: Duty, client: HouseClient, who: str) -> None:
    sign_in_cookie(client, getattr(duty.cast, who))
    assert client.get("/checkin/signs").status_code == 403
    assert client.get("/checkin/signs/sheet").status_code == 403
