"""How many things about plots wait for somebody's answer: one statement, for the first page."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select

from pointsvc.extensions import db
from pointsvc.plots.models import Adoption, Assignment


def count_questions(community_id: UUID, member_id: UUID) -> tuple[int, int]:
    """How many questions about caring for plots, and how many offers of corners, wait for an answer.

    A spoken yes that was written down waits as well, until its person says that it is so.
    """
    asked = (
        select(func.count())
        .select_from(Assignment)
        .where(
            Assignment.community_id == community_id,
            Assignment.member_id == member_id,
            Assignment.state.in_(("proposed", "accepted")),
            or_(
                Assignment.state == "proposed",
                Assignment.spoken_to_id.is_not(None),
                Assignment.renewal_ends_on.is_not(None),
            ),
        )
        .scalar_subquery()
    )
    offered = (
        select(func.count())
        .select_from(Adoption)
        .where(
            Adoption.community_id == community_id,
            Adoption.member_id == member_id,
            Adoption.state == "offered",
        )
        .scalar_subquery()
    )
    row = db.session.execute(select(asked, offered)).one()
    return row[0], row[1]
