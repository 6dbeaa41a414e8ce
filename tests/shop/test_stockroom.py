"""Transfers, mark-downs, dates, limits: what is moved, at which price, how much of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from pointsvc.cli.verification import verify_everything
from pointsvc.communities.service import update_settings
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service, stock_jobs as jobs
from pointsvc.shop.errors import (
    BalanceTooLow,
    GoodsPast,
    LimitExists,
    MarkdownRunning,
    NotCheaper,
    PointsLimitReached,
    SameShop,
    UnitsLimitReached,
)
from pointsvc.shop.models import Batch, LineLimit, StockTransfer
from pointsvc.shop.queries.catalogue import page_of_products, suggest_products
from pointsvc.shop.queries.months import goods_to_buy, shop_month
from pointsvc.shop.queries.stock import get_batch
from pointsvc.shop.queries.visits import offers_of
from pointsvc.shop.service import CatalogueRow
from pointsvc.shop.stock_checks import stock_checks
from tests.shop.conftest import Shop
from tests.shop.stockrooms import Stockroom
from tests.support.clocks import FrozenClock

SECONDS_OF_A_MONTH = 31 * 86400


@pytest.fixture
def room(shop: Shop) -> Stockroom:
    """李梅 and 刘洋 can pay, soap and rice lie there."""
    for person in (shop.cast.limei, shop.cast.liuyang):
        shop.points(person, 5000)
    return Stockroom(shop)


def broken(shop: Shop) -> set[str]:
    return {check.id for check in stock_checks(shop.community_id) if not check.ok}


# -- transfers -----------------------------------------------------------------------------


def test_a_transfer_is_recorded_on_both_sides_with_the_same_date(room: Stockroom) -> None:
    shop, last = room.shop, room.shop.today + timedelta(days=40)
    batch_id = room.send(shop.stock(shop.soap, 10, last), 4, room.open_another())
    there = get_batch(shop.community_id, batch_id, today=shop.today)
    assert (there.product_name, there.best_before_on, there.on_hand) == ("香皂", last, 4)
    assert room.moves(shop.soap) == [("purchase", 10), ("transfer", -4)]
    assert verify_everything().ok


def test_what_is_sent_again_joins_the_product_there(room: Stockroom) -> None:
    shop, other = room.shop, room.open_another()
    batch_id = shop.stock(shop.soap, 10)
    sent = [room.send(batch_id, 2, other) for _turn in range(2)]
    there = {get_batch(shop.community_id, each, today=shop.today).product_id for each in sent}
    assert len(there) == 1
    assert shop.product(there.pop()).on_hand == 4


def test_goods_are_not_sent_home_nor_past_their_date(room: Stockroom) -> None:
    shop = room.shop
    with pytest.raises(SameShop):
        room.send(shop.stock(shop.soap, 5), 1, shop.cast.shop_id)
    with pytest.raises(GoodsPast):
        room.send(shop.stock(shop.soap, 5, shop.today - timedelta(days=1)), 1, room.open_another())


def test_a_false_date_or_limit_is_found(room: Stockroom) -> None:
    shop = room.shop
    batch_id = room.send(shop.stock(shop.soap, 5, shop.today), 2, room.open_another())
    room.limit(3)
    shop.buy(shop.cast.limei, (shop.soap, 1))
    later = update(Batch).where(Batch.id == batch_id)
    transact(lambda: db.session.execute(later.values(best_before_on=shop.today + timedelta(1))))
    transact(lambda: db.session.query(LineLimit).delete())
    assert broken(shop) == {"S3", "S4"}
    assert db.session.query(StockTransfer).count() == 1


# -- mark-downs ----------------------------------------------------------------------------


def test_a_price_set_meanwhile_stays(room: Stockroom) -> None:
    shop = room.shop
    room.mark_down(shop.stock(shop.soap, 2, shop.today + timedelta(days=3)), 25)
    row = CatalogueRow("6962914827422", "香皂", "125g", 44)
    transact(
        lambda: service.edit_product(
            community_id=shop.community_id,
            product_id=shop.soap,
            row=row,
            set_by_id=shop.cast.zhangdian.id,
            now=clocks.now(),
        )
    )
    assert jobs.end_markdowns(clocks.now()) == "1 mark-downs"
    assert shop.product(shop.soap).price_points == 44


def test_a_mark_down_is_cheaper_and_one_at_a_time(room: Stockroom) -> None:
    shop = room.shop
    batch_id = shop.stock(shop.soap, 2, shop.today + timedelta(days=3))
    with pytest.raises(NotCheaper):
        room.mark_down(batch_id, 40)
    room.mark_down(batch_id, 25)
    with pytest.raises(MarkdownRunning):
        room.mark_down(batch_id, 20)
    with pytest.raises(GoodsPast):
        room.mark_down(shop.stock(shop.rice, 2, shop.today - timedelta(days=1)), 20)


# -- dates ---------------------------------------------------------------------------------


def test_between_best_before_and_use_by_goods_are_neither_sold_nor_removed(
    room: Stockroom, clock: FrozenClock
) -> None:
    shop = room.shop
    batch_id = shop.stock(shop.soap, 3, shop.today)
    use_by = shop.today + timedelta(days=10)
    transact(lambda: db.session.execute(update(Batch).values(use_by_on=use_by)))
    clock.advance(days=5)
    assert jobs.remove_past_stock(clocks.now()) == "0 units"
    assert get_batch(shop.community_id, batch_id, today=shop.today).is_past
    clock.advance(days=6)
    assert jobs.remove_past_stock(clocks.now()) == "3 units"


def test_keepers_are_warned_once_at_30_and_once_at_7_days(
    room: Stockroom, clock: FrozenClock
) -> None:
    shop = room.shop
    shop.stock(shop.soap, 3, shop.today + timedelta(days=40))
    said = []
    for days in (0, 15, 1, 20, 1):
        clock.advance(days=days)
        said.append(jobs.warn_of_dates(clocks.now()))
    assert said == ["0 batches", "1 batches", "0 batches", "1 batches", "0 batches"]


# -- limits --------------------------------------------------------------------------------


def test_a_category_s_limit_holds_for_its_lines_together(room: Stockroom) -> None:
    shop, limei = room.shop, room.shop.cast.limei
    for product_id in (shop.soap, shop.rice):
        shop.stock(product_id, 9)
        room.categorise(product_id, "日用")
    room.limit(3, category="日用")
    with pytest.raises(UnitsLimitReached) as refusal:
        shop.buy(limei, (shop.soap, 2), (shop.rice, 2))
    assert refusal.value.context["left"] == 3
    shop.buy(limei, (shop.soap, 2), (shop.rice, 1))
    with pytest.raises(UnitsLimitReached):
        shop.buy(limei, (shop.soap, 1))


def test_a_person_s_points_of_a_day_are_counted_by_day(room: Stockroom, clock: FrozenClock) -> None:
    shop, cast = room.shop, room.shop.cast
    shop.stock(shop.soap, 20)
    room.limit(100, holder="member", window="day", measure="points")
    shop.buy(cast.limei, (shop.soap, 2))
    with pytest.raises(PointsLimitReached):
        shop.buy(cast.limei, (shop.soap, 1))
    shop.buy(cast.liuyang, (shop.soap, 2))
    clock.advance(days=1)
    shop.buy(cast.limei, (shop.soap, 2))
    assert verify_everything().ok


def test_a_refund_gives_a_limit_back(room: Stockroom) -> None:
    shop, limei = room.shop, room.shop.cast.limei
    shop.stock(shop.soap, 20)
    room.limit(2, product_id=shop.soap)
    order_id = shop.buy(limei, (shop.soap, 2)).order_id
    shop.refund(order_id, (shop.lines(order_id)[0].id, 1))
    shop.buy(limei, (shop.soap, 1))
    with pytest.raises(UnitsLimitReached):
        shop.buy(limei, (shop.soap, 1))
    assert verify_everything().ok


def test_what_limits_leave_is_shown(room: Stockroom) -> None:
    shop, limei = room.shop, room.shop.cast.limei
    shop.stock(shop.soap, 20)
    room.limit(5)
    room.limit(130, holder="member", window="exchange", measure="points")
    shop.buy(limei, (shop.soap, 1))
    [offer] = offers_of(
        shop.community_id,
        [shop.product(shop.soap)],
        holder_id=limei.id,
        member_id=limei.id,
        today=shop.today,
    )
    assert offer.left == 2


def test_the_same_limit_is_set_once(room: Stockroom) -> None:
    room.limit(5)
    with pytest.raises(LimitExists):
        room.limit(6)


def test_who_has_too_few_points_waits(room: Stockroom) -> None:
    shop = room.shop
    shop.stock(shop.soap, 5)
    shop.points(shop.cast.wangqiang, 49)
    changes = {"exchange_minimum_points": 50}
    transact(lambda: update_settings(community_id=shop.community_id, changes=changes))
    with pytest.raises(BalanceTooLow):
        shop.buy(shop.cast.wangqiang, (shop.soap, 1))


# -- lists ---------------------------------------------------------------------------------


def test_products_stand_as_they_are_read_and_are_found_by_first_letters(room: Stockroom) -> None:
    shop = room.shop
    page = page_of_products(shop.community_id, shop_id=shop.cast.shop_id)
    assert [each.name for each in page.rows] == ["大米", "香皂"]
    for typed in ("xz", "xiangz", "xz125"):
        found = suggest_products(shop.community_id, shop.cast.shop_id, typed)
        assert [each.name for each in found] == ["香皂"]


def test_what_ran_down_is_to_be_bought(room: Stockroom) -> None:
    shop = room.shop
    shop.stock(shop.soap, 12)
    row = CatalogueRow("6962914827422", "香皂", "125g", 40, None, None, 10)
    transact(
        lambda: service.edit_product(
            community_id=shop.community_id,
            product_id=shop.soap,
            row=row,
            set_by_id=shop.cast.zhangdian.id,
            now=clocks.now(),
        )
    )
    asked = (shop.community_id, shop.cast.shop_id)
    assert goods_to_buy(*asked, since=shop.today, today=shop.today) == []
    shop.buy(shop.cast.limei, (shop.soap, 3))
    [line] = goods_to_buy(*asked, since=shop.today, today=shop.today)
    assert (line.on_hand, line.used, line.suggested) == (9, 3, 4)


def test_a_month_s_sheet_goes_back_from_what_lies_there(
    room: Stockroom, clock: FrozenClock
) -> None:
    shop, first = room.shop, room.shop.today.replace(day=1)
    shop.stock(shop.soap, 12)
    shop.buy(shop.cast.limei, (shop.soap, 3))
    clock.advance(seconds=SECONDS_OF_A_MONTH)
    shop.buy(shop.cast.limei, (shop.soap, 2))
    last = clocks.add_months(first, 1) - timedelta(days=1)
    month = shop_month(shop.community_id, shop.cast.shop_id, first, last)
    [line] = month.lines
    assert (line.opening, line.moved, line.on_hand) == (0, {"purchase": 12, "order": -3}, 9)
    assert (month.orders, month.points) == (1, 120)


def test_who_refuses_goods_says_why(room: Stockroom) -> None:
    with pytest.raises(Invalid):
        room.want("refused", "旧衣服", "")
