"""Reading what was handed out for a purpose, and what still waits for its purpose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_number, seal_cursor
from pointsvc.shop.models import Batch, GoodsIssue, Product
from pointsvc.shop.rules import is_past

WAITING_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class IssueRow:
    """Restricted goods that were handed out."""

    id: UUID
    number: int
    batch_id: UUID
    product_id: UUID
    product_name: str
    pack: str
    shop_id: UUID
    quantity: int
    purpose: str
    recipient: str
    recipient_id: UUID | None
    issued_by_id: UUID
    issued_at: datetime
    people_count: int | None


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A restricted batch with something left; past its date only waste is left for it."""

    id: UUID
    product_id: UUID
    product_name: str
    pack: str
    restriction: str
    best_before_on: date | None
    use_by_on: date | None
    received_on: date
    on_hand: int
    is_past: bool


def waiting_batches(community_id: UUID, shop_id: UUID, *, today: date) -> list[WaitingBatch]:
    """What of a shop still waits for its purpose, first expired first; at most 200."""
    rows: Any = db.session.execute(
        select(
            Batch.id,
            Batch.product_id,
            Product.name.label("product_name"),
            Product.pack,
            Batch.restriction,
            Batch.best_before_on,
            Batch.use_by_on,
            Batch.received_on,
            Batch.on_hand,
        )
        .join(
            Product, (Product.community_id == Batch.community_id) & (Product.id == Batch.product_id)
        )
        .where(
            Batch.community_id == community_id,
            Product.shop_id == shop_id,
            Product.on_hand > 0,
            Batch.restriction.is_not(None),
            Batch.on_hand > 0,
        )
        .order_by(Batch.best_before_on.is_(None), Batch.best_before_on, Batch.id)
        .limit(WAITING_MAX)
    )
    return [
        WaitingBatch(**row._asdict(), is_past=is_past(row.best_before_on, today)) for row in rows
    ]


def get_issue(community_id: UUID, issue_id: UUID) -> IssueRow:
    """One of them. Raises NotFound."""
    row = db.session.execute(_issues(community_id).where(GoodsIssue.id == issue_id)).one_or_none()
    if row is None:
        raise NotFound
    return IssueRow(*row)


def page_of_issues(
    community_id: UUID, shop_id: UUID, *, after: str | None = None
) -> Page[IssueRow]:
    """What a shop handed out for a purpose, newest first. Raises PageUnknown."""
    wanted = _issues(community_id).where(Product.shop_id == shop_id)
    if after is not None:
        wanted = wanted.where(GoodsIssue.number < open_number(after))
    rows = db.session.execute(wanted.order_by(GoodsIssue.number.desc()).limit(PAGE_LENGTH + 1))
    found = [IssueRow(*row) for row in rows]
    more = len(found) > PAGE_LENGTH
    return Page(found[:PAGE_LENGTH], seal_cursor(found[PAGE_LENGTH - 1].number) if more else None)


def issues_of_batches(community_id: UUID, batch_ids: Collection[UUID]) -> list[IssueRow]:
    """What of these batches was handed out for a purpose, newest first; at most 50."""
    wanted = _issues(community_id).where(is_among(GoodsIssue.batch_id, batch_ids))
    rows = db.session.execute(wanted.order_by(GoodsIssue.number.desc()).limit(PAGE_LENGTH))
    return [IssueRow(*row) for row in rows]


def _issues(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            GoodsIssue.id,
            GoodsIssue.number,
            GoodsIssue.batch_id,
            GoodsIssue.product_id,
            Product.name,
            Product.pack,
            Product.shop_id,
            GoodsIssue.quantity,
            GoodsIssue.purpose,
            GoodsIssue.recipient,
            GoodsIssue.recipient_id,
            GoodsIssue.issued_by_id,
            GoodsIssue.issued_at,
            GoodsIssue.people_count,
        )
        .join(
            Product,
            (Product.community_id == GoodsIssue.community_id)
            & (Product.id == GoodsIssue.product_id),
        )
        .where(GoodsIssue.community_id == community_id)
    )
