"""The verbs of photographs: add, take away, forget what is old. Whoever calls has asked who may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update

from pointsvc.attachments.encoding import Picture
from pointsvc.attachments.errors import PicturesFull, PicturesOfDayUsed
from pointsvc.attachments.models import Attachment
from pointsvc.attachments.rules import DAY_MAX, LASTING, day_numbers, free_slots
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id

FORGOTTEN_AT_ONCE: Final = 200


def check_day(*, community_id: UUID, member_id: UUID, today: date) -> None:
    """Refuse more photographs of a member's day before they are unfolded. Raises PicturesOfDayUsed."""
    if day_numbers(_last_number(community_id, member_id, today), wanted=1) is None:
        raise PicturesOfDayUsed(most=DAY_MAX)


def attach(
    *,
    community_id: UUID,
    subject_kind: str,
    subject_id: UUID,
    part: str,
    most: int,
    pictures: Sequence[Picture],
    added_by_id: UUID,
    today: date,
    now: datetime,
) -> list[UUID]:
    """Add photographs to a part of a subject; one that is there already is not added again.

    Two at once never pass the counts: slots and numbers of the day are unique keys, and the
    later of two is tried again by `transact`.

    `most` is how many this part of the subject may hold; `today`, in the community's zone, the day
    whose count it uses.

    Raises:
        PicturesFull. PicturesOfDayUsed.
    """
    here = (
        Attachment.community_id == community_id,
        Attachment.subject_kind == subject_kind,
        Attachment.subject_id == subject_id,
        Attachment.part == part,
        Attachment.removed_at.is_(None),
    )
    rows = db.session.execute(select(Attachment.slot, Attachment.sha256).where(*here)).all()
    known = {row.sha256 for row in rows}
    new = list({each.sha256: each for each in pictures if each.sha256 not in known}.values())
    if not new:
        return []
    slots = free_slots({row.slot for row in rows}, most=most, wanted=len(new))
    if slots is None:
        raise PicturesFull(most=most)
    numbers = day_numbers(_last_number(community_id, added_by_id, today), wanted=len(new))
    if numbers is None:
        raise PicturesOfDayUsed(most=DAY_MAX)
    added = [
        Attachment(
            community_id=community_id,
            id=new_id(),
            subject_kind=subject_kind,
            subject_id=subject_id,
            part=part,
            slot=slot,
            width=picture.width,
            height=picture.height,
            size_bytes=len(picture.content),
            sha256=picture.sha256,
            content=picture.content,
            added_by_id=added_by_id,
            added_at=now,
            added_on=today,
            day_no=number,
        )
        for picture, slot, number in zip(new, slots, numbers, strict=True)
    ]
    db.session.add_all(added)
    db.session.flush()
    return [each.id for each in added]


def remove(
    *, community_id: UUID, attachment_id: UUID, removed_by_id: UUID | None, now: datetime
) -> bool:
    """Take one away: its bytes are gone, who and when stay; whether it was there. Twice is once."""
    return bool(_empty(community_id, [attachment_id], removed_by_id, now))


def forget_old(*, community_id: UUID, before: datetime, now: datetime) -> int:
    """Take away what was added before a moment, the oldest 200 at most; how many. `LASTING` ones stay."""
    wanted = (
        select(Attachment.id)
        .where(
            Attachment.community_id == community_id,
            Attachment.added_at < before,
            Attachment.removed_at.is_(None),
            Attachment.subject_kind.not_in(LASTING),
        )
        .order_by(Attachment.added_at)
        .limit(FORGOTTEN_AT_ONCE)
    )
    return _empty(community_id, list(db.session.scalars(wanted)), None, now)


def forget_of(*, community_id: UUID, added_by_id: UUID, now: datetime) -> int:
    """Take away everything that somebody added, for they are erased; how many."""
    wanted = select(Attachment.id).where(
        Attachment.community_id == community_id,
        Attachment.added_by_id == added_by_id,
        Attachment.removed_at.is_(None),
    )
    return _empty(community_id, list(db.session.scalars(wanted)), None, now)


def _empty(
    community_id: UUID, ids: Sequence[UUID], removed_by_id: UUID | None, now: datetime
) -> int:
    if not ids:
        return 0
    gone = db.session.execute(
        update(Attachment)
        .where(
            Attachment.community_id == community_id,
            Attachment.id.in_(ids),
            Attachment.removed_at.is_(None),
        )
        .values(content=None, removed_at=now, removed_by_id=removed_by_id)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _last_number(community_id: UUID, member_id: UUID, today: date) -> int:
    last = db.session.scalar(
        select(func.max(Attachment.day_no)).where(
            Attachment.community_id == community_id,
            Attachment.added_by_id == member_id,
            Attachment.added_on == today,
        )
    )
    return last or 0
