"""Points that are set aside: from the earliest wallets, ended once, by paying or by giving back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.errors import EffectRepeated, InsufficientPoints, ReservationEnded
from pointsvc.ledger.service import (
    Ending,
    Payment,
    PaymentLine,
    Purses,
    end_holds,
    open_purses,
    reserve,
)
from tests.ledger.bookkeeper import GRACE_DAYS, Bookkeeper

SOON, LATER = date(2026, 12, 31), date(2027, 12, 31)


def purses(books: Bookkeeper, member: UUID) -> Purses:
    return open_purses(
        community_id=books.community_id, member_ids=[member], business_on=books.today
    )


def aside(books: Bookkeeper, member: UUID, points: int, hold: UUID | None = None) -> UUID:
    """Set points aside for a hold; its id."""
    hold_id = hold or new_id()
    payment = Payment(member, [PaymentLine(hold_id, points)], None)
    transact(
        lambda: reserve(purses=purses(books, member), holds=[payment], reason="test", now=books.now)
    )
    return hold_id


def end(books: Bookkeeper, *endings: Ending) -> None:
    transact(
        lambda: end_holds(
            purses=purses(books, endings[0].member_id),
            endings=endings,
            reason="test",
            now=books.now,
            grace_days=GRACE_DAYS,
        )
    )


def held(books: Bookkeeper, member: UUID) -> tuple[int, int]:
    """What can be spent, and what is set aside."""
    found = books.balances(member)
    return found.balance_points, found.reserved_points


def test_the_earliest_points_are_set_aside_and_return_to_their_wallets(
    books: Bookkeeper, limei: UUID
) -> None:
    books.earn(limei, 64, LATER)
    books.earn(limei, 16, SOON)
    hold = aside(books, limei, 20)
    assert (held(books, limei), books.balances(limei).expiring) == ((60, 20), ((LATER, 60),))
    end(books, Ending(limei, hold, 20, 0))
    assert books.balances(limei).expiring == ((SOON, 16), (LATER, 64))
    assert books.verify().ok


def test_a_hold_ends_once_in_parts_and_never_more(books: Bookkeeper, limei: UUID) -> None:
    """L10: paid 8 of 20, 12 given back; one more is refused, and nothing moves."""
    books.earn(limei, 64)
    hold = aside(books, limei, 20)
    end(books, Ending(limei, hold, 8, 1, new_id()))
    end(books, Ending(limei, hold, 12, 0))
    with pytest.raises(ReservationEnded):
        end(books, Ending(limei, hold, 1, 2))
    assert held(books, limei) == (56, 0)
    assert books.verify().ok


def test_what_is_not_there_is_not_set_aside(books: Bookkeeper, limei: UUID) -> None:
    books.earn(limei, 8)
    with pytest.raises(InsufficientPoints):
        aside(books, limei, 9)
    hold = aside(books, limei, 4)
    with pytest.raises(EffectRepeated):
        aside(books, limei, 4, hold)
    assert held(books, limei) == (4, 4)
