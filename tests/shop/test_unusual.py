"""What is worth a look at the counters: patterns, their limits, and nothing below them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from pointsvc.shop import suspicions as look
from pointsvc.shop.suspicions import Served
from tests.shop.asking import ask, decide, name
from tests.shop.conftest import Shop
from tests.shop.screens import Screen
from tests.support.clients import HouseClient

KEEPER, MEMBER, OTHER = uuid4(), uuid4(), uuid4()
AT = datetime(2026, 11, 5, 9, tzinfo=UTC)


def served(count: int, **changes: Any) -> list[Served]:
    """So many exchanges alike."""
    facts: dict[str, Any] = {
        "keeper_id": KEEPER,
        "member_id": MEMBER,
        "proof": "card",
        "points": 90,
        "placed_at": AT,
        "back_at": None,
        "proxy_member_id": None,
    }
    return [Served(uuid4(), number, **(facts | changes)) for number in range(count)]


def back(minutes: int, count: int) -> list[Served]:
    return served(count, back_at=AT + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("orders", "cases"),
    [(back(5, 3), 1), (back(5, 2), 0), (back(31, 3), 0), ([*back(5, 3), *served(100)], 0)],
)
def test_receipts_that_come_back_soon_are_a_case_of_the_keeper(
    orders: list[Served], cases: int
) -> None:
    assert [each.who_id for each in look.taken_back(orders)] == [KEEPER] * cases


@pytest.mark.parametrize(
    ("orders", "cases"),
    [
        *((served(3, points=points), cases) for points, cases in ((80, 1), (79, 0), (101, 0))),
        (served(2), 0),
        (served(3, proof="member_code"), 0),
    ],
)
def test_cards_just_below_the_pin_are_a_case(orders: list[Served], cases: int) -> None:
    assert len(look.just_below(orders, 100)) == cases


def test_who_collects_often_and_who_always_meets_the_same_keeper() -> None:
    assert look.repeated_proxies(served(3, proxy_member_id=OTHER)) == []
    [case] = look.repeated_proxies(served(4, proxy_member_id=OTHER))
    assert (case.who_id, case.count, case.of_all) == (OTHER, 4, 1)
    assert look.same_pairs(served(5)) == []
    [pair] = look.same_pairs(served(6))
    assert (pair.who_id, pair.with_id, pair.points) == (KEEPER, MEMBER, 540)


def test_near_people_are_a_case_at_once() -> None:
    near: dict[UUID, frozenset[UUID]] = {KEEPER: frozenset({MEMBER})}
    [case] = look.near_relations([*served(1), *served(1, member_id=OTHER)], near)
    assert (case.with_id, case.receipts) == (MEMBER, [0])


@pytest.mark.engines("sqlite")
def test_the_auditor_reads_them_as_cases(shop: Shop, client: HouseClient) -> None:
    cast = shop.cast
    shop.stock(shop.soap, 10)
    shop.points(cast.limei, 500)
    name(shop, cast.limei, cast.zhangdian)
    for count in (1, 2, 3):
        decide(shop, ask(shop, shop.buy(cast.limei, (shop.soap, count)).order_id, kind="void"))
    page = Screen(client, cast.zhoumin).show("/shop/unusual").text
    for words in ("出了小票又退", "给亲近的人办", "张店给李梅", "小票 1、2、3", "不是结论"):
        assert words in page
