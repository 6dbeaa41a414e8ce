"""The month, the days that come, the corners and the hand-overs, through the front door."""

from __future__ import annotations

from typing import Any

import pytest

from pointsvc.plots.people.assignments import assignments_at
from pointsvc.plots.people.handovers import handovers_at
from tests.plots.test_adopting import answer as accept_corner, live, offer
from tests.plots.test_assigning import ask, end, say
from tests.plots.years import Year
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")  # pages: the engine makes no difference


def test_the_leader_s_month_has_each_duty_on_its_day(client: HouseClient, year: Year) -> None:
    """The frozen Saturday is 21 November 2026: duties on Saturdays from then on."""
    year.add()
    year.generate(60)
    sign_in_cookie(client, year.cast.wangqiang)
    page = client.get("/plots/month").text
    assert "2026年11月" in page
    assert page.count('class="month-duty"') == 1
    assert client.get("/plots/month?month=2026-12").text.count('class="month-duty"') == 4
    january = client.get("/plots/month?month=2027-01").text
    assert "2027年1月" in january
    assert "month=2026-12" in january


def test_a_month_without_duties_says_where_they_are_made(client: HouseClient, year: Year) -> None:
    sign_in_cookie(client, year.cast.wangqiang)
    assert "还没排养护" in client.get("/plots/month?month=nonsense").text


def test_the_clerk_sees_all_plots_or_chooses_whose_month(client: HouseClient, year: Year) -> None:
    year.add()
    year.generate()
    sign_in_cookie(client, year.cast.zhaofang)
    page = client.get("/plots/month").text
    assert 'class="month-duty"' in page
    assert 'href="/plots/mine"' not in page.split("<main")[1]
    page = client.get(f"/plots/month?group={year.cast.group_id}").text
    assert 'class="month-duty"' in page


def test_the_first_page_says_that_somebody_was_asked(client: HouseClient, year: Year) -> None:
    sign_in_cookie(client, year.cast.limei)
    assert "有事想请您帮忙" not in client.get("/me").text
    ask(year)
    offer(year, "limei")
    page = client.get("/me").text
    assert "请您养护责任田" in page
    assert "请您认养一角" in page


def test_my_duties_begin_with_today_and_go_on_by_week(
    client: HouseClient, year: Year, clock: FrozenClock
) -> None:
    year.add(at_minute=20 * 60)
    year.generate()
    clock.advance(days=7)
    sign_in_cookie(client, year.cast.limei)
    page = client.get("/plots/duties/mine").text
    assert page.index("<h3>今天</h3>") < page.index("那一周</h3>")
    assert "缺 2 人" in page


def test_who_takes_a_plot_on_says_whether_to_be_named(client: HouseClient, year: Year) -> None:
    id_ = ask(year)
    sign_in_cookie(client, year.cast.limei)
    client.post(f"/plots/assignments/{id_}/answer", data={"answer": "accepted", "is_named": "yes"})
    consents = client.get("/me/consents").text
    block = consents.partition('id="consent-plot_name"')[2].partition("</section>")[0]
    assert "已同意" in block


def test_a_spoken_yes_is_confirmed_or_undone_on_the_phone(client: HouseClient, year: Year) -> None:
    id_ = ask(year)
    sign_in_cookie(client, year.cast.wangqiang)
    assert client.post(f"/plots/assignments/{id_}/spoken").status_code == 303
    assert "本人还没确认" in client.get(f"/plots/{year.place_id}/people").text
    sign_in_cookie(client, year.cast.limei)
    assert "我没答应" in client.get("/plots/duties/mine").text
    client.post(f"/plots/assignments/{id_}/end")
    assert assignments_at(year.community_id, [year.place_id]) == []


def test_a_wished_day_is_one_tap_for_the_leader(client: HouseClient, year: Year) -> None:
    id_ = ask(year)
    sign_in_cookie(client, year.cast.limei)
    wished = {"answer": "other", "wish_on": year.day(9).isoformat()}
    client.post(f"/plots/assignments/{id_}/answer", data=wished)
    sign_in_cookie(client, year.cast.wangqiang)
    assert year.day(9).isoformat() in client.get(f"/plots/{year.place_id}/people").text
    client.post(f"/plots/assignments/{id_}/anew", data={"starts_on": year.day(9).isoformat()})
    [asked] = assignments_at(year.community_id, [year.place_id])
    assert (asked.starts_on, asked.wish_on) == (year.day(9), None)


def test_ending_shows_what_remains_and_begins_a_hand_over(client: HouseClient, year: Year) -> None:
    id_, limei = ask(year), year.cast.limei
    say(year, id_, "accepted")
    year.add()
    year.generate()
    year.calendar.join(year.duties()[1].shift_id, limei)
    sign_in_cookie(client, limei)
    assert "还报着名的 1 次" in client.get(f"/plots/assignments/{id_}/end").text
    answer = client.post(f"/plots/assignments/{id_}/end", data={"leaves_signups": "yes"})
    assert answer.location.endswith("#handovers")
    [begun] = handovers_at(year.community_id, [year.place_id])
    address = f"/plots/handovers/{begun.id}"
    assert "谁交" in client.get(address).text
    client.post(f"{address}/tick", data={"side": "given", "positions": ["1", "2"]})
    assert handovers_at(year.community_id, [year.place_id])[0].given_count == 2


@pytest.mark.parametrize("who", ["sungang", "hedu", "chenjing"])
def test_hand_overs_and_agreements_are_their_people_s(
    client: HouseClient, year: Year, who: str
) -> None:
    id_ = ask(year, "liuyang")
    say(year, id_, "accepted", by="liuyang")
    end(year, id_, by="liuyang")
    [begun] = handovers_at(year.community_id, [year.place_id])
    lent = offer(year)
    sign_in_cookie(client, getattr(year.cast, who))
    for address in (f"/plots/handovers/{begun.id}", f"/plots/corners/{lent}"):
        assert client.get(address).status_code == 404


def test_a_corner_is_offered_answered_and_printed(client: HouseClient, year: Year) -> None:
    sign_in_cookie(client, year.cast.zhaofang)
    found = client.get(f"/plots/{year.place_id}/corners", query_string={"q": "张店"}).text
    assert "发消息请他" in found
    values: dict[str, Any] = {"corner": "东北角", "member_id": year.cast.zhangdian.id}
    values |= {"starts_on": year.day(0), "ends_on": year.day(100), "adoption_id": year.place_id}
    client.post(f"/plots/{year.place_id}/corners", data=values)
    [lent] = live(year)
    sign_in_cookie(client, year.cast.zhangdian)
    assert "不搭建任何构筑物" in client.get("/plots/corners/mine").text
    client.post(f"/plots/corners/{lent.id}/answer", data={"answer": "accepted"})
    page = client.get(f"/plots/corners/{lent.id}").text
    assert all(words in page for words in ("张店", "No structures", "签字"))


def test_a_taken_corner_is_told(client: HouseClient, year: Year) -> None:
    accept_corner(year, offer(year))
    sign_in_cookie(client, year.cast.wangqiang)
    values: dict[str, Any] = {"corner": "东北角", "member_id": year.cast.limei.id}
    values |= {"starts_on": year.day(0), "ends_on": year.day(9), "adoption_id": year.cast.limei.id}
    answer = client.post(f"/plots/{year.place_id}/corners", data=values, follow_redirects=True)
    assert "已经有人认养" in answer.text
    assert "张店" in client.get("/plots/corners").text


def test_going_on_is_asked_and_answered(client: HouseClient, year: Year) -> None:
    id_ = ask(year, ends_on=year.day(20))
    say(year, id_, "accepted")
    sign_in_cookie(client, year.cast.wangqiang)
    until = {"ends_on": year.day(300).isoformat()}
    client.post(f"/plots/assignments/{id_}/renewal", data=until)
    sign_in_cookie(client, year.cast.limei)
    assert "接着做" in client.get("/plots/duties/mine").text
    client.post(f"/plots/assignments/{id_}/renewal/answer", data={"answer": "accepted"})
    assert assignments_at(year.community_id, [year.place_id])[0].ends_on == year.day(300)


@pytest.mark.parametrize(("days", "is_offered"), [(60, True), (61, False)])
def test_going_on_is_offered_at_the_end_of_a_term(
    client: HouseClient, year: Year, days: int, is_offered: bool
) -> None:
    say(year, ask(year, ends_on=year.day(days)), "accepted")
    sign_in_cookie(client, year.cast.wangqiang)
    assert ("请他接着做" in client.get(f"/plots/{year.place_id}/people").text) is is_offered


def test_a_substitute_who_is_asked_is_not_missing(client: HouseClient, year: Year) -> None:
    sign_in_cookie(client, year.cast.wangqiang)
    people = f"/plots/{year.place_id}/people"
    assert "还缺一个替补" in client.get(people).text
    ask(year, is_substitute=True)
    page = client.get(people).text
    assert "还缺一个替补" not in page
    assert "请他做替补" in page
