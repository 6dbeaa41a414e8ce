"""A clerk makes the calendars of all plots at once, through the front door."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from pointsvc.extensions import db
from pointsvc.kernel.clock import now as clock_now
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.calendar_runs import set_run
from pointsvc.plots.rules.horizons import last_day, numbers_in
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.support.commands import pointsvc

pytestmark = pytest.mark.engines("sqlite")
CALENDARS = "/plots/calendars"


@pytest.fixture
def clerk(year: Year, client: HouseClient) -> HouseClient:
    """赵芳's browser; plot 1 has a line."""
    year.add()
    sign_in_cookie(client, year.cast.zhaofang)
    return client


def asked(clerk: HouseClient, **form: str) -> str:
    """Begin; the address of the run."""
    [run_id] = re.findall(r'name="run_id" value="([^"]+)"', clerk.get(CALENDARS).text)
    answer = clerk.post(CALENDARS, data={"run_id": run_id, "horizon": "1y"} | form)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_from_choosing_to_written(clerk: HouseClient, year: Year) -> None:
    address = asked(clerk)
    assert "这是预览" in clerk.get(address).text
    assert year.duties() == []
    assert clerk.post(f"{address}/write").status_code == 303
    assert "排好了" in clerk.get(address).text
    assert len(year.duties()) > 40
    assert "都排好了" in clerk.get(asked(clerk, numbers="1-9")).text


def test_the_page_says_how_far_it_is(clerk: HouseClient, year: Year) -> None:
    address = asked(clerk)
    run_id = UUID(address.rpartition("/")[2])
    transact(lambda: set_run(year.community_id, run_id, state="writing"))
    page = clerk.get(address).text
    assert "排了 0 块田，共 1 块" in page
    assert "<progress" in page
    assert "看看办到哪里了" in clerk.get(CALENDARS).text
    clerk.post(f"{address}/stop")
    assert "停在半路" in clerk.get(address).text
    clerk.post(f"{address}/go-on")
    db.session.rollback()
    assert "排好了" in clerk.get(address).text


def test_dropped_is_not_written(clerk: HouseClient, year: Year) -> None:
    address = asked(clerk)
    assert "什么也没有写" in clerk.post(f"{address}/drop", follow_redirects=True).text
    clerk.post(f"{address}/write")
    assert year.duties() == []


@pytest.mark.parametrize("numbers", ["一", "9-1", "7777"])
def test_numbers_that_name_no_plot_are_refused(clerk: HouseClient, numbers: str) -> None:
    [run_id] = re.findall(r'name="run_id" value="([^"]+)"', clerk.get(CALENDARS).text)
    form = {"run_id": run_id, "horizon": "1y", "numbers": numbers}
    answer = clerk.post(CALENDARS, data=form)
    assert answer.status_code == 422
    assert f'value="{numbers}"' in answer.text


def test_numbers_are_read_as_people_write_them(year: Year) -> None:
    assert numbers_in("1－3、7，12 至 12".replace(" ", "")) == frozenset({1, 2, 3, 7, 12})
    assert numbers_in("") == frozenset()
    leap = year.today.replace(year=2028, month=2, day=29)
    assert last_day("1y", leap).isoformat() == "2029-02-28"


def test_the_operator_makes_them_by_a_command(
    year: Year, environment: dict[str, str], clock: FrozenClock
) -> None:
    clock.run()
    year.add()
    until = (clock_now() + timedelta(days=400)).date().isoformat()
    asked = ("plots", "calendars", "--community", str(year.community_id), "--until")
    told = [
        pointsvc(*asked, until, *words, environment=environment)
        for words in ((), ("--commit",), ("--commit",))
    ]
    assert [each.code for each in told] == [0, 0, 0], told
    counts = [re.findall(r"\d+", each.out) for each in told]
    assert counts[0] == counts[1] == [counts[2][-1], "0", "0", "0", "0"]
    assert int(counts[0][0]) > 40
    assert pointsvc(*asked, "2099-01-01", environment=environment).code == 2
