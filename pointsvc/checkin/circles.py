"""Households and groups of people, read at once: whether a second person stands far enough apart."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pointsvc.checkin.backfills import BackfillFacts, backfills_in
from pointsvc.checkin.rules.backfilling import Circle, stands_apart
from pointsvc.members.queries import holders_of
from pointsvc.organisation.queries import groups_of_members


def circles_of(community_id: UUID, ids: Iterable[UUID | None]) -> dict[UUID, Circle]:
    """Each person's household (or the person alone) and the groups that they belong to or lead."""
    wanted = list(dict.fromkeys(each for each in ids if each is not None))
    homes = holders_of(community_id, wanted)
    groups = groups_of_members(community_id, wanted)
    return {each: Circle(each, homes[each], groups[each]) for each in wanted}


def decidable_by(community_id: UUID, approver_id: UUID) -> list[BackfillFacts]:
    """Those that wait and that this person stands far enough from to decide about."""
    waiting = backfills_in(community_id, ("requested",))
    people = {each for facts in waiting for each in facts.people}
    circles = circles_of(community_id, [approver_id, *people])
    return [facts for facts in waiting if is_apart(circles, approver_id, facts)]


def is_apart(circles: dict[UUID, Circle], approver_id: UUID, facts: BackfillFacts) -> bool:
    """Whether the person may be the second one for this backfill."""
    return stands_apart(
        circles[approver_id],
        circles[facts.requested_by_id],
        circles[facts.member_id],
        circles[facts.witness_id] if facts.witness_id else None,
    )


def may_decide(community_id: UUID, approver_id: UUID, facts: BackfillFacts) -> bool:
    """Whether the person stands far enough apart from everybody in it."""
    return is_apart(circles_of(community_id, [approver_id, *facts.people]), approver_id, facts)
