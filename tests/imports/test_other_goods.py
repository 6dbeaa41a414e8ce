"""Donation registers and price lists of other offices."""

from __future__ import annotations

import pytest

from pointsvc.imports.report import to_json
from tests.imports.books import (
    CATALOGUE,
    DONATIONS,
    LIMEI,
    ROSTER,
    WANGQIANG,
    error_codes,
    read_sheets,
    warning_codes,
)

PEOPLE = [ROSTER, LIMEI, WANGQIANG]


def test_a_list_of_exchanged_goods_is_no_points_book() -> None:
    exchanges = [["日期", "姓名", "兑换商品", "数量", "积分"], ["2022-09-09", "李梅", "米", 1, 20]]
    reading = read_sheets({"人": PEOPLE, "兑": exchanges})
    assert warning_codes(reading) == ["sheet_unrecognised"]
    assert (reading.ledger, reading.catalogue) == ((), ())


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["2022-09-01", "甲", None, 1, 2], "product_missing"),
        (["2022-09-01", "甲", "米", None, 2], "quantity_missing"),
        (["2022-09-01", "甲", "米", "两箱", 2], "quantity_malformed"),
        (["2022-09-01", "甲", "米", 1, "不贵"], "price_malformed"),
    ],
)
def test_a_doubtful_gift_is_an_error(row: list[object], code: str) -> None:
    assert error_codes(read_sheets({"捐": [DONATIONS, row]})) == [code]


def test_a_gift_may_be_worth_what_its_total_says_or_nothing_known() -> None:
    header = ["日期", "捐赠单位", "物资名称", "数量", "金额"]
    rows = [header, ["2022-09-01", "甲", "米", 3, "100元"], ["2022-09-02", "乙", "油", 1, None]]
    reading = read_sheets({"捐": rows})
    assert [each.value_fen for each in reading.donations] == [10_000, None]
    assert warning_codes(reading) == ["price_missing"]


@pytest.mark.parametrize(
    ("row", "errors", "warnings"),
    [
        (["6917402665956", "米", "5kg", 320, 2], [], ["product_repeated"]),
        (["6917402665956", "米", "5kg", 300, 2], ["product_contradicts"], []),
        (["6917402665956", "面", "5kg", 320, 2], ["product_contradicts"], []),
        (["待补", "面", "5kg", 320, "看情况"], [], ["barcode_malformed", "limit_malformed"]),
    ],
)
def test_the_price_list_says_each_product_once(
    row: list[object], errors: list[str], warnings: list[str]
) -> None:
    reading = read_sheets({"品": [CATALOGUE, ["6917402665956", "米", "5kg", 320, 2], row]})
    assert (error_codes(reading), warning_codes(reading)) == (errors, warnings)


def test_packs_of_one_product_are_kept_apart() -> None:
    rows = [CATALOGUE, [None, "米", "5kg", 320], [None, "米", "10kg", 600]]
    assert to_json(read_sheets({"品": rows}))["catalogue"] == {"米 5kg": 320, "米 10kg": 600}


def test_a_date_of_best_before_that_cannot_be_read_is_a_warning() -> None:
    rows = [[*DONATIONS, "保质期至"], ["2022-09-01", "甲", "米", 1, 2, "18个月"]]
    assert warning_codes(read_sheets({"捐": rows})) == ["best_before_malformed"]
