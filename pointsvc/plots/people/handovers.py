"""Reading hand-overs: what goes from whom to whom, and what is ticked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from pointsvc.communities.queries import place_names
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.queries import names_of
from pointsvc.plots.models import Handover, HandoverLine

LIST_MAX = 50


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One thing, and when each side ticked it."""

    position: int
    words: str
    given_at: datetime | None
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """A hand-over with its lines; nobody takes over yet where `to_id` is None."""

    id: UUID
    place_id: UUID
    place_name: str
    from_id: UUID
    from_name: str
    to_id: UUID | None
    to_name: str
    state: str
    opened_at: datetime
    lines: tuple[LineFacts, ...]

    @property
    def given_count(self) -> int:
        """How many lines were given."""
        return sum(line.given_at is not None for line in self.lines)

    @property
    def taken_count(self) -> int:
        """How many lines were taken."""
        return sum(line.taken_at is not None for line in self.lines)


def handovers_at(community_id: UUID, place_ids: Collection[UUID]) -> list[HandoverFacts]:
    """The open hand-overs of these plots, oldest first."""
    return _handovers(community_id, Handover.place_id.in_(place_ids), Handover.state == "open")


def handovers_of(community_id: UUID, member_id: UUID) -> list[HandoverFacts]:
    """The open hand-overs in which the member gives or takes."""
    mine = or_(Handover.from_id == member_id, Handover.to_id == member_id)
    return _handovers(community_id, mine, Handover.state == "open")


def get_handover(community_id: UUID, handover_id: UUID) -> HandoverFacts:
    """The hand-over, open or done. Raises NotFound."""
    found = _handovers(community_id, Handover.id == handover_id)
    if not found:
        raise NotFound
    return found[0]


def _handovers(community_id: UUID, *conditions: ColumnElement[bool]) -> list[HandoverFacts]:
    wanted = select(Handover).where(Handover.community_id == community_id, *conditions)
    rows = list(
        db.session.scalars(wanted.order_by(Handover.opened_at, Handover.id).limit(LIST_MAX))
    )
    if not rows:
        return []
    people = {each for row in rows for each in (row.from_id, row.to_id) if each}
    names, places = names_of(community_id, people), place_names(community_id, _places(rows))
    lines = _lines(community_id, [row.id for row in rows])
    return [
        HandoverFacts(
            row.id,
            row.place_id,
            places.get(row.place_id, ""),
            row.from_id,
            names.get(row.from_id, ""),
            row.to_id,
            names.get(row.to_id, "") if row.to_id else "",
            row.state,
            row.opened_at,
            tuple(lines.get(row.id, ())),
        )
        for row in rows
    ]


def _places(rows: Collection[Handover]) -> list[UUID]:
    return sorted({row.place_id for row in rows})


def _lines(community_id: UUID, handover_ids: Collection[UUID]) -> dict[UUID, list[LineFacts]]:
    rows = db.session.execute(
        select(
            HandoverLine.handover_id,
            HandoverLine.position,
            HandoverLine.words,
            HandoverLine.given_at,
            HandoverLine.taken_at,
        )
        .where(
            HandoverLine.community_id == community_id, HandoverLine.handover_id.in_(handover_ids)
        )
        .order_by(HandoverLine.position)
    )
    lines: dict[UUID, list[LineFacts]] = {}
    for row in rows:
        lines.setdefault(row.handover_id, []).append(LineFacts(*row[1:]))
    return lines
