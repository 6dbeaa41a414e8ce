"""The shop's side door: products, orders, refunds, donations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from pointsvc.kernel.ids import new_id
from tests.shop.conftest import Shop, post
from tests.support.cast import Person, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

Body = dict[str, Any]


def order_of(shop: Shop, *lines: tuple[UUID, Any], person: Person | None = None) -> Body:
    return {
        "member_code": shop.code(person or shop.cast.limei),
        "lines": [{"product_id": str(product), "quantity": count} for product, count in lines],
    }


def code_of(answer: TestResponse) -> str:
    """The stable code of a refusal."""
    problem: Any = answer.json
    return str(problem["code"])


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """Ten soaps and ten bags of rice on the shelf, 1,000 points with 李梅."""
    shop.stock(shop.soap, 10)
    shop.stock(shop.rice, 10)
    shop.points(shop.cast.limei, 1000)
    return shop


def test_products_are_listed_as_the_contract_says(open_shop: Shop, client: HouseClient) -> None:
    shop = open_shop
    address = f"/api/v1/products?shop_id={shop.cast.shop_id}"
    answer: Any = client.get(address, headers=bearer(shop.cast.limei)).json
    listed = answer["products"]
    assert {product["id"] for product in listed} == {str(shop.soap), str(shop.rice)}
    assert next(product for product in listed if product["name"] == "大米") == {
        "id": str(shop.rice),
        "shop_id": str(shop.cast.shop_id),
        "barcode": "6942166285775",
        "name": "大米",
        "price_points": 320,
        "on_hand": 10,
        "limit": 2,
    }


def test_an_order_is_answered_as_the_contract_says(open_shop: Shop, client: HouseClient) -> None:
    shop = open_shop
    body = order_of(shop, (shop.soap, 2), (shop.rice, 1))
    answer = post(client, "/orders", body, shop.cast.zhangdian)
    assert answer.status == 201
    shown = answer.json
    assert set(shown) == {"id", "receipt_no", "total_points", "balance_points", "lines"}
    assert (shown["receipt_no"], shown["total_points"], shown["balance_points"]) == (1, 400, 600)
    first = shown["lines"][0]
    assert set(first) == {"id", "product_id", "name", "quantity", "price_points"}
    assert (first["name"], first["quantity"], first["price_points"]) == ("香皂", 2, 40)


@pytest.mark.parametrize(
    "quantity", [0, -5, 1.5, "12", "1e3", True, 2**63 - 1, 1_000_001, 1001, None]
)
def test_an_amount_that_is_none_is_422(
    open_shop: Shop, client: HouseClient, quantity: object
) -> None:
    """docs/ledger.md case 16."""
    body = order_of(open_shop, (open_shop.soap, quantity))
    assert post(client, "/orders", body, open_shop.cast.zhangdian).status == 422
    assert open_shop.on_hand(open_shop.soap) == 10


def test_nan_is_no_json(open_shop: Shop, client: HouseClient) -> None:
    """docs/ledger.md case 16."""
    shop = open_shop
    text = f'{{"member_code": "x", "lines": [{{"product_id": "{shop.soap}", "quantity": NaN}}]}}'
    headers = bearer(shop.cast.zhangdian) | {"Idempotency-Key": "k"}
    answer = client.post(
        "/api/v1/orders", data=text, headers=headers, content_type="application/json"
    )
    assert (answer.status_code, code_of(answer)) == (400, "json.malformed")


@pytest.mark.parametrize(
    "change",
    [
        {"lines": []},
        {"lines": "soap"},
        {"member_code": ""},
        {"price": 1},
        {"shop_id": "x"},
        {"pin": 1234},
    ],
)
def test_a_body_that_does_not_fit_is_422(
    open_shop: Shop, client: HouseClient, change: Body
) -> None:
    body = order_of(open_shop, (open_shop.soap, 1)) | change
    assert post(client, "/orders", body, open_shop.cast.zhangdian).status == 422


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency.key_missing"),
        ("", "idempotency.key_malformed"),
        ("k" * 10_000, "idempotency.key_malformed"),
        ("k\u00e9", "idempotency.key_malformed"),
    ],
)
def test_a_key_that_is_none_is_400(
    open_shop: Shop, client: HouseClient, key: str | None, code: str
) -> None:
    """docs/ledger.md case 8."""
    headers = bearer(open_shop.cast.zhangdian)
    if key is not None:
        headers["Idempotency-Key"] = key
    body = order_of(open_shop, (open_shop.soap, 1))
    answer = client.post("/api/v1/orders", json=body, headers=headers)
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_a_double_tap_has_one_effect_and_the_same_answer(
    open_shop: Shop, client: HouseClient
) -> None:
    """docs/ledger.md case 2."""
    shop = open_shop
    body, key = order_of(shop, (shop.soap, 1)), str(new_id())
    first, second = (post(client, "/orders", body, shop.cast.zhangdian, key) for _ in range(2))
    assert (first.status, first.json) == (second.status, second.json)
    assert shop.on_hand(shop.soap) == 9


def test_the_same_key_with_another_amount_is_409(open_shop: Shop, client: HouseClient) -> None:
    """docs/ledger.md case 3."""
    shop = open_shop
    body, key = order_of(shop, (shop.soap, 1)), str(new_id())
    post(client, "/orders", body, shop.cast.zhangdian, key)
    body["lines"][0]["quantity"] = 2
    answer = post(client, "/orders", body, shop.cast.zhangdian, key)
    assert (answer.status, answer.json["code"]) == (409, "idempotency.key_reused")
    assert shop.on_hand(shop.soap) == 9


def test_the_same_code_with_another_key_is_refused(open_shop: Shop, client: HouseClient) -> None:
    """docs/ledger.md case 4: the changing code is the fact; it was spent."""
    shop = open_shop
    body = order_of(shop, (shop.soap, 1))
    post(client, "/orders", body, shop.cast.zhangdian)
    answer = post(client, "/orders", body, shop.cast.zhangdian)
    assert (answer.status, answer.json["code"]) == (409, "code.spent")


def test_a_lost_reply_is_given_again_the_next_day(
    open_shop: Shop, client: HouseClient, clock: FrozenClock
) -> None:
    """docs/ledger.md case 5."""
    shop = open_shop
    body, key = order_of(shop, (shop.soap, 1)), str(new_id())
    first = post(client, "/orders", body, shop.cast.zhangdian, key)
    clock.advance(days=1)
    assert post(client, "/orders", body, shop.cast.zhangdian, key).json == first.json


def test_a_refusal_stays_under_its_key(open_shop: Shop, client: HouseClient) -> None:
    """docs/ledger.md case 6: points arrive later; the old key is still refused, a new one works."""
    shop = open_shop
    body, key = order_of(shop, (shop.soap, 1), person=shop.cast.liuyang), str(new_id())
    first = post(client, "/orders", body, shop.cast.zhangdian, key)
    shop.points(shop.cast.liuyang, 100)
    again = post(client, "/orders", body, shop.cast.zhangdian, key)
    fresh = post(client, "/orders", body, shop.cast.zhangdian)
    assert (first.status, again.status, fresh.status) == (409, 409, 201)
    assert again.json["code"] == "shop.insufficient_points"
    assert again.json["context"] == {"balance_points": 0, "total_points": 40}


def test_keys_of_different_people_never_meet(open_shop: Shop, client: HouseClient) -> None:
    """docs/ledger.md case 7."""
    shop, key = open_shop, "the-same"
    gift = {"donor": "红色物业", "lines": [{"product_id": str(shop.soap), "quantity": 1}]}
    by_keeper = post(client, "/donations", gift, shop.cast.zhangdian, key)
    by_clerk = post(client, "/donations", gift, shop.cast.zhaofang, key)
    assert (by_keeper.json["receipt_no"], by_clerk.json["receipt_no"]) == (1, 2)


def test_a_limit_is_refused_by_its_code(open_shop: Shop, client: HouseClient) -> None:
    shop = open_shop
    body = order_of(shop, (shop.rice, 3))
    answer = post(client, "/orders", body, shop.cast.zhangdian)
    assert (answer.status, answer.json["code"]) == (409, "shop.limit_reached")


def test_an_empty_shelf_is_refused_by_its_code(open_shop: Shop, client: HouseClient) -> None:
    shop = open_shop
    body = order_of(shop, (shop.soap, 11))
    answer = post(client, "/orders", body, shop.cast.zhangdian)
    assert (answer.status, answer.json["code"]) == (409, "shop.out_of_stock")


def test_a_product_of_nowhere_is_404(open_shop: Shop, client: HouseClient) -> None:
    body = order_of(open_shop, (new_id(), 1))
    assert post(client, "/orders", body, open_shop.cast.zhangdian).status == 404


def test_a_shop_of_nowhere_is_404(open_shop: Shop, client: HouseClient) -> None:
    body = order_of(open_shop, (open_shop.soap, 1)) | {"shop_id": str(new_id())}
    assert post(client, "/orders", body, open_shop.cast.zhangdian).status == 404


@pytest.mark.parametrize("name", ["limei", "wangqiang", "zhoumin", "zhaofang", "hedu", "sungang"])
def test_only_keepers_serve(open_shop: Shop, client: HouseClient, name: str) -> None:
    body = order_of(open_shop, (open_shop.soap, 1))
    answer = post(client, "/orders", body, getattr(open_shop.cast, name))
    assert (answer.status, answer.json["code"]) == (403, "forbidden")


def test_another_communitys_member_buys_nothing(open_shop: Shop, client: HouseClient) -> None:
    body = order_of(open_shop, (open_shop.soap, 1), person=open_shop.cast.chenjing)
    answer = post(client, "/orders", body, open_shop.cast.zhangdian)
    assert (answer.status, answer.json["code"]) == (409, "code.foreign")


def test_another_community_sees_no_product_of_ours(open_shop: Shop, client: HouseClient) -> None:
    address = f"/api/v1/products?shop_id={open_shop.cast.shop_id}"
    answer = client.get(address, headers=bearer(open_shop.cast.chenjing))
    assert answer.json == {"products": []}


def refund_of(shop: Shop, order: Body, quantity: int, approver: Person | None = None) -> Body:
    return {
        "lines": [{"order_line_id": order["lines"][0]["id"], "quantity": quantity}],
        "reason": "拿错了",
        "approver_code": shop.code(approver or shop.cast.hedu),
    }


def test_goods_come_back_with_the_supervisors_code(open_shop: Shop, client: HouseClient) -> None:
    shop = open_shop
    order = post(client, "/orders", order_of(shop, (shop.soap, 2)), shop.cast.zhangdian).json
    body = refund_of(shop, order, 1)
    answer = post(client, f"/orders/{order['id']}/refunds", body, shop.cast.zhangdian)
    assert answer.status == 201
    assert (answer.json["total_points"], answer.json["balance_points"]) == (40, 960)
    assert answer.json["lines"] == [
        {"order_line_id": order["lines"][0]["id"], "quantity": 1, "points": 40}
    ]


def test_too_much_given_back_is_409(open_shop: Shop, client: HouseClient) -> None:
    shop = open_shop
    order = post(client, "/orders", order_of(shop, (shop.soap, 2)), shop.cast.zhangdian).json
    body = refund_of(shop, order, 3)
    answer = post(client, f"/orders/{order['id']}/refunds", body, shop.cast.zhangdian)
    assert (answer.status, answer.json["code"]) == (409, "shop.refund_exceeds")


@pytest.mark.parametrize("name", ["zhangdian", "limei", "zhaofang"])
def test_the_wrong_second_person_is_409(open_shop: Shop, client: HouseClient, name: str) -> None:
    shop = open_shop
    order = post(client, "/orders", order_of(shop, (shop.soap, 2)), shop.cast.zhangdian).json
    body = refund_of(shop, order, 1) | {"approver_code": shop.card(getattr(shop.cast, name))}
    answer = post(client, f"/orders/{order['id']}/refunds", body, shop.cast.zhangdian)
    assert (answer.status, answer.json["code"]) == (409, "shop.approver_not_allowed")


def test_another_communitys_order_is_404(open_shop: Shop, client: HouseClient) -> None:
    shop = open_shop
    order = post(client, "/orders", order_of(shop, (shop.soap, 2)), shop.cast.zhangdian).json
    body = refund_of(shop, order, 1)
    for path in (f"/orders/{order['id']}/refunds", f"/orders/{new_id()}/refunds"):
        assert post(client, path, body, shop.cast.chenjing).status in {403, 404}
    unknown = post(client, f"/orders/{new_id()}/refunds", body, shop.cast.zhangdian)
    assert unknown.status == 404


def test_a_gift_is_received_with_a_number(open_shop: Shop, client: HouseClient) -> None:
    shop = open_shop
    line = {"product_id": str(shop.soap), "quantity": 5, "best_before": "2027-01-31"}
    gift = {"donor": "徐海涛", "lines": [line, line | {"restriction": "独居老人"}]}
    answer = post(client, "/donations", gift, shop.cast.zhangdian)
    assert (answer.status, answer.json["receipt_no"]) == (201, 1)
    assert shop.on_hand(shop.soap) == 20


@pytest.mark.parametrize(
    "line",
    [
        {"quantity": 0},
        {"quantity": 1_000_001},
        {"quantity": "3"},
        {"best_before": "31.1.2027"},
        {"points": 3},
    ],
)
def test_a_gift_that_does_not_fit_is_422(open_shop: Shop, client: HouseClient, line: Body) -> None:
    shop = open_shop
    gift = {"donor": "徐海涛", "lines": [{"product_id": str(shop.soap), "quantity": 1} | line]}
    assert post(client, "/donations", gift, shop.cast.zhangdian).status == 422


@pytest.mark.parametrize("name", ["limei", "wangqiang", "zhoumin", "hedu"])
def test_gifts_are_received_by_keeper_or_clerk(
    open_shop: Shop, client: HouseClient, name: str
) -> None:
    shop = open_shop
    gift = {"donor": None, "lines": [{"product_id": str(shop.soap), "quantity": 1}]}
    assert post(client, "/donations", gift, getattr(shop.cast, name)).status == 403


def test_without_a_sign_in_there_is_nothing(open_shop: Shop, client: HouseClient) -> None:
    assert client.get("/api/v1/products").status_code == 401
    assert client.post("/api/v1/orders", json=order_of(open_shop)).status_code == 401
