"""Keeping and reading what people wish of the roster."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.outcomes import insert_once
from pointsvc.members.queries import get_member
from pointsvc.plots.models import CareWish
from pointsvc.plots.rules.cares import CARES
from pointsvc.plots.rules.roster import PARTS, WEEKDAYS_ALL
from pointsvc.plots.rules.wishes import Wishes


def wishes_of(community_id: UUID, member_ids: Collection[UUID]) -> dict[UUID, Wishes]:
    """The wishes of those of the members who said any."""
    rows = db.session.scalars(
        select(CareWish).where(
            CareWish.community_id == community_id, CareWish.member_id.in_(member_ids)
        )
    )
    return {row.member_id: _wishes(row) for row in rows}


def keep_wishes(
    *,
    community_id: UUID,
    member_id: UUID,
    wishes: Wishes,
    kept_by_id: UUID,
    now: datetime,
) -> None:
    """Keep what somebody wishes; the last word stands. Raises NotFound: the member."""
    get_member(community_id, member_id)
    values = {
        "weekdays": sum(1 << day for day in wishes.weekdays),
        "parts": sum(1 << PARTS.index(part) for part in wishes.parts),
        "avoids": ",".join(care for care in CARES if care in wishes.avoids),
        "is_light_only": wishes.is_light_only,
        "week_hours_max": wishes.week_hours_max,
        "changed_by_id": kept_by_id,
        "changed_at": now,
    }
    key = {"community_id": community_id, "member_id": member_id}
    if not insert_once(CareWish, [key | values]):
        db.session.execute(
            update(CareWish)
            .where(CareWish.community_id == community_id, CareWish.member_id == member_id)
            .values(values)
        )
    note(
        community_id=community_id,
        actor=Actor("member", kept_by_id),
        action="plots.wishes_kept",
        subject_id=member_id,
        now=now,
    )


def _wishes(row: CareWish) -> Wishes:
    return Wishes(
        weekdays=frozenset(day for day in WEEKDAYS_ALL if row.weekdays & 1 << day),
        parts=frozenset(part for n, part in enumerate(PARTS) if row.parts & 1 << n),
        avoids=frozenset(filter(None, row.avoids.split(","))),
        is_light_only=row.is_light_only,
        week_hours_max=row.week_hours_max,
    )
