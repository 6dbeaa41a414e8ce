"""What must hold of people: H1, H2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.members.models import HouseholdMembership, Member, PersonRequest


def member_checks(community_id: UUID) -> list[Check]:
    """H1: one active member for a phone, one live household for a member; H2: merges of depth 1."""
    return [_check_phones(community_id), _check_merges(community_id)]


def _check_phones(community_id: UUID) -> Check:
    check = Check("H1", _count(Member, community_id))
    phones = (
        select(func.min(Member.volunteer_no))
        .where(
            Member.community_id == community_id,
            Member.state == "active",
            Member.phone_index.is_not(None),
        )
        .group_by(Member.phone_index)
        .having(func.count() > 1)
    )
    homes = (
        select(HouseholdMembership.member_id)
        .where(
            HouseholdMembership.community_id == community_id,
            HouseholdMembership.left_at.is_(None),
        )
        .group_by(HouseholdMembership.member_id)
        .having(func.count() > 1)
    )
    for query in (phones, homes):
        _name(check, query)
    return check


def _check_merges(community_id: UUID) -> Check:
    survivor = aliased(Member)
    merged = Member.merged_into_id.is_not(None)
    check = Check("H2", _count(Member, community_id, merged))
    _name(
        check,
        select(Member.id)
        .join(
            survivor,
            (survivor.community_id == Member.community_id) & (survivor.id == Member.merged_into_id),
        )
        .where(Member.community_id == community_id, survivor.state == "merged"),
    )
    _name(check, _agreed_and_not_done(community_id))
    return check


def _agreed_and_not_done(community_id: UUID) -> Select[Any]:
    """Two persons agreed to a merge, which is then done in the same moment."""
    asked = PersonRequest
    return (
        select(asked.id)
        .join(Member, (Member.community_id == asked.community_id) & (Member.id == asked.member_id))
        .where(
            asked.community_id == community_id,
            asked.kind == "merge",
            asked.state == "approved",
            Member.merged_into_id.is_(None),
        )
    )


def _count(model: type[Member], community_id: UUID, *where: Any) -> int:
    query = (
        select(func.count()).select_from(model).where(model.community_id == community_id, *where)
    )
    return db.session.scalar(query) or 0


def _name(check: Check, query: Select[Any]) -> None:
    rows = db.session.execute(query).all()
    check.broken_count += len(rows)
    check.broken.extend(str(row[0]) for row in rows[:20])
