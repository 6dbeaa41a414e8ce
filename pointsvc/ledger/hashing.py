"""Hashes of the books: what an entry's hash covers, and Merkle roots (RFC 6962 shape)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any, Final
from uuid import UUID

EMPTY: Final = bytes(32)
TRANSFER_FACTS: Final = (
    "id",
    "unit",
    "debit_account_id",
    "credit_account_id",
    "amount",
    "kind",
    "reason",
    "source_type",
    "source_id",
    "effect",
    "tariff_id",
    "corrects_id",
    "recorded_by_id",
    "approved_by_id",
    "recorded_at",
    "business_on",
)
ENTRY_FACTS: Final = (
    "community_id",
    "passbook_id",
    "seq",
    "owner_id",
    "account_id",
    "delta",
    "account_after",
    "spendable_before",
    "spendable_delta",
    "spendable_after",
)


def transfer_digest(facts: Mapping[str, Any]) -> bytes:
    """SHA-256 of a transfer's facts in a fixed order; all of them are pseudonymous."""
    return digest_of(facts[name] for name in TRANSFER_FACTS)


def digest_of(values: Iterable[object]) -> bytes:
    """The same for the values of TRANSFER_FACTS in their order, as a walk reads them."""
    return hashlib.sha256(_packed(values)).digest()


def entry_hash(previous: bytes, transfer: bytes, facts: Mapping[str, Any]) -> bytes:
    """SHA-256 over the hash before, the transfer's digest and the entry's own facts."""
    return hash_of(previous, transfer, [facts[name] for name in ENTRY_FACTS])


def hash_of(previous: bytes, transfer: bytes, values: Iterable[object]) -> bytes:
    """The same for the values of ENTRY_FACTS in their order."""
    return hashlib.sha256(b"\x03" + previous + transfer + _packed(values)).digest()


def _packed(values: Iterable[object]) -> bytes:
    return "\x1f".join(map(_text, values)).encode()


def _text(value: object) -> str:
    return _TEXTS.get(type(value), str)(value)


# The same communities, books and accounts come again and again in a walk through all entries.
_uuid_text: Final = lru_cache(maxsize=100_000)(str)
_TEXTS: Final[dict[type, Callable[[Any], str]]] = {
    UUID: _uuid_text,
    NoneType: lambda _value: "",
    date: date.isoformat,
    datetime: lambda value: value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
}


def head_leaf(passbook_id: UUID, head_seq: int, head_hash: bytes) -> bytes:
    """The leaf of a passbook's head."""
    return hashlib.sha256(b"\x00" + passbook_id.bytes + head_seq.to_bytes(8) + head_hash).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in their order; 32 zero bytes for none. An odd one moves up as it is."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = paired + level[len(level) & ~1 :]
    return level[0]


def sealed_root(previous: bytes, merkle: bytes, day: date) -> bytes:
    """The day's root: it chains to the day before."""
    return hashlib.sha256(b"\x02" + previous + merkle + day.isoformat().encode()).digest()
