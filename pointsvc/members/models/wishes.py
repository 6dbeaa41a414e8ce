"""How somebody wants to be told of things."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import references


class MessageWish(Base):
    """By which ways beside the pages a member wants messages; their own word, never the office's.

    The address is encrypted for this member's row, as a phone is.
    """

    __tablename__ = "message_wishes"
    __table_args__ = (
        references("member_id", "members"),
        CheckConstraint("NOT by_email OR email_cipher IS NOT NULL", name="email_there"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    email_cipher: Mapped[bytes | None]
    by_email: Mapped[bool]
    by_sms: Mapped[bool]
    by_wechat: Mapped[bool]
    changed_at: Mapped[datetime]
