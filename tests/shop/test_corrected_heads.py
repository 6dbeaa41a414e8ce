"""An invoice's date, number and payer are set right beside it; budgets and papers follow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from pointsvc.cli.verification import verify_everything
from pointsvc.disclosure.openings import openings_of
from pointsvc.disclosure.rules import Month
from pointsvc.extensions import db
from pointsvc.kernel.clock import month_start
from pointsvc.kernel.transaction import transact
from pointsvc.shop.errors.asking import InvoiceMoved, NothingCorrected
from pointsvc.shop.gift_errors import BudgetExceeded, InvoiceKnown, InvoiceNoMistaken
from pointsvc.shop.models import StockRequest
from pointsvc.shop.queries.money import get_purchase, get_sponsorship, purchase_lines_of
from pointsvc.shop.queries.origins import origins_of
from pointsvc.shop.service.purchases import BoughtLine
from pointsvc.web.second_persons import page_of_agreed
from tests.shop.asking_stock import ask_right, decide_asked
from tests.shop.conftest import Shop
from tests.shop.giving import Giving
from tests.shop.screens import Screen
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def giving(shop: Shop) -> Giving:
    return Giving(shop)


def bought(giving: Giving, supplier_id: UUID, **more: object) -> UUID:
    """Twelve soaps for 120 元."""
    line = BoughtLine(giving.shop.soap, 12, 12_000)
    return giving.buy(supplier_id, line, **more)  # type: ignore[arg-type]


def correct(giving: Giving, purchase_id: UUID, **head: Any) -> None:
    decide_asked(giving.shop, ask_right(giving.shop, purchase_id, **head))


def test_another_sponsorship_pays_from_the_day_of_the_agreement(
    giving: Giving, clock: FrozenClock
) -> None:
    shop, first, other = giving.shop, giving.sponsor(50_000), giving.sponsor(30_000)
    purchase_id = bought(giving, giving.supplier(), sponsorship_id=first)
    clock.advance(days=31)
    correct(giving, purchase_id, sponsorship_id=other)
    spent = [get_sponsorship(shop.community_id, each).spent_fen for each in (first, other)]
    [line] = purchase_lines_of(shop.community_id, [purchase_id])[purchase_id]
    origin = origins_of(shop.community_id, [line.batch_id])[line.batch_id]
    assert (spent, origin.sponsor) == (
        [0, 12_000],
        get_sponsorship(shop.community_id, other).sponsor,
    )
    correct(giving, purchase_id, sponsorship_id=None)
    shown = openings_of(shop.community_id, Month(month_start(shop.today)))
    assert (shown.shown.spent_fen, shown.shown.money_fen) == (0, 80_000)
    moved = [(each.fen, each.is_sponsored) for each in shown.corrections]
    assert moved == [(-12_000, True), (12_000, True), (-12_000, True), (12_000, False)]
    assert verify_everything().ok


def test_another_date_and_number_stand_in_the_register_and_move_no_money(giving: Giving) -> None:
    shop, entered = giving.shop, giving.shop.today
    purchase_id = bought(giving, giving.supplier(), invoice_no="A1")
    before = openings_of(shop.community_id, Month(month_start(entered)))
    on = month_start(entered) - timedelta(days=1)
    correct(giving, purchase_id, bought_on=on, invoice_no="A2")
    found = get_purchase(shop.community_id, purchase_id)
    assert (found.bought_on, found.recorded_on, found.invoice_no) == (on, entered, "A2")
    after = openings_of(shop.community_id, Month(month_start(entered)))
    assert after.shown == before.shown
    assert [each.id for each in after.purchases] == [purchase_id]
    assert [(each.fen, each.dated_on) for each in after.corrections] == [(0, on)]
    [agreed] = page_of_agreed(shop.community_id).rows
    assert (agreed.words, agreed.about, agreed.agreed_by) == ("采购更正", "采购 1", "何督")
    assert verify_everything().ok


def test_a_number_that_was_entered_by_mistake_is_free_for_the_right_one(giving: Giving) -> None:
    supplier_id = giving.supplier()
    first = bought(giving, supplier_id, invoice_no="A1")
    second = bought(giving, supplier_id, invoice_no="A2")
    with pytest.raises(InvoiceKnown):
        ask_right(giving.shop, second, invoice_no="A1")
    correct(giving, first, invoice_no=None)
    with pytest.raises(InvoiceNoMistaken):
        bought(giving, supplier_id, invoice_no="A1")
    correct(giving, second, invoice_no="A1")
    correct(giving, first, invoice_no="A2")
    numbers = [get_purchase(giving.shop.community_id, each).invoice_no for each in (first, second)]
    assert numbers == ["A2", "A1"]
    assert verify_everything().ok


def test_what_cannot_be_paid_or_is_no_correction_is_refused(giving: Giving) -> None:
    shop, small = giving.shop, giving.sponsor(11_999)
    purchase_id = bought(giving, giving.supplier())
    with pytest.raises(NothingCorrected):
        ask_right(shop, purchase_id, invoice_no=None)
    with pytest.raises(BudgetExceeded):
        decide_asked(shop, ask_right(shop, purchase_id, sponsorship_id=small))


@pytest.mark.engines("sqlite")
def test_a_head_that_was_corrected_meanwhile_is_refused(giving: Giving) -> None:
    """One waits at a time; here the first is brought back by hand."""
    purchase_id = bought(giving, giving.supplier(), invoice_no="A1")
    first = ask_right(giving.shop, purchase_id, invoice_no="A3")
    put(first, state="expired", ended_at=StockRequest.asked_at)
    correct(giving, purchase_id, invoice_no="A2")
    put(first, state="asked", ended_at=None)
    with pytest.raises(InvoiceMoved):
        decide_asked(giving.shop, first)


def put(request_id: UUID, **values: Any) -> None:
    row = update(StockRequest).where(StockRequest.id == request_id).values(**values)
    transact(lambda: db.session.execute(row))


@pytest.mark.engines("sqlite")
def test_the_papers_print_what_it_reads_now_and_what_it_was(
    giving: Giving, client: HouseClient, app: Flask
) -> None:
    shop, keeper = giving.shop, Screen(client, giving.shop.cast.zhangdian)
    budget, supplier_id = giving.sponsor(50_000), giving.supplier()
    purchase_id = bought(giving, supplier_id, invoice_no="A1")
    path = f"/shop/purchases/{purchase_id}"
    keeper.show(f"{path}/correct")
    right = {"bought_on": "2026-10-31", "invoice_no": "A2", "sponsorship_id": str(budget)}
    keeper.send(f"{path}/correct", reason="拿错了发票", supplier_id=str(supplier_id), **right)
    Screen(HouseClient(app), shop.cast.hedu).client.post(
        f"{keeper.path}/decide", data={"approve": "yes"}
    )
    page = keeper.show(path).text
    assert "原来 <s>A1</s>，改为 <b>A2</b>" in page
    assert "原来 <s>社区自己的钱</s>" in page
    assert "2026年10月31日" in page.split("更正过")[0]
    assert "A2" in keeper.show("/shop/purchases.csv").text
    month = f"/communities/{shop.community_id}/openings/{shop.today:%Y-%m}"
    assert "进货日期改为2026年10月31日" in keeper.show(month).text
