"""A phone counts its own scans: the number is evidence, part of the body, and changes no verdict."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from pointsvc.checkin.models import Scan
from pointsvc.checkin.scans import ScanRequest
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from tests.checkin.asking import Device, Phone, scan_body
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clients import HouseClient

OLD = ScanRequest(
    UUID(int=1),
    "in",
    code="LSZH0123456789",
    shift_id=UUID(int=2),
    claimed_at=datetime(2026, 11, 21, 1, 0, tzinfo=UTC),
)
OLD_HASH = "19cd4426a2c486ced8b46da9eb2e1b4ef21179ca2fae2eceb07c5fbadcfbb586"


def stored(duty: Duty, scan_id: str) -> Scan:
    db.session.rollback()
    return db.session.get_one(Scan, (duty.community_id, UUID(scan_id)))


def test_a_body_without_a_counter_keeps_the_hash_that_it_had() -> None:
    assert OLD.body_hash.hex() == OLD_HASH


def test_a_counted_body_is_kept_with_its_number(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    phone, device_id = Phone(client, cast.wangqiang), str(new_id())
    body = scan_body(duty.card(cast.limei), device_id=device_id, device_counter=7)
    first, again = phone.post("/scans", body), phone.post("/scans", body)
    assert (first.json["verdict"], again.json) == ("accepted", first.json)
    row = stored(duty, body["scan_id"])
    assert (str(row.device_id), row.device_counter) == (device_id, 7)


@pytest.mark.parametrize("other", [{"device_counter": 8}, {"device_counter": None}])
def test_another_number_under_the_same_scan_id_is_another_body(
    duty: Duty, cast: Cast, client: HouseClient, other: dict[str, Any]
) -> None:
    phone = Phone(client, cast.wangqiang)
    body = scan_body(duty.card(cast.limei), device_id=new_id(), device_counter=7)
    phone.post("/scans", body)
    answer = phone.post("/scans", body | other)
    assert (answer.status_code, answer.json["code"]) == (409, "scan.id_reused")


def test_nothing_given_is_the_same_as_null(duty: Duty, cast: Cast, client: HouseClient) -> None:
    phone, body = Phone(client, cast.wangqiang), scan_body(duty.card(cast.limei))
    first = phone.post("/scans", body)
    again = phone.post("/scans", body | {"device_id": None, "device_counter": None})
    assert again.json == first.json


def test_a_signed_in_scanner_is_its_own_device(duty: Duty, cast: Cast, client: HouseClient) -> None:
    scanner = Device(client, duty, "scanner", cast.plot_id)
    body = scan_body(duty.card(cast.limei), device_counter=1)
    scanner.post("/scans", body)
    assert stored(duty, body["scan_id"]).device_id == scanner.id


@pytest.mark.parametrize(
    "wrong",
    [
        {"device_counter": 0},
        {"device_counter": 2**53 + 1},
        {"device_counter": "7"},
        {"device_counter": 7.0},
        {"device_counter": True},
        {"device_id": "my phone"},
        {"device_id": 7},
    ],
)
def test_wrong_numbers_and_names_do_not_fit(
    duty: Duty, cast: Cast, client: HouseClient, wrong: dict[str, Any]
) -> None:
    body = scan_body(duty.card(cast.limei)) | wrong
    answer = Phone(client, cast.wangqiang).post("/scans/batch", {"scans": [body]})
    assert answer.status_code == 422
    assert db.session.get(Scan, (duty.community_id, UUID(body["scan_id"]))) is None
