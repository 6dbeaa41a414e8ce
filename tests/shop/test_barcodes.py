"""Barcodes on labels are read back by a reader that is not ours."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from hypothesis import given, settings, strategies as st
from PIL import Image

from pointsvc.shop import barcodes
from pointsvc.shop.rules import is_ean


def picture(code: str) -> Image.Image:
    """The modules as the SVG draws them, three pixels each."""
    row = "0" * 11 + barcodes.modules_of(code) + "0" * 11
    image = Image.new("L", (len(row), 1))
    image.putdata([0 if bit == "1" else 255 for bit in row])
    return image.resize((len(row) * 3, 150), Image.Resampling.NEAREST)


def with_check(digits: str) -> str:
    return next(f"{digits}{last}" for last in range(10) if is_ean(f"{digits}{last}"))


@settings(max_examples=40)
@given(st.text("0123456789", min_size=12, max_size=12).map(with_check))
def test_a_barcode_is_read_back(code: str) -> None:
    [found] = zxingcpp.read_barcodes(picture(code))
    assert found.text == code


@pytest.mark.parametrize("code", [None, "", "AB-12", "6917402665957", "12345678"])
def test_what_is_no_ean_has_no_barcode(code: str | None) -> None:
    assert barcodes.svg(code) is None


def test_the_drawing_says_its_number() -> None:
    drawn = barcodes.svg("6917402665956")
    assert drawn is not None
    assert "<title>6917402665956</title>" in drawn
    assert io.StringIO(drawn).read().count("z") == 30
