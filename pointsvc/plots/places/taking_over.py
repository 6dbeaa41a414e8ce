"""Taking over what an office's book says of a plot and the people who care for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.plots.models import Assignment
from pointsvc.plots.service import store_facts


def take_over_plot(
    *,
    community_id: UUID,
    place_id: UUID,
    area_m2: int | None,
    planting: str,
    care: str,
    member_ids: Sequence[UUID],
    now: datetime,
) -> None:
    """Keep what the book says of a plot; its people's care stands as accepted, as it is today.

    Twice is the same as once. Each of them can end it at any time (《志愿服务条例》 art. 25).
    """
    store_facts(
        community_id=community_id, place_id=place_id, area_m2=area_m2, planting=planting, care=care
    )
    standing = set(
        db.session.scalars(
            select(Assignment.member_id).where(
                Assignment.community_id == community_id, Assignment.place_id == place_id
            )
        )
    )
    db.session.add_all(
        Assignment(
            community_id=community_id,
            id=new_id(),
            place_id=place_id,
            member_id=member_id,
            state="accepted",
            proposed_at=now,
            decided_at=now,
        )
        for member_id in dict.fromkeys(member_ids)
        if member_id not in standing
    )
    db.session.flush()
