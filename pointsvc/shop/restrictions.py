"""Pure decisions about restricted goods: may they be handed out, may their purpose change."""

from __future__ import annotations

from datetime import date

from pointsvc.shop.errors import AmountRefused
from pointsvc.shop.gift_errors import (
    DonorUnknown,
    IssueExceeds,
    IssuePastDate,
    NotRestricted,
    PurposeUnchanged,
)
from pointsvc.shop.rules import BatchFacts, is_past


def decide_issue(batch: BatchFacts, quantity: int, today: date) -> str:
    """For which purpose so many units of the batch are handed out: the donor's (慈善法 art. 56).

    Raises:
        AmountRefused, NotRestricted, IssuePastDate (食品安全法 art. 34), IssueExceeds.
    """
    if type(quantity) is not int or quantity < 1:
        raise AmountRefused
    if batch.restriction is None:
        raise NotRestricted
    if is_past(batch.best_before_on, today):
        raise IssuePastDate
    if quantity > batch.on_hand:
        raise IssueExceeds(on_hand=batch.on_hand, wanted=quantity)
    return batch.restriction


def decide_purpose(batch: BatchFacts, to_purpose: str | None, *, donor_is_known: bool) -> str:
    """The purpose that a batch had, where its donor may agree to another one.

    Raises:
        NotRestricted, DonorUnknown, PurposeUnchanged.
    """
    if batch.restriction is None:
        raise NotRestricted
    if not donor_is_known:
        raise DonorUnknown
    if to_purpose == batch.restriction:
        raise PurposeUnchanged
    return batch.restriction
