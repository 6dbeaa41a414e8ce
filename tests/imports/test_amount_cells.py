"""Points, pieces, money and areas are read exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from pointsvc.imports.amounts import (
    POINTS_MAX,
    parse_area,
    parse_barcode,
    parse_fen,
    parse_limit,
    parse_points,
    parse_quantity,
)
from pointsvc.imports.cells import BadCell, Cell


@given(st.integers(-POINTS_MAX, POINTS_MAX))
def test_points_are_the_same_in_every_way_of_typing(points: int) -> None:
    typed: list[Cell] = [
        points,
        float(points),
        str(points),
        f"{points}分",
        f"{points:,}",
        f" {points:+} 积分",
    ]
    assert {parse_points(each) for each in typed} == {points}


@pytest.mark.parametrize(
    "cell", ["十分", "10.5", 10.25, "10+5", "", "分", True, float("nan"), "1O"]
)
def test_points_in_words_or_parts_are_for_the_clerk(cell: Cell) -> None:
    with pytest.raises(BadCell, match=r"imports\.points_malformed"):
        parse_points(cell)


def test_points_beyond_reason_are_for_the_clerk() -> None:
    with pytest.raises(BadCell, match=r"imports\.points_out_of_range"):
        parse_points(POINTS_MAX + 1)


@pytest.mark.parametrize("minus", ["－10", "−10", "–10分", "-10"])
def test_every_minus_is_a_minus(minus: str) -> None:
    assert parse_points(minus) == -10


@pytest.mark.parametrize("cell", [24.0, "24", "24件", "２４ 袋", "24.00"])
def test_pieces_are_counted_with_or_without_their_word(cell: Cell) -> None:
    assert parse_quantity(cell) == 24


@pytest.mark.parametrize("cell", ["两箱", "24.5", 0.0, "-3", "20多件", "3万", "5斤", "10kg", True])
def test_pieces_in_words_or_by_weight_are_for_the_clerk(cell: Cell) -> None:
    with pytest.raises(BadCell, match=r"imports\.quantity_malformed"):
        parse_quantity(cell)


@given(st.integers(0, 10**8))
def test_yuan_become_fen_without_loss(fen: int) -> None:
    yuan = Decimal(fen) / 100
    assert parse_fen(float(yuan)) == parse_fen(f"{yuan}元") == parse_fen(f"￥{yuan:,}") == fen


@pytest.mark.parametrize("cell", ["9.999", "十元", "-1", 0.001, True, "9,9"])
def test_parts_of_a_fen_and_words_are_no_price(cell: Cell) -> None:
    with pytest.raises(BadCell, match=r"imports\.price_malformed"):
        parse_fen(cell)


@pytest.mark.parametrize(
    ("cell", "area"),
    [(270.0, 270), ("约80平", 80), ("80.5㎡", 81), ("100平方米左右", 100), ("90m²", 90)],
)
def test_an_area_is_in_square_metres(cell: Cell, area: int) -> None:
    assert parse_area(cell) == area


@pytest.mark.parametrize("cell", ["半亩", "80-90平", "0", "很大"])
def test_an_area_in_words_is_noticed(cell: str) -> None:
    with pytest.raises(BadCell, match=r"imports\.area_malformed"):
        parse_area(cell)


@pytest.mark.parametrize(
    ("cell", "limit"), [(2.0, 2), ("每户2件", 2), ("不限", None), ("无", None)]
)
def test_a_limit_may_be_none(cell: Cell, limit: int | None) -> None:
    assert parse_limit(cell) == limit


def test_a_limit_in_words_is_noticed() -> None:
    with pytest.raises(BadCell, match=r"imports\.limit_malformed"):
        parse_limit("看情况")


def test_a_barcode_may_be_a_number() -> None:
    assert parse_barcode(6917402665956.0) == "6917402665956"
    with pytest.raises(BadCell, match=r"imports\.barcode_malformed"):
        parse_barcode("待补")
