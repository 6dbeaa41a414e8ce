"""The exchange at the counter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pointsvc.audit.models import AuditEvent
from pointsvc.checkin.errors import CodeForeign, CodeSpent
from pointsvc.earning.models import LimitUse
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.verification import verify_community
from pointsvc.members.errors import NotActive
from pointsvc.members.models import Member
from pointsvc.shop import service
from pointsvc.shop.errors import (
    InsufficientPoints,
    LimitReached,
    OutOfStock,
    OwnOrder,
    PinRequired,
    PinWrong,
    ProductClosed,
)
from pointsvc.shop.models import Order
from pointsvc.shop.queries.orders import OrderFilter, find_last_order, get_order, page_of_orders
from tests.shop.conftest import Shop
from tests.support.clocks import FrozenClock


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """Ten soaps and ten bags of rice on the shelf, 1,000 points with 李梅."""
    shop.stock(shop.soap, 10)
    shop.stock(shop.rice, 10)
    shop.points(shop.cast.limei, 1000)
    return shop


def test_goods_go_out_and_points_come_in(open_shop: Shop) -> None:
    shop = open_shop
    receipt = shop.buy(shop.cast.limei, (shop.soap, 2), (shop.rice, 1))
    assert (receipt.receipt_no, receipt.total_points, receipt.balance_points) == (1, 400, 600)
    assert (shop.on_hand(shop.soap), shop.on_hand(shop.rice)) == (8, 9)
    assert shop.balance(shop.cast.limei) == 600


def test_the_books_verify_after_an_exchange(open_shop: Shop) -> None:
    open_shop.buy(open_shop.cast.limei, (open_shop.soap, 2), (open_shop.rice, 1))
    assert verify_community(open_shop.community_id).ok


def test_lines_of_one_product_are_one_line(open_shop: Shop) -> None:
    shop = open_shop
    receipt = shop.buy(shop.cast.limei, (shop.soap, 1), (shop.soap, 2))
    [line] = shop.lines(receipt.order_id)
    assert (line.quantity, line.total_points) == (3, 120)


def test_an_order_keeps_the_price_it_paid(open_shop: Shop) -> None:
    shop = open_shop
    receipt = shop.buy(shop.cast.limei, (shop.soap, 1))
    transact(
        lambda: service.upsert_products(
            community_id=shop.community_id,
            shop_id=shop.cast.shop_id,
            rows=[service.CatalogueRow(None, "香皂", "125g", 99)],
            set_by_id=None,
            now=clock.now(),
        )
    )
    assert shop.lines(receipt.order_id)[0].price_points == 40


def test_points_that_expire_first_are_spent_first(open_shop: Shop) -> None:
    shop = open_shop
    shop.points(shop.cast.limei, 30, shop.today)
    shop.buy(shop.cast.limei, (shop.soap, 1))
    assert shop.balance(shop.cast.limei) == 990


def test_points_of_a_passed_day_do_not_pay(shop: Shop, clock: FrozenClock) -> None:
    """docs/ledger.md case 24."""
    shop.stock(shop.soap, 1)
    shop.points(shop.cast.limei, 40, shop.today)
    clock.at("2026-11-22T00:00:01")
    with pytest.raises(InsufficientPoints):
        shop.buy(shop.cast.limei, (shop.soap, 1))


def test_too_few_points_leave_nothing_behind(open_shop: Shop) -> None:
    shop = open_shop
    with pytest.raises(InsufficientPoints) as refusal:
        shop.buy(shop.cast.liuyang, (shop.soap, 1))
    assert refusal.value.context == {"balance_points": 0, "total_points": 40}
    assert shop.on_hand(shop.soap) == 10


def test_an_empty_shelf_takes_no_points(open_shop: Shop) -> None:
    shop = open_shop
    with pytest.raises(OutOfStock):
        shop.buy(shop.cast.limei, (shop.soap, 11))
    assert shop.balance(shop.cast.limei) == 1000


def test_the_household_shares_the_months_limit(open_shop: Shop) -> None:
    shop = open_shop
    shop.buy(shop.cast.limei, (shop.rice, 1))
    with pytest.raises(LimitReached) as refusal:
        shop.buy(shop.cast.limei, (shop.rice, 2))
    assert (refusal.value.context["limit"], refusal.value.context["left"]) == (2, 1)


def test_a_refused_order_takes_no_allowance(open_shop: Shop) -> None:
    shop = open_shop
    with pytest.raises(OutOfStock):
        shop.buy(shop.cast.limei, (shop.rice, 1), (shop.soap, 11))
    assert db.session.scalars(select(LimitUse.used)).all() in ([], [0])


def test_the_limit_is_new_on_the_first_of_the_month_in_the_zone(
    open_shop: Shop, clock: FrozenClock
) -> None:
    """docs/ledger.md case 34: the window's edge is the community's midnight, not London's."""
    shop = open_shop
    clock.at("2026-11-30T23:59:59")
    shop.buy(shop.cast.limei, (shop.rice, 2))
    clock.at("2026-12-01T00:00:00")
    assert shop.buy(shop.cast.limei, (shop.rice, 1)).receipt_no == 2


def test_a_keeper_does_not_serve_themself(open_shop: Shop) -> None:
    """docs/ledger.md case 39."""
    shop = open_shop
    shop.points(shop.cast.zhangdian, 100)
    with pytest.raises(OwnOrder):
        shop.buy(shop.cast.zhangdian, (shop.soap, 1))


def test_the_database_refuses_an_order_for_oneself(open_shop: Shop) -> None:
    """docs/ledger.md case 39, by constraint."""
    shop = open_shop
    receipt = shop.buy(shop.cast.limei, (shop.soap, 1))
    order = db.session.get_one(Order, (shop.community_id, receipt.order_id))
    order.keeper_id = order.member_id
    with pytest.raises(IntegrityError, match="keeper_is_another"):
        db.session.flush()
    db.session.rollback()


def test_a_printed_card_needs_its_pin_above_the_limit(open_shop: Shop) -> None:
    with pytest.raises(PinRequired):
        open_shop.buy(open_shop.cast.limei, (open_shop.rice, 1), pin="absent")


def test_a_printed_card_pays_little_without_a_pin(open_shop: Shop) -> None:
    receipt = open_shop.buy(open_shop.cast.limei, (open_shop.soap, 2), pin="absent")
    assert receipt.total_points == 80


def test_a_wrong_pin_is_refused(open_shop: Shop) -> None:
    with pytest.raises(PinWrong):
        open_shop.buy(open_shop.cast.limei, (open_shop.soap, 1), pin="wrong")


def test_a_phones_code_needs_no_pin_and_is_spent(open_shop: Shop) -> None:
    shop = open_shop
    code = shop.code(shop.cast.limei)
    shop.buy(shop.cast.limei, (shop.rice, 1), code=code, pin="absent")
    with pytest.raises(CodeSpent):
        shop.buy(shop.cast.limei, (shop.soap, 1), code=code, pin="absent")


def test_a_refused_order_does_not_spend_the_code(open_shop: Shop) -> None:
    shop = open_shop
    code = shop.code(shop.cast.limei)
    with pytest.raises(OutOfStock):
        shop.buy(shop.cast.limei, (shop.soap, 11), code=code)
    assert shop.buy(shop.cast.limei, (shop.soap, 1), code=code).total_points == 40


def test_another_communitys_code_buys_nothing(open_shop: Shop) -> None:
    with pytest.raises(CodeForeign):
        open_shop.buy(open_shop.cast.chenjing, (open_shop.soap, 1))


def test_who_left_buys_nothing(open_shop: Shop) -> None:
    shop = open_shop
    code = shop.card(shop.cast.limei)
    member = db.session.get_one(Member, (shop.community_id, shop.cast.limei.id))
    member.state = "departed"
    db.session.commit()
    with pytest.raises(NotActive):
        shop.buy(shop.cast.limei, (shop.soap, 1), code=code)


def test_a_closed_product_is_not_sold(open_shop: Shop) -> None:
    shop = open_shop
    shop.buy(shop.cast.limei, (shop.soap, 10))
    transact(
        lambda: service.close_product(
            community_id=shop.community_id,
            product_id=shop.soap,
            closed_by_id=shop.cast.zhaofang.id,
            now=clock.now(),
        )
    )
    with pytest.raises(ProductClosed):
        shop.buy(shop.cast.limei, (shop.soap, 1))


def test_a_product_of_nowhere_is_not_found(open_shop: Shop) -> None:
    with pytest.raises(NotFound):
        open_shop.buy(open_shop.cast.limei, (new_id(), 1))


def test_the_member_is_told_and_the_deed_is_on_record(open_shop: Shop) -> None:
    shop = open_shop
    receipt = shop.buy(shop.cast.limei, (shop.soap, 1))
    message = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.topic == "shop.order_placed")
    ).one()
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "shop.order_placed")
    ).one()
    assert (message.recipient_id, message.payload["points"]) == (shop.cast.limei.id, 40)
    assert (event.actor_id, event.subject_id) == (shop.cast.zhangdian.id, receipt.order_id)


def test_a_sale_may_come_from_two_batches(open_shop: Shop) -> None:
    shop = open_shop
    sooner = shop.stock(shop.soap, 1, shop.today + timedelta(days=3))
    shop.buy(shop.cast.limei, (shop.soap, 3))
    assert sooner not in shop.batches(shop.soap)
    assert list(shop.batches(shop.soap).values()) == [8]


def test_the_counter_knows_its_last_order(open_shop: Shop) -> None:
    shop = open_shop
    shop.buy(shop.cast.limei, (shop.soap, 1))
    receipt = shop.buy(shop.cast.limei, (shop.soap, 2))
    last = find_last_order(shop.community_id, shop.cast.shop_id, shop.cast.zhangdian.id, shop.today)
    assert last == get_order(shop.community_id, receipt.order_id)


def test_a_member_reads_their_receipts_newest_first(open_shop: Shop) -> None:
    shop = open_shop
    for _ in range(3):
        shop.buy(shop.cast.limei, (shop.soap, 1))
    wanted = OrderFilter(member_ids=[shop.cast.limei.id])
    page = page_of_orders(shop.community_id, shop.cast.shop_id, wanted)
    assert [order.receipt_no for order in page.rows] == [3, 2, 1]
