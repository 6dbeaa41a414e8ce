"""The six digits of an authenticator app: RFC 6238's own vectors, and one step either side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pointsvc.kernel.one_time_codes import (
    code_at,
    digits_of,
    enrolment_address,
    new_secret,
    secret_text,
    step_of_code,
)

SECRET = b"12345678901234567890"


# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
@pytest.mark.parametrize(
    ("seconds", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, digits: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert code_at(SECRET, moment) == digits
    assert step_of_code(SECRET, digits, moment) == seconds // 30


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_one_step_either_side_counts(steps: int, counts: bool) -> None:
    now = datetime(2026, 11, 26, 9, 0, 15, tzinfo=UTC)
    code = code_at(SECRET, now + timedelta(seconds=30 * steps))
    assert (step_of_code(SECRET, code, now) is not None) == counts


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("123 456", "123456"),
        ("１２３４５６", "123456"),
        ("12345", None),
        ("12345a", None),
        ("", None),
    ],
)
def test_what_people_type_is_read(typed: str, digits: str | None) -> None:
    assert digits_of(typed) == digits


def test_a_secret_is_long_and_read_in_groups() -> None:
    secret = new_secret()
    assert len(secret) == 20
    assert len(secret_text(secret).split()) == 8


def test_the_address_is_one_that_apps_read() -> None:
    address = enrolment_address(SECRET, account="example.org", issuer="绿色账户")
    assert address.startswith("otpauth://totp/")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert address.isascii()
