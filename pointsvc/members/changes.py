"""What is done to a person that every room has to follow: two become one, one moves, one is erased.

People stand below the rooms that know of them. So the verbs here are given the rooms' parts by whoever
calls them (`web.gone` lists them in the order of the house's locks), and all of it is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

Closing = Literal["lapse", "donate"]


@dataclass(frozen=True, slots=True)
class Merge:
    """`from_id` is merged into `into_id`; holders are whose household's limits they used (S3).

    `agreed_by_id` is the second person; without one nothing of worth may go over (L15).
    """

    community_id: UUID
    from_id: UUID
    into_id: UUID
    from_holder_id: UUID
    into_holder_id: UUID
    by_id: UUID
    now: datetime
    on: date
    agreed_by_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A member lives behind another door; holders as in `Merge`."""

    community_id: UUID
    member_id: UUID
    from_holder_id: UUID
    into_holder_id: UUID
    now: datetime


@dataclass(frozen=True, slots=True)
class Erasure:
    """A member's data go; `closing` is what becomes of the points that are left."""

    community_id: UUID
    member_id: UUID
    closing: Closing
    by_id: UUID
    now: datetime
    on: date


Follow = Callable[[Merge], None]
Carry = Callable[[Move], None]
Forget = Callable[[Erasure], None]


@dataclass(frozen=True, slots=True)
class Rooms:
    """The parts of the rooms, each in the order in which they lock."""

    follow: Sequence[Follow] = ()
    carry: Sequence[Carry] = ()
    forget: Sequence[Forget] = ()
