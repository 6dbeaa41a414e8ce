"""What was used of limits goes with whoever used it: never doubled, never given anew (S3, case 33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.earning.models import LimitUse
from pointsvc.extensions import db
from pointsvc.kernel.bulk import find_rows, insert_rows, update_rows

_KEY: Final = ("community_id", "subject", "holder_id", "window_kind", "window_on")
_NOTHING: Final[dict[str, Any]] = {"used": 0, "allowed": 0}


@dataclass(frozen=True, slots=True, order=True)
class Used:
    """So much of a window of a limit was used by somebody, counted for `holder_id` until now."""

    subject: str
    holder_id: UUID
    kind: str
    on: date
    amount: int


def carry_uses(*, community_id: UUID, uses: Sequence[Used], into: Sequence[UUID]) -> None:
    """Count each use for another holder from now on.

    The windows of both are locked by key, before any passbook (docs/ledger.md §3). What two used
    together may be more than the limit: then the window is full, as it was for each of them.
    """
    pairs = [
        (use, holder) for use, holder in zip(uses, into, strict=True) if use.holder_id != holder
    ]
    mine = {_key(community_id, use, use.holder_id) for use, _holder in pairs}
    theirs = {_key(community_id, use, holder) for use, holder in pairs}
    new = [dict(zip(_KEY, key, strict=True)) | _NOTHING for key in sorted(theirs)]
    insert_rows(LimitUse, new, skip_known=True)
    rows = _locked(sorted(mine | theirs))
    for use, holder in pairs:
        here = rows.get(_key(community_id, use, use.holder_id), _NOTHING)
        there = rows[_key(community_id, use, holder)]
        amount = min(use.amount, here["used"])
        if amount:
            here["used"] -= amount
            there["used"] += amount
            there["allowed"] = max(there["allowed"], here["allowed"], there["used"])
    update_rows(LimitUse, [rows[key] for key in sorted(rows)], key=_KEY)


def uses_of(*, community_id: UUID, holder_id: UUID, subjects: Sequence[str]) -> list[Used]:
    """Everything that was counted for a holder under these subjects."""
    rows = db.session.execute(
        select(LimitUse.subject, LimitUse.window_kind, LimitUse.window_on, LimitUse.used).where(
            LimitUse.community_id == community_id,
            LimitUse.subject.in_(subjects),
            LimitUse.holder_id == holder_id,
            LimitUse.used > 0,
        )
    )
    return [Used(row[0], holder_id, row[1], row[2], row[3]) for row in rows]


def _key(community_id: UUID, use: Used, holder_id: UUID) -> tuple[Any, ...]:
    return community_id, use.subject, holder_id, use.kind, use.on


def _locked(keys: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    wanted = [dict(zip(_KEY, key, strict=True)) for key in keys]
    told = (*_KEY, "used", "allowed")
    found = find_rows(LimitUse, wanted, told=told, locking=True)
    return {tuple(row)[:5]: dict(zip(told, row, strict=True)) for row in found}
