"""Letting a request about stock wait: one for a batch or an invoice at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.asking import end, households_of
from pointsvc.shop.errors.asking import StockRequestWaiting
from pointsvc.shop.models import Batch, StockRequest
from pointsvc.shop.service.asking import tell_supervisors

LIVES: Final = timedelta(hours=72)
ASKED: Final[dict[str, str]] = {
    "waste": "shop.waste_asked",
    "count": "shop.recount_asked",
    "purchase": "shop.correction_asked",
}


def is_known(community_id: UUID, request_id: UUID, about_id: UUID, keeper_id: UUID) -> bool:
    """Whether this was asked already, by the same person about the same. Raises NotFound."""
    known = db.session.get(StockRequest, (community_id, request_id))
    if known is None:
        return False
    if known.asked_by_id != keeper_id or about_id not in {known.batch_id, known.purchase_id}:
        raise NotFound
    return True


def make_room(community_id: UUID, about: ColumnElement[bool], now: datetime) -> None:
    """End what nobody decided in time. Raises StockRequestWaiting."""
    waiting = db.session.scalars(
        select(StockRequest)
        .where(StockRequest.community_id == community_id, about, StockRequest.state == "asked")
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for each in waiting:
        if each.expires_at > now:
            raise StockRequestWaiting
        end(each, "expired", now)


def place_request(
    row: StockRequest,
    *,
    asked: tuple[UUID, UUID, UUID, str],
    facts: dict[str, object],
    now: datetime,
) -> None:
    """Let it wait, and tell who may decide; `asked`: community, id, who asks, why."""
    row.community_id, row.id, row.asked_by_id, row.reason = asked
    row.asked_at, row.expires_at, row.state = now, now + LIVES, "asked"
    db.session.add(row)
    db.session.flush()
    leave_trace(row, ASKED[row.kind], row.asked_by_id, now)
    near = households_of(row.community_id, [row.asked_by_id])
    told = {**facts, "who_id": str(row.asked_by_id)}
    tell_supervisors(row.community_id, near, ASKED[row.kind], told, now)


def leave_trace(row: StockRequest, action: str, person_id: UUID, now: datetime) -> None:
    """In the trail, under the invoice or the product."""
    product = select(Batch.product_id).where(
        Batch.community_id == row.community_id, Batch.id == row.batch_id
    )
    note(
        community_id=row.community_id,
        actor=Actor("member", person_id),
        action=action,
        subject_id=row.purchase_id or db.session.scalar(product),
        now=now,
    )
