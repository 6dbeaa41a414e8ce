"""Who may come in at the shop's pages, and what they see of other shops."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final
from uuid import UUID

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import create_place
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.paging import seal_cursor
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import grant_role
from pointsvc.shop.service import DonatedLine, record_donation
from tests.shop.conftest import Shop
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")

KEEPER: Final = {"zhangdian"}
STOCKERS: Final = {"zhangdian", "zhaofang"}
REVIEWERS: Final = {"zhaofang", "hedu", "zhoumin"}
READERS: Final = KEEPER | REVIEWERS
EVERYBODY: Final = READERS | {"limei", "wangqiang", "sungang"}
PAGES: Final[dict[str, set[str]]] = {
    "/shop": KEEPER,
    "/shop/orders": READERS,
    "/shop/orders/{order}": READERS,
    "/shop/orders/{order}/receipt": KEEPER,
    "/shop/orders/{order}/refund": KEEPER,
    "/shop/requests": {"hedu"},
    "/shop/requests/{request}": KEEPER,
    "/shop/deliveries": KEEPER,
    "/shop/closing": READERS,
    "/shop/unusual": REVIEWERS,
    "/shop/proxies": EVERYBODY,
    "/shop/proxies/of/{member}": {"zhaofang"},
    "/shop/refunds": REVIEWERS,
    "/shop/products": READERS,
    "/shop/products/new": STOCKERS,
    "/shop/products/{product}": READERS,
    "/shop/products/{product}/edit": STOCKERS,
    "/shop/products/{product}/intake": STOCKERS,
    "/shop/batches/{batch}/waste": STOCKERS,
    "/shop/batches/{batch}/count": STOCKERS,
    "/shop/labels": READERS,
    "/shop/donations": READERS,
    "/shop/donations/new": STOCKERS,
    "/shop/donations/{donation}": READERS,
    "/shop/window": EVERYBODY,
}
OF_ONE: Final = [path for path in PAGES if "{" in path]
NONSENSE: Final = [
    "x\0y",
    "9" * 30,
    "9999-12-31",
    seal_cursor("9" * 30),
    seal_cursor("\0", new_id()),
]


@dataclass(frozen=True)
class Traded:
    """A shop with one of each thing that has a page."""

    shop: Shop
    ids: dict[str, UUID]

    def path(self, path: str) -> str:
        return path.format(**self.ids)


@pytest.fixture
def traded(shop: Shop) -> Traded:
    batch = shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 100)
    order = shop.buy(shop.cast.limei, (shop.soap, 1))
    gift = transact(
        lambda: record_donation(
            community_id=shop.community_id,
            donor="红色物业",
            lines=[DonatedLine(shop.soap, 5)],
            handler_id=shop.cast.zhangdian.id,
            moving=shop.moving(),
        )
    )
    ids = {"order": order.order_id, "product": shop.soap, "batch": batch}
    ids |= {"donation": gift.donation_id, "member": shop.cast.limei.id}
    return Traded(shop, ids | {"request": shop.ask_void(order.order_id)})


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_for_its_roles_alone(traded: Traded, client: HouseClient, path: str) -> None:
    for name in sorted(EVERYBODY):
        sign_in_cookie(client, getattr(traded.shop.cast, name))
        status = client.get(traded.path(path)).status_code
        shut = 302 if path == "/shop" else 403  # who types it comes to the shop's own page for them
        assert (name, status) == (name, 200 if name in PAGES[path] else shut)


def test_a_stranger_is_asked_to_sign_in(traded: Traded, client: HouseClient) -> None:
    asked = {path: client.get(traded.path(path)).location for path in PAGES}
    assert {path for path, way in asked.items() if not way or "/sign-in" not in way} == set()


@pytest.mark.parametrize("path", OF_ONE)
def test_another_communitys_member_finds_nothing(
    traded: Traded, client: HouseClient, path: str
) -> None:
    sign_in_cookie(client, traded.shop.cast.chenjing)
    assert client.get(traded.path(path)).status_code == 404


def test_another_communitys_member_may_not_serve(traded: Traded, client: HouseClient) -> None:
    sign_in_cookie(client, traded.shop.cast.chenjing)
    assert client.get("/shop").location == "/shop/window"
    assert "积分超市" in client.get("/shop/window").text
    assert "香皂" not in client.get("/shop/window").text
    shop_id = traded.shop.cast.shop_id
    assert client.get(f"/shop/window?shop_id={shop_id}").status_code == 404


@pytest.fixture
def neighbour(traded: Traded) -> Person:
    """刘洋 keeps the second shop."""
    shop, place = traded.shop, new_id()

    def work() -> None:
        create_place(
            community_id=shop.community_id, place_id=place, kind="shop", name="二店", number=2
        )
        grant_role(
            community_id=shop.community_id,
            grant_id=new_id(),
            member_id=shop.cast.liuyang.id,
            role="keeper",
            place_id=place,
            granted_by=SYSTEM,
            now=clock.now(),
        )

    transact(work)
    return shop.cast.liuyang


KEPT: Final = [path for path in OF_ONE if "donation" not in path]


@pytest.mark.parametrize("path", KEPT)
def test_a_keeper_sees_the_own_shop_only(
    traded: Traded, neighbour: Person, client: HouseClient, path: str
) -> None:
    sign_in_cookie(client, neighbour)
    assert client.get(traded.path(path)).status_code == 403


@pytest.mark.parametrize("path", ["/shop", "/shop/orders", "/shop/products", "/shop/labels"])
def test_a_keeper_does_not_choose_anothers_shop(
    traded: Traded, neighbour: Person, client: HouseClient, path: str
) -> None:
    sign_in_cookie(client, neighbour)
    shop_id = traded.shop.cast.shop_id
    assert client.get(f"{path}?shop_id={shop_id}").status_code == 403
    assert client.get(f"{path}?shop_id={new_id()}").status_code == 404
    assert client.get(f"{path}?shop_id=x").status_code == 404


@pytest.mark.parametrize("name", ["zhangdian", "zhaofang"])
def test_a_query_of_nonsense_breaks_nothing(traded: Traded, client: HouseClient, name: str) -> None:
    sign_in_cookie(client, getattr(traded.shop.cast, name))
    for path, text in product([*PAGES, "/shop/counter"], NONSENSE):
        for keys in (["after"], ["q", "on", "order", "closed", "product_id", "ticket", "line"]):
            query = dict.fromkeys([*keys, "quantity"], text)
            answer = client.get(traded.path(path), query_string=query)
            assert answer.status_code < 500
