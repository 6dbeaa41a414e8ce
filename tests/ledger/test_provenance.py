"""Which deeds paid: every point of a payment has one credit, and no credit pays twice."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given, strategies as st

from pointsvc.ledger import provenance
from pointsvc.ledger.provenance import Leg, funds_of
from tests.shop.conftest import Shop, raise_shop
from tests.shop.keeping import Keeping
from tests.support.cast import Cast

ONE = UUID(int=1)


@given(
    came=st.lists(st.integers(1, 50), min_size=1, max_size=12),
    paid=st.lists(st.integers(1, 20), min_size=1, max_size=12),
)
def test_every_point_has_one_deed(came: list[int], paid: list[int]) -> None:
    while sum(paid) > sum(came):
        paid.pop()
    firsts = [sum(came[:place]) for place in range(len(came))]
    sources = [
        provenance._Credit(first, points, (UUID(int=place), "", "", "", ONE, None))
        for place, (first, points) in enumerate(zip(firsts, came, strict=True))
    ]
    legs = [Leg(UUID(int=n), ONE, ONE, n, points, date.max) for n, points in enumerate(paid)]
    funds = list(provenance._shared(provenance._placed(legs, 0), sources))
    used, lines = Counter[UUID](), Counter[UUID]()
    for fund in funds:
        used[fund.transfer_id] += fund.points
        lines[fund.line_id] += fund.points
    assert [lines[leg.line_id] for leg in legs] == paid
    assert all(points <= came[credit.int] for credit, points in used.items())


@pytest.fixture
def shop(cast: Cast, app: Flask, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - its context
    """Soap on the shelf."""
    shop = raise_shop(cast)
    shop.stock(shop.soap, 20)
    return shop


def test_a_payment_is_traced_to_the_oldest_points_left(shop: Shop) -> None:
    limei = shop.cast.limei
    for points in (30, 50, 100):
        shop.points(limei, points)
    shop.buy(limei, (shop.soap, 1))
    line = shop.lines(shop.buy(limei, (shop.soap, 2)).order_id)[0]
    funds, is_cut = funds_of(
        community_id=shop.community_id, source_type="order_line", source_ids=[line.id]
    )
    assert ([fund.points for fund in funds], is_cut) == ([40, 40], False)
    assert {(fund.kind, fund.source_type) for fund in funds} == {("award", "attendance")}


def test_a_payment_from_two_wallets_is_traced_in_both(shop: Shop) -> None:
    limei = shop.cast.limei
    shop.points(limei, 30, date(2026, 12, 31))
    shop.points(limei, 30, date(2027, 12, 31))
    order_id = shop.buy(limei, (shop.soap, 1)).order_id
    ids = [line.id for line in shop.lines(order_id)]
    funds, _cut = funds_of(community_id=shop.community_id, source_type="order_line", source_ids=ids)
    assert [fund.points for fund in funds] == [30, 10]


@pytest.mark.engines("sqlite")
def test_points_that_came_back_pay_as_the_receipt_they_came_from(shop: Shop) -> None:
    limei = shop.cast.limei
    shop.points(limei, 40)
    first = shop.buy(limei, (shop.soap, 1)).order_id
    [bought] = shop.lines(first)
    shop.refund(first, (bought.id, 1))
    [line] = shop.lines(shop.buy(limei, (shop.soap, 1)).order_id)
    [fund], _cut = funds_of(
        community_id=shop.community_id, source_type="order_line", source_ids=[line.id]
    )
    assert (fund.kind, fund.points, fund.source_id) == ("refund", 40, bought.id)


@pytest.mark.engines("sqlite")
def test_points_that_were_kept_are_told_by_what_earned_them(shop: Shop) -> None:
    """Kept, set free, kept again, fetched: still the same deed."""
    keeping, limei = Keeping(shop), shop.cast.limei
    shop.points(limei, 40)
    keeping.cancel(keeping.book(limei, (shop.soap, 1)), limei)
    order = keeping.fetch(keeping.code(keeping.book(limei, (shop.soap, 1))))
    ids = [line.id for line in shop.lines(order.order_id)]
    funds, _cut = funds_of(community_id=shop.community_id, source_type="order_line", source_ids=ids)
    assert [(fund.kind, fund.points) for fund in funds] == [("award", 40)]
