"""The clerk's pages for people in the register twice, and for those who want to be erased."""

from __future__ import annotations

import pytest

from pointsvc.members.queries import get_member
from pointsvc.members.rules import Door
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.support.merging import twin

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("database")]


def test_two_accounts_of_one_person_are_found_looked_at_and_merged(
    client: HouseClient, cast: Cast
) -> None:
    other, clerk = twin(cast, door=Door("1", "1", "101")), bearer(cast.zhaofang)
    address = f"/members/{cast.limei.id}/merge/{other.id}"
    page = client.get("/members/duplicates", headers=clerk).text
    assert "同一户" in page
    assert address in page
    assert client.get(address, headers=clerk).status_code == 200
    unchecked = client.post(address, headers=clerk)
    assert (unchecked.status_code, "核对" in unchecked.text) == (409, True)
    merged = client.post(address, data={"is_checked": "yes"}, headers=clerk)
    assert merged.headers["Location"].endswith(f"/members/{cast.limei.id}")
    assert get_member(cast.community_id, other.id).state == "merged"
    assert "并过来的账户" in client.get(merged.headers["Location"], headers=clerk).text
    assert str(cast.limei.id) in client.get(f"/members/{other.id}", headers=clerk).text


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
    assert client.post(address, data={"closing": "lapse"}, headers=clerk).status_code == 303
    early = client.post(f"{address}/carry-out", data={"is_checked": "yes"}, headers=clerk)
    assert (early.status_code, "等待期" in early.text) == (409, True)
    clock.advance(days=8)
    clerk = bearer(cast.zhaofang)
    assert "李梅" in client.get("/members/erasures", headers=clerk).text
    done = client.post(f"{address}/carry-out", data={"is_checked": "yes"}, headers=clerk)
    assert done.status_code == 303
    assert "已注销" in client.get(f"/members/{cast.limei.id}", headers=clerk).text
    assert client.get("/me", headers=bearer(cast.limei)).status_code == 302
