"""The week on paper: for the board with masked names, and a sheet for who has no phone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import record_consent
from pointsvc.members.editing import change_phone
from pointsvc.plots.calendar.week import monday_of
from tests.plots.rosters import Rota
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def coming(year: Year) -> Year:
    """李梅 and 刘洋 come on Saturday; of three one is missing."""
    year.add(people_count=3, tools="夹子")
    year.generate()
    duty = year.duties()[0]
    for person in (year.cast.limei, year.cast.liuyang):
        year.calendar.join(duty.shift_id, person)
    return year


def page(client: HouseClient, year: Year, *, more: str = "", who: str = "wangqiang") -> str:
    sign_in_cookie(client, getattr(year.cast, who))
    on = year.duties()[0].due_on
    return client.get(f"/plots/week{more}?on={on}").text


def lose_phone(year: Year) -> None:
    """刘洋 has none any more."""
    transact(
        lambda: change_phone(
            community_id=year.community_id,
            member_id=year.cast.liuyang.id,
            phone=None,
            actor=SYSTEM,
            now=clock.now(),
        )
    )


def test_the_board_shows_whole_names_only_of_who_agreed(coming: Year, client: HouseClient) -> None:
    limei = coming.cast.limei.id
    transact(
        lambda: record_consent(
            community_id=coming.community_id,
            member_id=limei,
            purpose="publish_name",
            given=True,
            recorded_by_id=limei,
            now=clock.now(),
        )
    )
    text = page(client, coming)
    assert "李梅、刘*" in text
    assert "刘洋" not in text
    assert "夹子" in text
    assert "还差 1 人" in text


def test_a_leader_may_see_whole_names_of_their_own_plots(coming: Year, client: HouseClient) -> None:
    sign_in_cookie(client, coming.cast.wangqiang)
    on = coming.duties()[0].due_on
    assert "刘洋" in client.get(f"/plots/week?on={on}&names=full").text
    sign_in_cookie(client, coming.cast.limei)
    assert client.get("/plots/week").status_code == 403


def test_there_is_a_sheet_for_who_has_no_phone(coming: Year, client: HouseClient) -> None:
    lose_phone(coming)
    text = page(client, coming, more="/people")
    assert "刘洋这一周" in text
    assert "李梅这一周" not in text
    assert "1号田" in text


def test_what_somebody_without_a_phone_is_asked_stands_on_the_sheet(
    year: Year, client: HouseClient
) -> None:
    rota = Rota(year)
    rota.send((rota.days()[0], year.cast.liuyang))
    lose_phone(year)
    sign_in_cookie(client, year.cast.wangqiang)
    text = client.get("/plots/week/people?on=2026-12-05").text
    assert "组长请您来" in text
    assert "还缺人，愿意来" not in text


def test_a_week_that_makes_no_sense_is_this_one(coming: Year, client: HouseClient) -> None:
    sign_in_cookie(client, coming.cast.zhaofang)
    assert client.get("/plots/week?on=yesterday").status_code == 200
    assert monday_of(coming.today) + timedelta(days=5) == coming.today
