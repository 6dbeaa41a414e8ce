"""The side door of the disclosure: anyone may ask, and is answered in the contract's words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pointsvc.disclosure.errors import NoSuchMonth
from pointsvc.kernel.ids import new_id
from tests.disclosure.office import Office
from tests.support.cast import PEOPLE, bearer
from tests.support.clients import HouseClient

POINTS = {
    "opening",
    "imported",
    "issued",
    "taken_back",
    "exchanged",
    "refunded",
    "expired",
    "regranted",
    "donated_back",
    "closing",
}


def read(client: HouseClient, office: Office, query: str = "") -> Any:
    """The document at the side door, asked by nobody in particular."""
    return client.get(f"/api/v1/communities/{office.community_id}/disclosure{query}").json


def test_the_document_has_the_keys_of_the_contract(november: Office, client: HouseClient) -> None:
    document = read(client, november, "?month=2026-11")
    assert document.keys() == {"month", "points", "donations", "stock", "root"}
    assert document["points"].keys() == POINTS
    assert (document["month"], document["points"]["closing"]) == ("2026-11", 485)
    assert document["stock"][0] == {
        "name": "香皂",
        "pack": "125g",
        "price_points": 40,
        "opening": 0,
        "received": 10,
        "exchanged": 3,
        "returned": 1,
        "corrected": 0,
        "on_hand": 8,
    }


def test_without_a_month_it_is_the_current_one_on_the_community_s_clock(
    november: Office, client: HouseClient
) -> None:
    november.clock.at("2026-12-01T00:30")
    assert read(client, november)["month"] == "2026-12"


@pytest.mark.parametrize("name", ["2026-13", "2026-1", "26-11", "2026-11-01", "", "二〇二六"])
def test_a_malformed_month_is_refused(office: Office, client: HouseClient, name: str) -> None:
    document = read(client, office, f"?month={name}")
    assert (document["status"], document["code"]) == (422, "invalid")
    assert "month" in document["errors"]["query"]


def test_a_month_that_has_not_begun_is_not_there(office: Office, client: HouseClient) -> None:
    document = read(client, office, "?month=2026-12")
    assert (document["status"], document["code"]) == (404, NoSuchMonth.code)


def test_an_unknown_community_is_not_there(client: HouseClient) -> None:
    answer: Any = client.get(f"/api/v1/communities/{new_id()}/disclosure").json
    assert (answer["status"], answer["code"]) == (404, "not_found")


def test_a_month_before_everything_is_empty_and_adds_up(
    november: Office, client: HouseClient
) -> None:
    document = read(client, november, "?month=2020-02")
    assert set(document["points"].values()) == {0}
    assert (document["donations"], document["stock"], document["root"]) == ([], [], None)


def test_donors_are_masked_as_they_wished(office: Office, client: HouseClient) -> None:
    office.receive("李秀兰")
    office.receive("马建国", is_named=True)
    office.receive("红色物业", donor_kind="organisation")
    office.receive(None)
    donors = [gift["donor"] for gift in read(client, office)["donations"]]
    assert donors == ["李*", "马建国", "红色物业", "匿名"]


def test_no_name_of_a_person_leaks(november: Office, client: HouseClient) -> None:
    address = f"/api/v1/communities/{november.community_id}/disclosure"
    text = client.get(address).get_data(as_text=True)
    assert [name for name, *_rest in PEOPLE.values() if name in text] == []
    assert "秀兰" not in text


def test_the_root_is_that_of_the_month_s_last_sealed_day(
    november: Office, client: HouseClient
) -> None:
    october, twentieth = (november.seal(date(2026, *day)) for day in ((10, 31), (11, 20)))
    assert read(client, november, "?month=2026-10")["root"] == october.hex()
    assert read(client, november, "?month=2026-11")["root"] == twentieth.hex()


def test_one_community_s_month_is_not_another_s(november: Office, client: HouseClient) -> None:
    other = november.cast.other_community_id
    document: Any = client.get(f"/api/v1/communities/{other}/disclosure").json
    assert set(document["points"].values()) == {0}


def test_anybody_may_read_it_also_somebody_of_another_community(
    november: Office, client: HouseClient
) -> None:
    address = f"/api/v1/communities/{november.community_id}/disclosure"
    answer = client.get(address, headers=bearer(november.cast.chenjing))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"
