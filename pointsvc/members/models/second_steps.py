"""The second step of signing in: one secret for each person of a community, or operator."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base


class SecondStep(Base):
    """The secret that a person's authenticator app knows, encrypted for this row.

    It belongs to a member or an operator, not to the phone's password: a clerk who takes it away
    opens no other community. It counts once `confirmed_at` is set; `last_step` only grows, so no
    code is accepted twice.
    """

    __tablename__ = "second_steps"

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    community_id: Mapped[UUID | None]
    secret_cipher: Mapped[bytes]
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int]


class RecoveryCode(Base):
    """The hash of an unused code for the day the phone is lost; the row goes when it is used.

    A code has 80 random bits, so that its plain SHA-256 tells nobody what it is.
    """

    __tablename__ = "recovery_codes"
    __table_args__ = (ForeignKeyConstraint(["subject_id"], ["second_steps.subject_id"]),)

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
