"""Reading mark-downs that are on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.shop.models import Batch, Markdown, Product


@dataclass(frozen=True, slots=True)
class MarkdownFacts:
    """A lower price that is on: what it was, why, and until which day at the latest."""

    id: UUID
    product_id: UUID
    batch_id: UUID
    regular_points: int
    reason: str
    until: date | None


def markdowns_of(community_id: UUID, product_ids: Collection[UUID]) -> dict[UUID, MarkdownFacts]:
    """The mark-downs in force, by product."""
    rows = db.session.execute(
        select(
            Markdown.id,
            Markdown.product_id,
            Markdown.batch_id,
            Markdown.regular_points,
            Markdown.reason,
            Batch.best_before_on,
        )
        .join(
            Product,
            (Product.community_id == Markdown.community_id)
            & (Product.id == Markdown.product_id)
            & (Product.price_version == Markdown.version),
        )
        .join(
            Batch, (Batch.community_id == Markdown.community_id) & (Batch.id == Markdown.batch_id)
        )
        .where(
            Markdown.community_id == community_id,
            Markdown.product_id.in_(product_ids),
            Markdown.ended_at.is_(None),
        )
    )
    return {row.product_id: MarkdownFacts(*row) for row in rows}


def product_of_markdown(community_id: UUID, markdown_id: UUID) -> UUID:
    """Which product it is on. Raises NotFound."""
    found = db.session.scalar(
        select(Markdown.product_id).where(
            Markdown.community_id == community_id, Markdown.id == markdown_id
        )
    )
    if found is None:
        raise NotFound
    return found
