"""Who was erased, written down outside the database: an older copy that is put back does not know it.

`erased.log` in the instance holds ids and the wish alone, a line each; no restore touches it. It is
made whole from the database after every erasure, so that a line missed by a crash comes with the next.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, cast
from uuid import UUID

from sqlalchemy import and_, select

from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.members.changes import Closing, Erasure, Forget
from pointsvc.members.erasing import STANDING, forget_member
from pointsvc.members.erasure_requests import lock_erasure
from pointsvc.members.locking import lock_people
from pointsvc.members.models import ErasureRequest, Member

FILE: Final = "erased.log"
_LINE: Final = re.compile(r"([0-9a-f-]{36}) ([0-9a-f-]{36}) ([0-9a-f-]{36}) (lapse|donate)")


@dataclass(frozen=True, slots=True, order=True)
class Erased:
    """Somebody who was erased, by whom, and what became of the points."""

    community_id: UUID
    member_id: UUID
    by_id: UUID
    closing: str


def write_erased(instance: Path) -> int:
    """Add those of the database that are not written yet, each on the disk before this returns."""
    new = sorted(_done() - set(read_erased(instance)))
    if new:
        lines = (f"\n{e.community_id} {e.member_id} {e.by_id} {e.closing}\n" for e in new)
        handle = os.open(instance / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as stream:
            stream.write("".join(lines))  # an empty line first, should the last one have been torn
            stream.flush()
            os.fsync(stream.fileno())
    return len(new)


def _done() -> set[Erased]:
    """Whoever asked, and the accounts merged into theirs: a copy from before knows those apart."""
    asked = ErasureRequest
    of = and_(Member.community_id == asked.community_id, Member.merged_into_id == asked.member_id)
    rows = db.session.execute(
        select(asked.community_id, asked.member_id, Member.id, asked.ended_by_id, asked.closing)
        .outerjoin(Member, of)
        .where(asked.state == "done")
    )
    return {
        Erased(row[0], each, row[3] or each, row[4])
        for row in rows
        for each in (row[1], row[2])
        if each is not None
    }


def read_erased(instance: Path) -> list[Erased]:
    """What is written down; a torn line is left out."""
    try:
        text = (instance / FILE).read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return []
    found = map(_LINE.fullmatch, text.splitlines())
    return [Erased(UUID(m[1]), UUID(m[2]), UUID(m[3]), m[4]) for m in found if m]


def back_again(instance: Path) -> list[Erased]:
    """Those who were erased and whom the database, put back from a copy, still knows."""
    known = {each.member_id: each for each in read_erased(instance)}
    standing = select(Member.community_id, Member.id).where(Member.state.in_(STANDING))
    return sorted(
        known[row.id]
        for row in db.session.execute(standing)
        if row.id in known and known[row.id].community_id == row.community_id
    )


def erase_again(*, erased: Erased, rooms: Sequence[Forget], now: datetime, today: date) -> None:
    """Erase somebody anew; the wait and the papers were then. Raises what a room refuses."""
    community_id, member_id = erased.community_id, erased.member_id
    lock_people(community_id, [member_id])
    waiting = select(ErasureRequest.id).where(
        ErasureRequest.community_id == community_id,
        ErasureRequest.member_id == member_id,
        ErasureRequest.state == "asked",
    )
    if db.session.scalar(waiting) is None:
        db.session.add(
            ErasureRequest(
                community_id=community_id,
                id=new_id(),
                member_id=member_id,
                state="asked",
                closing=erased.closing,
                asked_by_id=erased.by_id,
                asked_at=now,
                due_at=now,
            )
        )
        db.session.flush()
    row = lock_erasure(community_id, member_id)
    row.due_at = min(row.due_at, now)
    row.state, row.ended_by_id, row.ended_at = "done", erased.by_id, now
    closing = cast("Closing", erased.closing)
    forget_member(Erasure(community_id, member_id, closing, erased.by_id, now, today), rooms)
