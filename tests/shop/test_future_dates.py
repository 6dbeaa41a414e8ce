"""Papers about money are of today or before; an invoice that lies ahead counts when it was entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pointsvc.disclosure.openings import openings_of
from pointsvc.disclosure.rules import month_of
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop.errors import FutureDate
from pointsvc.shop.service import purchases
from pointsvc.shop.service.purchases import BoughtLine, Invoice, record_purchase
from tests.shop.asking_stock import ask_right
from tests.shop.conftest import Shop
from tests.shop.giving import Giving


def enter(shop: Shop, on: date) -> None:
    """Two soaps for 9 元, dated so."""
    invoice = Invoice(shop.cast.shop_id, Giving(shop).supplier(), on)
    transact(
        lambda: record_purchase(
            community_id=shop.community_id,
            purchase_id=new_id(),
            invoice=invoice,
            lines=[BoughtLine(shop.soap, 2, 900)],
            moving=shop.moving(),
        )
    )


@pytest.mark.engines("sqlite")
def test_an_invoice_of_a_day_that_has_not_come_is_refused(shop: Shop) -> None:
    giving, tomorrow = Giving(shop), shop.today + timedelta(days=1)
    with pytest.raises(FutureDate) as entered:
        enter(shop, tomorrow)
    purchase_id = giving.buy(giving.supplier("南门批发"), BoughtLine(shop.soap, 2, 900))
    with pytest.raises(FutureDate) as asked:
        ask_right(shop, purchase_id, bought_on=tomorrow)
    assert [list(each.value.errors) for each in (entered, asked)] == [["bought_on"]] * 2


@pytest.mark.engines("sqlite")
def test_money_that_is_still_to_come_is_refused(shop: Shop) -> None:
    with pytest.raises(FutureDate) as said:
        Giving(shop).sponsor(90_000, on=shop.today + timedelta(days=1))
    assert list(said.value.errors) == ["received_on"]


def test_one_from_before_counts_when_it_was_entered(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purchases, "check_paper", lambda *_: None)
    month = month_of(shop.today)
    enter(shop, month.after.first)
    found, later = (openings_of(shop.community_id, each) for each in (month, month.after))
    assert (found.shown.spent_fen, later.shown.spent_fen) == (900, 0)
    assert [each.recorded_on for each in found.purchases] == [shop.today]
    assert later.purchases == []
