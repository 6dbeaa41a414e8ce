"""A person's page leads on to what other rooms know of them."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.checkin.duty import Duty
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """An open shift on plot 1, with tariffs."""
    return Duty(cast)


def test_a_person_s_page_leads_to_their_latest_attendances(duty: Duty, client: HouseClient) -> None:
    came = duty.scan(duty.cast.wangqiang, duty.card(duty.cast.limei))
    sign_in_cookie(client, duty.cast.zhaofang)
    page = client.get(f"/members/{duty.cast.limei.id}").text
    assert f'href="/checkin/attendances/{came.attendance_id}"' in page
