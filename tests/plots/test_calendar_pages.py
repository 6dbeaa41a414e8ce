"""The care calendar through the front door: draft, look, write, change, hold."""

from __future__ import annotations

import re

import pytest

from pointsvc.kernel.ids import new_id
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")

PLAN = {
    "care": "weed",
    "every": "W2",
    "weekday": "SU",
    "season_from": "05-01",
    "season_to": "10-15",
    "at": "08:00",
    "minutes": "90",
    "people_count": "3",
    "risk": "none",
    "follows_holidays": "yes",
}


@pytest.fixture
def leader(year: Year, client: HouseClient) -> HouseClient:
    """王强's browser."""
    sign_in_cookie(client, year.cast.wangqiang)
    return client


def address(year: Year, rest: str = "") -> str:
    """A page of the plot's calendar."""
    return f"/plots/{year.place_id}/calendar{rest}"


def test_from_a_draft_to_shifts(leader: HouseClient, year: Year) -> None:
    assert "还没有养护日程" in leader.get(address(year)).text
    assert leader.post(address(year, "/draft")).status_code == 303
    page = leader.get(address(year)).text
    assert "每周六" in page
    assert "割草机" in page
    until = year.day(28).isoformat()
    seen = leader.get(address(year, f"/preview?until={until}")).text
    assert "排进日程" in seen
    assert year.duties() == []
    leader.post(address(year), data={"until": until})
    assert year.duties()
    assert "都排好了" in leader.get(address(year, f"/preview?until={until}")).text


def test_a_line_of_one_s_own_and_a_change_from_a_day_on(leader: HouseClient, year: Year) -> None:
    form = leader.get(f"/plots/{year.place_id}/plans/new").text
    [plan_id] = re.findall(r'name="plan_id" value="([^"]+)"', form)
    values = PLAN | {"plan_id": plan_id, "from_on": year.day(1).isoformat()}
    for _tap in range(2):
        assert leader.post(f"/plots/{year.place_id}/plans", data=values).status_code == 303
    [plan] = year.plans()
    assert plan.rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"
    page = leader.get(f"/plots/plans/{plan.id}").text
    assert 'value="W2" selected' in page
    values |= {"plan_id": str(new_id()), "every": "M3", "from_on": year.day(10).isoformat()}
    leader.post(f"/plots/plans/{plan.id}", data=values)
    assert min(each.rrule for each in year.plans()) == "FREQ=MONTHLY;BYDAY=3SU"


def test_a_rule_without_words_is_kept_as_it_is(leader: HouseClient, year: Year) -> None:
    rule = "FREQ=MONTHLY;BYDAY=4SA;BYMONTH=4,6,9"
    plan_id = year.add(rrule=rule)
    assert "4、6、9 月" in leader.get(f"/plots/plans/{plan_id}").text
    values = PLAN | {"every": "keep", "plan_id": str(new_id())}
    leader.post(f"/plots/plans/{plan_id}", data=values | {"from_on": year.day(5).isoformat()})
    rules = {plan.rrule for plan in year.plans()}
    assert rules == {rule, rule.replace("4SA", "4SU")}, "the day of the week that was chosen"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"season_from": "02-30"}, "请写成月-日"),
        ({"minutes": "5"}, "15"),
        ({"care": "dance"}, "dance"),
        ({"from_on": "2026-11-21"}, "请从明天"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    leader: HouseClient, year: Year, wrong: dict[str, str], words: str
) -> None:
    plan_id = year.add()
    values = PLAN | {"plan_id": str(new_id()), "from_on": year.day(5).isoformat(), "tools": "小锄"}
    answer = leader.post(f"/plots/plans/{plan_id}", data=values | wrong)
    assert answer.status_code == 422
    assert words in answer.text or "dance" in wrong.values()
    assert 'value="小锄"' in answer.text
    assert len(year.plans()) == 1


def test_one_is_moved_and_one_is_held(leader: HouseClient, year: Year) -> None:
    year.add()
    year.generate()
    first, second, *_rest = year.duties()
    when = {"on": year.day(3).isoformat(), "at": "10:30"}
    leader.post(f"/plots/duties/{first.id}/move", data=when)
    leader.post(f"/plots/duties/{second.id}/hold", data={"why": "大风"})
    page = leader.get(address(year)).text
    assert "单独改过" in page
    assert "等天气" in page
    assert "大风" in page
    leader.post(f"/plots/duties/{first.id}/move", data=when | {"on": "2020-01-01"})
    assert "一年以内" in leader.get(address(year)).text


def test_a_line_is_ended_and_what_nobody_joined_goes(leader: HouseClient, year: Year) -> None:
    plan_id = year.add()
    year.generate()
    leader.post(f"/plots/plans/{plan_id}/end", data={"from_on": year.day(1).isoformat()})
    leader.post(address(year), data={"until": year.day(28).isoformat()})
    assert year.duties() == []


@pytest.mark.parametrize("who", ["limei", "zhangdian", "hedu", "zhoumin", "chenjing"])
def test_others_do_not_come_in(client: HouseClient, year: Year, who: str) -> None:
    sign_in_cookie(client, getattr(year.cast, who))
    assert client.get(address(year)).status_code in {403, 404}
    assert client.post(address(year), data={"until": "2026-12-01"}).status_code in {403, 404}
