"""Ending a review: what was earned becomes spendable, or is annulled."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.errors import NothingToCorrect, ReviewEnded
from pointsvc.ledger.service.correcting import (
    count_corrected,
    find_moved,
    open_owners,
    review_end_effect,
)
from pointsvc.ledger.service.settling import settlement
from pointsvc.ledger.transfers import NewTransfer, Recording, Side


def end_review(
    *,
    community_id: UUID,
    source_type: str,
    source_id: UUID,
    number: int,
    release: bool,
    reason: str,
    recorded_by_id: UUID | None,
    now: datetime,
    business_on: date,
    approved_by_id: UUID | None = None,
    receivable_share_percent: int = 50,
) -> int:
    """Release the points of award `number` from review to the wallet of the same date, or annul.

    Returns the points. Released points settle what the member owes, as a new award does: up to
    `receivable_share_percent` of them. Both ways have one effect in common, so that a review ends once (L10);
    annulling is a correction of the award as well (L12), so that nothing takes it back again.

    Raises:
        NothingToCorrect: the deed has no award in review.
        ReviewEnded: it was ended, or taken back, before.
    """
    source = {
        "community_id": community_id,
        "source_type": source_type,
        "source_id": source_id,
    }
    opened = open_owners(**source, units=("points",))  # type: ignore[arg-type]
    if not opened:
        raise NothingToCorrect
    [books] = opened
    moved = [
        each
        for each in find_moved(**source, kinds=("award",))  # type: ignore[arg-type]
        if each.account_kind == "review" and each.effect.endswith(f"/{number}")
    ]
    if not moved:
        raise NothingToCorrect
    [review] = moved
    if review.left < review.amount:
        raise ReviewEnded
    wallet = Side(review.owner_id, "wallet", review.expires_on)
    transfer = NewTransfer(
        id=new_id(),
        unit="points",
        debit=Side(review.owner_id, "review", review.expires_on),
        credit=wallet if release else Side(community_id, "issuance"),
        amount=review.amount,
        kind="release" if release else "annul",
        reason=reason,
        source_type=source_type,
        source_id=source_id,
        effect=review_end_effect(number),
        tariff_id=review.tariff_id,
        corrects_id=None if release else review.id,
    )
    recording = Recording(recorded_by_id, now, business_on, approved_by_id)
    if not books.post([transfer], recording):
        raise ReviewEnded
    if release:
        share, effect = receivable_share_percent, f"settle/{number}"
        books.post(list(settlement(books, transfer, effect=effect, share_percent=share)), recording)
    else:
        count_corrected(community_id=community_id, moved=review, amount=review.amount)
    return review.amount
