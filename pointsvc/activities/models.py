"""Kinds of activity, shifts, sign-ups, those who wait for a seat."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.activities.rules.gates import RISKS
from pointsvc.extensions import Base
from pointsvc.kernel.tables import (
    InCommunity,
    at_most,
    of_community,
    one_of,
    references,
    unique_where,
)


class ActivityKind(Base):
    """What people do; its code is also its tariff's. The ways say how one may be counted."""

    __tablename__ = "activity_kinds"
    __table_args__ = (
        of_community(),
        at_most("code", 32),
        one_of("counted_by", "attendance", "drop", "other"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    counted_by: Mapped[str]
    by_leader: Mapped[bool]
    by_shift_code: Mapped[bool]
    by_sign: Mapped[bool]
    by_roster: Mapped[bool]
    sort_no: Mapped[int]


class Shift(InCommunity, Base):
    """A stretch of time at a place in which people are counted.

    `signed_up_count` never passes `capacity`, by constraint: no lock is trusted with it. A `risk`
    other than `none` lets only those sign up who are trained and insured on that day. With every
    change of its times `changes_count` grows: a calendar that somebody subscribed to takes the newer.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        of_community(),
        references("activity_kind", "activity_kinds", "code"),
        references("place_id", "places"),
        references("led_by_id", "members"),
        one_of("risk", *RISKS),
        CheckConstraint("changes_count >= 0", name="changes_floor"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("signed_up_count >= 0", name="signed_up_floor"),
        CheckConstraint("signed_up_count <= capacity", name="within_capacity"),
        Index("ix_shifts_time", "community_id", "ends_at", "starts_at"),
        Index("ix_shifts_place", "community_id", "place_id", "ends_at"),
        Index("ix_shifts_leader", "community_id", "led_by_id", "ends_at"),
    )

    activity_kind: Mapped[str]
    place_id: Mapped[UUID]
    led_by_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    signed_up_count: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]
    created_by_id: Mapped[UUID]
    created_at: Mapped[datetime]
    risk: Mapped[str] = mapped_column(default="none")
    changes_count: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]


class Signup(InCommunity, Base):
    """A member means to come; live once for (shift, member). Leaving costs nothing (art. 25)."""

    __tablename__ = "signups"
    __table_args__ = (
        references("shift_id", "shifts"),
        references("member_id", "members"),
        unique_where("uq_signups_live", "shift_id", "member_id", where="left_at IS NULL"),
        Index("ix_signups_member", "community_id", "member_id", "id"),
    )

    shift_id: Mapped[UUID]
    member_id: Mapped[UUID]
    signed_up_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class ShiftWait(InCommunity, Base):
    """A member waits for a seat in a full shift; live once for (shift, member).

    States: waiting; offered (told that a seat is free, shortly before); took; left; lapsed (the shift
    is called off). The line is by `queued_at`, then id.
    """

    __tablename__ = "shift_waits"
    __table_args__ = (
        references("shift_id", "shifts"),
        references("member_id", "members"),
        one_of("state", "waiting", "offered", "took", "left", "lapsed"),
        unique_where(
            "uq_shift_waits_live",
            "shift_id",
            "member_id",
            where="state IN ('waiting', 'offered')",
        ),
        Index("ix_shift_waits_line", "community_id", "shift_id", "queued_at"),
        Index("ix_shift_waits_member", "community_id", "member_id", "state"),
    )

    shift_id: Mapped[UUID]
    member_id: Mapped[UUID]
    state: Mapped[str]
    queued_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Reminder(Base):
    """Somebody was told of a shift, once of each kind: it comes, it lacks people, they lack cover."""

    __tablename__ = "reminders"
    __table_args__ = (
        references("shift_id", "shifts"),
        references("member_id", "members"),
        references("about_id", "members"),
        one_of("kind", "coming", "gaps", "uncovered", "worked_uncovered"),
        Index("ix_reminders_member", "community_id", "member_id"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    about_id: Mapped[UUID] = mapped_column(primary_key=True)
    reminded_at: Mapped[datetime]
