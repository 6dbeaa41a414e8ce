"""Reading defects: one with its steps, a plot's open ones, a member's own, the office's list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select

from pointsvc.communities.models import Place
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_moment_and_id, seal_cursor
from pointsvc.plots.models import Defect, DefectEcho, DefectStep
from pointsvc.plots.rules.mending import OPEN_STATES

LIST_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class DefectFacts:
    """A defect as it stands; `echo_count` others have seen it too."""

    id: UUID
    number: int
    place_id: UUID
    place_name: str
    kind: str
    spot: str | None
    text: str
    state: str
    passed_to: str | None
    reported_by_id: UUID
    reported_at: datetime
    changed_at: datetime
    echo_count: int

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What became of a defect, with whose word."""

    seq: int
    state: str
    word: str | None
    passed_to: str | None
    taken_by_id: UUID
    taken_at: datetime


def get_defect(community_id: UUID, defect_id: UUID) -> DefectFacts:
    """The defect. Raises NotFound."""
    found = _defects(community_id, Defect.id == defect_id)
    if not found:
        raise NotFound
    return found[0]


def steps_of(community_id: UUID, defect_id: UUID) -> list[StepFacts]:
    """Its steps in their order."""
    rows = db.session.execute(
        select(
            DefectStep.seq,
            DefectStep.state,
            DefectStep.word,
            DefectStep.passed_to,
            DefectStep.taken_by_id,
            DefectStep.taken_at,
        )
        .where(DefectStep.community_id == community_id, DefectStep.defect_id == defect_id)
        .order_by(DefectStep.seq)
    )
    return [StepFacts(*row) for row in rows]


def open_defects_at(community_id: UUID, place_ids: Collection[UUID]) -> list[DefectFacts]:
    """What is broken on these plots and not mended yet, newest first."""
    return _defects(community_id, Defect.place_id.in_(place_ids), Defect.state.in_(OPEN_STATES))


def defects_of(community_id: UUID, member_id: UUID) -> list[DefectFacts]:
    """What the member reported or has seen too, newest first."""
    mine = or_(Defect.reported_by_id == member_id, _echoed_by(member_id))
    return _defects(community_id, mine)


def echoers_of(community_id: UUID, defect_id: UUID) -> list[UUID]:
    """Who else has seen it."""
    wanted = select(DefectEcho.member_id).where(
        DefectEcho.community_id == community_id, DefectEcho.defect_id == defect_id
    )
    return list(db.session.scalars(wanted.order_by(DefectEcho.member_id)))


def page_of_defects(
    community_id: UUID,
    *,
    states: Sequence[str],
    kind: str | None = None,
    looked_for: str = "",
    after: str | None = None,
) -> Page[DefectFacts]:
    """A page of the office's list, newest first. Raises PageUnknown.

    In these states, of this kind only, and `looked_for` in what was written, the spot, the plot's
    name or the number; `after` is the cursor of the page before.
    """
    conditions: list[ColumnElement[bool]] = [Defect.state.in_(states)]
    if kind:
        conditions.append(Defect.kind == kind)
    if looked_for:
        conditions.append(_is_about(looked_for))
    if after is not None:
        at, last_id = open_moment_and_id(after)
        is_same = and_(Defect.reported_at == at, Defect.id < last_id)
        conditions.append(or_(Defect.reported_at < at, is_same))
    found = _defects(community_id, *conditions, limit=PAGE_LENGTH + 1)
    rows = found[:PAGE_LENGTH]
    is_more = len(found) > PAGE_LENGTH
    return Page(
        rows, seal_cursor(rows[-1].reported_at.isoformat(), rows[-1].id) if is_more else None
    )


def counts_by_state(community_id: UUID) -> dict[str, int]:
    """How many defects there are in each state."""
    rows = db.session.execute(
        select(Defect.state, func.count())
        .where(Defect.community_id == community_id)
        .group_by(Defect.state)
    )
    return {row[0]: row[1] for row in rows}


def _is_about(text: str) -> ColumnElement[bool]:
    number = text.lstrip("#")
    return or_(
        Defect.text.icontains(text, autoescape=True),
        Defect.spot.icontains(text, autoescape=True),
        Place.name.icontains(text, autoescape=True),
        cast(Defect.number, String) == number,
    )


def _echoed_by(member_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        DefectEcho.community_id == Defect.community_id,
        DefectEcho.defect_id == Defect.id,
        DefectEcho.member_id == member_id,
    )


def _defects(
    community_id: UUID, *conditions: ColumnElement[bool], limit: int = LIST_MAX
) -> list[DefectFacts]:
    echoes = (
        select(func.count())
        .select_from(DefectEcho)
        .where(DefectEcho.community_id == Defect.community_id, DefectEcho.defect_id == Defect.id)
        .scalar_subquery()
    )
    rows: Any = db.session.execute(
        select(
            Defect.id,
            Defect.number,
            Defect.place_id,
            Place.name,
            Defect.kind,
            Defect.spot,
            Defect.text,
            Defect.state,
            Defect.passed_to,
            Defect.reported_by_id,
            Defect.reported_at,
            Defect.changed_at,
            echoes,
        )
        .join(Place, and_(Place.community_id == Defect.community_id, Place.id == Defect.place_id))
        .where(Defect.community_id == community_id, *conditions)
        .order_by(Defect.reported_at.desc(), Defect.id.desc())
        .limit(limit)
    )
    return [DefectFacts(*row) for row in rows]
