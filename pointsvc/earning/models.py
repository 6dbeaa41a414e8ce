"""Tariffs and the use of limits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, of_community, one_of, references


class Tariff(InCommunity, Base):
    """One version of what a kind of activity earns, in force from a day, resting on a decision.

    One version a day for a code. Rates are whole points: for each hour (computed in steps of
    `step_minutes`), for each check-in, or for each counted unit; below 0 for a deduction, which a
    scan never makes. Append-only.
    """

    __tablename__ = "tariffs"
    __table_args__ = (
        of_community(),
        references("code", "activity_kinds", "code"),
        UniqueConstraint("community_id", "code", "valid_from_on", name="uq_tariffs_day"),
        one_of("basis", "hour", "check_in", "quantity"),
        one_of("cap_holder", "member", "household"),
        one_of("expiry", "end_of_next_year", "months", "never"),
        CheckConstraint("rate_points BETWEEN -1000 AND 100000", name="rate_range"),
        CheckConstraint("step_minutes BETWEEN 1 AND 60", name="step_range"),
        CheckConstraint("minimum_percent BETWEEN 0 AND 100", name="minimum_range"),
        CheckConstraint("cap_day_points >= 0", name="cap_day"),
        CheckConstraint("cap_month_points >= 0", name="cap_month"),
        CheckConstraint("(expiry = 'months') = (expiry_months IS NOT NULL)", name="expiry_months"),
        at_most("decision", 200),
        Index("ix_tariffs_code", "community_id", "code", "valid_from_on"),
    )

    code: Mapped[str]
    version: Mapped[int]
    valid_from_on: Mapped[date]
    basis: Mapped[str]
    rate_points: Mapped[int]
    step_minutes: Mapped[int]
    minimum_percent: Mapped[int]
    cap_day_points: Mapped[int | None]
    cap_month_points: Mapped[int | None]
    cap_holder: Mapped[str]
    counts_as_service: Mapped[bool]
    expiry: Mapped[str]
    expiry_months: Mapped[int | None]
    decision: Mapped[str]
    decided_on: Mapped[date]
    recorded_by_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class LimitUse(Base):
    """How much of a limit a holder has used in a window (S3): never more than the limit.

    `subject` names what is limited (a tariff's code, a product's id); the window is a day or the
    first day of a month in the community's zone.
    """

    __tablename__ = "limit_uses"
    __table_args__ = (
        of_community(),
        one_of("window_kind", "day", "month"),
        CheckConstraint("used BETWEEN 0 AND allowed", name="within_limit"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    holder_id: Mapped[UUID] = mapped_column(primary_key=True)
    window_kind: Mapped[str] = mapped_column(primary_key=True)
    window_on: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int]
    allowed: Mapped[int]
