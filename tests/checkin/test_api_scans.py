"""The side door of scans: status, codes, who may, what devices see."""

from __future__ import annotations

from typing import Any

from pointsvc.kernel.ids import new_id
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def post(client: HouseClient, person: Person, path: str = "/api/v1/scans", **body: Any) -> Any:
    return client.post(path, json=body, headers=bearer(person))


def test_a_scan_answers_with_a_verdict(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    card, scan_id = duty.card(cast.limei), str(new_id())
    body = {"code": card, "shift_id": str(duty.shift_id)}
    post(client, cast.wangqiang, scan_id=str(new_id()), direction="in", **body)
    clock.advance(hours=2)
    answer = post(client, cast.wangqiang, scan_id=scan_id, direction="out", **body)
    assert answer.status_code == 200
    shown = answer.get_json()
    assert shown["member"] == {"id": str(cast.limei.id), "name": "李梅"}
    assert (shown["verdict"], shown["reason"], shown["award_points"]) == ("accepted", None, 20)
    assert (shown["service_minutes"], shown["balance_points"]) == (120, 20)
    stored = client.get(f"/api/v1/scans/{scan_id}", headers=bearer(cast.limei)).get_json()
    assert (stored["verdict"], stored["state"]) == ("accepted", "accepted")


def test_the_first_answer_stays_and_the_present_state_is_shown(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    came = duty.scan(cast.limei, duty.sign())
    path = f"/api/v1/scans/{came.scan_id}"
    before = client.get(path, headers=bearer(cast.limei)).get_json()
    clock.advance(hours=1)
    duty.decide(cast.wangqiang, came, reason="她在")
    shown = client.get(path, headers=bearer(cast.limei)).get_json()
    assert (before["state"], before["decisions"]) == ("provisional", [])
    first = ("provisional", "scan.sign_alone")
    assert (shown["verdict"], shown["reason"], shown["state"]) == (*first, "confirmed")
    assert shown["decisions"] == [
        {"decision": "confirmed", "reason": "她在", "decided_at": "2026-11-21T10:00:00+08:00"}
    ]


def test_in_an_upload_what_leaves_no_row_is_refused_alone(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    """One wrong shift in the queue loses nothing else (W13)."""
    card = duty.card(cast.limei)
    good = {"scan_id": str(new_id()), "code": card, "direction": "in"}
    nowhere = good | {"scan_id": str(new_id()), "shift_id": str(new_id())}
    drop = good | {"scan_id": str(new_id()), "direction": "drop"}
    answer = post(client, cast.wangqiang, "/api/v1/scans/batch", scans=[nowhere, good, drop])
    results = answer.get_json()["results"]
    assert [(each["verdict"], each["reason"]) for each in results] == [
        ("refused", "not_found"),
        ("accepted", None),
        ("refused", "forbidden"),
    ]
