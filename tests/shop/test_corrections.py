"""A wrong invoice is corrected by a row beside it; stock, money and reports add up after it."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from pointsvc.cli.verification import verify_everything
from pointsvc.disclosure.openings import Openings, openings_of
from pointsvc.disclosure.rules import Month
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from pointsvc.shop.errors import AmountRefused
from pointsvc.shop.errors.asking import CorrectionExceeds, InvoiceMoved, NothingCorrected
from pointsvc.shop.gift_errors import BudgetExceeded, InvoiceKnown
from pointsvc.shop.models import StockRequest
from pointsvc.shop.queries.money import (
    get_purchase,
    get_sponsorship,
    purchase_lines_of,
    stock_worth,
)
from pointsvc.shop.queries.months import shop_month
from pointsvc.shop.queries.origins import origins_of
from pointsvc.shop.service.corrections import RightLine
from pointsvc.shop.service.purchases import BoughtLine
from tests.shop.asking_stock import ask_right, decide_asked
from tests.shop.conftest import Shop
from tests.shop.giving import Giving
from tests.shop.screens import Screen
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def giving(shop: Shop) -> Giving:
    return Giving(shop)


def bought(giving: Giving, fen: int = 12_000, **more: object) -> tuple[UUID, UUID]:
    """Twelve soaps of an invoice: the purchase, its line."""
    line = BoughtLine(giving.shop.soap, 12, fen)
    supplier_id = more.pop("supplier_id", None) or giving.supplier()
    purchase_id = giving.buy(supplier_id, line, **more)  # type: ignore[arg-type]
    [found] = purchase_lines_of(giving.shop.community_id, [purchase_id])[purchase_id]
    return purchase_id, found.id


def opened(shop: Shop) -> Openings:
    """The five openings of this month."""
    return openings_of(shop.community_id, Month(shop.today.replace(day=1)))


def test_another_price_changes_money_on_the_day_it_is_agreed(
    giving: Giving, clock: FrozenClock
) -> None:
    shop, money = giving.shop, giving.sponsor(50_000)
    purchase_id, line_id = bought(giving, sponsorship_id=money)
    month = opened(shop)
    clock.advance(days=31)
    decide_asked(shop, ask_right(shop, purchase_id, RightLine(line_id, 12, 10_200)))
    assert get_sponsorship(shop.community_id, money).spent_fen == 10_200
    found = get_purchase(shop.community_id, purchase_id)
    assert (found.total_fen, found.recorded_fen) == (10_200, 12_000)
    assert stock_worth(shop.community_id, today=shop.today).known_fen == 10_200
    now, before = opened(shop), openings_of(shop.community_id, month.shown.month)
    assert (before.shown.spent_fen, before.shown.money_fen) == (12_000, 38_000)
    assert (now.shown.spent_fen, now.shown.money_fen) == (-1_800, 39_800)
    assert [each.fen for each in now.corrections] == [-1_800]
    assert verify_everything().ok


def test_other_units_move_stock_and_the_months_sheet(giving: Giving) -> None:
    shop = giving.shop
    purchase_id, line_id = bought(giving)
    decide_asked(shop, ask_right(shop, purchase_id, RightLine(line_id, 10, 12_000)))
    month = opened(shop).shown
    [line] = shop_month(
        shop.community_id, shop.cast.shop_id, month.month.first, month.month.last
    ).lines
    assert (shop.on_hand(shop.soap), line.moved, month.received_units) == (10, {"purchase": 10}, 10)
    decide_asked(shop, ask_right(shop, purchase_id, RightLine(line_id, 11, 13_000)))
    [now] = purchase_lines_of(shop.community_id, [purchase_id])[purchase_id]
    assert (now.quantity, now.price_fen, shop.on_hand(shop.soap)) == (11, 13_000, 11)
    assert verify_everything().ok


def test_another_supplier_is_where_the_goods_come_from(giving: Giving) -> None:
    shop, right = giving.shop, giving.supplier("南门批发")
    purchase_id, line_id = bought(giving)
    decide_asked(shop, ask_right(shop, purchase_id, supplier_id=right))
    [line] = purchase_lines_of(shop.community_id, [purchase_id])[purchase_id]
    origin = origins_of(shop.community_id, [line.batch_id])[line.batch_id]
    assert (origin.supplier, line.id) == ("南门批发", line_id)
    assert get_purchase(shop.community_id, purchase_id).supplier == "南门批发"
    assert [each.recorded_supplier for each in opened(shop).purchases] == ["红星批发"]


def test_what_cannot_be_right_is_refused(giving: Giving) -> None:
    shop, money, other = giving.shop, giving.sponsor(12_000), giving.supplier("南门批发")
    purchase_id, line_id = bought(giving, invoice_no="A1", sponsorship_id=money)
    bought(giving, invoice_no="A1", supplier_id=other)
    with pytest.raises(NothingCorrected):
        ask_right(shop, purchase_id, RightLine(line_id, 12, 12_000))
    twice, dear = [RightLine(line_id, n, 12_000) for n in (1, 2)], RightLine(line_id, 12, 10**11)
    for lines in (twice, [dear]):
        with pytest.raises(AmountRefused):
            ask_right(shop, purchase_id, *lines)
    with pytest.raises(InvoiceKnown):
        ask_right(shop, purchase_id, supplier_id=other)
    with pytest.raises(BudgetExceeded):
        decide_asked(shop, ask_right(shop, purchase_id, RightLine(line_id, 12, 12_001)))


def test_a_number_is_known_of_whose_invoice_it_is_now(giving: Giving) -> None:
    shop, first, other = giving.shop, giving.supplier(), giving.supplier("南门批发")
    purchase_id, _line = bought(giving, invoice_no="A1", supplier_id=first)
    decide_asked(shop, ask_right(shop, purchase_id, supplier_id=other))
    with pytest.raises(InvoiceKnown):
        bought(giving, invoice_no="A1", supplier_id=other)
    decide_asked(shop, ask_right(shop, purchase_id, supplier_id=first))
    assert get_purchase(shop.community_id, purchase_id).supplier_id == first


def test_an_invoice_entered_while_a_correction_waits_is_not_there_twice(giving: Giving) -> None:
    shop, other = giving.shop, giving.supplier("南门批发")
    purchase_id, _line = bought(giving, invoice_no="A1")
    request_id = ask_right(shop, purchase_id, supplier_id=other)
    bought(giving, invoice_no="A1", supplier_id=other)
    with pytest.raises(InvoiceKnown):
        decide_asked(shop, request_id)


def test_so_few_cannot_have_come_that_more_have_left(giving: Giving) -> None:
    shop = giving.shop
    purchase_id, line_id = bought(giving)
    shop.points(shop.cast.limei, 400)
    shop.buy(shop.cast.limei, (shop.soap, 5))
    request_id = ask_right(shop, purchase_id, RightLine(line_id, 4, 12_000))
    with pytest.raises(CorrectionExceeds) as refused:
        decide_asked(shop, request_id)
    assert "数量最少改成 5 件" in refused.value.detail


def test_a_correction_of_what_was_corrected_meanwhile_is_refused(giving: Giving) -> None:
    """It cannot be asked, since one waits at a time; here the first is brought back by hand."""
    shop = giving.shop
    purchase_id, line_id = bought(giving)
    first = ask_right(shop, purchase_id, RightLine(line_id, 12, 11_000))

    def put(state: str, **ended: object) -> None:
        row = update(StockRequest).where(StockRequest.id == first).values(state=state, **ended)
        transact(lambda: db.session.execute(row))

    put("expired", ended_at=StockRequest.asked_at)
    decide_asked(shop, ask_right(shop, purchase_id, RightLine(line_id, 12, 10_000)))
    put("asked", ended_at=None)
    with pytest.raises(InvoiceMoved):
        decide_asked(shop, first)


@pytest.mark.engines("sqlite")
def test_the_page_asks_and_shows_both(giving: Giving, client: HouseClient, app: Flask) -> None:
    shop, keeper = giving.shop, Screen(client, giving.shop.cast.zhangdian)
    supplier_id = giving.supplier()
    purchase_id, _line = bought(giving, supplier_id=supplier_id)
    path = f"/shop/purchases/{purchase_id}"
    assert "更正" in keeper.show(path).text
    keeper.show(f"{path}/correct")
    right = {"quantity": "10", "price": "99.90", "supplier_id": str(supplier_id)}
    keeper.send(f"{path}/correct", reason="少到了 2 件", **right)
    asked = keeper.path
    assert "有一条更正在等监督员同意" in keeper.show(path).text
    supervisor = Screen(HouseClient(app), shop.cast.hedu)
    assert "更正采购 · 采购 1" in supervisor.show("/shop/requests").text
    supervisor.send(f"{asked}/decide", approve="yes")
    page = keeper.show(path).text
    assert "原来 <s>12 件</s>，改为 <b>10 件</b>" in page
    assert "原来 <s>120.00 元</s>，改为 <b>99.90 元</b>" in page
    assert all(words in page for words in ("少到了 2 件", "张店 申请", "何督 同意"))
    assert "99.90" in keeper.show("/shop/purchases.csv").text
