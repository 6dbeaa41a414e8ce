"""Two accounts of one person become one: sums are exact, limits neither double nor begin anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from pointsvc.cli.verification import verify_everything
from pointsvc.members.erasure_errors import MergeRefused
from pointsvc.members.errors import NotActive
from pointsvc.members.rules import Door
from pointsvc.shop.errors import LimitReached
from tests.shop.conftest import Shop
from tests.support.merging import merge, twin
from tests.support.rivals import at_once

EARLY, LATE = date(2026, 12, 31), date(2027, 12, 31)


def broken() -> list[str]:
    return [check.id for check in verify_everything().checks if not check.ok]


def test_points_go_over_by_date_and_the_books_hold(shop: Shop) -> None:
    limei, other = shop.cast.limei, twin(shop.cast)
    shop.points(limei, 64, LATE)
    for points, day in ((128, EARLY), (256, LATE)):
        shop.points(other, points, day)
    merge(shop.cast, other.id, limei.id)
    assert shop.balance(limei) == 64 + 128 + 256
    assert shop.balance(other) == 0
    assert broken() == []


def test_a_refund_after_the_merge_goes_to_the_survivor(shop: Shop) -> None:
    limei, other = shop.cast.limei, twin(shop.cast)
    shop.stock(shop.soap, 5)
    shop.points(other, 100)
    bought = shop.buy(other, (shop.soap, 2))
    merge(shop.cast, other.id, limei.id)
    [line] = shop.lines(bought.order_id)
    shop.refund(bought.order_id, (line.id, 1))
    assert (shop.balance(limei), shop.balance(other)) == (20 + 40, 0)
    assert broken() == []


def test_what_both_used_of_a_month_is_used_by_the_one(shop: Shop) -> None:
    """The other account had no household, so it had a month of its own."""
    limei, other = shop.cast.limei, twin(shop.cast)
    shop.stock(shop.rice, 5)
    for person in (limei, other):
        shop.points(person, 1000)
        shop.buy(person, (shop.rice, 1))
    merge(shop.cast, other.id, limei.id)
    with pytest.raises(LimitReached):
        shop.buy(limei, (shop.rice, 1))
    assert broken() == []


def test_an_award_that_comes_late_is_the_survivors(shop: Shop) -> None:
    limei, other = shop.cast.limei, twin(shop.cast)
    merge(shop.cast, other.id, limei.id)
    shop.points(other, 32)
    assert (shop.balance(limei), shop.balance(other)) == (32, 0)


@pytest.mark.engines("sqlite")
def test_neither_chains_nor_oneself_nor_the_clerk(shop: Shop) -> None:
    cast = shop.cast
    first, second = twin(cast), twin(cast, "李 梅", door=Door("9", "", "901"))
    merge(cast, first.id, cast.limei.id)
    for gone, kept in ((second, first), (first, second)):
        with pytest.raises(NotActive):
            merge(cast, gone.id, kept.id)
    for gone, kept in ((second, second), (second, cast.zhaofang)):
        with pytest.raises(MergeRefused):
            merge(cast, gone.id, kept.id)


def test_both_ways_at_once_the_second_is_refused(shop: Shop, app: Flask) -> None:
    limei, other = shop.cast.limei.id, twin(shop.cast).id
    shop.points(shop.cast.limei, 64)
    ended: list[Any] = at_once(
        app, [lambda: merge(shop.cast, other, limei), lambda: merge(shop.cast, limei, other)]
    )
    assert sorted(type(each).__name__ for each in ended) == ["NoneType", "NotActive"]
    assert broken() == []
