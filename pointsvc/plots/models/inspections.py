"""The inspection form's versions, visits with their marks, a month's result and what it paid."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import (
    InCommunity,
    at_most,
    of_community,
    one_of,
    references,
    unique_where,
)


class InspectionForm(InCommunity, Base):
    """One version of the form, in force from a day; its items make 100 points. Append-only."""

    __tablename__ = "inspection_forms"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community_id", "version"),
        UniqueConstraint("community_id", "valid_from_on", name="uq_inspection_forms_day"),
        at_most("decision", 200),
    )

    version: Mapped[int]
    valid_from_on: Mapped[date]
    decision: Mapped[str]
    recorded_by_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class InspectionItem(Base):
    """A line of a version of the form: what is looked at, for how many points. Append-only."""

    __tablename__ = "inspection_items"
    __table_args__ = (
        references("form_id", "inspection_forms"),
        at_most("section", 20),
        at_most("name", 60),
        CheckConstraint("points BETWEEN 1 AND 100", name="points_range"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    form_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section: Mapped[str]
    name: Mapped[str]
    points: Mapped[int]


class Inspection(InCommunity, Base):
    """Somebody of another group is asked to look at a plot for a month: a first visit, or a second.

    One live for (plot, month, number). Declining costs nothing. Once done nothing of it changes but
    the group's objection, which calls for the second visit.
    """

    __tablename__ = "inspections"
    __table_args__ = (
        references("place_id", "plots", "place_id"),
        references("form_id", "inspection_forms"),
        references("inspector_id", "members"),
        one_of("state", "asked", "done", "declined", "withdrawn"),
        at_most("note", 500),
        at_most("objection", 200),
        CheckConstraint("visit_no BETWEEN 1 AND 2", name="visit_no_range"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_range"),
        CheckConstraint("(state = 'done') = (score IS NOT NULL)", name="done_has_score"),
        unique_where(
            "uq_inspections_live",
            "place_id",
            "month_on",
            "visit_no",
            where="state IN ('asked', 'done')",
        ),
        Index("ix_inspections_month", "community_id", "month_on", "place_id"),
        Index("ix_inspections_inspector", "community_id", "inspector_id", "state"),
        Index("ix_inspections_form", "community_id", "form_id"),
    )

    place_id: Mapped[UUID]
    month_on: Mapped[date]
    visit_no: Mapped[int]
    form_id: Mapped[UUID]
    inspector_id: Mapped[UUID]
    state: Mapped[str]
    asked_by_id: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    score: Mapped[int | None]
    note: Mapped[str | None]
    objected_by_id: Mapped[UUID | None]
    objected_at: Mapped[datetime | None]
    objection: Mapped[str | None]


class InspectionMark(Base):
    """What an item was given in a visit, and why not all of it. Append-only."""

    __tablename__ = "inspection_marks"
    __table_args__ = (
        references("inspection_id", "inspections"),
        at_most("word", 200),
        CheckConstraint("points BETWEEN 0 AND 100", name="points_range"),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    inspection_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    points: Mapped[int]
    word: Mapped[str | None]


class PlotResult(InCommunity, Base):
    """A plot's result of a month, by the visit that had the last word; one for (plot, month).

    `standing`, or `taken_back` by a supervisor, with why; no ranking of people is made of it.
    """

    __tablename__ = "plot_results"
    __table_args__ = (
        references("place_id", "plots", "place_id"),
        references("inspection_id", "inspections"),
        one_of("state", "standing", "taken_back"),
        at_most("reason", 200),
        UniqueConstraint("community_id", "place_id", "month_on"),
        Index("ix_plot_results_inspection", "community_id", "inspection_id"),
        Index("ix_plot_results_month", "community_id", "month_on"),
    )

    place_id: Mapped[UUID]
    month_on: Mapped[date]
    inspection_id: Mapped[UUID]
    score: Mapped[int]
    has_passed: Mapped[bool]
    state: Mapped[str]
    decided_at: Mapped[datetime]
    taken_back_by_id: Mapped[UUID | None]
    taken_back_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class PlotBonus(InCommunity, Base):
    """What a passed month earned one of the plot's people who came; one for (plot, month, member).

    Its id is derived from these three and is the source of the award in the books, which is taken
    back at most once and never paid again.
    """

    __tablename__ = "plot_bonuses"
    __table_args__ = (
        references("place_id", "plots", "place_id"),
        references("member_id", "members"),
        references("tariff_id", "tariffs"),
        CheckConstraint("points >= 0", name="points_floor"),
        UniqueConstraint(
            "community_id", "place_id", "month_on", "member_id", name="uq_plot_bonuses_once"
        ),
        Index("ix_plot_bonuses_member", "community_id", "member_id"),
        Index("ix_plot_bonuses_tariff", "community_id", "tariff_id"),
    )

    place_id: Mapped[UUID]
    month_on: Mapped[date]
    member_id: Mapped[UUID]
    holder_id: Mapped[UUID]
    tariff_id: Mapped[UUID]
    points: Mapped[int]
    paid_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
