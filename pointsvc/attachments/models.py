"""Photographs as they are kept."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.attachments.rules import BYTES_KEPT_MAX, DAY_MAX, SIDE_MAX, SLOTS_MAX
from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, of_community, unique_where


class Attachment(InCommunity, Base):
    """A photograph, written anew by us, of the subject that a room names by kind and id.

    One live row for (subject, part, slot) and one row for (member, day, number of the day): so the
    counts hold whoever comes at once. A removed one keeps who and when, and no bytes. Ids are plain:
    this floor lies below people and what they photograph.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        of_community(),
        at_most("subject_kind", 40),
        at_most("part", 20),
        CheckConstraint(f"slot BETWEEN 1 AND {SLOTS_MAX}", name="slot_range"),
        CheckConstraint(f"day_no BETWEEN 1 AND {DAY_MAX}", name="day_no_range"),
        CheckConstraint(f"width BETWEEN 1 AND {SIDE_MAX}", name="width_range"),
        CheckConstraint(f"height BETWEEN 1 AND {SIDE_MAX}", name="height_range"),
        CheckConstraint(f"size_bytes BETWEEN 1 AND {BYTES_KEPT_MAX}", name="size_range"),
        CheckConstraint("(content IS NULL) = (removed_at IS NOT NULL)", name="removed_is_empty"),
        UniqueConstraint(
            "community_id", "added_by_id", "added_on", "day_no", name="uq_attachments_day"
        ),
        unique_where(
            "uq_attachments_slot",
            "subject_kind",
            "subject_id",
            "part",
            "slot",
            where="removed_at IS NULL",
        ),
        Index("ix_attachments_added", "community_id", "added_at"),
    )

    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    part: Mapped[str]
    slot: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes]
    added_by_id: Mapped[UUID]
    added_at: Mapped[datetime]
    added_on: Mapped[date]
    day_no: Mapped[int]
    removed_by_id: Mapped[UUID | None]
    removed_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
