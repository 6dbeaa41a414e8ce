"""Reading photographs: which belong to what; the bytes of one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.attachments.models import Attachment
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound

LIST_MAX: Final = 500
_FACTS: Final[tuple[Any, ...]] = (
    Attachment.id,
    Attachment.subject_kind,
    Attachment.subject_id,
    Attachment.part,
    Attachment.width,
    Attachment.height,
    Attachment.size_bytes,
    Attachment.sha256,
    Attachment.added_by_id,
    Attachment.added_at,
)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A photograph that is there, without its bytes."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    part: str
    width: int
    height: int
    size_bytes: int
    sha256: bytes
    added_by_id: UUID
    added_at: datetime


def pictures_of(
    community_id: UUID, subject_kind: str, subject_ids: Collection[UUID]
) -> dict[UUID, list[PictureFacts]]:
    """The photographs of these subjects, by subject, part and slot; at most 500."""
    rows = db.session.execute(
        select(*_FACTS)
        .where(
            Attachment.community_id == community_id,
            Attachment.subject_kind == subject_kind,
            Attachment.subject_id.in_(subject_ids),
            Attachment.removed_at.is_(None),
        )
        .order_by(Attachment.subject_id, Attachment.part.desc(), Attachment.slot)
        .limit(LIST_MAX)
    )
    found: dict[UUID, list[PictureFacts]] = {}
    for row in rows:
        found.setdefault(row.subject_id, []).append(PictureFacts(*row))
    return found


def get_picture(community_id: UUID, attachment_id: UUID) -> PictureFacts:
    """The photograph. Raises NotFound, also for one that was removed."""
    row = db.session.execute(
        select(*_FACTS).where(
            Attachment.community_id == community_id,
            Attachment.id == attachment_id,
            Attachment.removed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return PictureFacts(*row)


def content_of(community_id: UUID, attachment_id: UUID) -> bytes:
    """The JPEG. Raises NotFound, also for one that was removed."""
    content = db.session.scalar(
        select(Attachment.content).where(
            Attachment.community_id == community_id, Attachment.id == attachment_id
        )
    )
    if content is None:
        raise NotFound
    return content


def bytes_kept(community_id: UUID) -> tuple[int, int]:
    """How many photographs a community keeps, and how many bytes."""
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Attachment.size_bytes), 0)).where(
            Attachment.community_id == community_id, Attachment.removed_at.is_(None)
        )
    ).one()
    return int(row[0]), int(row[1])
