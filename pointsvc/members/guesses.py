"""Passwords that are guessed first: the well-known words, dressed up, and a few letters with a run.

A list of millions (zxcvbn, the breach corpora) would weigh more than the service and name few that
pass the length; what is left, the throttle bounds to five tries a phone in a quarter of an hour.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

WORDS: Final = frozenset(
    """
    abcdefg abcdefgh abcdefghi access admin administrator asdfasdf asdfgh asdfghjkl baseball charlie
    computer changeme dragon default football guest green greenaccount hello iloveyou internet jiayou
    letmein login loveme michael mima monkey nihao nihaoma password passwd passw pass
    princess qazwsx qazwsxedc qqqq qwer qwerty qwertyui qwertyuiop root sanguo secret shadow shequ
    sunshine superman system taobao temp test testtest trustno user welcome weixin wobuzhidao woaini
    woaiwojia wodemima woshishui xiaoqu yanzheng zaijian zhanghu zhongguo zxcvbn zxcvbnm
    """.split()  # noqa: SIM905 - words read better than quotation marks
)
SHORT_WORD: Final = 4
_DRESSED: Final = str.maketrans("@$013457", "asoleast")
_LETTERS: Final = re.compile(r"[^a-z]+")
_DIGITS: Final = re.compile(r"[^0-9]+")
_RUNS: Final = (
    "01234567890123456789",
    "09876543210987654321",
    "13141314",
    "52052052052",
    "1q2w3e4r5t6y",
)


def is_guessed_first(password: str) -> bool:
    """Whether a password is one of the first that a stranger tries.

    `P@ssw0rd!`, `woaini1314`, `abc12345`, `qq123456`, `1q2w3e4r`, `abcabcabc`.
    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    if not plain.isascii():
        return False
    bare = _LETTERS.sub("", plain)
    dressed = _LETTERS.sub("", plain.rstrip("0123456789!?.#*").translate(_DRESSED))
    digits = _DIGITS.sub("", plain)
    if {bare, dressed} & WORDS or _repeats(plain) or plain in _RUNS[-1]:
        return True
    return len(bare) <= SHORT_WORD and (_repeats(digits) or any(digits in run for run in _RUNS))


def _repeats(text: str) -> bool:
    """Whether it is one short piece again and again."""
    return any(
        len(text) > size and set(_pieces(text, size)) == {text[:size]} for size in (1, 2, 3, 4)
    )


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text) - len(text) % size, size)]
