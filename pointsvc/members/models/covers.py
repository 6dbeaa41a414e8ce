"""Trainings and accident insurances: what makes somebody fit for dangerous work."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, one_of, references, unique_where
from pointsvc.members.rules import TRAINING_TOPICS


class Training(InCommunity, Base):
    """A member was trained in something dangerous (《志愿服务条例》 art. 16). Withdrawn, never deleted."""

    __tablename__ = "trainings"
    __table_args__ = (
        references("member_id", "members"),
        one_of("topic", *TRAINING_TOPICS),
        at_most("given_by", 60),
        at_most("certificate_no", 60),
        CheckConstraint("ends_on >= trained_on", name="ends_after_training"),
        Index("ix_trainings_member", "community_id", "member_id"),
        Index("ix_trainings_ends", "community_id", "ends_on"),
    )

    member_id: Mapped[UUID]
    topic: Mapped[str]
    given_by: Mapped[str]
    trained_on: Mapped[date]
    ends_on: Mapped[date | None]
    certificate_no: Mapped[str | None]
    recorded_by_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Insurance(InCommunity, Base):
    """An accident insurance of a member (art. 17), live once for (member, policy, first day).

    A policy's number is most often the community's own for a whole list of people: no secret, and
    shown to the office and to its owner alone. Withdrawn, never deleted.
    """

    __tablename__ = "insurances"
    __table_args__ = (
        references("member_id", "members"),
        at_most("insurer", 60),
        at_most("policy_no", 60),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        unique_where(
            "uq_insurances_live",
            "member_id",
            "policy_no",
            "starts_on",
            where="withdrawn_at IS NULL",
        ),
        Index("ix_insurances_ends", "community_id", "ends_on"),
    )

    member_id: Mapped[UUID]
    insurer: Mapped[str]
    policy_no: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    recorded_by_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
