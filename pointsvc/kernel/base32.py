"""Crockford's base32: 32 digits and capitals that people do not mistake for one another."""

from __future__ import annotations

import base64
import re
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS: Final = 5
_BYTE: Final = 8
_PLAIN: Final = re.compile(r"[0-9A-TV-Za-tv-z]*")
_IGNORED: Final = str.maketrans("", "", "- ")
_FROM_RFC_4648: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
_TO_PYTHON: Final = str.maketrans(
    ALPHABET + ALPHABET[10:].lower() + "OoIiLl",
    "0123456789abcdefghijklmnopqrstuv" + "abcdefghijklmnopqrstuv" + "001111",
)


def encode(data: bytes) -> str:
    """Write bytes as upper-case base32, most significant bits first, padded with zero bits.

    n bytes become ⌈8n ÷ 5⌉ characters: 9 bytes 15, 14 bytes 23.
    """
    return base64.b32encode(data).rstrip(b"=").translate(_FROM_RFC_4648).decode()


def decode(text: str) -> bytes:
    """Read base32 in any case; O reads as 0, I and L as 1; hyphens and spaces do not count.

    Raises:
        ValueError: another character, a length that no bytes have, or padding that is not zero; so
            two texts that differ in more than case, lookalikes and grouping never read the same.
    """
    characters = text.translate(_IGNORED)
    length, spare = divmod(len(characters) * _BITS, _BYTE)
    if not _PLAIN.fullmatch(characters):
        raise ValueError("not base32")
    value = int(characters.translate(_TO_PYTHON) or "0", 32)
    if spare >= _BITS or value & (1 << spare) - 1:
        raise ValueError("not the base32 of whole bytes")
    return (value >> spare).to_bytes(length)
