"""Care calendars: their lines, the duties that these make, the days of rest."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.activities.rules.gates import RISKS
from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, of_community, one_of, references
from pointsvc.plots.rules.cares import CARES


class CarePlan(InCommunity, Base):
    """One line of a plot's care calendar: what is done, on which days of which season, by how many.

    `rrule` is RFC 5545 text; a season is two days of the year as month × 100 + day and may go over
    the new year. One that ends before it starts never applies. `follows_id` is the plan that a change
    "from then on" ended.
    """

    __tablename__ = "care_plans"
    __table_args__ = (
        of_community(),
        references("place_id", "plots", "place_id"),
        references("follows_id", "care_plans"),
        one_of("care", *CARES),
        one_of("risk", *RISKS),
        at_most("rrule", 200),
        at_most("tools", 200),
        CheckConstraint("season_from BETWEEN 101 AND 1231", name="season_from_known"),
        CheckConstraint("season_to BETWEEN 101 AND 1231", name="season_to_known"),
        CheckConstraint("at_minute BETWEEN 0 AND 1439", name="at_minute_known"),
        CheckConstraint("minutes BETWEEN 15 AND 480", name="minutes_known"),
        CheckConstraint("people_count BETWEEN 1 AND 50", name="people_count_known"),
        CheckConstraint("interval_days BETWEEN 1 AND 366", name="interval_days_known"),
        Index("ix_care_plans_place", "community_id", "place_id"),
    )

    place_id: Mapped[UUID]
    care: Mapped[str]
    rrule: Mapped[str]
    season_from: Mapped[int]
    season_to: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    at_minute: Mapped[int]
    minutes: Mapped[int]
    people_count: Mapped[int]
    interval_days: Mapped[int | None]
    tools: Mapped[str | None]
    risk: Mapped[str]
    follows_holidays: Mapped[bool]
    follows_id: Mapped[UUID | None]
    created_by_id: Mapped[UUID]
    created_at: Mapped[datetime]


class Duty(InCommunity, Base):
    """A day of a care plan that became a shift; one for (plan, day of its rule).

    `rule_on` is the day that the rule gives, `due_on` the one on which it is done (a holiday or a
    leader may move it). States: planned; held (weather); withdrawn (no longer wanted, nobody had
    joined). One that was moved by hand is left alone by every generation.
    """

    __tablename__ = "duties"
    __table_args__ = (
        references("plan_id", "care_plans"),
        references("place_id", "plots", "place_id"),
        references("shift_id", "shifts"),
        one_of("state", "planned", "held", "withdrawn"),
        at_most("note", 200),
        UniqueConstraint("community_id", "plan_id", "rule_on"),
        UniqueConstraint("community_id", "shift_id"),
        Index("ix_duties_place", "community_id", "place_id", "due_on"),
        Index("ix_duties_day", "community_id", "due_on"),
    )

    plan_id: Mapped[UUID]
    place_id: Mapped[UUID]
    shift_id: Mapped[UUID]
    rule_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str]
    is_moved: Mapped[bool]
    note: Mapped[str | None]


class Holiday(Base):
    """A statutory day of rest, or a day of work in exchange (调休): the same for every community."""

    __tablename__ = "holidays"
    __table_args__ = (at_most("name", 40),)

    day_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_workday: Mapped[bool]
