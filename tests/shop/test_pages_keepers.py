"""Several shops, several keepers: who may go on with which visit."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import create_place
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import grant_role
from pointsvc.shop.errors import ScanAgain
from pointsvc.shop.service import CatalogueRow, create_product
from pointsvc.shop.tickets import open_ticket
from tests.shop.conftest import SOAP, Shop, post
from tests.shop.screens import Screen
from tests.support.cast import Person
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")

COUNTER = "/shop/counter"
EXCHANGE = "/shop/exchange"


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """Ten soaps, 1,000 points with 李梅."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    return shop


@pytest.fixture
def till(open_shop: Shop, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, open_shop.cast.zhangdian)


def with_soap(till: Screen, code: str) -> None:
    """Somebody at the counter with one soap."""
    till.show("/shop")
    till.send(COUNTER, scan=code)
    till.send(COUNTER, scan=SOAP.barcode or "")


def second_shop(shop: Shop) -> UUID:
    """Another shop that 张店 keeps."""
    shop_id = new_id()

    def work() -> None:
        create_place(
            community_id=shop.community_id, place_id=shop_id, kind="shop", name="二店", number=2
        )
        grant_role(
            community_id=shop.community_id,
            grant_id=new_id(),
            member_id=shop.cast.zhangdian.id,
            role="keeper",
            place_id=shop_id,
            granted_by=SYSTEM,
            now=clock.now(),
        )

    transact(work)
    return shop_id


def test_a_keeper_of_two_shops_chooses(open_shop: Shop, till: Screen) -> None:
    other = second_shop(open_shop)
    till.show("/shop")
    assert ("选一家店" in till.page, "二店" in till.page) == (True, True)
    till.show(f"/shop?shop_id={other}")
    till.send(COUNTER, scan=open_shop.code(open_shop.cast.limei))
    till.send(COUNTER, scan=SOAP.barcode or "")
    assert "店里没有条码是" in till.page


@pytest.mark.parametrize("path", [COUNTER, EXCHANGE])
def test_a_ticket_is_good_for_its_keeper_only(
    open_shop: Shop, till: Screen, client: HouseClient, path: str
) -> None:
    with_soap(till, open_shop.card(open_shop.cast.limei))
    form = till.filled(EXCHANGE)
    make_keeper(open_shop, open_shop.cast.liuyang)
    other = Screen(client, open_shop.cast.liuyang)
    answer = (
        other.client.get(path, query_string=form)
        if path == COUNTER
        else other.client.post(path, data=form)
    )
    assert (answer.status_code, "离扫码已经太久" in answer.text) == (409, True)
    assert open_shop.on_hand(open_shop.soap) == 10


def make_keeper(shop: Shop, person: Person) -> None:
    transact(
        lambda: grant_role(
            community_id=shop.community_id,
            grant_id=new_id(),
            member_id=person.id,
            role="keeper",
            place_id=shop.cast.shop_id,
            granted_by=SYSTEM,
            now=clock.now(),
        )
    )


def test_a_forged_ticket_opens_nothing(open_shop: Shop, till: Screen) -> None:
    answer = till.show(f"{COUNTER}?ticket=abc&shop_id={open_shop.cast.shop_id}")
    assert (answer.status_code, "离扫码已经太久" in answer.text) == (409, True)


@pytest.mark.parametrize("ticket", ["", "abc", "工", "A" * 200])
def test_what_is_no_ticket_is_no_visit(open_shop: Shop, ticket: str) -> None:
    with pytest.raises(ScanAgain):
        open_ticket(
            community_id=open_shop.community_id,
            keeper_id=open_shop.cast.zhangdian.id,
            ticket=ticket,
            now=clock.now(),
        )


def test_goods_of_two_shops_are_no_order(open_shop: Shop, client: HouseClient) -> None:
    other = second_shop(open_shop)
    row = CatalogueRow(None, "毛巾", "条", 30)
    towel = transact(
        lambda: create_product(
            community_id=open_shop.community_id,
            shop_id=other,
            row=row,
            set_by_id=None,
            now=clock.now(),
        )
    )
    lines = [{"product_id": str(each), "quantity": 1} for each in (open_shop.soap, towel)]
    body = {"member_code": open_shop.code(open_shop.cast.limei), "lines": lines}
    answer = post(client, "/orders", body, open_shop.cast.zhangdian)
    assert (answer.status, answer.json["code"]) == (422, "shop.which_shop")
