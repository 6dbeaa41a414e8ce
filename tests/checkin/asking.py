"""Asking the side door of check-in as a phone does."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.devices import create_device, enrol
from tests.checkin.duty import Duty
from tests.support.cast import Person, bearer
from tests.support.clients import HouseClient

Body = dict[str, Any]


class Phone:
    """A person's phone, or a device: `phone.scan(code)` gives the JSON of the answer."""

    def __init__(self, client: HouseClient, holder: Person | dict[str, str]) -> None:
        self.client = client
        self.headers = bearer(holder) if isinstance(holder, Person) else holder

    def post(self, path: str, body: Any) -> Any:
        """The response to a body."""
        text = json.dumps(body)  # in ASCII, so that a lone half of a character may be sent
        kind = "application/json"
        return self.client.post(
            f"/api/v1{path}", data=text, content_type=kind, headers=self.headers
        )

    def get(self, path: str) -> Any:
        """The response of an address."""
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def scan(self, code: str, direction: str = "in", **more: Any) -> Any:
        """The answer to one scan; it must be a decided one."""
        answer = self.post("/scans", scan_body(code, direction, **more))
        assert answer.status_code == 200, answer.text
        return answer.json

    def upload(self, bodies: list[Body]) -> list[Body]:
        """The answers to an upload."""
        answer = self.post("/scans/batch", {"scans": bodies})
        assert answer.status_code == 200, answer.text
        results: list[Body] = answer.json["results"]
        return results


class Device(Phone):
    """A scanner, kiosk or till that was enrolled at a place with its one-time code."""

    def __init__(self, client: HouseClient, duty: Duty, kind: str, place_id: UUID) -> None:
        self.id, now, here = new_id(), duty.now(), duty.community_id
        code = transact(
            lambda: create_device(
                community_id=here,
                device_id=self.id,
                kind=kind,
                name="1号机",
                place_id=place_id,
                actor=SYSTEM,
                now=now,
            )
        )
        enrolled = transact(lambda: enrol(code=code, agent="test", now=now))
        super().__init__(client, {"Authorization": f"Bearer {enrolled.visit.token}"})


def scan_body(code: str, direction: str = "in", **more: Any) -> Body:
    """The body of a scan with a fresh id; what is None is left out."""
    body = {"scan_id": str(new_id()), "code": code, "direction": direction} | more
    return {key: str(value) if key.endswith("_id") else value for key, value in body.items()}


def claimed(duty: Duty, **ago: float) -> str:
    """A time before now, as an upload claims it: `claimed(duty, hours=1)`."""
    return duty.later(**{unit: -amount for unit, amount in ago.items()}).isoformat()
