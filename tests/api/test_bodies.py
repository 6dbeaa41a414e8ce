"""Bodies and keys that are none, at every address of the API that takes one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from tests.api.asking import Address, addresses, body_for
from tests.api.truth import Truth
from tests.api.world import World
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")  # refused before any database
NO_JSON = (b'{"a": NaN}', b'{"a": Infinity}', b"{", b"\xff\xfe", b"x", b"[" * 60_000, b'{"a": 1}}')
NO_OBJECT = (b"[]", b"1", b"null", b'"x"')


def posts(app: Flask, world: World) -> list[Address]:
    """The addresses of the API that take a body."""
    return [each for each in addresses(app, world) if each.is_api and each.method == "POST"]


class Sender:
    """Sends raw bodies as somebody who may."""

    def __init__(self, app: Flask, client: HouseClient, world: World) -> None:
        self.app, self.client, self.world, self.truth = app, client, world, Truth(app)

    def send(self, address: Address, data: bytes, **how: Any) -> tuple[int, str]:
        with self.app.app_context():
            headers = (
                self.world.headers("staff") | {"Idempotency-Key": "k"} | how.pop("headers", {})
            )
        headers = {name: text for name, text in headers.items() if text is not None}
        kind = how.get("content_type", "application/json")
        answer = self.client.post(address.path, data=data, headers=headers, content_type=kind)
        assert self.truth.faults(answer) == []
        problem: Any = answer.json
        return answer.status_code, str(problem.get("code"))


@pytest.fixture
def sender(app: Flask, client: HouseClient, world: World) -> Sender:
    return Sender(app, client, world)


@pytest.mark.parametrize("data", NO_JSON, ids=lambda data: repr(data[:12]))
def test_what_is_no_json_is_400(sender: Sender, data: bytes) -> None:
    for address in posts(sender.app, sender.world):
        assert sender.send(address, data) == (400, "json.malformed"), str(address)


def test_another_type_of_body_is_400(sender: Sender) -> None:
    for address in posts(sender.app, sender.world):
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            found = sender.send(address, b"{}", content_type=kind)
            assert found == (400, "json.malformed"), f"{address} {kind}"


@pytest.mark.parametrize("data", [b"", *NO_OBJECT], ids=repr)
def test_json_that_is_no_object_is_422(sender: Sender, data: bytes) -> None:
    for address in posts(sender.app, sender.world):
        assert sender.send(address, data) == (422, "invalid"), str(address)


def test_an_unknown_key_is_422_everywhere(sender: Sender) -> None:
    for address in posts(sender.app, sender.world):
        body = body_for(sender.app, address, sender.world) | {"surprise": 1}
        found = sender.send(address, json.dumps(body).encode())
        assert found == (422, "invalid"), str(address)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency.key_missing"),
        ("", "idempotency.key_malformed"),
        ("k" * 256, "idempotency.key_malformed"),
        ("\u00e9", "idempotency.key_malformed"),
    ],
)
def test_a_key_that_is_none_is_400(sender: Sender, key: str | None, code: str) -> None:
    keyed = [
        each
        for each in posts(sender.app, sender.world)
        if "Idempotency-Key" in str(sender.truth.operation("POST", each.path))
    ]
    assert len(keyed) == 3
    for address in keyed:
        body = json.dumps(body_for(sender.app, address, sender.world)).encode()
        found = sender.send(address, body, headers={"Idempotency-Key": key})
        assert found == (400, code), str(address)
