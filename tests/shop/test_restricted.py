"""Goods with a purpose: handed out for it only, and changed with the donor's word only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pointsvc.kernel.ids import new_id
from pointsvc.shop.errors import AmountRefused, OwnOrder
from pointsvc.shop.gift_errors import (
    DonorUnknown,
    IssueExceeds,
    IssuePastDate,
    NotRestricted,
    PurposeUnchanged,
)
from pointsvc.shop.queries.gifts import changes_of
from pointsvc.shop.queries.issues import get_issue, waiting_batches
from pointsvc.shop.restrictions import decide_issue, decide_purpose
from pointsvc.shop.rules import BatchFacts
from pointsvc.shop.verification import shop_checks
from tests.shop.conftest import Shop
from tests.shop.giving import ELDERS, Giving

TODAY = date(2026, 11, 21)


@pytest.fixture
def giving(shop: Shop) -> Giving:
    """The cast's shop."""
    return Giving(shop)


def batch(
    restriction: str | None = ELDERS, on_hand: int = 3, best: date | None = None
) -> BatchFacts:
    return BatchFacts(
        id=new_id(),
        product_id=new_id(),
        best_before_on=best,
        restriction=restriction,
        received_on=TODAY,
        on_hand=on_hand,
    )


@pytest.mark.parametrize(
    ("facts", "quantity", "refusal"),
    [
        (batch(None), 1, NotRestricted),
        (batch(best=TODAY - timedelta(days=1)), 1, IssuePastDate),
        (batch(), 4, IssueExceeds),
        (batch(), 0, AmountRefused),
        (batch(), True, AmountRefused),
    ],
)
def test_what_may_not_be_handed_out(
    facts: BatchFacts, quantity: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        decide_issue(facts, quantity, TODAY)


@pytest.mark.parametrize(
    ("facts", "purpose", "is_known", "refusal"),
    [
        (batch(None), "给学生", True, NotRestricted),
        (batch(), ELDERS, True, PurposeUnchanged),
        (batch(), None, False, DonorUnknown),
    ],
)
def test_what_no_donor_can_agree_to(
    facts: BatchFacts, purpose: str | None, is_known: bool, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        decide_purpose(facts, purpose, donor_is_known=is_known)


def test_goods_for_a_purpose_are_handed_out_without_points(shop: Shop, giving: Giving) -> None:
    batch_id, issue_id = giving.restricted(5), new_id()
    before = shop.balance(shop.cast.limei)
    assert giving.issue(batch_id, 2, shop.cast.limei, issue_id) == 1
    issue = get_issue(shop.community_id, issue_id)
    assert (issue.purpose, issue.quantity, issue.recipient_id) == (ELDERS, 2, shop.cast.limei.id)
    assert (shop.balance(shop.cast.limei), shop.on_hand(shop.soap)) == (before, 3)


@pytest.mark.engines("sqlite")
def test_nobody_hands_out_to_themself(shop: Shop, giving: Giving) -> None:
    """L15: no private division of what was given."""
    batch_id = giving.restricted(5)
    with pytest.raises(OwnOrder):
        giving.issue(batch_id, 1, shop.cast.zhangdian)
    assert shop.on_hand(shop.soap) == 5


@pytest.mark.engines("sqlite")
def test_what_was_handed_out_keeps_the_purpose_of_its_day(shop: Shop, giving: Giving) -> None:
    batch_id, issue_id = giving.restricted(5), new_id()
    giving.issue(batch_id, 1, None, issue_id)
    giving.repurpose(batch_id, "给学生")
    [waiting] = waiting_batches(shop.community_id, shop.cast.shop_id, today=shop.today)
    assert (get_issue(shop.community_id, issue_id).purpose, waiting.restriction) == (
        ELDERS,
        "给学生",
    )


def test_a_freed_batch_is_sold_at_the_counter_and_the_books_hold(
    shop: Shop, giving: Giving
) -> None:
    batch_id = giving.restricted(2)
    giving.repurpose(batch_id, "给学生")
    giving.repurpose(batch_id, None)
    shop.points(shop.cast.limei, 100)
    shop.buy(shop.cast.limei, (shop.soap, 1))
    steps = [(each.seq, each.to_purpose) for each in changes_of(shop.community_id, [batch_id])]
    assert steps == [(1, "给学生"), (2, None)]
    assert [check.id for check in shop_checks(shop.community_id) if not check.ok] == []


@pytest.mark.engines("sqlite")
def test_an_anonymous_donor_s_purpose_stays(giving: Giving) -> None:
    """慈善法 art. 56: there is nobody who could agree."""
    batch_id = giving.restricted(2, donor=None)
    with pytest.raises(DonorUnknown):
        giving.repurpose(batch_id, None)
