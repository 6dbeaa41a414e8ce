"""How much a stranger may make the server read: JSON takes ten times its bytes of memory."""

from __future__ import annotations

import pytest

from pointsvc.web.bodies import JSON_MAX
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")


def sign_in(client: HouseClient, body: str) -> int:
    return client.post("/api/v1/sign-in", data=body, content_type="application/json").status_code


def test_a_body_larger_than_any_upload_is_not_read(client: HouseClient) -> None:
    assert sign_in(client, "[" + "1," * (JSON_MAX // 2) + "1]") == 413


def test_the_largest_upload_of_scans_is_read(client: HouseClient) -> None:
    scan = '{"code": "' + r"\u4e00" * 2000 + '"}'
    assert sign_in(client, "[" + ", ".join([scan] * 200) + "]") == 422
