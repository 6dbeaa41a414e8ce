"""五公开: a month's money, units and points beside each other, with the year behind it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.disclosure.charts import HEIGHT, Series, chart_of
from pointsvc.disclosure.openings import openings_of
from pointsvc.disclosure.rules import Month
from pointsvc.kernel.i18n import lazy_gettext as _l
from pointsvc.ledger.months import month_totals
from pointsvc.ledger.years import totals_by_month
from pointsvc.shop.service import DonatedLine
from pointsvc.shop.service.purchases import BoughtLine
from tests.shop.conftest import Shop, raise_shop
from tests.shop.giving import Giving
from tests.support.cast import Cast
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

OCTOBER = Month(date(2026, 10, 1))
NOVEMBER = OCTOBER.after


@pytest.fixture
def shop(cast: Cast, database: SQLAlchemy, clock: FrozenClock) -> Shop:  # noqa: ARG001 - its context
    """October: a gift of 20 yuan and a sponsor's 100. November: 30 spent, one sold, one handed out."""
    clock.at("2026-10-10T09:00")
    shop = raise_shop(cast)
    giving = Giving(shop)
    giving.give(DonatedLine(shop.soap, 4, None, None, 2000))
    sponsorship_id, supplier_id = giving.sponsor(10_000), giving.supplier()
    clock.at("2026-11-21T09:00")
    giving.buy(supplier_id, BoughtLine(shop.soap, 6, 3000), sponsorship_id=sponsorship_id)
    giving.buy(supplier_id, BoughtLine(shop.soap, 1, 500))
    shop.points(cast.limei, 100)
    shop.buy(cast.limei, (shop.soap, 1))
    giving.issue(giving.restricted(2), 1)
    return shop


def test_a_month_follows_from_the_one_before(shop: Shop) -> None:
    *_earlier, october, november = openings_of(shop.community_id, NOVEMBER).months
    assert (october.income_fen, october.money_fen, october.stock_units) == (12_000, 10_000, 4)
    assert (november.spent_fen, november.money_fen) == (3500, 7000)
    assert (november.received_units, november.handed_units, november.stock_units) == (9, 2, 11)
    assert (november.exchanged_points, november.held_points) == (40, 60)


def test_the_year_s_points_are_those_of_each_month(shop: Shop) -> None:
    home, firsts = shop.community_id, [OCTOBER.before.first, OCTOBER.first, NOVEMBER.first]
    months = [Month(first) for first in firsts]
    year = totals_by_month(community_id=home, firsts=firsts, last=NOVEMBER.last)
    assert year == [month_totals(community_id=home, first=m.first, last=m.last) for m in months]


@pytest.mark.engines("sqlite")
def test_a_month_is_the_same_whenever_it_is_read(shop: Shop) -> None:
    as_past = openings_of(shop.community_id, NOVEMBER).months[-2]
    assert openings_of(shop.community_id, OCTOBER).shown == as_past


@pytest.mark.engines("sqlite")
def test_neighbours_read_it_without_signing_in(shop: Shop, client: HouseClient) -> None:
    page = client.get(f"/communities/{shop.community_id}/openings/2026-11").text
    assert all(words in page for words in ("35.00", "70.00", "红星批发", "每个月的数字"))
    assert page.count('role="img"') >= 5
    assert re.search(r"<svg[^>]*style=|徐海涛", page) is None
    assert client.get(f"/communities/{shop.community_id}/openings/2026-12").status_code == 404


def test_bars_stand_on_the_floor_and_below_the_ceiling() -> None:
    rows = [Series("came", _l("收入"), [0, 5, 10], ["0", "5", "10"])]
    bars = chart_of("chart", _l("收入"), ["2026-09", "2026-10", "2026-11"], rows).bars
    assert [bar.height for bar in bars] == [0, 64, 128]
    assert all(bar.y >= 0 and bar.y + bar.height == HEIGHT - 40 for bar in bars)
