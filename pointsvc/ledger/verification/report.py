"""All checks of one community's books together."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pointsvc.kernel.verification import Check
from pointsvc.ledger.hashing import head_leaf, merkle_root
from pointsvc.ledger.queries import find_heads
from pointsvc.ledger.verification.chains import check_heads, walk
from pointsvc.ledger.verification.roots import check_seals
from pointsvc.ledger.verification.sums import sum_checks


@dataclass(frozen=True, slots=True)
class CommunityReport:
    """The checks of a community's books; `broken_books` are the passbooks to leave alone."""

    community_id: UUID
    checks: tuple[Check, ...]
    broken_books: frozenset[UUID]
    entries: int
    root: bytes

    @property
    def ok(self) -> bool:
        """Whether all invariants hold."""
        return all(check.ok for check in self.checks)


def verify_community(community_id: UUID) -> CommunityReport:
    """Recompute the books of a community. Run it in one read transaction: one snapshot.

    One broken book does not stop the rest (docs/ledger.md §3): it is named and the walk goes on.
    """
    seen, checks = walk(community_id)
    checks.append(check_heads(seen))
    checks.extend(sum_checks(community_id, seen.entries))
    checks.extend(check_seals(community_id))
    root = merkle_root([head_leaf(*head) for head in find_heads(community_id=community_id)])
    merged: dict[str, Check] = {}
    for check in checks:
        merged[check.id] = _joined(merged.get(check.id), check)
    broken = frozenset(seen.broken_books)
    return CommunityReport(community_id, tuple(merged.values()), broken, seen.entries, root)


def _joined(first: Check | None, second: Check) -> Check:
    """Two checks of one invariant as one."""
    if first is None:
        return second
    return Check(
        first.id,
        first.count + second.count,
        first.broken + second.broken,
        first.broken_count + second.broken_count,
        first.noted + second.noted,
    )
