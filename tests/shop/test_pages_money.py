"""Invoices, sponsors' money, and how far goods and money reach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pointsvc.kernel.clock import now
from pointsvc.shop.covering import coverage_of
from pointsvc.shop.gift_errors import SpentAlready, SupplierExists
from pointsvc.shop.gift_jobs import watch_cover
from pointsvc.shop.money import Coverage, StockWorth, fen_in, yuan
from pointsvc.shop.queries.money import list_sponsorships, list_suppliers, stock_worth
from pointsvc.shop.service import DonatedLine
from pointsvc.shop.service.purchases import BoughtLine
from tests.shop.conftest import Shop
from tests.shop.giving import Giving
from tests.shop.screens import Screen
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

BUY = "/shop/purchases/new"
WORTH = StockWorth(units=10, points=400, unknown_units=0, known_fen=4000, known_points=400)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        *(("12.5", 1250), ("￥12.50", 1250), ("１２元", 1200), ("1,200", 120_000), ("0", 0)),
        *(("12.345", None), ("-1", None), ("十二", None), ("", None), ("1e3", None)),
    ],
)
def test_a_sum_of_money_is_read_as_people_write_it(text: str, fen: int | None) -> None:
    assert fen_in(text) == fen
    assert yuan(1_234_567) == "12,345.67"


@pytest.mark.parametrize(
    ("held", "budget", "monthly", "months", "is_short"),
    [
        (1000, 0, 100, 40, False),
        (1000, 0, 500, 8, True),
        (1000, 1000, 500, 10, False),
        (0, 0, 0, None, False),
        (9000, 0, 0, None, True),
    ],
)
def test_the_alarm_says_when_points_are_promised_faster_than_goods_come(
    held: int, budget: int, monthly: int, months: int | None, is_short: bool
) -> None:
    found = Coverage(held, WORTH, budget, monthly)
    assert (found.months, found.is_short(1), found.is_short(0)) == (months, is_short, False)


@pytest.mark.engines("sqlite")
def test_only_what_may_be_exchanged_covers_points(shop: Shop) -> None:
    giving = Giving(shop)
    giving.restricted(5)
    giving.give(DonatedLine(shop.soap, 4, None, None, 2000))
    giving.buy(giving.supplier(), BoughtLine(shop.soap, 3, 1500))
    shop.stock(shop.soap, 2)
    worth = stock_worth(shop.community_id, today=shop.today)
    assert worth == StockWorth(
        units=9, points=360, unknown_units=2, known_fen=3500, known_points=280
    )
    shop.points(shop.cast.limei, 100)
    found = coverage_of(shop.community_id, today=shop.today)
    assert (found.held_points, found.fen_of_point, found.stock_fen) == (100, 12, 3500 + 80 * 12)
    assert replace(found, budget_fen=1200).covered_points == 460


@pytest.fixture
def clerk(shop: Shop, client: HouseClient) -> Screen:
    """赵芳's screen."""
    return Screen(client, shop.cast.zhaofang)


def buy(clerk: Screen, shop: Shop, **changes: str) -> None:
    clerk.show(BUY)
    values = {
        "product_id": str(shop.soap),
        "quantity": "10",
        "price": "45.00",
        "batch_no": "L2026",
        "supplier_name": "红星批发",
        "supplier_address": "园艺镇 1 号",
        "supplier_contact": "老刘",
        "invoice_no": "A1",
        "save": "1",
    }
    clerk.send(BUY, **values | changes)


@pytest.mark.engines("sqlite")
def test_an_invoice_brings_goods_and_their_supplier(shop: Shop, clerk: Screen) -> None:
    """食品安全法 art. 53."""
    buy(clerk, shop)
    for word in ("红星批发", "园艺镇 1 号", "老刘", "A1", "L2026", "45.00", "香皂", "125g"):
        assert word in clerk.page
    assert shop.on_hand(shop.soap) == 10
    csv = clerk.show("/shop/purchases.csv?month=2026-11").text
    assert csv.count("L2026") == csv.count("园艺镇 1 号") == 1


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({}, 409, str(SupplierExists.message)),
        ({"supplier_name": ""}, 422, "新供应商的名称"),
        ({"price": "x"}, 422, "一共多少元"),
        ({"best_before": "2026-11-20"}, 422, "已过期"),
        ({"product_id": "", "quantity": ""}, 422, "请选商品"),
    ],
)
def test_an_invoice_that_does_not_fit_is_shown_again(
    shop: Shop, clerk: Screen, changes: dict[str, str], status: int, said: str
) -> None:
    Giving(shop).supplier()
    buy(clerk, shop, **changes)
    assert (clerk.answer.status_code, said in clerk.page) == (status, True)
    assert (shop.on_hand(shop.soap), len(list_suppliers(shop.community_id))) == (0, 1)


@pytest.mark.engines("sqlite")
def test_a_sponsor_s_money_is_spent_and_not_more(shop: Shop, clerk: Screen) -> None:
    path = "/shop/sponsorships/new"
    clerk.show(path)
    clerk.send(path, sponsor_kind="organisation", sponsor="红色物业", amount="100")
    assert "100.00" in clerk.page
    [budget] = list_sponsorships(shop.community_id)
    buy(clerk, shop, sponsorship_id=str(budget.id))
    supplier = str(list_suppliers(shop.community_id)[0].id)
    buy(
        clerk,
        shop,
        sponsorship_id=str(budget.id),
        supplier_id=supplier,
        invoice_no="A2",
        price="60",
    )
    assert (clerk.answer.status_code, "只剩 55.00 元" in clerk.page) == (409, True)
    assert [each.left_fen for each in list_sponsorships(shop.community_id)] == [5500]


@pytest.mark.engines("sqlite")
def test_a_keeper_does_not_note_money(shop: Shop, client: HouseClient) -> None:
    keeper = Screen(client, shop.cast.zhangdian)
    assert keeper.show("/shop/sponsorships/new").status_code == 403
    assert keeper.show("/shop/money").status_code == 403


@pytest.mark.engines("sqlite")
def test_the_office_is_told_once_a_month_that_points_run_ahead(
    shop: Shop, clock: FrozenClock
) -> None:
    shop.points(shop.cast.limei, 5000)
    assert [watch_cover(now()) for _run in range(2)] == ["2 told", "within the day"]
    clock.advance(days=1)
    assert watch_cover(now()) == "0 told"
    clock.at("2026-12-02T09:00")
    assert watch_cover(now()) == "2 told"


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(("amount", "status", "left_fen"), [("80", 200, 7500), ("4.99", 409, 8500)])
def test_a_sum_typed_wrong_is_set_right_but_not_below_what_is_spent(
    shop: Shop, clerk: Screen, amount: str, status: int, left_fen: int
) -> None:
    giving = Giving(shop)
    budget_id = giving.sponsor(9000)
    giving.buy(giving.supplier(), BoughtLine(shop.soap, 1, 500), sponsorship_id=budget_id)
    path = f"/shop/sponsorships/{budget_id}/correct"
    clerk.show(path)
    clerk.send(path, amount=amount, evidence="收据 18")
    is_refused = "已经花了 5.00 元" in clerk.page
    assert (clerk.answer.status_code, is_refused) == (status, status == SpentAlready.status)
    assert [each.left_fen for each in list_sponsorships(shop.community_id)] == [left_fen]
