"""Who goes on for somebody whose account was merged into another; who is gone for good."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.members.models import Member
from pointsvc.members.queries import in_chunks


def heirs_of(community_id: UUID, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The survivors of those who were merged away; all others are missing (H2: one step, never two)."""
    heirs: dict[UUID, UUID] = {}
    for chunk in in_chunks(ids):
        rows = db.session.execute(
            select(Member.id, Member.merged_into_id).where(
                Member.community_id == community_id,
                Member.id.in_(chunk),
                Member.merged_into_id.is_not(None),
            )
        )
        heirs.update((row.id, row.merged_into_id) for row in rows)
    return heirs


def heir_of(community_id: UUID, member_id: UUID) -> UUID:
    """The survivor, or the member themself."""
    return heirs_of(community_id, [member_id]).get(member_id, member_id)


def erased_ids(community_id: UUID, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids that were somebody who is erased."""
    gone: set[UUID] = set()
    for chunk in in_chunks(ids):
        wanted = select(Member.id).where(
            Member.community_id == community_id, Member.id.in_(chunk), Member.state == "erased"
        )
        gone.update(db.session.scalars(wanted))
    return gone


def merged_into(community_id: UUID, member_id: UUID) -> list[UUID]:
    """Who was merged into this member, the oldest account first."""
    wanted = select(Member.id).where(
        Member.community_id == community_id, Member.merged_into_id == member_id
    )
    return list(db.session.scalars(wanted.order_by(Member.volunteer_no)))
