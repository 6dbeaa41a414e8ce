"""Prices lowered before goods expire (临期特价), and brought back when the batch is gone.

A mark-down is a price version like any other, so that each line keeps the version it paid (S2).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from pointsvc.audit.actors import Actor, member_actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.shop.errors import GoodsPast, MarkdownRunning, NotCheaper
from pointsvc.shop.models import Batch, Markdown, Product
from pointsvc.shop.rules import is_past
from pointsvc.shop.service.catalogue import lock_product, set_price


def begin_markdown(
    *,
    community_id: UUID,
    batch_id: UUID,
    price_points: int,
    reason: str,
    by_id: UUID,
    now: datetime,
) -> UUID:
    """Lower the product's price for as long as this batch lasts; the mark-down's id.

    First expired goes first out, so what is sold now is this batch or one that expires sooner.

    Raises:
        NotFound, Invalid; NotCheaper; MarkdownRunning; GoodsPast: past its date or sold out.
    """
    batch = _batch(community_id, batch_id)
    product = lock_product(community_id, batch.product_id)
    db.session.refresh(batch)
    today = local_day(now, get_community(community_id).zone)
    if is_past(batch.best_before_on, today) or not batch.on_hand:
        raise GoodsPast
    running = _running(community_id, product.id)
    if running is not None and running.version == product.price_version:
        raise MarkdownRunning
    if running is not None:
        running.ended_at = now
        db.session.flush()
    if type(price_points) is not int or price_points < 1:
        raise Invalid({"price_points": [_("所需积分须为 1 至 1,000,000 的整数。")]})
    if price_points >= product.price_points:
        raise NotCheaper({"price_points": [str(NotCheaper.message)]})
    regular = product.price_points
    row = {
        "community_id": community_id,
        "id": new_id(),
        "product_id": product.id,
        "batch_id": batch_id,
        "version": set_price(product, price_points, by_id, now),
        "regular_points": regular,
        "reason": reason,
        "begun_by_id": by_id,
        "begun_at": now,
    }
    db.session.flush()
    db.session.execute(insert(Markdown), [row])
    _note(product, "shop.markdown_begun", by_id, now)
    made: UUID = row["id"]  # type: ignore[assignment]
    return made


def end_markdown(
    *, community_id: UUID, markdown_id: UUID, by_id: UUID | None, now: datetime
) -> bool:
    """Bring the regular price back as a new version; whether it was still on. Twice is once.

    A price that somebody set meanwhile stays: that has ended the mark-down already.

    Raises:
        NotFound.
    """
    product_id = db.session.scalar(
        select(Markdown.product_id).where(
            Markdown.community_id == community_id, Markdown.id == markdown_id
        )
    )
    if product_id is None:
        raise NotFound
    product = lock_product(community_id, product_id)
    running = _running(community_id, product_id)
    if running is None or running.id != markdown_id:
        return False
    running.ended_at = now
    if product.price_version == running.version:
        set_price(product, running.regular_points, by_id, now)
        _note(product, "shop.markdown_ended", by_id, now)
    db.session.flush()
    return True


def end_spent(community_id: UUID, product_ids: Collection[UUID], now: datetime) -> None:
    """Bring regular prices back as the marked batch's last unit leaves; the products are locked."""
    if not product_ids:
        return
    gone = (
        select(Markdown.id)
        .join(
            Batch, (Batch.community_id == Markdown.community_id) & (Batch.id == Markdown.batch_id)
        )
        .where(
            Markdown.community_id == community_id,
            Markdown.product_id.in_(product_ids),
            Markdown.ended_at.is_(None),
            Batch.on_hand == 0,
        )
    )
    for markdown_id in db.session.scalars(gone.order_by(Markdown.product_id)).all():
        end_markdown(community_id=community_id, markdown_id=markdown_id, by_id=None, now=now)


def spent_markdowns(community_id: UUID, now: datetime) -> list[UUID]:
    """Those on whose batch is sold out or past its date, or whose price was changed."""
    today = local_day(now, get_community(community_id).zone)
    rows = db.session.execute(
        select(
            Markdown.id,
            Markdown.version,
            Product.price_version,
            Batch.on_hand,
            Batch.best_before_on,
        )
        .join(
            Product,
            (Product.community_id == Markdown.community_id) & (Product.id == Markdown.product_id),
        )
        .join(
            Batch, (Batch.community_id == Markdown.community_id) & (Batch.id == Markdown.batch_id)
        )
        .where(Markdown.community_id == community_id, Markdown.ended_at.is_(None))
    )
    return [
        row.id
        for row in rows
        if not row.on_hand or is_past(row.best_before_on, today) or row.version != row.price_version
    ]


def _batch(community_id: UUID, batch_id: UUID) -> Batch:
    batch = db.session.scalars(
        select(Batch).where(Batch.community_id == community_id, Batch.id == batch_id)
    ).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def _running(community_id: UUID, product_id: UUID) -> Markdown | None:
    """The one on, whose product is locked."""
    return db.session.scalars(
        select(Markdown).where(
            Markdown.community_id == community_id,
            Markdown.product_id == product_id,
            Markdown.ended_at.is_(None),
        )
    ).one_or_none()


def _note(product: Product, action: str, by_id: UUID | None, now: datetime) -> None:
    note(
        community_id=product.community_id,
        actor=Actor("member", by_id) if by_id else member_actor(None),
        action=action,
        subject_id=product.id,
        now=now,
        detail={"price_points": product.price_points},
    )
