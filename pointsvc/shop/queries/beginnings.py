"""Since when there is anything to report of the shops."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.extensions import db
from pointsvc.shop.models import StockMovement


def first_day_of_stock(community_id: UUID) -> date | None:
    """When goods first came; None where none ever did. Nothing was exchanged before."""
    return db.session.scalar(
        select(func.min(StockMovement.business_on)).where(
            StockMovement.community_id == community_id
        )
    )
