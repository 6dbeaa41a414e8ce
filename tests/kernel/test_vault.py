"""Phones: normalised, indexed, encrypted."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from pointsvc.kernel import vault
from pointsvc.kernel.keys import KeyRing
from pointsvc.kernel.vault import PhoneVault, Unreadable

OLD = "the-old-secret-of-the-tests-0123456789"
NEW = "the-new-secret-of-the-tests-0123456789"
BEFORE, AFTER = PhoneVault(KeyRing([OLD])), PhoneVault(KeyRing([NEW, OLD]))
HERE, THERE = UUID(int=1), UUID(int=2)
LIMEI = "13800000001"
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "text",
    [
        LIMEI,
        "138 0000 0001",
        "138-0000-0001",
        "+86 13800000001",
        "0086 138-0000-0001",
        "(+86)13800000001",
        "86 138 0000 0001",
        "１３８０００００００１",
        "+８６\u3000138—0000—0001\n",
    ],
)
def test_a_phone_is_eleven_digits_however_it_is_written(text: str) -> None:
    assert vault.normalise_phone(text) == LIMEI


@pytest.mark.parametrize(
    "text",
    ["", "1380000000", "138000000011", "12800000001", "0952-3312345", "+1 13800000001", "李梅"],
)
def test_what_is_no_mainland_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="mobile"):
        vault.normalise_phone(text)


@given(phones)
def test_an_index_from_before_a_rotation_is_still_found(phone: str) -> None:
    assert BEFORE.indexes(phone)[0] in AFTER.indexes(phone)[1:]


@given(phones, phones)
def test_two_phones_have_one_index_only_when_they_are_one(one: str, other: str) -> None:
    assert (BEFORE.indexes(one) == BEFORE.indexes(other)) == (one == other)


def test_an_index_does_not_hold_the_phone_and_needs_the_key() -> None:
    elsewhere = PhoneVault(KeyRing([NEW]))
    assert len(BEFORE.indexes(LIMEI)[0]) == 32
    assert elsewhere.indexes(LIMEI) != BEFORE.indexes(LIMEI)


def test_the_last_four_digits_are_found_within_a_community_only() -> None:
    assert BEFORE.tail_indexes(HERE, LIMEI) == BEFORE.tail_indexes(HERE, "0001")
    assert BEFORE.tail_indexes(HERE, LIMEI) != BEFORE.tail_indexes(THERE, LIMEI)
    assert BEFORE.tail_indexes(HERE, LIMEI)[0] in AFTER.tail_indexes(HERE, LIMEI)


@pytest.mark.parametrize("tail", ["", "001", "000x", "０００１"])
def test_a_tail_is_four_digits(tail: str) -> None:
    with pytest.raises(ValueError, match="four digits"):
        BEFORE.tail_indexes(HERE, tail)


@given(st.text(max_size=30), st.binary(max_size=32))
def test_what_is_encrypted_reads_back_and_never_looks_the_same(text: str, owner: bytes) -> None:
    first, second = BEFORE.encrypt(text, owner), BEFORE.encrypt(text, owner)
    assert BEFORE.decrypt(first, owner) == AFTER.decrypt(second, owner) == text
    assert first != second


@given(st.integers(0, 42), st.integers(1, 255))
def test_any_changed_byte_is_unreadable(place: int, change: int) -> None:
    sealed = bytearray(BEFORE.encrypt(LIMEI, b"limei"))
    sealed[place] ^= change
    with pytest.raises(Unreadable):
        BEFORE.decrypt(bytes(sealed), b"limei")


@given(st.integers(0, 42))
def test_a_cut_value_is_unreadable(length: int) -> None:
    with pytest.raises(Unreadable):
        BEFORE.decrypt(BEFORE.encrypt(LIMEI, b"limei")[:length], b"limei")


def test_a_value_copied_to_another_row_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="owner"):
        BEFORE.decrypt(BEFORE.encrypt(LIMEI, b"limei"), b"wangqiang")


def test_a_value_of_a_retired_key_is_unreadable_and_names_the_key() -> None:
    with pytest.raises(Unreadable, match="c84e1d7d"):
        PhoneVault(KeyRing([NEW])).decrypt(BEFORE.encrypt(LIMEI, b""), b"")


def test_after_a_rotation_old_values_need_rewrapping_and_new_ones_do_not() -> None:
    assert AFTER.needs_rewrap(BEFORE.encrypt(LIMEI, b""))
    assert not AFTER.needs_rewrap(AFTER.encrypt(LIMEI, b""))
    assert vault.key_identity(BEFORE.encrypt(LIMEI, b"")) == "c84e1d7d"
