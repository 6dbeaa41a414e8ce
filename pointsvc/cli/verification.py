"""Every invariant of every community, from one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from pointsvc.communities.queries import community_ids
from pointsvc.extensions import db
from pointsvc.kernel.snapshot import begin_snapshot
from pointsvc.kernel.verification import Check
from pointsvc.ledger.hashing import merkle_root
from pointsvc.ledger.queries import count_books
from pointsvc.ledger.verification import check_guards, verify_community
from pointsvc.web.checks import ROOM_CHECKS


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole server's checks, each invariant once; `root` covers all passbook heads."""

    checks: tuple[Check, ...]
    accounts: int
    transfers: int
    root: bytes

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return all(check.ok for check in self.checks)


def verify_everything() -> Verification:
    """Recompute all books in one read transaction."""
    begin_snapshot()
    merged: dict[str, Check] = {}
    _merge(merged, check_guards())
    roots = []
    for community_id in community_ids():
        report = verify_community(community_id)
        roots.append(report.root)
        rooms = [check for checks in ROOM_CHECKS for check in checks(community_id)]
        for check in [*report.checks, *rooms]:
            _merge(merged, check)
    accounts, transfers = count_books()
    db.session.rollback()
    root = roots[0] if len(roots) == 1 else merkle_root(roots)
    return Verification(tuple(merged[id_] for id_ in sorted(merged)), accounts, transfers, root)


def _merge(merged: dict[str, Check], check: Check) -> None:
    whole = merged.setdefault(check.id, Check(check.id))
    whole.count += check.count
    whole.broken_count += check.broken_count
    whole.broken.extend(check.broken)
    whole.noted.extend(check.noted)
