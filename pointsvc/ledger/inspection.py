"""An auditor has the books recomputed: what each invariant said, kept in the audit trail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.queries import find_last_event
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.snapshot import begin_snapshot
from pointsvc.kernel.verification import NAMED_MAX, Check
from pointsvc.ledger.verification import check_guards, verify_community

RoomChecks = Callable[[UUID], list[Check]]
ACTION: Final = "ledger.inspected"


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant: how many rows were looked at, how many are broken, at most twenty by id."""

    id: str
    count: int
    broken_count: int
    broken: list[str]

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return self.broken_count == 0


@dataclass(frozen=True, slots=True)
class Inspection:
    """All findings of one look at the books; `root` covers all passbooks' heads at that moment."""

    findings: list[Finding]
    entries: int
    root: str
    milliseconds: int

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return all(finding.ok for finding in self.findings)


@dataclass(frozen=True, slots=True)
class LastInspection:
    """The newest inspection, who asked for it and when."""

    inspection: Inspection
    at: datetime
    by_id: UUID | None


def inspect_books(community_id: UUID, rooms: Sequence[RoomChecks]) -> Inspection:
    """Recompute the books and what the other rooms answer for, from one snapshot; writes nothing."""
    begun = time.perf_counter()
    begin_snapshot()
    report = verify_community(community_id)
    checks = [
        check_guards(),
        *report.checks,
        *(check for room in rooms for check in room(community_id)),
    ]
    db.session.rollback()
    return Inspection(
        findings=_findings(checks),
        entries=report.entries,
        root=report.root.hex(),
        milliseconds=round((time.perf_counter() - begun) * 1000),
    )


def note_inspection(
    *, community_id: UUID, inspection: Inspection, inspected_by_id: UUID, now: datetime
) -> None:
    """Keep what was found in the audit trail: ids and numbers only."""
    note(
        community_id=community_id,
        actor=Actor("member", inspected_by_id),
        action=ACTION,
        subject_id=community_id,
        now=now,
        detail=asdict(inspection) | {"ok": inspection.ok},
    )


def find_last_inspection(community_id: UUID) -> LastInspection | None:
    """The newest inspection of the community's books."""
    event = find_last_event(community_id, ACTION)
    if event is None:
        return None
    return LastInspection(_read(event.detail), event.at, event.actor_id)


def _read(detail: dict[str, Any]) -> Inspection:
    findings = [Finding(**finding) for finding in detail["findings"]]
    return Inspection(findings, detail["entries"], detail["root"], detail["milliseconds"])


def _findings(checks: Iterable[Check]) -> list[Finding]:
    """Each invariant once, in the order in which it was looked at first."""
    merged: dict[str, Check] = {}
    for check in checks:
        whole = merged.setdefault(check.id, Check(check.id))
        whole.count += check.count
        whole.broken_count += check.broken_count
        whole.broken = [*whole.broken, *check.broken][:NAMED_MAX]
    return [
        Finding(each.id, each.count, each.broken_count, each.broken) for each in merged.values()
    ]
