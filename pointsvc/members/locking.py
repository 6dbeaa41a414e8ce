"""Holding people against everything that names them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.members.models import Member


def lock_people(community_id: UUID, ids: Sequence[UUID]) -> Sequence[Member]:
    """The members, locked by id against everything that names them.

    FOR UPDATE, not less: who inserts a row of theirs (an order, an attendance) waits, or is seen.
    """
    wanted = select(Member).where(Member.community_id == community_id, Member.id.in_(ids))
    return db.session.scalars(
        wanted.order_by(Member.id).with_for_update().execution_options(populate_existing=True)
    ).all()
