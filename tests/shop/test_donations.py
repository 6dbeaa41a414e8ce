"""The donation register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import derived_id, new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service
from pointsvc.shop.errors import AmountRefused
from pointsvc.shop.queries.donations import (
    DonationFacts,
    donations_between,
    get_donation,
    page_of_donations,
)
from pointsvc.shop.queries.stock import batches_of
from pointsvc.shop.service import DonatedLine, HistoricDonation, HistoricLine
from tests.shop.conftest import Shop

EGGS = HistoricLine("鸡蛋", "30枚", 16, 35200, date(2024, 2, 23))


def give(shop: Shop, donor: str | None, *lines: DonatedLine, **more: Any) -> DonationFacts:
    receipt = transact(
        lambda: service.record_donation(
            community_id=shop.community_id,
            donor=donor,
            lines=lines,
            handler_id=shop.cast.zhangdian.id,
            moving=shop.moving(),
            **more,
        )
    )
    return get_donation(shop.community_id, receipt.donation_id)


def old_book(shop: Shop, *donations: HistoricDonation) -> int:
    return transact(
        lambda: service.record_donation_history(
            community_id=shop.community_id,
            donations=donations,
            recorded_by_id=shop.cast.zhaofang.id,
            now=clock.now(),
        )
    )


def historic(number: int, donor: str | None = "红色物业") -> HistoricDonation:
    return HistoricDonation(derived_id("row", number), donor, date(2022, 9, 3), (EGGS,))


def test_a_gift_is_on_the_shelf_with_its_receipt(shop: Shop) -> None:
    best_before_on = shop.today + timedelta(days=60)
    given = give(shop, "徐海涛", DonatedLine(shop.rice, 37, best_before_on))
    [batch] = batches_of(shop.community_id, shop.rice, today=shop.today)
    assert (given.receipt_no, given.donor, shop.on_hand(shop.rice)) == (1, "徐海涛", 37)
    assert (batch.donation_line_id, batch.best_before_on) == (given.lines[0].id, best_before_on)


def test_the_register_keeps_what_the_receipt_must_say(shop: Shop) -> None:
    """慈善法 art. 38: donor, kind and quantity, handler's name, date."""
    given = give(shop, "红色物业", DonatedLine(shop.soap, 2), DonatedLine(shop.rice, 1))
    names = [(line.product_name, line.pack, line.quantity) for line in given.lines]
    assert names == [("香皂", "125g", 2), ("大米", "5kg", 1)]
    assert (given.handler_id, given.received_on) == (shop.cast.zhangdian.id, shop.today)


def test_receipt_numbers_follow_each_other(shop: Shop) -> None:
    numbers = [give(shop, None, DonatedLine(shop.soap, 1)).receipt_no for _ in range(3)]
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize(
    ("donor", "is_named", "shown"),
    [
        ("红色物业", False, "红色物业"),
        ("徐海涛", False, "徐*"),
        ("徐海涛", True, "徐海涛"),
        ("爱心人士（匿名）", True, None),
        (None, False, None),
    ],
)
def test_the_public_reads_persons_masked(
    shop: Shop, donor: str | None, is_named: bool, shown: str | None
) -> None:
    given = give(shop, donor, DonatedLine(shop.soap, 1), is_named=is_named)
    assert given.public_donor == shown


def test_the_form_may_know_better_who_gives(shop: Shop) -> None:
    given = give(shop, "红星", DonatedLine(shop.soap, 1), donor_kind="organisation")
    assert given.public_donor == "红星"


def test_a_restricted_gift_stays_in_its_own_batch(shop: Shop) -> None:
    given = give(shop, None, DonatedLine(shop.soap, 2), DonatedLine(shop.soap, 3, None, "独居老人"))
    batches = batches_of(shop.community_id, shop.soap, today=shop.today)
    assert [batch.restriction for batch in batches] == [None, "独居老人"]
    assert len(given.lines) == 2


def test_a_gift_past_its_date_is_registered_and_not_sold(shop: Shop) -> None:
    give(shop, None, DonatedLine(shop.soap, 2, shop.today - timedelta(days=1)))
    [batch] = batches_of(shop.community_id, shop.soap, today=shop.today)
    assert batch.is_past


def test_no_line_is_no_gift(shop: Shop) -> None:
    with pytest.raises(AmountRefused):
        give(shop, "徐海涛")


def test_a_gift_of_an_unknown_product_leaves_nothing(shop: Shop) -> None:
    with pytest.raises(NotFound):
        give(shop, "徐海涛", DonatedLine(shop.soap, 2), DonatedLine(new_id(), 1))
    assert (shop.on_hand(shop.soap), page_of_donations(shop.community_id).rows) == (0, [])


def test_an_old_books_gifts_keep_their_dates_and_are_not_in_stock(shop: Shop) -> None:
    assert old_book(shop, historic(1), historic(2, None)) == 2
    first, second = donations_between(shop.community_id, date(2022, 9, 1), date(2022, 9, 30))
    assert (first.is_history, first.received_on, second.donor) == (True, date(2022, 9, 3), None)
    assert first.lines[0].value_fen == 35200


def test_an_old_book_twice_is_the_same_as_once(shop: Shop) -> None:
    old_book(shop, historic(1))
    assert old_book(shop, historic(1), historic(2), historic(2)) == 1
    assert len(page_of_donations(shop.community_id).rows) == 2


def test_a_changed_row_of_an_old_book_is_left_as_it_was(shop: Shop) -> None:
    old_book(shop, historic(1))
    assert old_book(shop, replace(historic(1), donor="别人")) == 0


def test_the_register_is_read_newest_first_page_by_page(shop: Shop) -> None:
    old_book(shop, *(historic(number) for number in range(60)))
    first = page_of_donations(shop.community_id)
    second = page_of_donations(shop.community_id, after=first.next)
    numbers = [given.receipt_no for given in [*first.rows, *second.rows]]
    assert numbers == list(range(60, 0, -1))
