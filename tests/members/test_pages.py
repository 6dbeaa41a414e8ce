"""The clerk's pages about people: forms that keep what was typed, and who may open them."""

from __future__ import annotations

import pytest

from pointsvc.kernel.ids import new_id
from pointsvc.members.queries import get_member
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("database")]
NEW = {
    "name": "赵小二",
    "phone": "13912345678",
    "sex": "男",
    "born_on": "1950-02-03",
    "building": "7号楼",
    "unit": "2单元",
    "room": "301室",
    "service": "true",
}


def post(client: HouseClient, cast: Cast, path: str, form: dict[str, str]) -> tuple[int, str]:
    answer = client.post(path, data=form, headers=bearer(cast.zhaofang), follow_redirects=False)
    return answer.status_code, answer.text or answer.headers.get("Location", "")


def test_a_person_is_registered_at_the_door(client: HouseClient, cast: Cast) -> None:
    answer = client.post("/members/new", data=NEW, headers=bearer(cast.zhaofang))
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"], headers=bearer(cast.zhaofang)).text
    assert "7号楼2单元301" in page
    assert "139****5678" in page


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"name": ""}, 422, ""),
        ({"phone": "1391234"}, 422, "11 位手机号"),
        ({"phone": "13800000001"}, 409, "已登记在本社区"),
        ({"born_on": "yesterday"}, 422, ""),
        ({"born_on": "0001-01-01"}, 422, ""),
        ({"sex": "?"}, 422, ""),
        ({"name": "<b>x</b>" * 20}, 422, ""),
    ],
    ids=str,
)
def test_a_form_with_a_fault_keeps_what_was_typed(
    client: HouseClient, cast: Cast, changes: dict[str, str], status: int, words: str
) -> None:
    found, page = post(client, cast, "/members/new", {**NEW, **changes})
    assert found == status
    assert words in page
    assert 'value="7号楼"' in page
    assert "<b>x</b>" not in page
    assert 'aria-invalid="true"' in page or status == 409


def test_facts_are_corrected_and_a_fault_keeps_the_form(client: HouseClient, cast: Cast) -> None:
    path = f"/members/{cast.limei.id}/edit"
    assert post(client, cast, path, {"name": "李小梅", "note": "爱种花"})[0] == 303
    assert get_member(cast.community_id, cast.limei.id).name == "李小梅"
    status, page = post(client, cast, path, {"name": " ", "note": "爱种花"})
    assert status == 422
    assert "爱种花" in page


def test_deeds_say_why_they_were_not_done(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.zhaofang)
    page = f"/members/{cast.limei.id}"
    taken = client.post(f"{page}/phone", data={"phone": "13800000002"}, headers=headers)
    assert taken.status_code == 303
    assert "另一位居民名下" in client.get(page, headers=headers).text
    status, shown = post(client, cast, f"{page}/pin", {"pin": "1234", "again": "1234"})
    assert status == 422
    assert "太容易猜" in shown
    assert post(client, cast, f"{page}/pin", {"pin": "2580", "again": "2581"})[0] == 422
    assert post(client, cast, f"{page}/pin", {"pin": "2580", "again": "2580"})[0] == 303


def test_a_door_and_a_phone_can_change(client: HouseClient, cast: Cast) -> None:
    page = f"/members/{cast.limei.id}"
    post(client, cast, f"{page}/door", {"building": "9", "unit": "", "room": "901"})
    post(client, cast, f"{page}/phone", {"phone": "139 1234 5678"})
    member = get_member(cast.community_id, cast.limei.id)
    assert (str(member.door), member.phone) == ("9号楼901", "139****5678")
    post(client, cast, f"{page}/phone", {"phone": ""})
    assert get_member(cast.community_id, cast.limei.id).phone is None


def test_leaving_and_coming_back(client: HouseClient, cast: Cast) -> None:
    page = f"/members/{cast.limei.id}"
    for deed, state in (("leave", "departed"), ("leave", "departed"), ("return", "active")):
        assert post(client, cast, f"{page}/{deed}", {})[0] == 303
        assert get_member(cast.community_id, cast.limei.id).state == state


def test_cards_are_given_replaced_and_revoked(client: HouseClient, cast: Cast) -> None:
    page = f"/members/{cast.limei.id}"
    assert post(client, cast, f"{page}/card", {})[0] == 303
    assert post(client, cast, f"{page}/card/replace", {"reason": "lost"})[0] == 303
    assert post(client, cast, f"{page}/card/replace", {"reason": "bored"})[0] in {303, 422}
    assert post(client, cast, f"{page}/card/revoke", {"reason": "left"})[0] == 303
    assert post(client, cast, f"{page}/card/revoke", {"reason": "left"})[0] == 404


@pytest.mark.parametrize("path", ["/members", "/members/new", "/members/cards", "/members/{}"])
def test_only_the_clerk_opens_the_register(client: HouseClient, cast: Cast, path: str) -> None:
    address = path.format(cast.limei.id)
    assert client.get(address, headers=bearer(cast.zhaofang)).status_code == 200
    for person in (cast.limei, cast.wangqiang, cast.zhangdian, cast.zhoumin, cast.hedu, cast.heyun):
        assert client.get(address, headers=bearer(person)).status_code in {403, 404}
    expected = 404 if "{}" in path else 403
    assert client.get(address, headers=bearer(cast.chenjing)).status_code == expected


def test_an_absent_person_looks_like_a_foreign_one(client: HouseClient, cast: Cast) -> None:
    headers, pages = bearer(cast.zhaofang), set()
    for member_id in (new_id(), cast.chenjing.id):
        answer = client.get(f"/members/{member_id}", headers=headers)
        assert answer.status_code == 404
        plain = answer.text.replace(answer.headers["X-Request-Id"], "")
        pages.add(plain.replace(str(member_id), ""))
    assert len(pages) == 1


def test_who_has_no_phone_gets_one_registered_not_changed(client: HouseClient, cast: Cast) -> None:
    address = f"/members/{cast.limei.id}"
    assert "换手机号" in client.get(address, headers=bearer(cast.zhaofang)).text
    post(client, cast, f"{address}/phone", {"phone": ""})
    page = client.get(address, headers=bearer(cast.zhaofang)).text
    assert ("登记手机号" in page, "换手机号" in page) == (True, False)
    status, _location = post(client, cast, f"{address}/phone", {"phone": "13912345678"})
    assert status == 303
    assert "手机号登记好了" in client.get(address, headers=bearer(cast.zhaofang)).text


def test_a_person_s_page_leads_to_their_group_and_not_to_books_that_clerks_do_not_open(
    client: HouseClient, cast: Cast
) -> None:
    page = client.get(f"/members/{cast.limei.id}", headers=bearer(cast.zhaofang)).text
    assert f'href="/organisation/groups/{cast.group_id}"' in page
    assert "/ledger/passbooks/" not in page
