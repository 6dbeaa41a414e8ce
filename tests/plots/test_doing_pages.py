"""The day's work through the front door: report with photographs, defects, inspections; who sees what."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from pointsvc.attachments import doors
from pointsvc.attachments.queries import pictures_of
from pointsvc.kernel import clock as moments
from pointsvc.kernel.ids import new_id
from pointsvc.plots.doing.pictures import DEFECT, REPORT
from pointsvc.plots.doing.reports import report_id_of
from pointsvc.plots.jobs import pay_bonuses
from tests.checkin.duty import Duty
from tests.plots.doing import Doing, photo, picture
from tests.plots.test_inspecting import NEXT_MONTH, serve
from tests.plots.test_mending import heard
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


def post_report(client: HouseClient, shift_id: UUID, **given: Any) -> int:
    """王强 or whoever is signed in writes down the morning."""
    data = {"cares": ["litter", "mow"], "seen_version": "0", "note": "一行\r\n两行"} | given
    answer = client.post(
        f"/plots/shifts/{shift_id}/report", data=data, content_type="multipart/form-data"
    )
    return answer.status_code


def file(content: bytes, name: str = "a.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def picture_ids(doing: Doing, shift_id: UUID) -> list[UUID]:
    report_id = report_id_of(doing.community_id, shift_id)
    found = pictures_of(doing.community_id, REPORT, [report_id])
    return [each.id for each in found.get(report_id, [])]


def test_a_report_with_photographs_is_written_and_read(
    client: HouseClient, doing: Doing, duty: Duty
) -> None:
    sign_in_cookie(client, doing.cast.wangqiang)
    page = client.get(f"/plots/shifts/{duty.shift_id}/report").text
    assert "做了哪些" in page
    pictures = [file(photo()), file(photo((90, 90, 90)))]
    assert post_report(client, duty.shift_id, before=pictures, after=[file(photo())]) == 303
    page = client.get(f"/plots/shifts/{duty.shift_id}/report").text
    assert len(picture_ids(doing, duty.shift_id)) == page.count('class="picture-image"') == 3
    assert "剪草坪" in page


def test_a_photograph_is_a_jpeg_for_those_who_belong(
    client: HouseClient, doing: Doing, duty: Duty
) -> None:
    sign_in_cookie(client, doing.cast.wangqiang)
    png = io.BytesIO()
    Image.new("RGB", (50, 40)).save(png, "PNG")
    post_report(client, duty.shift_id, before=[file(png.getvalue(), "evil.html")])
    [id_] = picture_ids(doing, duty.shift_id)
    answer = client.get(f"/plots/pictures/{id_}.jpg")
    assert answer.content_type == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "evil" not in answer.headers["Content-Disposition"]
    again = client.get(
        f"/plots/pictures/{id_}.jpg", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("who", "status"), [("limei", 200), ("zhoumin", 200), ("sungang", 404), ("chenjing", 404)]
)
def test_others_do_not_see_it(
    client: HouseClient, doing: Doing, duty: Duty, who: str, status: int
) -> None:
    sign_in_cookie(client, doing.cast.wangqiang)
    post_report(client, duty.shift_id, before=[file(photo())])
    [id_] = picture_ids(doing, duty.shift_id)
    sign_in_cookie(client, getattr(doing.cast, who))
    assert client.get(f"/plots/pictures/{id_}.jpg").status_code == status


def test_the_owner_or_the_clerk_takes_it_away(
    client: HouseClient, doing: Doing, duty: Duty
) -> None:
    sign_in_cookie(client, doing.cast.wangqiang)
    post_report(client, duty.shift_id, before=[file(photo())])
    [id_] = picture_ids(doing, duty.shift_id)
    sign_in_cookie(client, doing.cast.limei)
    assert client.post(f"/plots/pictures/{id_}/remove").status_code == 403
    sign_in_cookie(client, doing.cast.zhaofang)
    assert client.post(f"/plots/pictures/{id_}/remove").status_code == 303
    assert client.get(f"/plots/pictures/{id_}.jpg").status_code == 404


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"before": (b"<html>", "a.jpg")}, 422, "打不开这张照片"),
        ({"cares": []}, 422, "至少一样"),
    ],
)
def test_what_is_wrong_is_said_and_the_words_are_kept(
    client: HouseClient, doing: Doing, duty: Duty, given: dict[str, Any], status: int, said: str
) -> None:
    sign_in_cookie(client, doing.cast.wangqiang)
    if "before" in given:
        given = {"before": [file(*given["before"])]}
    data = {"cares": ["mow"], "seen_version": "0", "note": "留着"} | given
    answer = client.post(
        f"/plots/shifts/{duty.shift_id}/report", data=data, content_type="multipart/form-data"
    )
    assert answer.status_code == status
    assert said in answer.text
    assert "留着" in answer.text


def test_the_day_leads_to_everything(client: HouseClient, doing: Doing, duty: Duty) -> None:
    duty.scan(doing.cast.wangqiang, duty.card(doing.cast.limei))
    doing.broken()
    sign_in_cookie(client, doing.cast.wangqiang)
    page = client.get("/plots/today").text
    for part in (
        f"/checkin/shifts/{duty.shift_id}",
        f"/plots/shifts/{duty.shift_id}/report",
        f"/plots/{doing.place_id}/defects",
        "李梅",
        "来了 1 人",
        "水管",
    ):
        assert part in page
    assert "/plots/today" in client.get("/plots/mine").text


def test_who_came_is_led_to_the_report(client: HouseClient, doing: Doing, duty: Duty) -> None:
    duty.scan(doing.cast.wangqiang, duty.card(doing.cast.limei))
    sign_in_cookie(client, doing.cast.limei)
    assert f"/plots/shifts/{duty.shift_id}/report" in client.get("/plots/duties/mine").text
    assert post_report(client, duty.shift_id) == 303
    sign_in_cookie(client, doing.cast.sungang)
    assert client.get(f"/plots/shifts/{duty.shift_id}/report").status_code == 403


def report_pipe(client: HouseClient, doing: Doing, by: Person) -> UUID:
    """Report a leak with a photograph."""
    sign_in_cookie(client, by)
    defect_id = new_id()
    data = {
        "defect_id": str(defect_id),
        "kind": "pipe",
        "text": "漏水",
        "photo": [file(photo())],
    }
    where = f"/plots/{doing.place_id}/defects"
    answer = client.post(where, data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return defect_id


def take_step(client: HouseClient, defect_id: UUID, state: str, **given: str) -> int:
    data = {"step_id": str(new_id()), "state": state, **given}
    return client.post(f"/plots/defects/{defect_id}/steps", data=data).status_code


def test_a_defect_is_followed_to_its_mending(client: HouseClient, doing: Doing) -> None:
    defect_id = report_pipe(client, doing, doing.cast.zhangdian)
    sign_in_cookie(client, doing.cast.liuyang)
    assert "就是这个，我也看到了" in client.get(f"/plots/{doing.place_id}/defects").text
    assert client.post(f"/plots/defects/{defect_id}/echo").status_code == 303
    sign_in_cookie(client, doing.cast.zhaofang)
    assert "漏水" in client.get("/plots/defects?kind=pipe&q=漏").text
    assert take_step(client, defect_id, "passed_on") == 422
    assert take_step(client, defect_id, "passed_on", passed_to="红色物业") == 303
    assert take_step(client, defect_id, "mended", word="换了接头") == 303
    sign_in_cookie(client, doing.cast.zhangdian)
    page = client.get(f"/plots/defects/{defect_id}").text
    assert "红色物业" in page
    assert "换了接头" in page
    assert "修好了" in client.get("/plots/defects/mine").text


def say_unmended(client: HouseClient, defect_id: UUID, **given: str) -> int:
    data = {"step_id": str(new_id()), **given}
    return client.post(f"/plots/defects/{defect_id}/again", data=data).status_code


@pytest.mark.engines("sqlite")
def test_the_reporter_says_that_it_is_not_mended(client: HouseClient, doing: Doing) -> None:
    defect_id = report_pipe(client, doing, doing.cast.zhangdian)
    sign_in_cookie(client, doing.cast.zhaofang)
    take_step(client, defect_id, "mended")
    assert "重新处理" in client.get(f"/plots/defects/{defect_id}").text
    sign_in_cookie(client, doing.cast.liuyang)
    assert say_unmended(client, defect_id) == 404
    sign_in_cookie(client, doing.cast.zhangdian)
    assert "还没修好" in client.get(f"/plots/defects/{defect_id}").text
    assert say_unmended(client, defect_id, word="又漏了") == 303
    page = client.get(f"/plots/defects/{defect_id}").text
    assert "又漏了" in page
    assert "真的修好了吗" not in page


@pytest.mark.engines("sqlite")
def test_who_said_mended_and_the_leader_hear_that_it_is_not(
    client: HouseClient, doing: Doing
) -> None:
    defect_id = report_pipe(client, doing, doing.cast.zhangdian)
    doing.step(defect_id, "mended")
    sign_in_cookie(client, doing.cast.zhangdian)
    for _n in range(2):
        assert say_unmended(client, defect_id) == 303
    for who in (doing.cast.zhaofang, doing.cast.wangqiang):
        assert [each for each in heard(doing, who) if "还没修好" in each][1:] == []
        assert "还没修好" in heard(doing, who)[-1]


@pytest.mark.parametrize("who", ["sungang", "chenjing"])
def test_a_defect_is_not_everybody_s(client: HouseClient, doing: Doing, who: str) -> None:
    defect_id = doing.broken()
    sign_in_cookie(client, getattr(doing.cast, who))
    assert client.get(f"/plots/defects/{defect_id}").status_code == 404


def hand_in(client: HouseClient, doing: Doing, lost: int) -> str:
    """Whoever is asked fills in the form as a browser does, with points off the first item."""
    visit = doing.month().asked
    assert visit is not None
    people = {person.id: person for person in (doing.cast.sungang, doing.cast.zhangdian)}
    sign_in_cookie(client, people[visit.inspector_id])
    where = f"/plots/inspections/{visit.id}"
    names = re.findall(r'name="(points-\d+)" type="number" value="(\d+)"', client.get(where).text)
    data = dict(names) | {"note": ""}
    data["points-1"] = str(int(data["points-1"]) - min(lost, 10))
    data["points-2"] = str(int(data["points-2"]) - max(0, lost - 10))
    assert client.post(where, data=data).status_code == (422 if lost else 303)
    data |= {"word-1": "露土", "word-2": "没修到"}
    client.post(where, data=data)
    return where


@pytest.mark.engines("sqlite")
def test_handing_in_asks_first_with_the_total(client: HouseClient, doing: Doing) -> None:
    doing.ask(doing.cast.sungang)
    visit = doing.month().asked
    assert visit is not None
    sign_in_cookie(client, doing.cast.sungang)
    page = client.get(f"/plots/inspections/{visit.id}").text
    assert "data-confirm>" in page
    assert "data-sum-value" in page
    assert "确定交上去" in page


def test_an_afternoon_from_the_work_to_the_bonus(
    client: HouseClient, doing: Doing, duty: Duty, clock: FrozenClock
) -> None:
    cast = doing.cast
    serve(duty, clock, cast.limei)
    sign_in_cookie(client, cast.wangqiang)
    assert post_report(client, duty.shift_id, after=[file(photo())]) == 303
    doing.other_group(cast.sungang, cast.zhangdian)
    sign_in_cookie(client, cast.zhaofang)
    month = {"month": doing.month_on.isoformat()}
    assert client.post("/plots/inspections", data=month).status_code == 303
    hand_in(client, doing, lost=12)
    where = hand_in(client, doing, lost=0)
    sign_in_cookie(client, cast.wangqiang)
    assert "100" in client.get(where).text
    clock.at(NEXT_MONTH)
    before = duty.points(cast.limei)
    assert pay_bonuses(moments.now()) == "1 people"
    assert pay_bonuses(clock.advance(hours=1)) == "0 people"
    assert duty.points(cast.limei) == before + 30


def test_the_office_sees_the_month_and_the_supervisor_takes_it_back(
    client: HouseClient, doing: Doing
) -> None:
    doing.ask(doing.cast.sungang)
    doing.inspect(lost=3)
    sign_in_cookie(client, doing.cast.zhaofang)
    page = client.get("/plots/inspections").text
    assert "97" in page
    assert "收回结果" not in page
    sign_in_cookie(client, doing.cast.hedu)
    page = client.get("/plots/inspections").text
    [action] = re.findall(r'action="(/plots/results/[^"]+)"', page)
    client.post(action, data={"reason": "看错了田"})
    assert "看错了田" in client.get("/plots/inspections").text


def test_the_plot_s_sign_leads_to_a_report(client: HouseClient, doing: Doing, duty: Duty) -> None:
    sign_in_cookie(client, doing.cast.zhangdian)
    page = client.get(duty.sign().removeprefix("https://g.cn")).text
    assert f"/plots/{doing.place_id}/defects" in page


def test_the_form_is_written_anew_by_the_clerk(client: HouseClient, doing: Doing) -> None:
    sign_in_cookie(client, doing.cast.zhaofang)
    assert "盖度" in client.get("/plots/inspections/form").text
    data = {
        "form_id": str(new_id()),
        "valid_from_on": doing.today.isoformat(),
        "decision": "议事会",
        "section": ["草坪", "保洁", ""],
        "name": ["好看", "干净", ""],
        "points": ["60", "39", ""],
    }
    answer = client.post("/plots/inspections/form", data=data)
    assert answer.status_code == 422
    assert "99" in answer.text
    data["points"] = ["60", "40", ""]
    assert client.post("/plots/inspections/form", data=data).status_code == 303
    assert "第 1 版" in client.get("/plots/inspections/form").text


def test_a_photograph_is_not_unfolded_for_who_may_not_write(
    client: HouseClient, doing: Doing, duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unfold(_upload: bytes) -> None:
        pytest.fail("it was")

    monkeypatch.setattr(doors, "written_anew", unfold)
    sign_in_cookie(client, doing.cast.zhangdian)
    assert post_report(client, duty.shift_id, before=[file(photo())]) == 403


def test_who_has_seen_it_too_follows_it_without_its_photographs(
    client: HouseClient, doing: Doing
) -> None:
    defect_id = doing.broken(doing.cast.limei, pictures=[picture()])
    [kept] = pictures_of(doing.community_id, DEFECT, [defect_id])[defect_id]
    sign_in_cookie(client, doing.cast.zhangdian)
    assert client.post(f"/plots/defects/{defect_id}/echo").status_code == 303
    page = client.get(f"/plots/defects/{defect_id}")
    assert (page.status_code, str(kept.id) in page.text) == (200, False)
    assert client.get(f"/plots/pictures/{kept.id}.jpg").status_code == 404
