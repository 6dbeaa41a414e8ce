"""Asking, answering and ending through the front door; the clerk answers for who stands there."""

from __future__ import annotations

import pytest

from pointsvc.kernel.ids import new_id
from pointsvc.plots.people.assignments import assignments_at
from tests.plots.rosters import Rota
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient


def ask(client: HouseClient, year: Year, whom: str = "limei") -> None:
    """王强 asks 李梅."""
    sign_in_cookie(client, year.cast.wangqiang)
    values = {
        "assignment_id": str(new_id()),
        "member_id": str(getattr(year.cast, whom).id),
        "starts_on": year.today.isoformat(),
        "ends_on": year.day(365).isoformat(),
    }
    assert client.post(f"/plots/{year.place_id}/people", data=values).status_code == 303


def state(year: Year) -> list[tuple[str, str | None]]:
    """How the questions about plot 1 stand."""
    found = assignments_at(year.community_id, [year.place_id])
    return [(each.state, each.wish) for each in found]


def answer(client: HouseClient, year: Year, said: str, **more: str) -> None:
    """Answer the one question."""
    [asked] = assignments_at(year.community_id, [year.place_id])
    data = {"answer": said, **more}
    assert client.post(f"/plots/assignments/{asked.id}/answer", data=data).status_code == 303


def test_the_volunteer_answers_on_the_phone(client: HouseClient, year: Year) -> None:
    ask(client, year)
    sign_in_cookie(client, year.cast.limei)
    page = client.get("/plots/duties/mine").text
    assert "请您养护" in page
    assert "不愿意不扣分" in page
    answer(client, year, "other", wish="周二行")
    assert state(year) == [("proposed", "周二行")]
    answer(client, year, "accepted")
    page = client.get("/plots/duties/mine").text
    assert "我养护的田" in page
    assert "请您养护" not in page


def test_the_clerk_writes_down_what_is_said_at_the_desk(client: HouseClient, year: Year) -> None:
    ask(client, year)
    sign_in_cookie(client, year.cast.zhaofang)
    assert "本人在场" in client.get(f"/plots/{year.place_id}/people").text
    answer(client, year, "accepted", place_id=str(year.place_id))
    assert state(year)[0][0] == "accepted"


def test_a_wish_without_words_is_told(client: HouseClient, year: Year) -> None:
    ask(client, year)
    sign_in_cookie(client, year.cast.limei)
    answer(client, year, "other")
    assert "请写上您方便的时间" in client.get("/plots/duties/mine").text


def test_either_side_ends_it(client: HouseClient, year: Year) -> None:
    ask(client, year)
    [asked] = assignments_at(year.community_id, [year.place_id])
    sign_in_cookie(client, year.cast.limei)
    client.post(f"/plots/assignments/{asked.id}/end")
    assert state(year) == []


@pytest.mark.engines("sqlite")
def test_who_stops_sees_what_the_roster_asks_and_it_is_taken_back(
    client: HouseClient, year: Year
) -> None:
    rota = Rota(year)
    ask(client, year)
    rota.send((rota.days()[0], year.cast.limei))
    sign_in_cookie(client, year.cast.limei)
    answer(client, year, "accepted")
    [caring] = assignments_at(year.community_id, [year.place_id])
    assert "排班表还问着的 1 次" in client.get(f"/plots/assignments/{caring.id}/end").text
    client.post(f"/plots/assignments/{caring.id}/end")
    assert [entry.state for entry in rota.days()[0].entries] == ["withdrawn"]


def test_what_comes_is_listed_with_what_to_bring(client: HouseClient, year: Year) -> None:
    year.add(tools="夹子")
    year.generate()
    sign_in_cookie(client, year.cast.limei)
    page = client.get("/plots/duties/mine").text
    assert "捡垃圾" in page
    assert "夹子" in page


@pytest.mark.parametrize("who", ["limei", "zhangdian", "chenjing"])
def test_only_who_leads_asks(client: HouseClient, year: Year, who: str) -> None:
    sign_in_cookie(client, getattr(year.cast, who))
    assert client.get(f"/plots/{year.place_id}/people").status_code in {403, 404}
