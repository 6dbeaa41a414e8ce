"""Declaring that days are lost, and where the chain of roots goes on."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.ledger.errors import GapReasonMissing
from pointsvc.ledger.hashing import EMPTY
from pointsvc.ledger.models import DeclaredGap, Seal
from pointsvc.ledger.rules import Gap

REASON_MAX = 500


def declare_gap(
    *, community_id: UUID, gap: Gap, reason: str, declared_by_id: UUID, now: datetime
) -> UUID:
    """Write down that published days are not in the books, who says so and why; its id.

    The operator answers for it: it stands on the public board and in the trail.

    Raises:
        GapReasonMissing: no reason, or more than 500 characters.
    """
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= REASON_MAX:
        raise GapReasonMissing
    gap_id = new_id()
    db.session.add(
        DeclaredGap(
            community_id=community_id,
            id=gap_id,
            from_on=gap.from_on,
            from_root=gap.from_root,
            to_on=gap.to_on,
            to_root=gap.to_root,
            reason=reason,
            declared_by_id=declared_by_id,
            declared_at=now,
        )
    )
    detail = {
        "gap_from": gap.from_on.isoformat() if gap.from_on else None,
        "gap_to": gap.to_on.isoformat(),
        "root": gap.to_root.hex(),
    }
    note(
        community_id=community_id,
        actor=Actor("operator", declared_by_id),
        action="ledger.gap_declared",
        subject_id=gap_id,
        now=now,
        detail=detail,
    )
    db.session.flush()
    return gap_id


def chain_end(*, community_id: UUID, day: date) -> tuple[bytes, bool]:
    """The root that the seal of `day` chains to; and whether `day` is lost, and is not sealed.

    The later of the last seal and the last declared gap, by their moments.
    """
    seal = db.session.execute(
        select(Seal.root, Seal.sealed_at)
        .where(Seal.community_id == community_id, Seal.sealed_on < day)
        .order_by(Seal.sealed_on.desc())
        .limit(1)
    ).one_or_none()
    gap = db.session.execute(
        select(DeclaredGap.to_root, DeclaredGap.declared_at, DeclaredGap.to_on)
        .where(DeclaredGap.community_id == community_id)
        .order_by(DeclaredGap.declared_at.desc())
        .limit(1)
    ).one_or_none()
    if gap is not None and (day <= gap.to_on or seal is None or seal.sealed_at <= gap.declared_at):
        return gap.to_root, day <= gap.to_on
    return (EMPTY if seal is None else seal.root), False
