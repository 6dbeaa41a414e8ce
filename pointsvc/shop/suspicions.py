"""What is worth a look at a counter, as cases and never as findings: pure, facts in, cases out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

BACK_MIN: Final = 3  # exchanges of one keeper that came back
BACK_PERCENT_MIN: Final = 5
JUST_BELOW_PERCENT: Final = 80
JUST_BELOW_MIN: Final = 3  # without a PIN just below the limit, of one member
PROXY_MIN: Final = 4  # exchanges that one person collected for others
SAME_PAIR_MIN: Final = 6  # the same keeper and member
SOON_BACK: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Served:
    """An exchange: who served whom, what for, and when what of it came back first."""

    order_id: UUID
    receipt_no: int
    keeper_id: UUID
    member_id: UUID
    proof: str
    points: int
    placed_at: datetime
    back_at: datetime | None
    proxy_member_id: UUID | None


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody, with somebody else where there is one; how often, how many points, which receipts."""

    who_id: UUID
    with_id: UUID | None
    orders: tuple[Served, ...]
    of_all: int = 0

    @property
    def count(self) -> int:
        """How often."""
        return len(self.orders)

    @property
    def points(self) -> int:
        """For how many points."""
        return sum(each.points for each in self.orders)

    @property
    def receipts(self) -> list[int]:
        """Their numbers."""
        return [each.receipt_no for each in self.orders]


def taken_back(served: Iterable[Served]) -> list[Case]:
    """Keepers with several exchanges, and a share of them, that came back soon after the receipt."""
    by_keeper: dict[UUID, list[Served]] = defaultdict(list)
    for each in served:
        by_keeper[each.keeper_id].append(each)
    cases = []
    for keeper_id, orders in by_keeper.items():
        back = tuple(each for each in orders if each.back_at and _is_soon(each))
        if len(back) >= BACK_MIN and len(back) * 100 >= len(orders) * BACK_PERCENT_MIN:
            cases.append(Case(keeper_id, None, back, len(orders)))
    return cases


def _is_soon(each: Served) -> bool:
    return each.back_at is not None and each.back_at - each.placed_at <= SOON_BACK


def just_below(served: Iterable[Served], limit: int) -> list[Case]:
    """Members whose printed card paid several times just as much as wants no PIN."""
    found: dict[UUID, list[Served]] = defaultdict(list)
    for each in served:
        if each.proof == "card" and limit * JUST_BELOW_PERCENT <= each.points * 100 <= limit * 100:
            found[each.member_id].append(each)
    return [
        Case(member_id, None, tuple(orders))
        for member_id, orders in found.items()
        if len(orders) >= JUST_BELOW_MIN
    ]


def repeated_proxies(served: Iterable[Served]) -> list[Case]:
    """People who collected for others again and again."""
    found: dict[UUID, list[Served]] = defaultdict(list)
    for each in served:
        if each.proxy_member_id is not None:
            found[each.proxy_member_id].append(each)
    return [
        Case(person_id, None, tuple(orders), len({each.member_id for each in orders}))
        for person_id, orders in found.items()
        if len(orders) >= PROXY_MIN
    ]


def same_pairs(served: Iterable[Served]) -> list[Case]:
    """The same keeper serves the same member very often."""
    orders = list(served)
    counts = Counter((each.keeper_id, each.member_id) for each in orders)
    return [
        Case(keeper_id, member_id, _of_pair(orders, keeper_id, member_id))
        for (keeper_id, member_id), count in counts.items()
        if count >= SAME_PAIR_MIN
    ]


def near_relations(served: Iterable[Served], near: Mapping[UUID, frozenset[UUID]]) -> list[Case]:
    """Keepers who served somebody near them: `near` has, by keeper, housemates and proxies."""
    orders = list(served)
    pairs = dict.fromkeys(
        (each.keeper_id, each.member_id)
        for each in orders
        if each.member_id in near.get(each.keeper_id, frozenset())
    )
    return [
        Case(keeper_id, member_id, _of_pair(orders, keeper_id, member_id))
        for keeper_id, member_id in pairs
    ]


def _of_pair(orders: Iterable[Served], keeper_id: UUID, member_id: UUID) -> tuple[Served, ...]:
    return tuple(
        each for each in orders if (each.keeper_id, each.member_id) == (keeper_id, member_id)
    )
