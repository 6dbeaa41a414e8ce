"""Reading adopted corners: who looks after which corner of which plot, until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, select

from pointsvc.communities.models import Place
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.models import Member
from pointsvc.plots.models import Adoption
from pointsvc.plots.rules.outlines import Outline, kept_outline
from pointsvc.plots.rules.terms import LIVE, adoption_ends_on

LIST_MAX = 500


@dataclass(frozen=True, slots=True)
class AdoptionFacts:
    """A corner lent to a resident, or offered to them."""

    id: UUID
    place_id: UUID
    place_name: str
    place_number: int
    corner: str
    outline: Outline | None
    member_id: UUID
    member_name: str
    state: str
    starts_on: date
    ends_on: date
    notice_days: int
    notice_on: date | None
    reason: str | None
    clauses_version: int
    offered_by_id: UUID

    @property
    def last_on(self) -> date:
        """Its last day: that of the notice, if one was given, or of the term."""
        return adoption_ends_on(
            state=self.state,
            ends_on=self.ends_on,
            notice_on=self.notice_on,
            notice_days=self.notice_days,
        )


def adoptions_in(community_id: UUID, *, with_past: bool = False) -> list[AdoptionFacts]:
    """Every adoption of the community, live ones first; those that are over where they are asked for."""
    return _adoptions(community_id, *([] if with_past else [Adoption.state.in_(LIVE)]))


def adoptions_at(community_id: UUID, place_ids: Collection[UUID]) -> list[AdoptionFacts]:
    """The live adoptions of these plots' corners."""
    return _adoptions(community_id, Adoption.place_id.in_(place_ids), Adoption.state.in_(LIVE))


def adoptions_of(community_id: UUID, member_id: UUID) -> list[AdoptionFacts]:
    """What a resident was offered or looks after."""
    return _adoptions(community_id, Adoption.member_id == member_id, Adoption.state.in_(LIVE))


def get_adoption(community_id: UUID, adoption_id: UUID) -> AdoptionFacts:
    """The adoption, over or not. Raises NotFound."""
    found = _adoptions(community_id, Adoption.id == adoption_id)
    if not found:
        raise NotFound
    return found[0]


def _adoptions(community_id: UUID, *conditions: ColumnElement[bool]) -> list[AdoptionFacts]:
    in_place = and_(Place.community_id == Adoption.community_id, Place.id == Adoption.place_id)
    of_member = and_(Member.community_id == Adoption.community_id, Member.id == Adoption.member_id)
    is_over: Any = case((Adoption.state.in_(LIVE), 0), else_=1)
    rows = db.session.execute(
        select(Adoption, Place.name, Place.number, Member.name)
        .join(Place, in_place)
        .join(Member, of_member)
        .where(Adoption.community_id == community_id, *conditions)
        .order_by(is_over, Place.number, Adoption.corner, Adoption.id)
        .limit(LIST_MAX)
    )
    return [_facts(*row) for row in rows]


def _facts(lent: Adoption, place: str, number: int, member: str) -> AdoptionFacts:
    return AdoptionFacts(
        lent.id,
        lent.place_id,
        place,
        number,
        lent.corner,
        kept_outline(lent.outline),
        lent.member_id,
        member,
        lent.state,
        lent.starts_on,
        lent.ends_on,
        lent.notice_days,
        lent.notice_on,
        lent.reason,
        lent.clauses_version,
        lent.offered_by_id,
    )
