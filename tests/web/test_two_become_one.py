"""The clerk's pages for people in the register twice, and for those who want to be erased."""

from __future__ import annotations

from typing import Any

import pytest

from pointsvc.kernel import clock as kernel_clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import record_consent
from pointsvc.members.queries import get_member
from pointsvc.members.rules import Door
from tests.support.cast import Cast, Person, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.support.merging import move, twin

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("database")]


def test_two_accounts_of_one_person_are_found_looked_at_and_merged(
    client: HouseClient, cast: Cast
) -> None:
    """Nothing is in them, so one clerk does it."""
    clerk, door = bearer(cast.zhaofang), Door("1", "1", "101")
    kept, other = twin(cast, "吴小四", door=door), twin(cast, "吴小四")
    address = f"/members/{kept.id}/merge/{other.id}"
    page = client.get("/members/duplicates", headers=clerk).text
    assert "有一个只登记了姓名" in page
    assert address in page
    assert "申请合并" not in client.get(address, headers=clerk).text
    unchecked = client.post(address, headers=clerk)
    assert (unchecked.status_code, "核对" in unchecked.text) == (409, True)
    merged = client.post(address, data={"is_checked": "yes"}, headers=clerk)
    assert merged.headers["Location"].endswith(f"/members/{kept.id}")
    assert get_member(cast.community_id, other.id).state == "merged"
    assert "并过来的账户" in client.get(merged.headers["Location"], headers=clerk).text
    assert str(kept.id) in client.get(f"/members/{other.id}", headers=clerk).text


def asked(client: HouseClient, cast: Cast, address: str, **more: str) -> str:
    """赵芳 asks, with a reason; where the request is."""
    form, clerk = {"reason": "同一张身份证", "is_checked": "yes", **more}, bearer(cast.zhaofang)
    assert client.post(address, data={}, headers=clerk).status_code == 422
    page = client.post(address, data=form, headers=clerk)
    assert (page.status_code, "/members/requests/" in page.headers["Location"]) == (303, True)
    return page.headers["Location"]


def test_a_second_person_sees_both_beside_each_other_and_agrees(
    client: HouseClient, cast: Cast, clock: FrozenClock
) -> None:
    other, second = twin(cast), bearer(cast.hedu)
    address = f"/members/{cast.limei.id}/merge/{other.id}"
    say_yes_to_names(cast, other)
    place = asked(client, cast, f"{address}/ask")
    assert "不带过来：公开全名" in client.get(place, headers=second).text
    assert "在等第二个人" in client.get("/approvals", headers=second).text
    assert "同一张身份证" in client.get("/members/requests", headers=second).text
    assert client.post(f"{place}/decide", data={"approve": "no"}, headers=second).status_code == 422
    assert "同意合并" not in client.get(place, headers=second).text
    clock.advance(hours=24)
    client.post(f"{place}/decide", data={"approve": "yes"}, headers=second)
    assert get_member(cast.community_id, other.id).state == "merged"
    assert "何督同意了" in client.get(place, headers=second).text
    agreed = client.get("/trail/agreed", headers=bearer(cast.zhoumin)).text
    assert "合并账户" in agreed
    assert client.get(place, headers=bearer(cast.chenjing)).status_code == 404


def test_where_nobody_else_may_agree_the_page_names_the_operator(
    client: HouseClient, cast: Cast
) -> None:
    address = f"/members/{cast.limei.id}/merge/{twin(cast).id}"
    move(cast, cast.hedu, Door("3", "1", "301"))  # 赵芳's own household, and nobody else is there
    assert "pointsvc members agree" in client.get(address, headers=bearer(cast.zhaofang)).text


def say_yes_to_names(cast: Cast, person: Person) -> None:
    given: Any = {"purpose": "publish_name", "given": True, "now": kernel_clock.now()}
    whose: Any = {"community_id": cast.community_id, "member_id": person.id}
    transact(lambda: record_consent(recorded_by_id=person.id, **whose, **given))


def test_whose_account_it_is_stops_it_by_one_tap_beside_the_message(
    client: HouseClient, cast: Cast
) -> None:
    me, other = bearer(cast.limei), twin(cast)
    place = asked(client, cast, f"/members/{cast.limei.id}/merge/{other.id}/ask")
    stop = f"/me/requests/{place.rpartition('/')[2]}/stop"
    assert stop in client.get("/me/messages", headers=me).text
    assert client.post(stop, headers=bearer(cast.liuyang)).status_code == 303  # not theirs
    assert stop in client.get("/me/messages", headers=me).text
    assert client.post(stop, headers=me).status_code == 303
    assert stop not in client.get("/me/messages", headers=me).text
    assert "叫停了" in client.get(place, headers=bearer(cast.zhaofang)).text


def test_a_member_asks_takes_it_back_and_asks_again(client: HouseClient, cast: Cast) -> None:
    me = bearer(cast.limei)
    assert "第四十七条" in client.get("/me/erasure", headers=me).text
    for form, words in (
        ({"closing": "donate"}, "捐出"),
        ({"withdraw": "1"}, "申请注销"),
        ({"closing": "lapse"}, "撤回，不注销了"),
    ):
        assert client.post("/me/erasure", data=form, headers=me).status_code == 303
        assert words in client.get("/me/erasure", headers=me).text


def test_the_clerk_carries_it_out_after_the_wait(
    client: HouseClient, cast: Cast, clock: FrozenClock
) -> None:
    clerk, address = bearer(cast.zhaofang), f"/members/{cast.limei.id}/erasure"
    place = asked(client, cast, address, closing="lapse")
    assert "还要另一个人同意" in client.get("/me/messages", headers=bearer(cast.limei)).text
    client.post(f"{place}/decide", data={"approve": "yes"}, headers=bearer(cast.hedu))
    early = client.post(f"{address}/carry-out", data={"is_checked": "yes"}, headers=clerk)
    assert (early.status_code, "等待期" in early.text) == (409, True)
    clock.advance(days=8)
    clerk = bearer(cast.zhaofang)
    assert "李梅" in client.get("/members/erasures", headers=clerk).text
    done = client.post(f"{address}/carry-out", data={"is_checked": "yes"}, headers=clerk)
    assert done.status_code == 303
    assert "已注销" in client.get(f"/members/{cast.limei.id}", headers=clerk).text
    assert client.get("/me", headers=bearer(cast.limei)).status_code == 302
