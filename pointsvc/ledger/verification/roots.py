"""A1: every daily seal can be recomputed, and chains to the one before."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check
from pointsvc.ledger.hashing import EMPTY, head_leaf, merkle_root, sealed_root
from pointsvc.ledger.models import Entry, Seal, SealedHead


def check_seals(community_id: UUID) -> Check:
    """Replay the sealed heads day by day; each must still be an entry of its book."""
    check = Check("seals")
    heads: dict[UUID, tuple[int, bytes]] = {}
    previous = EMPTY
    seals = db.session.execute(
        select(Seal.sealed_on, Seal.root, Seal.previous_root)
        .where(Seal.community_id == community_id)
        .order_by(Seal.sealed_on)
    ).all()
    for seal in seals:
        kept = db.session.execute(
            select(
                SealedHead.passbook_id,
                SealedHead.head_seq,
                SealedHead.head_hash,
                Entry.hash,
            )
            .outerjoin(
                Entry,
                (Entry.community_id == SealedHead.community_id)
                & (Entry.passbook_id == SealedHead.passbook_id)
                & (Entry.seq == SealedHead.head_seq),
            )
            .where(
                SealedHead.community_id == community_id,
                SealedHead.sealed_on == seal.sealed_on,
            )
        )
        stands = seal.previous_root == previous
        for book, seq, sealed, standing in kept:
            stands = stands and sealed == standing
            heads[book] = (seq, sealed)
        leaves = [head_leaf(book, *heads[book]) for book in sorted(heads)]
        root = sealed_root(previous, merkle_root(leaves), seal.sealed_on)
        check.expect(stands and root == seal.root, seal.sealed_on)
        previous = seal.root
    return check
