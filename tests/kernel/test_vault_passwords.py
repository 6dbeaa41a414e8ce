"""Passwords and PINs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pointsvc.kernel import passwords

STORED = passwords.hash_secret("lvse-zhanghu")  # before conftest.py makes it cheap


def test_the_right_secret_is_verified() -> None:
    assert passwords.verify_secret("lvse-zhanghu", STORED)


@pytest.mark.parametrize("secret", ["", "lvse-zhanghu ", "Lvse-zhanghu", "\ud800"])
def test_any_other_secret_is_not(secret: str) -> None:
    assert not passwords.verify_secret(secret, STORED)


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$broken"])
def test_nobody_and_damaged_rows_verify_nothing(stored: str | None) -> None:
    assert not passwords.verify_secret("nobody's", stored)


def test_a_pin_typed_in_full_width_is_the_same_pin() -> None:
    assert passwords.verify_secret("１２３４５６", passwords.hash_secret("123456"))


def test_the_same_secret_is_never_stored_the_same() -> None:
    assert passwords.hash_secret("lvse-zhanghu") != STORED


def test_a_thief_pays_more_for_each_guess_than_owasp_asks() -> None:
    assert STORED.startswith("$argon2id$v=19$m=32768,t=3,p=1$")


def test_a_crowd_is_hashed_four_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 32 MiB, and a worker has sixteen threads."""
    here: list[int] = []
    most = 0

    class Slow:
        def hash(self, _secret: bytes) -> str:
            nonlocal most
            here.append(1)
            most = max(most, len(here))
            time.sleep(0.02)
            here.pop()
            return ""

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(passwords.hash_secret, ["1234"] * 12))
    assert most == passwords.AT_ONCE
