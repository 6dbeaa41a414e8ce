"""Base32 that survives being read aloud, typed and printed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pointsvc.kernel import base32


@given(st.binary(max_size=20))
def test_what_is_written_reads_back(data: bytes) -> None:
    assert base32.decode(base32.encode(data)) == data


@given(st.binary(max_size=20))
def test_what_is_written_uses_only_the_alphabet(data: bytes) -> None:
    assert set(base32.encode(data)) <= set(base32.ALPHABET)


@given(st.binary(min_size=1, max_size=20), st.data())
def test_lookalikes_case_and_grouping_do_not_matter(data: bytes, draw: st.DataObject) -> None:
    spellings = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        draw.draw(st.sampled_from(spellings.get(character, character + character.lower())))
        + draw.draw(st.sampled_from(["", "-", " "]))
        for character in base32.encode(data)
    )
    assert base32.decode(typed) == data


@pytest.mark.parametrize("text", ["U0", "1_0", "+0", "００", "é0", "0\n", "0.", "0", "000", "01"])
def test_what_no_bytes_are_written_as_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base32"):
        base32.decode(text)


def test_nine_bytes_are_fifteen_characters_and_fourteen_are_twenty_three() -> None:
    assert [len(base32.encode(bytes(count))) for count in (9, 14)] == [15, 23]
