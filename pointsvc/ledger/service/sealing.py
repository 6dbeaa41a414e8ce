"""Sealing a day: the Merkle root of all heads, chained to the day before (A1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row, func, select

from pointsvc.extensions import db
from pointsvc.ledger.hashing import head_leaf, merkle_root, sealed_root
from pointsvc.ledger.models import Passbook, Seal, SealedHead
from pointsvc.ledger.service.gaps import chain_end


def seal_day(*, community_id: UUID, day: date, now: datetime) -> bytes:
    """Seal the books of `day` once; return its root. Sealing a sealed day returns what stands.

    A day of a declared gap was published with another root: it is not sealed a second time.

    One read of the heads is one snapshot. The heads that moved since the last seal are kept with
    it, so that the sealed state can be recomputed when the books have gone on.
    """
    standing = db.session.scalar(
        select(Seal.root).where(Seal.community_id == community_id, Seal.sealed_on == day)
    )
    if standing is not None:
        return standing
    before, is_lost = chain_end(community_id=community_id, day=day)
    if is_lost:
        return before
    heads = db.session.execute(
        select(Passbook.id, Passbook.head_seq, Passbook.head_hash)
        .where(Passbook.community_id == community_id, Passbook.head_seq > 0)
        .order_by(Passbook.id)
    ).all()
    root = sealed_root(before, merkle_root([head_leaf(*head) for head in heads]), day)
    db.session.add(
        Seal(
            community_id=community_id,
            sealed_on=day,
            root=root,
            previous_root=before,
            passbooks=len(heads),
            entries=sum(head.head_seq for head in heads),
            sealed_at=now,
        )
    )
    db.session.flush()
    _keep_moved(community_id, day, heads)
    return root


def _keep_moved(community_id: UUID, day: date, heads: Sequence[Row[UUID, int, bytes]]) -> None:
    kept = dict(
        db.session.execute(
            select(SealedHead.passbook_id, func.max(SealedHead.head_seq))
            .where(SealedHead.community_id == community_id)
            .group_by(SealedHead.passbook_id)
        ).all()
    )
    rows = [
        {
            "community_id": community_id,
            "sealed_on": day,
            "passbook_id": head.id,
            "head_seq": head.head_seq,
            "head_hash": head.head_hash,
        }
        for head in heads
        if kept.get(head.id) != head.head_seq
    ]
    if rows:
        db.session.execute(SealedHead.__table__.insert(), rows)  # type: ignore[attr-defined]
