"""One-time tokens and digits."""

from __future__ import annotations

import hashlib
import re

from pointsvc.kernel import one_time
from pointsvc.kernel.keys import KeyRing

OLD = "the-old-secret-of-the-tests-0123456789"
NEW = "the-new-secret-of-the-tests-0123456789"


def test_a_token_has_256_random_bits_that_an_address_takes() -> None:
    tokens = {one_time.new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(re.fullmatch(r"[\w-]{43}", token, re.ASCII) for token in tokens)


def test_a_token_is_stored_as_its_sha_256() -> None:
    assert one_time.token_hash("abc") == hashlib.sha256(b"abc").digest()


def test_a_token_that_is_no_text_is_merely_unknown() -> None:
    assert len(one_time.token_hash("\ud800")) == 32


def test_digits_keep_their_leading_zeros() -> None:
    drawn = [one_time.new_digits() for _ in range(200)]
    assert {len(digits) for digits in drawn} == {8}
    assert any(digits.startswith("0") for digits in drawn)


def test_digits_are_found_after_a_rotation() -> None:
    stored = one_time.digits_hashes(KeyRing([OLD]), "00000001", b"code")[0]
    assert stored in one_time.digits_hashes(KeyRing([NEW, OLD]), "00000001", b"code")


def test_the_same_digits_for_another_purpose_or_key_differ() -> None:
    ring = KeyRing([OLD])
    hashes = [
        one_time.digits_hashes(ring, "00000001", b"code"),
        one_time.digits_hashes(ring, "0000001", b"code0"),
        one_time.digits_hashes(KeyRing([NEW]), "00000001", b"code"),
    ]
    assert len({found[0] for found in hashes}) == 3
