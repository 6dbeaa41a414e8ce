"""When people are taken: the shifts that they mean to come to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.activities.models import Shift, Signup
from pointsvc.activities.rules import LENGTH_MAX
from pointsvc.extensions import db
from pointsvc.members.models import Member


@dataclass(frozen=True, slots=True)
class Engagement:
    """A shift that somebody means to come to."""

    shift_id: UUID
    starts_at: datetime
    ends_at: datetime


def hold_person(community_id: UUID, member_id: UUID) -> None:
    """Let nobody else decide what this member is taken for, until the end of the transaction.

    Asked before what they are signed up for is read: two yeses to two places at one time, given at the
    same instant, come one after the other, and the second one sees the first.
    """
    db.session.execute(
        select(Member.id)
        .where(Member.community_id == community_id, Member.id == member_id)
        .with_for_update(key_share=True)
    )


def engagements_of(
    community_id: UUID, member_ids: Collection[UUID], since: datetime, until: datetime
) -> dict[UUID, list[Engagement]]:
    """What each of the members is signed up for in the stretch [since, until), earliest first."""
    found: dict[UUID, list[Engagement]] = {member_id: [] for member_id in member_ids}
    rows = db.session.execute(
        select(Signup.member_id, Shift.id, Shift.starts_at, Shift.ends_at)
        .join(Shift, and_(Shift.community_id == Signup.community_id, Shift.id == Signup.shift_id))
        .where(
            Signup.community_id == community_id,
            Signup.member_id.in_(member_ids),
            Signup.left_at.is_(None),
            Shift.cancelled_at.is_(None),
            Shift.ends_at > since,
            Shift.ends_at < until + LENGTH_MAX,
            Shift.starts_at < until,
        )
        .order_by(Shift.starts_at, Shift.id)
    )
    for member_id, shift_id, starts_at, ends_at in rows:
        found[member_id].append(Engagement(shift_id, starts_at, ends_at))
    return found


def signed_up_at(
    community_id: UUID, shift_ids: Collection[UUID]
) -> dict[UUID, list[tuple[UUID, str]]]:
    """Who means to come to each of the shifts, id and name, first come first."""
    found: dict[UUID, list[tuple[UUID, str]]] = {shift_id: [] for shift_id in shift_ids}
    rows = db.session.execute(
        select(Signup.shift_id, Member.id, Member.name)
        .join(
            Member,
            and_(Member.community_id == Signup.community_id, Member.id == Signup.member_id),
        )
        .where(
            Signup.community_id == community_id,
            Signup.shift_id.in_(shift_ids),
            Signup.left_at.is_(None),
        )
        .order_by(Signup.signed_up_at, Signup.id)
    )
    for shift_id, member_id, name in rows:
        found[shift_id].append((member_id, name))
    return found
