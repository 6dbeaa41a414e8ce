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
