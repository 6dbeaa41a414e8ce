"""How much a stranger may make the server read: JSON takes ten times its bytes of memory."""

from __future__ import annotations

import pytest

from pointsvc.web.bodies import FORM, JSON_MAX
from tests.support.cast import Cast, bearer, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")


def sign_in(client: HouseClient, body: str) -> int:
    return client.post("/api/v1/sign-in", data=body, content_type="application/json").status_code


def test_a_body_larger_than_any_upload_is_not_read(client: HouseClient) -> None:
    assert sign_in(client, "[" + "1," * (JSON_MAX // 2) + "1]") == 413


def test_the_largest_upload_of_scans_is_read(client: HouseClient, cast: Cast) -> None:
    scan = '{"code": "' + r"\u4e00" * 2000 + '"}'
    body = "[" + ", ".join([scan] * 200) + "]"
    answer = client.post(
        "/api/v1/scans/batch",
        data=body,
        content_type="application/json",
        headers=bearer(cast.wangqiang),
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(("fields", "status"), [(4999, 401), (5001, 413), (200_000, 413)])
def test_a_form_has_no_more_fields_than_any_page_sends(
    client: HouseClient, fields: int, status: int
) -> None:
    body = "phone=13800000001&password=x" + "&a" * (fields - 2)
    answer = client.post("/sign-in", data=body, content_type=FORM)
    assert answer.status_code == status
    assert ("内容太大" in answer.text) == (status == 413)


def test_a_form_is_no_longer_than_any_page_sends(client: HouseClient) -> None:
    body = "phone=13800000001&password=x&note=" + "x" * 1024 * 1024
    assert client.post("/sign-in", data=body, content_type=FORM).status_code == 413


def test_an_upload_has_no_more_parts_than_any_page_sends(client: HouseClient, cast: Cast) -> None:
    sign_in_cookie(client, cast.zhaofang)
    part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    body, kind = part * 5001 + "--x--\r\n", "multipart/form-data; boundary=x"
    assert client.post("/imports", data=body, content_type=kind).status_code == 413


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/sign-in", "application/json"),
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/sign-in/first", "multipart/form-data; boundary=x"),
    ],
)
@pytest.mark.usefixtures("cast")
def test_a_stranger_s_body_is_refused_by_its_length_alone(
    client: HouseClient, path: str, kind: str
) -> None:
    """Not one byte of it came: no thread waits for the rest."""
    answer = client.post(path, data=b"x" * (64 * 1024 + 1), content_type=kind)
    assert answer.status_code == 413
