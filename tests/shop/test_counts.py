"""The stock-take: two count blind, a third approves."""

from __future__ import annotations

from functools import partial

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import grant_role
from pointsvc.shop.counting import decide_corrections
from pointsvc.shop.errors import (
    CountClosed,
    CountFull,
    CountMoved,
    CountRunning,
    NothingCounted,
    NotYourCount,
    ReasonRequired,
)
from pointsvc.shop.queries.counts import get_count, to_count_again
from tests.shop.conftest import Shop
from tests.shop.stockrooms import Count, Stockroom
from tests.support.cast import Person


@pytest.fixture
def count(shop: Shop) -> Count:
    """Ten soaps by the books, two people about to count them."""
    shop.stock(shop.soap, 10)
    return Count.begin(shop)


def promote(shop: Shop, person: Person) -> None:
    grant = partial(grant_role, community_id=shop.community_id, grant_id=new_id())
    transact(
        lambda: grant(member_id=person.id, role="supervisor", granted_by=SYSTEM, now=clock.now())
    )


def test_who_differ_count_again_and_are_told_no_number(shop: Shop, count: Count) -> None:
    cast = shop.cast
    count.enter(cast.zhangdian, shop.soap, 10)
    count.enter(cast.zhaofang, shop.soap, 9)
    assert [count.finish(cast.zhangdian), count.finish(cast.zhaofang)] == ["waiting", "again"]
    facts = get_count(shop.community_id, count.id)
    for person in (cast.zhangdian, cast.zhaofang):
        again = to_count_again(shop.community_id, facts, person.id)
        assert [each.id for each in again] == [shop.soap]
    count.agree(shop.soap, 9)
    assert get_count(shop.community_id, count.id).state == "agreed"


def test_what_only_one_counted_is_counted_again(shop: Shop, count: Count) -> None:
    cast = shop.cast
    count.enter(cast.zhangdian, shop.soap, 10)
    count.enter(cast.zhangdian, shop.rice, 0)
    count.enter(cast.zhaofang, shop.soap, 10)
    count.finish(cast.zhangdian)
    assert count.finish(cast.zhaofang) == "again"


@pytest.mark.parametrize("name", ["zhangdian", "zhaofang", "zhoumin", "limei"])
def test_nobody_but_another_supervisor_approves(shop: Shop, count: Count, name: str) -> None:
    count.agree(shop.soap, 9)
    with pytest.raises(NotYourCount):
        count.settle(getattr(shop.cast, name))


def test_a_supervisor_who_counted_does_not_approve(shop: Shop, count: Count) -> None:
    promote(shop, shop.cast.zhaofang)
    count.agree(shop.soap, 9)
    with pytest.raises(NotYourCount):
        count.settle(shop.cast.zhaofang)
    count.settle(shop.cast.hedu)
    assert shop.on_hand(shop.soap) == 9


def test_a_difference_has_its_reason_and_a_return_too(shop: Shop, count: Count) -> None:
    count.agree(shop.soap, 9)
    for approves in (True, False):
        with pytest.raises(ReasonRequired):
            count.settle(shop.cast.hedu, approves=approves, reason=None)
    count.settle(shop.cast.hedu, approves=False, reason="再看看后面的箱子")
    assert shop.on_hand(shop.soap) == 10
    count.agree(shop.soap, 10)
    count.settle(shop.cast.hedu, reason=None)
    assert Stockroom(shop).moves(shop.soap) == [("purchase", 10)]


def test_one_s_own_part_is_closed_once_finished(shop: Shop, count: Count) -> None:
    with pytest.raises(NothingCounted):
        count.finish(shop.cast.zhangdian)
    count.enter(shop.cast.zhangdian, shop.soap, 10)
    count.finish(shop.cast.zhangdian)
    with pytest.raises(CountClosed):
        count.enter(shop.cast.zhangdian, shop.soap, 9)
    with pytest.raises(NotYourCount):
        count.enter(shop.cast.hedu, shop.soap, 9)


def test_two_count_and_one_stock_take_at_a_time(shop: Shop, count: Count) -> None:
    with pytest.raises(CountFull):
        count.join(shop.cast.hedu)
    with pytest.raises(CountRunning):
        Count.begin(shop)


def test_more_than_the_books_have_is_not_taken_away() -> None:
    with pytest.raises(CountMoved):
        decide_corrections([], -1)
    with pytest.raises(CountMoved):
        decide_corrections([], 1)
