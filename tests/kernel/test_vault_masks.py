"""What the public sees of a name, a phone, a document."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pointsvc.kernel import vault


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王秀", "王*"),
        ("王 秀", "王*"),
        ("王\u3000秀", "王*"),
        ("王秀秀", "王*秀"),
        ("欧阳修文", "欧**文"),
        ("阿卜杜拉·买买提", "阿******提"),
        ("𬭎一二", "𬭎*二"),
        ("王", "*"),
        ("", "*"),
        ("Li Mei", "L*** M***"),
        ("  Zoë  van Dijk ", "Z*** v*** D***"),
    ],
)
def test_a_name_is_masked(name: str, masked: str) -> None:
    assert vault.mask_name(name) == masked


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12))
def test_a_chinese_name_keeps_two_characters_at_most(name: str) -> None:
    masked = vault.mask_name(name)
    assert "*" in masked
    assert len(masked.replace("*", "")) <= 2


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800000001", "138****0001"), ("3312345", "*****45"), ("45", "**"), ("", "*")],
)
def test_a_phone_is_masked(phone: str, masked: str) -> None:
    assert vault.mask_phone(phone) == masked
