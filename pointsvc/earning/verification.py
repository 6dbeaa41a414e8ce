"""S3: nobody used more of a limit than it allows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from pointsvc.earning.models import LimitUse
from pointsvc.extensions import db
from pointsvc.kernel.verification import Check


def earning_checks(community_id: UUID) -> list[Check]:
    """Used is between 0 and the limit for every (limit, holder, window)."""
    of = LimitUse.community_id == community_id
    count = db.session.scalar(select(func.count()).select_from(LimitUse).where(of)) or 0
    over = db.session.execute(
        select(LimitUse.subject, LimitUse.holder_id, LimitUse.window_on).where(
            of, (LimitUse.used > LimitUse.allowed) | (LimitUse.used < 0)
        )
    ).all()
    check = Check("S3", count)
    check.broken_count = len(over)
    check.broken = [f"{row.subject}/{row.holder_id}/{row.window_on}" for row in over[:20]]
    return [check]
