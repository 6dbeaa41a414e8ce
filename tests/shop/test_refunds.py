"""Goods given back: points, stock, allowance, and the second person."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.errors import CodeSpent
from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.models import Account
from pointsvc.ledger.service import expire_account, find_expired_accounts
from pointsvc.ledger.verification import verify_community
from pointsvc.members.editing import let_go
from pointsvc.shop import service
from pointsvc.shop.errors import (
    AmountRefused,
    ApproverNotAllowed,
    ApproverPinRequired,
    OwnOrder,
    RefundExceeds,
)
from pointsvc.shop.models import OrderLine, Refund, StockMovement
from pointsvc.shop.queries.orders import get_refund, page_of_refunds
from tests.shop.conftest import Shop
from tests.support.cast import Person
from tests.support.clocks import FrozenClock


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """Ten soaps and ten bags of rice on the shelf, 1,000 points with 李梅."""
    shop.stock(shop.soap, 10)
    shop.stock(shop.rice, 10)
    shop.points(shop.cast.limei, 1000)
    return shop


def sold(shop: Shop, quantity: int = 2) -> tuple[UUID, UUID]:
    """Soap for 李梅: the order and its line."""
    receipt = shop.buy(shop.cast.limei, (shop.soap, quantity))
    return receipt.order_id, shop.lines(receipt.order_id)[0].id


def test_points_and_goods_come_back(open_shop: Shop) -> None:
    order_id, line_id = sold(open_shop)
    receipt = open_shop.refund(order_id, (line_id, 2))
    assert (receipt.receipt_no, receipt.total_points, receipt.balance_points) == (1, 80, 1000)
    assert (open_shop.on_hand(open_shop.soap), open_shop.balance(open_shop.cast.limei)) == (
        10,
        1000,
    )


def test_the_books_verify_after_a_refund(open_shop: Shop) -> None:
    order_id, line_id = sold(open_shop)
    open_shop.refund(order_id, (line_id, 1))
    assert verify_community(open_shop.community_id).ok


def test_partial_refunds_never_exceed_what_was_handed_out(open_shop: Shop) -> None:
    """docs/ledger.md case 28: 1 + 1 + 1 of 2, the third is refused."""
    order_id, line_id = sold(open_shop)
    open_shop.refund(order_id, (line_id, 1))
    open_shop.refund(order_id, (line_id, 1))
    with pytest.raises(RefundExceeds):
        open_shop.refund(order_id, (line_id, 1))
    assert open_shop.balance(open_shop.cast.limei) == 1000


def test_a_refund_happens_once(open_shop: Shop) -> None:
    """docs/ledger.md case 27."""
    order_id, line_id = sold(open_shop)
    open_shop.refund(order_id, (line_id, 2))
    with pytest.raises(RefundExceeds):
        open_shop.refund(order_id, (line_id, 2))
    assert (open_shop.on_hand(open_shop.soap), open_shop.balance(open_shop.cast.limei)) == (
        10,
        1000,
    )


def test_the_database_refuses_a_refund_of_more(open_shop: Shop) -> None:
    """docs/ledger.md case 28, by constraint."""
    _order_id, line_id = sold(open_shop)
    line = db.session.get_one(OrderLine, (open_shop.community_id, line_id))
    line.refunded = 3
    with pytest.raises(IntegrityError, match="refunded_within"):
        db.session.flush()
    db.session.rollback()


def test_a_line_twice_in_one_refund_counts_twice(open_shop: Shop) -> None:
    order_id, line_id = sold(open_shop)
    with pytest.raises(RefundExceeds):
        open_shop.refund(order_id, (line_id, 1), (line_id, 2))


@pytest.mark.parametrize("name", ["zhangdian", "limei", "zhaofang"])
def test_keeper_member_and_clerk_do_not_approve(open_shop: Shop, name: str) -> None:
    """docs/ledger.md case 39."""
    order_id, line_id = sold(open_shop)
    approver: Person = getattr(open_shop.cast, name)
    with pytest.raises(ApproverNotAllowed):
        open_shop.refund(order_id, (line_id, 1), approver=approver)


def test_nobody_refunds_their_own_order(open_shop: Shop) -> None:
    order_id, line_id = sold(open_shop)
    with pytest.raises(OwnOrder):
        open_shop.refund(order_id, (line_id, 1), keeper=open_shop.cast.limei)


def test_a_supervisors_printed_card_needs_its_pin(open_shop: Shop) -> None:
    order_id, line_id = sold(open_shop)
    with pytest.raises(ApproverPinRequired):
        open_shop.refund(order_id, (line_id, 1), pin="absent")


def test_the_database_refuses_a_refund_by_one_person(open_shop: Shop) -> None:
    order_id, line_id = sold(open_shop)
    receipt = open_shop.refund(order_id, (line_id, 1))
    refund = db.session.get_one(Refund, (open_shop.community_id, receipt.refund_id))
    refund.approver_id = refund.keeper_id
    with pytest.raises(IntegrityError, match="two_persons"):
        db.session.flush()
    db.session.rollback()


def test_goods_go_back_to_their_batches(open_shop: Shop) -> None:
    shop = open_shop
    before = shop.batches(shop.soap)
    sooner = shop.stock(shop.soap, 1, shop.today + timedelta(days=3))
    order_id, line_id = sold(shop, 3)
    shop.refund(order_id, (line_id, 2))
    assert shop.batches(shop.soap) == before
    shop.refund(order_id, (line_id, 1))
    assert shop.batches(shop.soap) == before | {sooner: 1}


def test_what_is_past_its_date_goes_back_to_waste(open_shop: Shop, clock: FrozenClock) -> None:
    """docs/ledger.md §6."""
    shop = open_shop
    shop.stock(shop.soap, 2, shop.today)
    order_id, line_id = sold(shop, 2)
    clock.advance(days=1)
    receipt = shop.refund(order_id, (line_id, 2))
    [line] = get_refund(shop.community_id, receipt.refund_id).lines
    assert (line.wasted, shop.on_hand(shop.soap)) == (2, 10)
    assert _moved(shop, "refund") == 2
    assert _moved(shop, "waste") == -2


def _moved(shop: Shop, kind: str) -> int:
    wanted = select(func.sum(StockMovement.delta)).where(
        StockMovement.product_id == shop.soap, StockMovement.kind == kind
    )
    return int(db.session.scalar(wanted) or 0)


def test_the_allowance_of_the_orders_own_month_has_room_again(
    open_shop: Shop, clock: FrozenClock
) -> None:
    """docs/ledger.md §6: the window of the original day, not of the refund's."""
    shop = open_shop
    shop.points(shop.cast.limei, 1000)
    receipt = shop.buy(shop.cast.limei, (shop.rice, 2))
    line = shop.lines(receipt.order_id)[0]
    clock.at("2026-12-01T09:00")
    shop.buy(shop.cast.limei, (shop.rice, 1))
    shop.refund(receipt.order_id, (line.id, 2))
    clock.at("2026-11-30T09:00")
    assert shop.buy(shop.cast.limei, (shop.rice, 2)).total_points == 640


def test_a_refund_pays_back_the_price_that_was_paid(open_shop: Shop) -> None:
    """docs/ledger.md case 29: a price change in between."""
    shop = open_shop
    order_id, line_id = sold(shop)
    transact(
        lambda: service.upsert_products(
            community_id=shop.community_id,
            shop_id=shop.cast.shop_id,
            rows=[service.CatalogueRow(None, "香皂", "125g", 99)],
            set_by_id=None,
            now=moments.now(),
        )
    )
    assert shop.refund(order_id, (line_id, 1)).total_points == 40


def test_points_of_a_passed_date_come_back_with_grace(shop: Shop, clock: FrozenClock) -> None:
    """docs/ledger.md case 29: a refund after expiry is a regrant."""
    shop.stock(shop.soap, 2)
    shop.points(shop.cast.limei, 40, shop.today)
    order_id, line_id = sold(shop, 1)
    clock.advance(days=2)
    _expire(shop)
    shop.refund(order_id, (line_id, 1))
    assert shop.balance(shop.cast.limei) == 40
    clock.advance(days=31)
    assert shop.balance(shop.cast.limei) == 0


def _expire(shop: Shop) -> None:
    for account_id in find_expired_accounts(community_id=shop.community_id, today=shop.today):
        transact(
            lambda account_id=account_id: expire_account(  # type: ignore[misc]
                community_id=shop.community_id,
                account_id=account_id,
                today=shop.today,
                now=moments.now(),
            )
        )


def test_a_line_of_another_order_is_not_found(open_shop: Shop) -> None:
    order_id, _line_id = sold(open_shop)
    _other_id, other_line_id = sold(open_shop)
    with pytest.raises(NotFound):
        open_shop.refund(order_id, (other_line_id, 1))


@pytest.mark.parametrize("quantity", [0, -1, True])
def test_an_amount_that_is_none_is_refused(open_shop: Shop, quantity: int) -> None:
    order_id, line_id = sold(open_shop)
    with pytest.raises(AmountRefused):
        open_shop.refund(order_id, (line_id, quantity))


def test_a_refund_of_nothing_is_refused(open_shop: Shop) -> None:
    order_id, _line_id = sold(open_shop)
    with pytest.raises(AmountRefused):
        open_shop.refund(order_id)


def test_an_order_of_nowhere_is_not_found(open_shop: Shop) -> None:
    with pytest.raises(NotFound):
        open_shop.refund(new_id(), (new_id(), 1))


def test_the_supervisors_code_is_spent_by_approving(open_shop: Shop) -> None:
    shop = open_shop
    first, second = sold(shop), sold(shop)
    card, code = shop.card, shop.code(shop.cast.hedu)
    shop.card = lambda person: code if person is shop.cast.hedu else card(person)  # type: ignore[method-assign]
    shop.refund(first[0], (first[1], 1))
    with pytest.raises(CodeSpent):
        shop.refund(second[0], (second[1], 1))


def test_the_supervisor_reads_who_gave_back_what(open_shop: Shop) -> None:
    shop = open_shop
    order_id, line_id = sold(shop)
    shop.refund(order_id, (line_id, 1))
    [refund] = page_of_refunds(shop.community_id).rows
    assert (refund.keeper_id, refund.approver_id) == (shop.cast.zhangdian.id, shop.cast.hedu.id)
    assert (refund.reason, refund.lines[0].name) == ("拿错了", "香皂")


def test_ten_times_bought_and_given_back_gains_nothing(open_shop: Shop) -> None:
    """docs/ledger.md case 31, the shop's part."""
    for _ in range(10):
        order_id, line_id = sold(open_shop)
        open_shop.refund(order_id, (line_id, 2))
    assert (open_shop.balance(open_shop.cast.limei), open_shop.on_hand(open_shop.soap)) == (
        1000,
        10,
    )
    assert verify_community(open_shop.community_id).ok


def test_a_refund_reaches_who_departed_and_no_closed_account(shop: Shop) -> None:
    """docs/ledger.md cases 17 and 29: nothing closes an account; the books wait for their owner."""
    shop.stock(shop.soap, 5)
    shop.points(shop.cast.limei, 100)
    order = shop.buy(shop.cast.limei, (shop.soap, 2))
    [line] = shop.lines(order.order_id)
    home, gone, now = shop.community_id, shop.cast.limei.id, moments.now()
    transact(lambda: let_go(community_id=home, member_id=gone, actor=SYSTEM, now=now))
    shop.refund(order.order_id, (line.id, 1))
    assert shop.balance(shop.cast.limei) == 60
    assert db.session.scalars(select(Account.closed_at).distinct()).all() == [None]
    assert verify_community(shop.community_id).ok
