"""What no keyboard types is refused before it reaches the database, which would break on it."""

from __future__ import annotations

import pytest

from pointsvc.kernel.errors import BadRequest
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.paging import seal_cursor
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def auditor(cast: Cast, client: HouseClient, database: object) -> HouseClient:  # noqa: ARG001
    """周敏 at her pages."""
    sign_in_cookie(client, cast.zhoumin)
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/trail?q=x%00y",
        "/trail?action=x%00y",
        "/trail?q=a&q=x%00y",
        "/ledger/passbooks?q=x%00y",
    ],
)
def test_a_nul_in_an_address_is_refused(auditor: HouseClient, address: str) -> None:
    assert auditor.get(address).status_code == BadRequest.status


def test_a_nul_in_a_form_is_refused(auditor: HouseClient) -> None:
    answer = auditor.post("/me/consents", data={"purpose": "x\0y"})
    assert answer.status_code == BadRequest.status


@pytest.mark.parametrize("text", ["'", "%", "_", "👵" * 50, "长" * 400, "9" * 40])
def test_any_other_text_is_looked_for(auditor: HouseClient, text: str) -> None:
    for address in ("/trail", "/ledger/passbooks"):
        answer = auditor.get(address, query_string={"q": text, "action": text})
        assert answer.status_code == 200


@pytest.mark.parametrize("cursor", ["?", "AA", "MQ", "9" * 40, "bm9wZR9ub3Bl"])
@pytest.mark.parametrize("address", ["/trail", "/trail/agreed", "/ledger/passbooks"])
def test_a_foreign_cursor_is_refused(auditor: HouseClient, address: str, cursor: str) -> None:
    assert auditor.get(address, query_string={"after": cursor}).status_code == 422


@pytest.mark.parametrize(
    "moment", ["2026-11-21T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_cursor_of_no_moment_is_refused(auditor: HouseClient, moment: str) -> None:
    cursor = seal_cursor(moment, new_id())
    assert auditor.get("/trail/agreed", query_string={"after": cursor}).status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_calendar_s_end_breaks_nothing(auditor: HouseClient, day: str) -> None:
    assert auditor.get("/trail", query_string={"on": day}).status_code in {200, 422}
