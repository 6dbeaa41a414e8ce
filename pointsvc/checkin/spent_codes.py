"""Changing codes are spent once: on an exchange, a visit, an approval (docs/checkin.md §2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete

from pointsvc.checkin.codes import MemberCode
from pointsvc.checkin.errors import CodeSpent
from pointsvc.checkin.models import SpentCode
from pointsvc.extensions import db
from pointsvc.kernel.bulk import find_rows, insert_unknown

Key = tuple[int, int]  # a number of the directory, and the step
_KEY: Final = ("community_id", "code_number", "step")


@dataclass(frozen=True, slots=True)
class Spent:
    """What some changing codes are spent on, and which of them were spent just now."""

    on: dict[Key, UUID]
    new: set[Key]

    def holds_for(self, code: MemberCode, on_id: UUID) -> bool:
        """Whether the code pays or approves this, and nothing else; a printed card is not spent."""
        return code.step is None or self.on[code.number, code.step] == on_id


def spend_codes(*, community_id: UUID, wanted: Sequence[tuple[MemberCode, UUID]]) -> Spent:
    """Spend changing codes, each on what it pays or approves, unless it was on something else.

    Digits and the code beside them are one.
    """
    of: dict[Key, UUID] = {
        (code.number, code.step): on_id for code, on_id in wanted if code.step is not None
    }
    rows = [_row(community_id, key) | {"spent_on_id": of[key]} for key in sorted(of)]
    new = insert_unknown(SpentCode, rows, key=_KEY, told=_KEY[1:])
    before = [_row(community_id, key) for key in sorted(of) if key not in new]
    found = find_rows(SpentCode, before, told=(*_KEY[1:], "spent_on_id"))
    return Spent({**of, **{(row[0], row[1]): row[2] for row in found}}, new)


def return_codes(*, community_id: UUID, keys: Collection[Key]) -> None:
    """Take back that these were spent just now: what they should have paid was refused."""
    for key in keys:
        db.session.execute(delete(SpentCode).filter_by(**_row(community_id, key)))


def spend_code(*, community_id: UUID, code: MemberCode, on_id: UUID) -> None:
    """Spend one. Raises CodeSpent: it paid or approved something else."""
    spent = spend_codes(community_id=community_id, wanted=[(code, on_id)])
    if not spent.holds_for(code, on_id):
        raise CodeSpent


def _row(community_id: UUID, key: Key) -> dict[str, Any]:
    return dict(zip(_KEY, (community_id, *key), strict=True))
