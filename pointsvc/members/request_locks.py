"""Holding a request about people's accounts: the people first, then its row."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.members.locking import lock_people
from pointsvc.members.models import PersonRequest
from pointsvc.members.person_requests import get_request


def lock_request(community_id: UUID, request_id: UUID) -> PersonRequest:
    """The request, whose people never change, in the order in which it was made. Raises NotFound."""
    asked = get_request(community_id, request_id)
    lock_people(community_id, sorted(asked.accounts))
    return db.session.scalars(
        select(PersonRequest)
        .where(PersonRequest.community_id == community_id, PersonRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
