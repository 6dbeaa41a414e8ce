"""A month's roster through the front door: look, change, ask, answer, substitute, print."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pointsvc.plots.people.wishes import wishes_of
from tests.plots.rosters import Rota
from tests.plots.years import Year
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")
Enter = Callable[[Person], HouseClient]


@pytest.fixture
def rota(year: Year) -> Rota:
    """Four Saturdays in December, two people each."""
    return Rota(year)


@pytest.fixture
def enter(client: HouseClient) -> Enter:
    """The browser of somebody."""

    def entered(person: Person) -> HouseClient:
        sign_in_cookie(client, person)
        return client

    return entered


def address(rota: Rota, rest: str = "") -> str:
    return f"/plots/{rota.year.place_id}/roster{rest}?month=2026-12"


def seats(page: str) -> dict[str, str]:
    """What the form of a preview would send."""
    chosen = {}
    for name, inside in re.findall(
        r'<select[^>]* name="(seat-[^"]+)"(.*?)</select>', page, re.DOTALL
    ):
        [*_others, value] = ["", *re.findall(r'value="([^"]+)" selected', inside)]
        chosen[name] = value
    return chosen


def post(client: HouseClient, address: str, **values: str) -> None:
    assert client.post(address, data=values).status_code == 303


def test_the_leader_looks_changes_by_hand_and_asks(rota: Rota, enter: Enter) -> None:
    leader = enter(rota.cast.wangqiang)
    assert "看看怎么排" in leader.get(address(rota)).text
    page = leader.get(address(rota, "/preview")).text
    assert "原来提的：李梅，还没轮到过捡垃圾，近三个月 0 小时" in page
    form = seats(page)
    assert len(form) == 8
    form[min(form)] = ""
    post(leader, f"/plots/{rota.year.place_id}/roster", month="2026-12", **form)
    page = leader.get(address(rota)).text
    assert "等 李梅 答复" in page
    assert [len(each.silent) for each in rota.days()].count(2) == 3


def test_what_cannot_be_is_told_on_the_same_page(rota: Rota, enter: Enter) -> None:
    leader, first = enter(rota.cast.wangqiang), rota.days()[0]
    rota.year.calendar.join(first.duty.shift_id, rota.cast.wangqiang)
    form = {
        f"seat-{first.duty.id}-{n}": str(person.id)
        for n, person in enumerate((rota.cast.limei, rota.cast.liuyang))
    }
    place = f"/plots/{rota.year.place_id}/roster"
    answer = leader.post(place, data={"month": "2026-12", **form})
    assert answer.status_code == 409
    assert "人已经够了" in answer.text


def test_one_person_for_two_seats_is_told_at_the_seat(rota: Rota, enter: Enter) -> None:
    first, limei = rota.days()[0], str(rota.cast.limei.id)
    form = {f"seat-{first.duty.id}-{n}": limei for n in range(2)}
    place = f"/plots/{rota.year.place_id}/roster"
    answer = enter(rota.cast.wangqiang).post(place, data={"month": "2026-12", **form})
    assert answer.status_code == 409
    assert answer.text.count("这一场已经选了这个人") == 1
    assert f'id="seat-{first.duty.id}-1-error"' in answer.text
    assert rota.days()[0].entries == ()


def test_one_says_yes_to_all_or_no_to_one_and_the_clerk_writes_it_down(
    rota: Rota, enter: Enter
) -> None:
    rota.send()
    phone = enter(rota.cast.limei)
    assert "都愿意（4 次）" in phone.get("/plots/duties/mine").text
    post(phone, f"/plots/roster/{rota.entry(0, rota.cast.limei)}/answer", answer="declined")
    post(phone, "/plots/roster/answers")
    assert [rota.coming(n) for n in range(4)] == [[], ["李梅"], ["李梅"], ["李梅"]]
    clerk = enter(rota.cast.zhaofang)
    assert "本人在场，愿意" in clerk.get(address(rota)).text
    answer = {"answer": "confirmed", "place_id": str(rota.year.place_id), "month": "2026-12"}
    post(clerk, f"/plots/roster/{rota.entry(0, rota.cast.liuyang)}/answer", **answer)
    assert rota.coming(0) == ["刘洋"]


def test_the_leader_writes_down_what_was_said_to_their_face(rota: Rota, enter: Enter) -> None:
    rota.send()
    leader, said = enter(rota.cast.wangqiang), {"place_id": str(rota.year.place_id)}
    assert "当面答应了" in leader.get(address(rota)).text
    spoken = {rota.cast.limei: "confirmed", rota.cast.liuyang: "declined"}
    for person, answer in spoken.items():
        post(leader, f"/plots/roster/{rota.entry(0, person)}/answer", answer=answer, **said)
    assert rota.coming(0) == ["李梅"]
    assert "您当面答应 2026年12月5日" in enter(rota.cast.limei).get("/me/messages").text
    assert "您不去1号田" in enter(rota.cast.liuyang).get("/me/messages").text


def test_the_leader_swaps_who_was_asked(rota: Rota, enter: Enter) -> None:
    first = rota.days()[0]
    rota.send((first, rota.cast.limei))
    leader = enter(rota.cast.wangqiang)
    other = {f"seat-{first.duty.id}-0": str(rota.cast.liuyang.id)}
    post(leader, f"/plots/roster/{rota.entry(0, rota.cast.limei)}/withdraw", **other)
    assert [entry.member_name for entry in rota.days()[0].silent] == ["刘洋"]
    page = leader.get(address(rota, "/sheet")).text
    assert "12月5日" in page
    assert ("刘*" in page, "刘洋" in page) == (True, False), "the board shows nobody's whole name"
    assert "刘洋" in leader.get(address(rota, "/sheet") + "&names=full").text


def test_from_a_substitute_who_was_told_no_to_another_who_goes(rota: Rota, enter: Enter) -> None:
    rota.year.calendar.join(rota.days()[0].duty.shift_id, rota.cast.limei)
    phone = enter(rota.cast.limei)
    assert "来不了，请人替" in phone.get("/plots/duties/mine").text
    post(phone, f"/plots/shifts/{rota.days()[0].duty.shift_id}/absence", reason="travel")
    asked = f"/plots/substitutions/{rota.substitutions()[0].id}"
    post(phone, f"{asked}/circle", circle="community")
    phone = enter(rota.cast.liuyang)
    assert "有人来不了，您能去吗" in phone.get("/plots/duties/mine").text
    post(phone, f"{asked}/take")
    leader = enter(rota.cast.wangqiang)
    assert "刘洋 替 李梅" in leader.get("/plots/mine").text
    post(leader, f"{asked}/veto", why="那天请您带新人", back="leader")
    assert "那天请您带新人" in enter(rota.cast.liuyang).get("/plots/duties/mine").text
    again = f"/plots/substitutions/{rota.substitutions()[0].id}"
    post(enter(rota.cast.zhangdian), f"{again}/take")
    phone = enter(rota.cast.limei)
    assert "张店 替您去" in phone.get("/plots/duties/mine").text
    post(phone, f"{again}/thanks")
    assert "对方谢谢您" in enter(rota.cast.zhangdian).get("/plots/duties/mine").text


def test_who_left_comes_after_all(rota: Rota, enter: Enter) -> None:
    rota.year.calendar.join(rota.days()[0].duty.shift_id, rota.cast.limei)
    asked = rota.cannot(0, rota.cast.limei)
    phone = enter(rota.cast.limei)
    assert "我又能去了" in phone.get("/plots/duties/mine").text
    post(phone, f"/plots/substitutions/{asked.id}/return")
    assert rota.coming(0) == ["李梅"]


def test_wishes_are_kept_by_oneself_or_at_the_desk(rota: Rota, enter: Enter) -> None:
    cast = rota.cast
    phone = enter(cast.limei)
    assert "哪几天方便" in phone.get("/plots/wishes").text
    said = {"weekdays": ["1", "5"], "parts": "morning", "avoids": "weed", "week_hours_max": "3"}
    assert phone.post("/plots/wishes", data=said).status_code == 303
    kept = wishes_of(rota.community_id, [cast.limei.id])[cast.limei.id]
    assert (sorted(kept.weekdays), *kept.avoids, kept.week_hours_max) == ([1, 5], "weed", 3)
    assert phone.post("/plots/wishes", data={"week_hours_max": "99"}).status_code == 422
    clerk = enter(cast.zhaofang)
    desk = f"/plots/people/{cast.limei.id}/wishes"
    assert f'href="{desk}"' in clerk.get(f"/members/{cast.limei.id}").text
    assert 'value="weed" checked' in clerk.get(desk).text
    post(clerk, desk, is_light_only="yes")
    assert wishes_of(rota.community_id, [cast.limei.id])[cast.limei.id].is_light_only
    assert enter(cast.wangqiang).get(desk).status_code == 403


def test_one_waits_for_a_full_shift_and_sees_one_s_place(rota: Rota, enter: Enter) -> None:
    calendar, shift_id = rota.year.calendar, rota.days()[0].duty.shift_id
    for person in (rota.cast.limei, rota.cast.wangqiang):
        calendar.join(shift_id, person)
    phone, page = enter(rota.cast.liuyang), f"/activities/{shift_id}"
    assert "排队候补" in phone.get(page).text
    post(phone, f"{page}/wait")
    assert "候补第 1 位" in phone.get(page).text
    assert "候补的人" in enter(rota.cast.wangqiang).get(page).text
    phone = enter(rota.cast.liuyang)
    post(phone, f"{page}/unwait")
    assert "候补第" not in phone.get(page).text


@pytest.mark.parametrize("who", ["limei", "zhangdian", "hedu", "chenjing"])
def test_others_do_not_see_the_roster(rota: Rota, enter: Enter, who: str) -> None:
    stranger = enter(getattr(rota.cast, who))
    for rest in ("", "/preview", "/sheet"):
        assert stranger.get(address(rota, rest)).status_code in {403, 404}
