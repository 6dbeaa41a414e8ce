"""The shared till: the keeper comes with card and PIN, and serves at this till's shop alone."""

from __future__ import annotations

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import create_place
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.secrets import hash_pin, set_pin
from pointsvc.organisation.devices import create_device, enrol
from pointsvc.organisation.service import grant_role
from tests.shop.conftest import SOAP, Shop
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def till(shop: Shop, client: HouseClient) -> HouseClient:
    """The till of the shop; 张店 has a card and a PIN."""
    pin_hash = hash_pin("2580")

    def work() -> str:
        code = create_device(
            community_id=shop.community_id,
            device_id=new_id(),
            kind="till",
            name="柜台那台",
            place_id=shop.cast.shop_id,
            actor=SYSTEM,
            now=clock.now(),
        )
        set_pin(
            community_id=shop.community_id,
            member_id=shop.cast.zhangdian.id,
            pin_hash=pin_hash,
            actor=SYSTEM,
            now=clock.now(),
        )
        return enrol(code=code, agent="test", now=clock.now()).visit.token

    client.set_cookie("device", transact(work))
    return client


def come(till: HouseClient, shop: Shop) -> str:
    """张店 signs in; the page that they land on."""
    form = {"card": shop.card(shop.cast.zhangdian), "pin": "2580"}
    return till.post("/sign-in/card", data=form, follow_redirects=True).text


def test_a_till_says_who_must_come(till: HouseClient) -> None:
    page = till.get("/", follow_redirects=True).text
    assert "请店长扫自己的居民卡" in page
    assert till.get("/shop").status_code == 403


def test_the_keeper_lands_at_the_counter_and_serves(shop: Shop, till: HouseClient) -> None:
    shop.stock(shop.soap, 5)
    shop.points(shop.cast.limei, 100)
    assert "下一位" in come(till, shop)
    form = {"shop_id": str(shop.cast.shop_id), "scan": shop.code(shop.cast.limei)}
    page = till.post("/shop/counter", data=form, follow_redirects=True).text
    assert "<h1>李梅</h1>" in page
    assert SOAP.name in page


def test_after_a_minute_the_till_is_nobodys(
    shop: Shop, till: HouseClient, clock: FrozenClock
) -> None:
    come(till, shop)
    clock.advance(seconds=61)
    assert till.get("/shop").status_code == 403


def test_a_till_serves_its_own_shop_only(shop: Shop, till: HouseClient) -> None:
    other = new_id()

    def work() -> None:
        create_place(
            community_id=shop.community_id, place_id=other, kind="shop", name="二店", number=2
        )
        grant_role(
            community_id=shop.community_id,
            grant_id=new_id(),
            member_id=shop.cast.zhangdian.id,
            role="keeper",
            place_id=other,
            granted_by=SYSTEM,
            now=clock.now(),
        )

    transact(work)
    assert "二店" not in come(till, shop)
    assert till.get(f"/shop?shop_id={other}").status_code == 403
