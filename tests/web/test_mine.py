"""The volunteer's home: was I counted, and how does it stand?"""

from __future__ import annotations

import re

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.checkin.duty import Duty
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """Tariffs, and an open shift on plot 1."""
    return Duty(cast)


def today(client: HouseClient, locale: str = "zh") -> str:
    """What 李梅's home says of today, without its marks."""
    client.set_cookie("locale", locale)
    page = client.get("/me").text
    card = page.partition('id="today">')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", card).split())


def test_the_home_says_whether_one_was_counted(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    card = duty.card(duty.cast.limei)
    sign_in_cookie(client, duty.cast.limei)
    assert "签到" not in today(client)
    duty.scan(duty.cast.wangqiang, card)
    assert today(client).endswith("已签到")
    clock.advance(minutes=90)
    duty.scan(duty.cast.wangqiang, card, "out")
    assert today(client).endswith("已签退")


def test_the_home_says_that_a_sign_waits_for_the_leader(duty: Duty, client: HouseClient) -> None:
    sign_in_cookie(client, duty.cast.limei)
    duty.scan(duty.cast.limei, duty.sign(), shift_id=duty.shift_id)
    assert today(client).endswith("待组长确认")


def test_the_home_leads_to_the_shift_in_the_reader_s_language(
    duty: Duty, client: HouseClient
) -> None:
    sign_in_cookie(client, duty.cast.limei)
    assert "Plot care" in today(client, "en")
    assert f"/activities/{duty.shift_id}" in client.get("/me").text
