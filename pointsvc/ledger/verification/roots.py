"""A1: every daily seal can be recomputed, and chains to the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.ledger.hashing import EMPTY, head_leaf, merkle_root, sealed_root
from pointsvc.ledger.models import Entry, Seal, SealedHead
from pointsvc.ledger.rules import Gap
from pointsvc.ledger.standing import gaps_of


@dataclass(frozen=True, slots=True)
class _Seal:
    sealed_on: date
    root: bytes
    previous_root: bytes


def check_seals(community_id: UUID) -> list[Check]:
    """Replay the sealed heads day by day; each must still be an entry of its book.

    Where an operator declared a gap, the chain goes on from the root that was published and is lost.
    """
    check, gaps = Check("seals"), Check("gaps")
    heads: dict[UUID, tuple[int, bytes]] = {}
    roots: dict[date | None, bytes] = {None: EMPTY}
    previous = EMPTY
    events: list[tuple[tuple[datetime, bool], Gap | _Seal]] = []
    events += [*_seals(community_id), *_gaps(community_id)]
    for _at, each in sorted(events, key=itemgetter(0)):
        if isinstance(each, Gap):
            gaps.expect(roots.get(each.from_on) == each.from_root, each.to_on)
            gaps.noted.append(f"{each.from_on or '…'} → {each.to_on} {each.to_root.hex()}")
            previous = each.to_root
            continue
        stands = each.previous_root == previous and _keep_heads(community_id, each.sealed_on, heads)
        leaves = [head_leaf(book, *heads[book]) for book in sorted(heads)]
        root = sealed_root(previous, merkle_root(leaves), each.sealed_on)
        check.expect(stands and root == each.root, each.sealed_on)
        previous = roots[each.sealed_on] = each.root
    return [check, gaps]


def _seals(community_id: UUID) -> Iterator[tuple[tuple[datetime, bool], _Seal]]:
    seals = db.session.execute(
        select(Seal.sealed_on, Seal.root, Seal.previous_root, Seal.sealed_at)
        .where(Seal.community_id == community_id)
        .order_by(Seal.sealed_on)
    ).all()
    for seal in seals:
        yield (seal.sealed_at, False), _Seal(seal.sealed_on, seal.root, seal.previous_root)


def _gaps(community_id: UUID) -> Iterator[tuple[tuple[datetime, bool], Gap]]:
    for gap in gaps_of(community_id=community_id):
        yield (gap.declared_at, True), gap.gap


def _keep_heads(community_id: UUID, day: date, heads: dict[UUID, tuple[int, bytes]]) -> bool:
    """Take the heads in that moved until this day; whether each is still an entry of its book."""
    kept = db.session.execute(
        select(SealedHead.passbook_id, SealedHead.head_seq, SealedHead.head_hash, Entry.hash)
        .outerjoin(
            Entry,
            (Entry.community_id == SealedHead.community_id)
            & (Entry.passbook_id == SealedHead.passbook_id)
            & (Entry.seq == SealedHead.head_seq),
        )
        .where(SealedHead.community_id == community_id, SealedHead.sealed_on == day)
    )
    stands = True
    for book, seq, sealed, standing in kept:
        stands = stands and sealed == standing
        heads[book] = (seq, sealed)
    return stands
