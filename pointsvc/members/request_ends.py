"""What waits about people's accounts and is over: nobody answered in time, or the accounts are no more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.extensions import db
from pointsvc.members.asking import end
from pointsvc.members.changes import Merge
from pointsvc.members.models import PersonRequest
from pointsvc.members.people_told import tell_asker
from pointsvc.members.person_requests import about


def overdue_requests(community_id: UUID, now: datetime) -> list[UUID]:
    """Those whose time is over and that still wait."""
    wanted = select(PersonRequest.id).where(
        PersonRequest.community_id == community_id,
        PersonRequest.state == "asked",
        PersonRequest.expires_at <= now,
    )
    return list(db.session.scalars(wanted.order_by(PersonRequest.id)))


def drop_requests(community_id: UUID, ids: Collection[UUID], now: datetime) -> None:
    """What still waits about accounts that are merged or erased now is over, and who asked is told."""
    waiting = select(PersonRequest).where(
        PersonRequest.community_id == community_id, PersonRequest.state == "asked", about(ids)
    )
    for row in db.session.scalars(waiting.order_by(PersonRequest.id).with_for_update()).all():
        end(row, "expired", now)
        if row.asked_by_id not in ids:
            tell_asker(row, "request_expired", now)


def follow(merge: Merge) -> None:
    """Who asked never decides, by any of their accounts; what waits about these two is over."""
    drop_requests(merge.community_id, [merge.from_id, merge.into_id], merge.now)
    theirs = (
        PersonRequest.community_id == merge.community_id,
        PersonRequest.asked_by_id == merge.from_id,
        PersonRequest.state == "asked",
    )
    db.session.execute(update(PersonRequest).where(*theirs).values(asked_by_id=merge.into_id))
