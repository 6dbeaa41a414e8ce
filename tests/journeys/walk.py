"""Asking the side door as a program does, with a token and new keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from pointsvc.members.cards import find_card
from tests.support.cast import Person, bearer


class Walker:
    """A person with a token: `walker.post("/scans", {...})` gives the JSON of a good answer."""

    def __init__(self, client: FlaskClient, person: Person) -> None:
        self.client = client
        self.headers = bearer(person)

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: dict[str, Any], *, expect: int = 201) -> Any:
        headers = self.headers | {"Idempotency-Key": str(uuid4())}
        answer = self.client.post(f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        return answer.json

    def scan(self, code: str, direction: str, **more: Any) -> Any:
        body = {"scan_id": str(uuid4()), "code": code, "direction": direction, **more}
        return self.post("/scans", body, expect=200)


def card_of(community_id: UUID, member_id: UUID) -> str:
    """What a scanner types when it sees the member's printed card."""
    card = find_card(community_id, member_id)
    assert card is not None
    return card.token
