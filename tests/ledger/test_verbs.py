"""What the verbs do where the state machine does not look: order of wallets, refusals, ids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.errors import (
    AmountRefused,
    CorrectionExceeds,
    EffectRepeated,
    FutureExpiry,
    InsufficientPoints,
    NothingToCorrect,
    ReviewEnded,
)
from pointsvc.ledger.queries import statement
from pointsvc.ledger.transfers import check_amount
from tests.ledger.bookkeeper import GRACE_DAYS, NEW_YEARS_EVE, Bookkeeper

SOON, LATER = date(2026, 12, 31), date(2027, 12, 31)


WRONG = [0, -5, 1.5, 1.0, "12", "1e3", True, None, 2**63 - 1, 1_000_001, float("nan")]


@pytest.mark.parametrize("amount", WRONG)
def test_what_is_no_amount_is_refused_at_the_services_door(amount: object) -> None:
    """docs/ledger.md case 16."""
    with pytest.raises(AmountRefused):
        check_amount(amount)


def test_no_verb_takes_what_is_no_amount(books: Bookkeeper, limei: UUID) -> None:
    """docs/ledger.md case 16."""
    books.earn(limei, 64)
    [line] = books.pay(limei, 2)
    verbs: tuple[Callable[[Any], object], ...] = (
        lambda points: books.earn(limei, points),
        lambda points: books.pay(limei, points),
        lambda points: books.refund(limei, line, points),
        lambda points: books.open_balance(limei, points, new_id()),
    )
    for verb, points in product(verbs, (1.5, "12", True, -5, 1_000_001)):
        with pytest.raises(AmountRefused):
            verb(points)
    assert books.points(limei) == 62


def test_what_expires_first_is_spent_first(books: Bookkeeper, limei: UUID) -> None:
    books.earn(limei, 64, LATER)
    books.earn(limei, 16, SOON)
    books.pay(limei, 20)
    assert books.balances(limei).expiring == ((LATER, 60),)


def test_too_few_points_are_refused_with_both_numbers(books: Bookkeeper, limei: UUID) -> None:
    books.earn(limei, 8)
    with pytest.raises(InsufficientPoints) as refused:
        books.pay(limei, 4, 5)
    assert refused.value.context == {"balance_points": 8, "total_points": 9}
    assert books.points(limei) == 8


def test_a_line_is_paid_once(books: Bookkeeper, limei: UUID) -> None:
    """docs/ledger.md case 4: another request for the same fact is refused by its natural key."""
    books.earn(limei, 16, SOON)
    books.earn(limei, 64, LATER)
    [line] = books.pay(limei, 10)
    with pytest.raises(EffectRepeated):
        books.pay(limei, 10, lines=[line])
    assert books.points(limei) == 70


def test_a_numbered_refund_is_made_once(books: Bookkeeper, limei: UUID) -> None:
    """L8: half of it came back; the same refund again gives nothing and counts nothing."""
    books.earn(limei, 64)
    [line] = books.pay(limei, 10)
    books.refund(limei, line, 4, number=1)
    with pytest.raises(EffectRepeated):
        books.refund(limei, line, 4, number=1)
    assert (books.points(limei), books.verify().ok) == (58, True)
    assert books.refund(limei, line, 6, number=2) == 64


def test_a_third_refund_of_two_is_refused(books: Bookkeeper, limei: UUID) -> None:
    """docs/ledger.md case 28, in points."""
    books.earn(limei, 8)
    [line] = books.pay(limei, 2)
    for number in (1, 2):
        books.refund(limei, line, 1, number)
    with pytest.raises(CorrectionExceeds):
        books.refund(limei, line, 1, 3)


def test_what_another_paid_is_not_refunded(books: Bookkeeper, limei: UUID, liuyang: UUID) -> None:
    books.earn(limei, 8)
    [line] = books.pay(limei, 2)
    with pytest.raises(NothingToCorrect):
        books.refund(liuyang, line, 2)


def test_a_refund_after_expiry_is_regranted_with_grace(books: Bookkeeper, limei: UUID) -> None:
    """docs/ledger.md case 29."""
    books.earn(limei, 8, SOON)
    [line] = books.pay(limei, 8)
    books.sleep(60)
    books.refund(limei, line, 8)
    assert books.balances(limei).expiring == ((books.today + timedelta(days=GRACE_DAYS), 8),)


def test_what_was_spent_is_owed_and_netted_from_new_earnings(
    books: Bookkeeper, limei: UUID
) -> None:
    """docs/ledger.md case 30, and §1: up to a share of what is earned later."""
    source = books.earn(limei, 64)
    books.pay(limei, 60)
    taken = books.take_back(source)
    assert (taken.points, taken.owed_points, books.points(limei)) == (4, 60, 0)
    books.earn(limei, 100)
    found = books.balances(limei)
    assert (found.balance_points, found.receivable_points, books.verify().ok) == (50, 10, True)


def test_released_points_settle_what_is_owed_like_any_others(
    books: Bookkeeper, limei: UUID
) -> None:
    spent = books.earn(limei, 64)
    waiting = books.deed(limei, 100, into_review=True)
    books.award(waiting)
    books.pay(limei, 64)
    books.take_back(spent)
    books.end_review(waiting.source_id, release=True)
    found = books.balances(limei)
    assert (found.balance_points, found.receivable_points, books.verify().ok) == (50, 14, True)


def test_what_was_taken_back_is_not_taken_again(books: Bookkeeper, limei: UUID) -> None:
    source = books.earn(limei, 64)
    books.take_back(source)
    with pytest.raises(CorrectionExceeds):
        books.take_back(source)


def test_nothing_is_taken_back_from_an_unknown_deed(books: Bookkeeper) -> None:
    with pytest.raises(NothingToCorrect):
        books.take_back(new_id())


def test_a_released_award_is_taken_from_its_wallet_not_from_anothers_review(
    books: Bookkeeper, limei: UUID
) -> None:
    released, waiting = (books.deed(limei, points, into_review=True) for points in (16, 64))
    books.award(released, waiting)
    books.end_review(released.source_id, release=True)
    books.take_back(released.source_id)
    assert (books.points(limei), books.balances(limei).review_points) == (0, 64)
    assert books.end_review(waiting.source_id, release=True) == 64


def test_an_annulled_award_is_not_taken_back_as_well(books: Bookkeeper, limei: UUID) -> None:
    books.earn(limei, 64)
    annulled = books.deed(limei, 16, into_review=True)
    books.award(annulled)
    books.end_review(annulled.source_id, release=False)
    with pytest.raises(NothingToCorrect):
        books.take_back(annulled.source_id)
    assert (books.points(limei), books.verify().ok) == (64, True)


@pytest.mark.parametrize("release", [True, False])
def test_a_review_ends_once(books: Bookkeeper, limei: UUID, release: bool) -> None:
    """L10."""
    deed = books.deed(limei, 16, into_review=True)
    books.award(deed)
    books.end_review(deed.source_id, release=release)
    for again in (True, False):
        with pytest.raises(ReviewEnded):
            books.end_review(deed.source_id, release=again)


def test_a_review_that_was_taken_back_has_ended(books: Bookkeeper, limei: UUID) -> None:
    deed = books.deed(limei, 16, into_review=True)
    books.award(deed)
    books.take_back(deed.source_id)
    with pytest.raises(ReviewEnded):
        books.end_review(deed.source_id, release=True)


def test_points_are_usable_to_the_end_of_their_last_day(books: Bookkeeper, limei: UUID) -> None:
    """docs/ledger.md case 24."""
    books.earn(limei, 8, books.today)
    books.pay(limei, 4)
    books.sleep(1)
    with pytest.raises(InsufficientPoints):
        books.pay(limei, 4)


def test_points_are_not_expired_ahead_of_their_day(books: Bookkeeper, limei: UUID) -> None:
    """docs/ledger.md case 22: a future date is refused."""
    books.earn(limei, 8, books.today)
    books.sleep(1)
    [account_id] = books.passed_wallets()
    books.sleep(-1)
    with pytest.raises(FutureExpiry):
        books.expire(account_id)
    assert (books.points(limei), list(books.passed_wallets())) == (8, [])


def test_an_expiry_run_twice_expires_once(books: Bookkeeper, limei: UUID, liuyang: UUID) -> None:
    """docs/ledger.md case 22."""
    books.earn(limei, 8, SOON)
    books.earn(liuyang, 16, SOON)
    books.earn(liuyang, 32, LATER)
    books.sleep(60)
    accounts = list(books.passed_wallets())
    assert [books.expire(each) for each in accounts * 2].count(0) == 2
    assert (books.points(liuyang), books.expire_all(), books.verify().ok) == (32, 0, True)


def test_ten_rounds_of_earn_spend_take_back_refund_gain_nothing(
    books: Bookkeeper, limei: UUID
) -> None:
    """docs/ledger.md case 31."""
    for _round in range(10):
        source = books.earn(limei, 64)
        [line] = books.pay(limei, 32)
        books.take_back(source)
        books.refund(limei, line, 32)
        books.sleep(1)
    found = books.balances(limei)
    assert found.balance_points - found.receivable_points == 0
    assert books.verify().ok


def test_an_opening_is_imported_once(books: Bookkeeper, limei: UUID) -> None:
    """docs/ledger.md case 41, in the books."""
    source = new_id()
    assert [books.open_balance(limei, 64, source) for _ in range(2)] == [1, 0]
    assert books.points(limei) == 64


def test_minutes_and_points_are_corrected_each_by_its_own_transfer(
    books: Bookkeeper, limei: UUID
) -> None:
    deed = books.deed(limei, 20, minutes=120)
    books.award(deed)
    books.take_back(deed.source_id)
    books.award(books.deed(limei, 15, minutes=90, source=deed.source_id, number=1))
    found = books.balances(limei)
    assert (found.balance_points, found.service_minutes) == (15, 90)


def test_the_statement_is_paged_newest_first_without_loss(books: Bookkeeper, limei: UUID) -> None:
    for number in range(7):
        books.earn(limei, 2**number)
    seen, after = [], None
    while True:
        page = statement(community_id=books.community_id, member_id=limei, limit=3, after=after)
        seen += [row.delta_points for row in page.rows]
        if (after := page.next) is None:
            break
    assert seen == [64, 32, 16, 8, 4, 2, 1]


def test_an_adjustment_moves_both_ways_and_never_below_zero(books: Bookkeeper, limei: UUID) -> None:
    assert books.adjust(limei, 64) == 64
    assert books.adjust(limei, -60) == 4
    with pytest.raises(InsufficientPoints):
        books.adjust(limei, -5, expires_on=NEW_YEARS_EVE)
