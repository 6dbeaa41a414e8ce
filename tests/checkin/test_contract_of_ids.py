"""A scan id is spent by its first answer (docs/checkin.md §2); weaknesses W1-W11 of its §3."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from pointsvc.checkin.errors import ScanIdReused
from pointsvc.checkin.models import Attendance, Scan
from pointsvc.checkin.queries import get_scan
from pointsvc.extensions import db
from tests.checkin.asking import Phone, claimed, scan_body
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_retry_of_an_accepted_scan_gets_its_first_answer(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    """W1: whatever has happened since."""
    phone, body = Phone(client, cast.wangqiang), scan_body(duty.card(cast.limei))
    first = phone.post("/scans", body).json
    clock.advance(hours=2)
    phone.scan(body["code"], "out")
    clock.advance(days=3)
    assert phone.post("/scans", body).json == first
    assert (count(Scan), count(Attendance)) == (2, 1)


def test_a_refused_scan_retried_thrice_is_one_row_and_one_answer(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    """W2, and docs/ledger.md case 6: refused stays refused, a new id works."""
    phone, body = Phone(client, cast.wangqiang), scan_body(duty.card(cast.limei), "out")
    first = phone.post("/scans", body).json
    phone.scan(body["code"])
    clock.advance(hours=2)
    again = [phone.post("/scans", body).json for _time in range(3)]
    assert (first["reason"], again) == ("scan.not_in", [first] * 3)
    assert count(Scan) == 2
    assert phone.scan(body["code"], "out")["verdict"] == "accepted"


CHANGES = {
    "direction": "out",  # W8
    "code": "7" * 15,  # W7
    "quantity": 2,
    "claimed_at": "2026-11-21T08:59:59+08:00",  # W9
    "shift_id": None,
}


@pytest.mark.parametrize("changed", CHANGES)
@pytest.mark.parametrize("is_refused", [False, True])
def test_the_same_id_with_another_body_is_a_conflict(
    duty: Duty, cast: Cast, client: HouseClient, changed: str, *, is_refused: bool
) -> None:
    phone, code = Phone(client, cast.wangqiang), duty.card(cast.limei)
    body = scan_body("0" * 15 if is_refused else code, shift_id=duty.shift_id)
    phone.post("/scans", body)
    answer = phone.post("/scans", body | {changed: CHANGES[changed]})
    assert (answer.status_code, answer.json["code"]) == (409, ScanIdReused.code)
    assert (count(Scan), count(Attendance)) == (1, 0 if is_refused else 1)


def test_the_same_body_may_be_written_in_other_words(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    """Defaults that are spelled out, and the same moment in another zone, are the same body."""
    phone = Phone(client, cast.wangqiang)
    body = scan_body(duty.card(cast.limei), claimed_at="2026-11-21T09:00:00+08:00")
    first = phone.post("/scans", body)
    spelled = {"claimed_at": "2026-11-21T01:00:00Z", "quantity": 1, "shift_id": None}
    assert phone.post("/scans", body | spelled).json == first.json


def test_somebody_elses_id_is_a_conflict(duty: Duty, cast: Cast, client: HouseClient) -> None:
    body = scan_body(duty.card(cast.limei), shift_id=duty.shift_id)
    Phone(client, cast.wangqiang).post("/scans", body)
    answer = Phone(client, cast.zhaofang).post("/scans", body)
    assert (answer.status_code, answer.json["code"]) == (409, "scan.id_reused")


def test_two_communities_may_use_the_same_id(duty: Duty, cast: Cast, client: HouseClient) -> None:
    body = scan_body(duty.card(cast.limei))
    Phone(client, cast.wangqiang).post("/scans", body)
    answer = Phone(client, cast.chenjing).post("/scans", body)
    assert (answer.status_code, answer.json["reason"]) == (200, "code.foreign")


def test_in_one_upload_an_id_counts_once(duty: Duty, cast: Cast, client: HouseClient) -> None:
    body = scan_body(duty.card(cast.limei), shift_id=duty.shift_id)
    other = body | {"direction": "out"}
    results = Phone(client, cast.wangqiang).upload([body, body, other])
    assert results[0] == results[1]
    assert [each["reason"] for each in results] == [None, None, "scan.id_reused"]
    assert count(Scan) == 1


def test_the_id_of_a_voided_scan_stays_spent(duty: Duty, cast: Cast, client: HouseClient) -> None:
    """W11: a late retry makes no new check-in, a new scan does."""
    phone, body = Phone(client, cast.wangqiang), scan_body(duty.card(cast.limei))
    first = phone.post("/scans", body).json
    came = get_scan(duty.community_id, UUID(first["scan_id"])).receipt
    duty.approve(cast.hedu, duty.ask_correction(cast.zhaofang, came))
    assert phone.post("/scans", body).json == first
    assert db.session.scalars(select(Attendance.state)).all() == ["void"]
    again = phone.scan(body["code"])
    assert again["verdict"] == "accepted"
    assert again["attendance_id"] != first["attendance_id"]


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({"days": -400}, "scan.claimed_ahead"),
        ({"minutes": -3}, "scan.claimed_ahead"),
        ({"days": 32}, "scan.claimed_too_old"),
        ({"days": 11 * 365}, "scan.claimed_too_old"),
    ],
)
def test_a_claimed_time_that_cannot_be_is_refused(
    duty: Duty, cast: Cast, client: HouseClient, claim: dict[str, float], reason: str
) -> None:
    """W3."""
    phone = Phone(client, cast.wangqiang)
    shown = phone.scan(duty.card(cast.limei), claimed_at=claimed(duty, **claim))
    assert (shown["verdict"], shown["reason"]) == ("refused", reason)
    assert count(Attendance) == 0


ENDS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1066-10-14T09:00:00Z"]


@pytest.mark.parametrize("at", ENDS)
def test_a_claimed_time_at_the_ends_of_the_calendar_does_not_fit(
    duty: Duty, cast: Cast, client: HouseClient, at: str
) -> None:
    """Moved into UTC or a zone it would leave the calendar."""
    phone = Phone(client, cast.wangqiang)
    answer = phone.post("/scans", scan_body(duty.card(cast.limei), claimed_at=at))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["claimed_at"])
    assert count(Scan) == 0


@pytest.mark.parametrize("key", ["force", "verdict", "received_at", "member_id", "award_points"])
def test_no_caller_can_force_a_verdict(
    duty: Duty, cast: Cast, client: HouseClient, key: str
) -> None:
    """W4."""
    phone = Phone(client, cast.wangqiang)
    answer = phone.post("/scans", scan_body(duty.card(cast.limei)) | {key: True})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [key])
    assert count(Scan) == 0


BAD = [
    {"direction": "both"},
    {"quantity": 0},
    {"quantity": 21},
    {"quantity": True},
    {"quantity": "3"},
    {"quantity": 1.5},
    {"scan_id": "7"},
    {"scan_id": None},
    {"code": ""},
    {"code": None},
    {"code": "x" * 2001},
    {"shift_id": "plot-1"},
    {"claimed_at": "yesterday"},
    {"claimed_at": "2026-11-21T09:00:00"},
    {"claimed_at": 1_790_000_000},
]


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_what_does_not_fit_leaves_no_row(
    duty: Duty, cast: Cast, client: HouseClient, bad: dict[str, Any]
) -> None:
    body = scan_body(duty.card(cast.limei)) | bad
    assert Phone(client, cast.wangqiang).post("/scans", body).status_code == 422
    assert count(Scan) == 0


@pytest.mark.parametrize("code", ["\ud800", "\x00", "٣" * 8, "１２３４５６７８", "💐" * 15])
def test_whatever_a_scanner_types_gets_a_verdict(
    duty: Duty, cast: Cast, client: HouseClient, code: str
) -> None:
    shown = Phone(client, cast.wangqiang).scan(code, shift_id=duty.shift_id)
    assert (shown["verdict"], shown["member"]) == ("refused", None)


def test_an_upload_takes_two_hundred_and_not_one_more(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    phone, card = Phone(client, cast.wangqiang), duty.card(cast.limei)
    bodies = [scan_body(card, shift_id=duty.shift_id) for _each in range(201)]
    assert phone.post("/scans/batch", {"scans": bodies}).status_code == 422
    assert count(Scan) == 0
    verdicts = [each["verdict"] for each in phone.upload(bodies[:200])]
    assert sorted(verdicts) == ["accepted", *["refused"] * 199]


@pytest.mark.parametrize("body", [{"scans": []}, {"scans": "all"}, {}, [], {"force": 1}])
@pytest.mark.usefixtures("database")
def test_an_upload_of_nothing_does_not_fit(cast: Cast, client: HouseClient, body: Any) -> None:
    assert Phone(client, cast.wangqiang).post("/scans/batch", body).status_code == 422
