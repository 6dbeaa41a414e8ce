"""Reading drops: how each stands after its corrections, and what corrections were asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.activities.queries import ShiftFacts, find_shifts
from pointsvc.checkin.models import DropCorrection, Scan, ScanDecision
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.models import Member
from pointsvc.members.queries import names_of

LIST_MAX = 300


@dataclass(frozen=True, slots=True)
class Standing:
    """What a drop counts for after `corrections` of it; `holder_id` is whose limits it used."""

    quantity: int
    points: int
    corrections: int
    holder_id: UUID | None


@dataclass(frozen=True, slots=True)
class DropFacts:
    """A drop that counted, as it was scanned (`scanned_…`) and as it stands.

    `decision` is what became of one that was held: `released`, `annulled`, or None while it waits.
    """

    id: UUID
    member_id: UUID
    name: str
    shift_id: UUID
    at: datetime
    proof: str
    verdict: str
    reason: str
    actor_kind: str
    actor_id: UUID
    decision: str | None
    scanned_quantity: int
    scanned_points: int
    now: Standing

    @property
    def is_waiting(self) -> bool:
        """Whether it is held and nobody has decided yet."""
        return self.verdict == "held" and self.decision is None

    @property
    def counts(self) -> bool:
        """Whether it is in the books, so that it can be corrected."""
        return self.verdict == "accepted" or self.decision == "released"


@dataclass(frozen=True, slots=True)
class DropCorrectionFacts:
    """A correction of a drop: the quantity that is asked for, by whom, and what was decided."""

    id: UUID
    scan_id: UUID
    quantity: int
    reason: str
    requested_by_id: UUID
    requested_at: datetime
    state: str
    decided_by_id: UUID | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedDrop:
    """A correction with the drop that it would change, and who asked and decided."""

    facts: DropCorrectionFacts
    drop: DropFacts
    shift: ShiftFacts
    asked_by: str
    decided_by: str


def get_drop(community_id: UUID, scan_id: UUID) -> DropFacts:
    """A drop by its scan. Raises NotFound: no such scan, no drop, or one that was refused."""
    found = drops_in(community_id, [scan_id]).get(scan_id)
    if found is None:
        raise NotFound
    return found


def drops_in(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, DropFacts]:
    """Those of the scans that are drops which were taken."""
    rows = db.session.execute(
        select(Scan, Member.name, ScanDecision.decision)
        .join(Member, and_(Member.community_id == Scan.community_id, Member.id == Scan.member_id))
        .outerjoin(
            ScanDecision,
            and_(ScanDecision.community_id == Scan.community_id, ScanDecision.scan_id == Scan.id),
        )
        .where(
            Scan.community_id == community_id,
            Scan.id.in_(ids),
            Scan.direction == "drop",
            Scan.verdict.in_(("accepted", "held")),
            Scan.shift_id.is_not(None),
        )
    ).all()
    standing = standings_of(community_id, [row.Scan.id for row in rows])
    return {
        row.Scan.id: _facts(row.Scan, row.name, row.decision, standing.get(row.Scan.id))
        for row in rows
    }


def standings_of(community_id: UUID, scan_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """How those of the drops stand that were corrected."""
    if not scan_ids:
        return {}
    return _standings(community_id, DropCorrection.scan_id.in_(scan_ids))


def corrected_at(community_id: UUID, shift_id: UUID) -> dict[UUID, Standing]:
    """How the corrected drops of a shift stand."""
    at_shift = select(Scan.id).where(
        Scan.community_id == community_id, Scan.shift_id == shift_id, Scan.direction == "drop"
    )
    return _standings(community_id, DropCorrection.scan_id.in_(at_shift))


def find_drop_corrections(
    community_id: UUID, *, state: str | None = "requested", scan_id: UUID | None = None
) -> list[DropCorrectionFacts]:
    """Corrections in a state (None: all), of one drop where it is named; newest first."""
    asked = DropCorrection
    wanted = select(
        asked.id,
        asked.scan_id,
        asked.quantity,
        asked.reason,
        asked.requested_by_id,
        asked.requested_at,
        asked.state,
        asked.decided_by_id,
        asked.decided_at,
    ).where(asked.community_id == community_id)
    if state is not None:
        wanted = wanted.where(asked.state == state)
    if scan_id is not None:
        wanted = wanted.where(asked.scan_id == scan_id)
    rows = db.session.execute(wanted.order_by(asked.requested_at.desc(), asked.id).limit(LIST_MAX))
    return [DropCorrectionFacts(*row) for row in rows]


def asked_drop_corrections(community_id: UUID, *, state: str | None = None) -> list[AskedDrop]:
    """The newest corrections of drops in a state (None: all)."""
    found = find_drop_corrections(community_id, state=state)
    drops = drops_in(community_id, [each.scan_id for each in found])
    shifts = find_shifts(community_id=community_id, ids={each.shift_id for each in drops.values()})
    people = {id_ for each in found for id_ in (each.requested_by_id, each.decided_by_id) if id_}
    names = names_of(community_id, people)
    return [
        AskedDrop(
            each,
            drops[each.scan_id],
            shifts[drops[each.scan_id].shift_id],
            names.get(each.requested_by_id, ""),
            names.get(each.decided_by_id, "") if each.decided_by_id else "",
        )
        for each in found
    ]


def _standings(community_id: UUID, of_drops: object) -> dict[UUID, Standing]:
    asked = DropCorrection
    rows = db.session.scalars(
        select(asked)
        .where(asked.community_id == community_id, asked.state == "approved", of_drops)  # type: ignore[arg-type]
        .order_by(asked.decided_at, asked.id)
    )
    found: dict[UUID, Standing] = {}
    for row in rows:
        before = found.get(row.scan_id)
        count = before.corrections + 1 if before else 1
        found[row.scan_id] = Standing(row.quantity, row.award_points, count, row.award_holder_id)
    return found


def _facts(scan: Scan, name: str, decision: str | None, now: Standing | None) -> DropFacts:
    assert scan.member_id is not None, "joined"
    assert scan.shift_id is not None, "asked for"
    is_nothing = decision == "annulled"
    first = Standing(
        0 if is_nothing else scan.quantity, 0 if is_nothing else scan.award_points, 0, None
    )
    return DropFacts(
        id=scan.id,
        member_id=scan.member_id,
        name=name,
        shift_id=scan.shift_id,
        at=scan.happened_at,
        proof=scan.proof,
        verdict=scan.verdict,
        reason=scan.reason,
        actor_kind=scan.actor_kind,
        actor_id=scan.actor_id,
        decision=decision,
        scanned_quantity=scan.quantity,
        scanned_points=scan.award_points,
        now=now or first,
    )
