"""Used never passes the limit: day and month, member and household, cut and whole (S3)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from pointsvc.earning.limits import Wish, give_back, take_allowances, used_of
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("database")

HOLDER = derived_id("household")
DAY = date(2026, 11, 21)


def wish(amount: int, on: date = DAY, holder: UUID = HOLDER) -> Wish:
    return Wish("WASTE_SORT", holder, on, amount, day_cap=4, month_cap=6)


def take(cast: Cast, *wishes: Wish, whole: bool = False) -> list[int]:
    return transact(
        lambda: take_allowances(community_id=cast.community_id, wishes=wishes, whole=whole)
    )


def test_wishes_are_served_in_order_until_the_day_is_full(cast: Cast) -> None:
    assert take(cast, wish(2), wish(1), wish(2), wish(2)) == [2, 1, 1, 0]


def test_the_month_cuts_what_the_day_would_allow(cast: Cast) -> None:
    take(cast, wish(4))
    assert take(cast, wish(4, date(2026, 11, 22)), wish(4, date(2026, 12, 1))) == [2, 4]


def test_a_whole_wish_gets_all_or_nothing(cast: Cast) -> None:
    assert take(cast, wish(3), wish(2), wish(1), whole=True) == [3, 0, 1]


def test_holders_and_communities_never_meet(cast: Cast) -> None:
    take(cast, wish(4))
    other = transact(
        lambda: take_allowances(community_id=cast.other_community_id, wishes=[wish(4)])
    )
    assert (take(cast, wish(4, holder=derived_id("next door"))), other) == ([4], [4])


def test_what_is_given_back_has_room_again_on_its_own_day(cast: Cast) -> None:
    take(cast, wish(4))
    transact(lambda: give_back(community_id=cast.community_id, wishes=[wish(3)]))
    assert take(cast, wish(4)) == [3]


def test_giving_back_more_than_was_used_stops_at_nothing(cast: Cast) -> None:
    take(cast, wish(2))
    transact(lambda: give_back(community_id=cast.community_id, wishes=[wish(4)]))
    used = used_of(community_id=cast.community_id, wishes=[wish(0)])
    assert used["WASTE_SORT", HOLDER, "day"] == 0


def test_no_cap_is_no_row(cast: Cast) -> None:
    free = Wish("HONOUR", HOLDER, DAY, 500)
    assert take(cast, free) == [500]
    assert used_of(community_id=cast.community_id, wishes=[free]) == {}


def test_a_lower_cap_takes_nothing_away(cast: Cast) -> None:
    take(cast, wish(4))
    lower = Wish("WASTE_SORT", HOLDER, DAY, 1, day_cap=2, month_cap=6)
    assert take(cast, lower) == [0]
