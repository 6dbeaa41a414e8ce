"""A new password is none of those that a stranger tries first."""

from __future__ import annotations

import pytest

from pointsvc.kernel.errors import Invalid
from pointsvc.members.guesses import is_guessed_first
from pointsvc.members.secrets import hash_password

GUESSED = (
    *("password", "P@ssw0rd!", "Passw0rd123", "qwertyuiop", "woaini1314", "abc12345", "qq123456"),
    *(
        "a1234567",
        "1q2w3e4r",
        "abcabcabc",
        "iloveyou",
        "admin2026!",
        "aa111111",
        "ｐａｓｓｗｏｒｄ１",
    ),
)


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert is_guessed_first(password)
    with pytest.raises(Invalid):
        hash_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "lvse-zhanghu",
        "xinde mima",
        "yunwei-mima",
        "三棵树 浇水",
        "kx7-tgw-9pf",
        "greenhouse plum 31",
    ],
)
def test_what_is_not_is_taken(password: str) -> None:
    assert not is_guessed_first(password)
