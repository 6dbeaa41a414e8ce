"""People who may be in the register twice: the same name, and something else that is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from pointsvc.extensions import db
from pointsvc.members.models import HouseholdMembership, Member
from pointsvc.members.queries import MemberFacts, facts_of, members_of

PAIRS_MAX: Final = 100
_one, _other = aliased(Member), aliased(Member)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts, the older number first, and what they have in common."""

    first: MemberFacts
    second: MemberFacts
    reasons: tuple[str, ...]


def likely_duplicates(community_id: UUID) -> list[Pair]:
    """At most 100 pairs of active people, by the older one's number."""
    alike = {
        "door": _same_home(),
        "birthday": _one.born_on == _other.born_on,
        "tail": _one.phone_tail_index == _other.phone_tail_index,
        "bare": or_(_is_bare(_one), _is_bare(_other)),
    }
    same_name = and_(_one.name_key == _other.name_key, _one.name == _other.name)
    rows = db.session.execute(
        select(_one.id, _other.id, *(each.label(name) for name, each in alike.items()))
        .join(_other, and_(_other.community_id == _one.community_id, same_name))
        .where(
            _one.community_id == community_id,
            _one.state == "active",
            _other.state == "active",
            _one.volunteer_no < _other.volunteer_no,
            or_(*alike.values()),
        )
        .order_by(_one.volunteer_no, _other.volunteer_no)
        .limit(PAIRS_MAX)
    ).all()
    ids: set[UUID] = {row[0] for row in rows} | {row[1] for row in rows}
    people = _facts(community_id, ids)
    return [
        Pair(
            people[row[0]],
            people[row[1]],
            tuple(name for name in alike if getattr(row, name)),
        )
        for row in rows
    ]


def _same_home() -> ColumnElement[bool]:
    mine, theirs = aliased(HouseholdMembership), aliased(HouseholdMembership)
    return (
        select(mine.id)
        .join(
            theirs,
            and_(
                theirs.community_id == mine.community_id,
                theirs.household_id == mine.household_id,
                theirs.left_at.is_(None),
            ),
        )
        .where(
            mine.community_id == _one.community_id,
            mine.member_id == _one.id,
            mine.left_at.is_(None),
            theirs.member_id == _other.id,
        )
        .exists()
    )


def _is_bare(who: Any) -> ColumnElement[bool]:
    """Nothing is known but the name: neither phone nor birthday."""
    return and_(who.phone_cipher.is_(None), who.born_on.is_(None))


def _facts(community_id: UUID, ids: set[UUID]) -> dict[UUID, MemberFacts]:
    rows = db.session.execute(members_of(community_id).where(Member.id.in_(ids)))
    found = (facts_of(community_id, row) for row in rows)
    return {each.id: each for each in found}
