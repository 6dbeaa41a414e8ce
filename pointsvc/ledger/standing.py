"""Whether the books are what was published, and what a person says where they are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from pointsvc.communities.queries import all_communities
from pointsvc.extensions import db
from pointsvc.kernel.read_only import set_read_only
from pointsvc.ledger.models import DeclaredGap, Seal
from pointsvc.ledger.published import (
    PublishedRoot,
    communities_written,
    put_away,
    read_roots,
    write_down,
)
from pointsvc.ledger.rules import Gap, gap_between
from pointsvc.ledger.service import declare_gap


@dataclass(frozen=True, slots=True)
class GapFacts:
    """A gap that was declared."""

    gap: Gap
    reason: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """A community whose books lack published days; one that they lack whole has no name."""

    community_id: UUID
    name: str | None
    gap: Gap


def gaps_of(*, community_id: UUID) -> list[GapFacts]:
    """The declared gaps of a community, the oldest first."""
    rows = db.session.execute(
        select(
            DeclaredGap.from_on,
            DeclaredGap.from_root,
            DeclaredGap.to_on,
            DeclaredGap.to_root,
            DeclaredGap.reason,
            DeclaredGap.declared_at,
        )
        .where(DeclaredGap.community_id == community_id)
        .order_by(DeclaredGap.declared_at)
    )
    return [GapFacts(Gap(*row[:4]), row.reason, row.declared_at) for row in rows]


def write_down_new(instance: Path, community_id: UUID) -> None:
    """Write down the sealed roots that are newer than what is written; all, where nothing is."""
    written = max((each.day for each in read_roots(instance, community_id)), default=date.min)
    rows = db.session.execute(
        select(Seal.sealed_on, Seal.root)
        .where(Seal.community_id == community_id, Seal.sealed_on > written)
        .order_by(Seal.sealed_on)
    )
    write_down(instance, community_id, [PublishedRoot(day, root) for day, root in rows])


def find_behind(instance: Path) -> list[Behind]:
    """The communities whose books lack what was published; in an empty database nobody is behind."""
    names = {each.id: each.name for each in all_communities()}
    if not names:
        return []
    found = []
    for community_id in communities_written(instance):
        published = read_roots(instance, community_id)
        declared = [each.gap for each in gaps_of(community_id=community_id)]
        gap = gap_between(published, _sealed(community_id), declared)
        if gap is not None:
            found.append(Behind(community_id, names.get(community_id), gap))
    return found


def _sealed(community_id: UUID) -> dict[date, bytes]:
    rows = db.session.execute(
        select(Seal.sealed_on, Seal.root).where(Seal.community_id == community_id)
    )
    return {row.sealed_on: row.root for row in rows}


def declare_gaps(
    instance: Path, *, reason: str, declared_by_id: UUID, now: datetime
) -> list[Behind]:
    """Declare every gap that there is just now, in the caller's transaction; `settle` afterwards.

    Raises:
        GapReasonMissing: no reason, or too long a one.
    """
    behind = find_behind(instance)
    for each in behind:
        if each.name is not None:
            declare_gap(
                community_id=each.community_id,
                gap=each.gap,
                reason=reason,
                declared_by_id=declared_by_id,
                now=now,
            )
    return behind


def settle(instance: Path, *, gone_too: bool = False) -> list[Behind]:
    """Compare, and let the instance be read only while a gap stands undeclared; those that are.

    `gone_too` puts away what is written of communities that the books do not have at all.
    """
    behind = find_behind(instance)
    if gone_too:
        for each in behind:
            if each.name is None:
                put_away(instance, each.community_id)
        behind = [each for each in behind if each.name is not None]
    set_read_only(instance, [_plain(each) for each in behind])
    db.session.rollback()
    return behind


def _plain(behind: Behind) -> dict[str, str | None]:
    gap = behind.gap
    return {
        "community_id": str(behind.community_id),
        "from_on": gap.from_on.isoformat() if gap.from_on else None,
        "from_root": gap.from_root.hex(),
        "to_on": gap.to_on.isoformat(),
        "to_root": gap.to_root.hex(),
    }
