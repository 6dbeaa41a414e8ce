"""Hashes of the books: what an entry's hash covers, and Merkle roots (RFC 6962 shape)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

EMPTY: Final = bytes(32)
_TRANSFER_FACTS: Final = (
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
_ENTRY_FACTS: Final = (
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
    return hashlib.sha256(_packed(facts[name] for name in _TRANSFER_FACTS)).digest()


def entry_hash(previous: bytes, transfer: bytes, facts: Mapping[str, Any]) -> bytes:
    """SHA-256 over the hash before, the transfer's digest and the entry's own facts."""
    own = _packed(facts[name] for name in _ENTRY_FACTS)
    return hashlib.sha256(b"\x03" + previous + transfer + own).digest()


def _packed(values: Any) -> bytes:
    return "\x1f".join(map(_text, values)).encode()


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


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
