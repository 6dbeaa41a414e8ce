"""Whatever a scanner types, a chat app adds or a person enters."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pointsvc.kernel import base32, codes

PRINTED = "53AW3R2PST7SVN8"

SPELLINGS = [
    PRINTED,
    PRINTED.lower(),
    "53AW3-R2PST-7SVN8",
    "53aw3 r2pst 7svn8",
    f"{PRINTED}\r\n",
    f"\ufeff\t{PRINTED}\u200b ",
    f"https://lv.example.cn/c/{PRINTED}",
    f"HTTPS://LV.EXAMPLE.CN/C/{PRINTED}",
    f"hTTPS://LV.EXAMPLE.CN/C/{PRINTED.lower()}",
    f"https；//lv。example。cn/c/{PRINTED}",
    f"https;//lv。example。cn/c/{PRINTED}",
    f"https：、、lv。example。cn、c、{PRINTED}",
    f"https:\\\\lv.example.cn\\c\\{PRINTED}",
    f"https://lv.example.cn/c/{PRINTED}/",
    f"https://lv.example.cn/c/{PRINTED}?from=singlemessage&isappinstalled=0",
    f"https://lv.example.cn/c/{PRINTED}#a/b",
    "ｈｔｔｐｓ：／／ｌｖ．ｃｎ／ｃ／５３ＡＷ３Ｒ２ＰＳＴ７ＳＶＮ８",
    "53AW3—R2PST–7SVN8。",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_is_the_same_token(text: str) -> None:
    assert codes.normalise(text) == PRINTED


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = codes.normalise(text)
    assert codes.normalise(once) == once


@given(st.text(base32.ALPHABET, min_size=1, max_size=23))
def test_a_printed_token_is_typed_in_groups_of_five(token: str) -> None:
    groups = codes.typed(token).split("-")
    assert all(len(group) == 5 for group in groups[:-1])
    assert codes.normalise(codes.typed(token)) == token


@given(st.text(base32.ALPHABET, min_size=1, max_size=23))
def test_an_address_holds_its_token(token: str) -> None:
    assert codes.normalise(codes.url("https://lv.example.cn/", token)) == token


def test_an_address_is_lower_case_up_to_the_token() -> None:
    assert codes.url("HTTPS://Lv.Example.cn/", PRINTED) == f"https://lv.example.cn/c/{PRINTED}"


@pytest.mark.parametrize("text", ["12345678", "1234 5678", "１２３４－５６７８", "1234-5678\n"])
def test_eight_digits_are_recognised(text: str) -> None:
    assert codes.digits_in(text) == "12345678"


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567A", "١٢٣٤٥٦٧٨", PRINTED])
def test_anything_else_is_no_eight_digits(text: str) -> None:
    assert codes.digits_in(text) is None


def test_a_long_text_of_unfolding_signs_costs_no_more_than_a_short_one() -> None:
    """U+FDFA alone unfolds into eighteen letters; an upload may bring 200 texts of 2,000."""
    assert len(codes.normalise("\ufdfa" * 2000)) <= 500
