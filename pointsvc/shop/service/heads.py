"""The head of a wrong invoice: its date, its number, whose money paid; and what that moves of budgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.shop.models import CorrectedHead
from pointsvc.shop.queries.money import PurchaseFacts, get_sponsorship
from pointsvc.shop.service.purchases import spend_money


@dataclass(frozen=True, slots=True)
class RightHead:
    """What stands on the paper, and which sponsorship paid; None: the community's own money."""

    bought_on: date
    invoice_no: str | None
    sponsorship_id: UUID | None


def head_of(purchase: PurchaseFacts) -> RightHead:
    """As it reads now."""
    return RightHead(purchase.bought_on, purchase.invoice_no, purchase.sponsorship_id)


def check_payer(community_id: UUID, was: RightHead, now: RightHead) -> None:
    """Another sponsorship is one of the community's. Raises NotFound."""
    if now.sponsorship_id is not None and now.sponsorship_id != was.sponsorship_id:
        get_sponsorship(community_id, now.sponsorship_id)


def head_row(
    community_id: UUID, invoice_id: UUID, was: RightHead, now: RightHead
) -> dict[str, Any]:
    """A head beside its correction, whether it differs or not: what it was stays known."""
    return {
        "community_id": community_id,
        "id": new_id(),
        "invoice_id": invoice_id,
        "bought_on": now.bought_on,
        "bought_on_was": was.bought_on,
        "invoice_no": now.invoice_no,
        "invoice_no_was": was.invoice_no,
        "sponsorship_id": now.sponsorship_id,
        "sponsorship_was_id": was.sponsorship_id,
    }


def asked_head(
    community_id: UUID, invoice_id: UUID, otherwise: RightHead
) -> tuple[RightHead, RightHead]:
    """As the head read when a correction was asked, and as it should; one from before says nothing."""
    row = db.session.scalars(
        select(CorrectedHead).where(
            CorrectedHead.community_id == community_id, CorrectedHead.invoice_id == invoice_id
        )
    ).one_or_none()
    if row is None:
        return otherwise, otherwise
    return (
        RightHead(row.bought_on_was, row.invoice_no_was, row.sponsorship_was_id),
        RightHead(row.bought_on, row.invoice_no, row.sponsorship_id),
    )


def move_money(
    community_id: UUID, was: tuple[UUID | None, int], now: tuple[UUID | None, int]
) -> None:
    """What was paid goes back to whose it was, what is paid comes from whose it is: (sponsorship, fen).

    Locks: the sponsorships by id. Raises BudgetExceeded.
    """
    if was[0] == now[0]:
        spend_money(community_id, now[0], now[1] - was[1])
        return
    parts = [(was[0], -was[1]), now]
    for sponsorship_id, fen in sorted((each for each in parts if each[0]), key=str):
        spend_money(community_id, sponsorship_id, fen)
