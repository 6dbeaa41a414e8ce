"""Scans (evidence), decisions about them, attendance."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
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

VERDICTS = ("accepted", "provisional", "held", "refused")
BACKFILL_STATES = ("requested", "approved", "counted", "declined", "withdrawn", "stopped")
PROOFS = ("card", "member_code", "typed", "shift_code", "sign", "roster", "none")


def counted(name: str, *columns: str) -> Index:
    """An index over the scans that carry a device's counter; the others cost it nothing."""
    where = text("device_counter IS NOT NULL")
    return Index(name, "community_id", *columns, sqlite_where=where, postgresql_where=where)


class Scan(InCommunity, Base):
    """Evidence, append-only: what was scanned, by whom, when, and the first verdict.

    The id is made by the scanning page or device; the same id with the same body always gets
    this row's verdict again. `happened_at` is the server's time, or the claimed one of an upload.
    `device_counter` counts the scans of the installation `device_id`, where that said so.
    `distance_metres` is how far from the sign's place the phone was, where its owner shared that;
    the position itself is kept nowhere.
    """

    __tablename__ = "scans"
    __table_args__ = (
        of_community(),
        references("shift_id", "shifts"),
        references("member_id", "members"),
        one_of("verdict", *VERDICTS),
        one_of("direction", "in", "out", "drop"),
        one_of("proof", *PROOFS),
        one_of("actor_kind", "member", "device", "system"),
        CheckConstraint("quantity BETWEEN 1 AND 20", name="quantity_range"),
        at_most("note", 200),
        Index("ix_scans_shift", "community_id", "shift_id", "happened_at"),
        Index("ix_scans_member", "community_id", "member_id", "happened_at"),
        Index("ix_scans_actor", "community_id", "actor_id", "received_at"),
        counted("ix_scans_device", "device_id", "device_counter"),
        counted("ix_scans_counted", "received_at"),
    )

    body_hash: Mapped[bytes]
    direction: Mapped[str]
    proof: Mapped[str]
    code_number: Mapped[int | None]
    shift_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]
    attendance_id: Mapped[UUID | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    claimed_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    happened_at: Mapped[datetime]
    quantity: Mapped[int]
    verdict: Mapped[str]
    reason: Mapped[str]
    award_points: Mapped[int]
    service_minutes: Mapped[int]
    balance_points: Mapped[int | None]
    note: Mapped[str | None]
    device_id: Mapped[UUID | None]
    device_counter: Mapped[int | None] = mapped_column(
        CheckConstraint("device_counter >= 1", name="device_counter_floor")
    )
    distance_metres: Mapped[int | None] = mapped_column(
        CheckConstraint("distance_metres >= 0", name="distance_floor")
    )


class ScanDecision(InCommunity, Base):
    """What was decided later about a scan; append-only, one closing decision for a scan."""

    __tablename__ = "scan_decisions"
    __table_args__ = (
        references("scan_id", "scans"),
        one_of("decision", "confirmed", "annulled", "released"),
        unique_where("uq_scan_decisions_once", "scan_id", where="decision IS NOT NULL"),
    )

    scan_id: Mapped[UUID]
    decision: Mapped[str]
    reason: Mapped[str]
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime]


class Attendance(InCommunity, Base):
    """A person at a shift: one live row for (member, shift), one open row for a member.

    `minutes` are exact. `award_points` is what award number `corrections` posted, taken from the
    limits of `award_holder_id`; `is_in_review` while those points wait for a person. `closed_by` is
    `scan`, `auto` (at the planned end), `clerk` or `backfill`. `backfill_id` marks for good what was
    recorded after the fact.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        references("shift_id", "shifts"),
        references("member_id", "members"),
        references("in_scan_id", "scans"),
        references("out_scan_id", "scans"),
        one_of("state", "provisional", "open", "held", "closed", "void"),
        CheckConstraint("out_at IS NULL OR out_at >= in_at", name="out_after_in"),
        CheckConstraint("minutes >= 0", name="minutes_floor"),
        CheckConstraint("corrections >= 0", name="corrections_floor"),
        CheckConstraint("award_points >= 0", name="award_floor"),
        unique_where("uq_attendances_live", "member_id", "shift_id", where="state <> 'void'"),
        unique_where("uq_attendances_open", "member_id", where="state = 'open'"),
        unique_where("uq_attendances_backfill", "backfill_id", where="backfill_id IS NOT NULL"),
        Index("ix_attendances_shift", "community_id", "shift_id", "state"),
        Index("ix_attendances_member", "community_id", "member_id", "in_at"),
    )

    shift_id: Mapped[UUID]
    member_id: Mapped[UUID]
    state: Mapped[str]
    in_at: Mapped[datetime]
    out_at: Mapped[datetime | None]
    in_scan_id: Mapped[UUID | None]
    out_scan_id: Mapped[UUID | None]
    minutes: Mapped[int]
    closed_by: Mapped[str | None]
    corrections: Mapped[int] = mapped_column(default=0)
    tariff_id: Mapped[UUID | None]
    award_points: Mapped[int] = mapped_column(default=0)
    award_holder_id: Mapped[UUID | None]
    is_in_review: Mapped[bool] = mapped_column(default=False)
    backfill_id: Mapped[UUID | None]


class AttendanceCorrection(InCommunity, Base):
    """A clerk asks to void an attendance or to change its times; another person decides (L15)."""

    __tablename__ = "attendance_corrections"
    __table_args__ = (
        references("attendance_id", "attendances"),
        one_of("kind", "void", "times"),
        one_of("state", "requested", "approved", "declined"),
        CheckConstraint("decided_by_id <> requested_by_id", name="two_persons"),
        CheckConstraint("(state = 'requested') = (decided_by_id IS NULL)", name="decided_by"),
        CheckConstraint("(kind = 'times') = (in_at IS NOT NULL)", name="times_given"),
        CheckConstraint("out_at >= in_at", name="out_after_in"),
        at_most("reason", 200),
        unique_where(
            "uq_attendance_corrections_pending", "attendance_id", where="state = 'requested'"
        ),
        Index("ix_attendance_corrections_state", "community_id", "state", "id"),
    )

    attendance_id: Mapped[UUID]
    kind: Mapped[str]
    in_at: Mapped[datetime | None]
    out_at: Mapped[datetime | None]
    reason: Mapped[str]
    requested_by_id: Mapped[UUID]
    requested_at: Mapped[datetime]
    state: Mapped[str]
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class SpotCheck(InCommunity, Base):
    """An attendance that was ticked on the roster is looked at by another person (one each).

    `answer` is what the volunteer tapped by themself; `state` is what a person of the office, who
    is neither the ticker nor the volunteer, found out. Points never hang on this row.
    """

    __tablename__ = "spot_checks"
    __table_args__ = (
        references("attendance_id", "attendances"),
        references("scan_id", "scans"),
        references("member_id", "members"),
        references("ticked_by_id", "members"),
        one_of("answer", "there", "not_there"),
        one_of("state", "waiting", "seen", "contradicted"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at"),
        CheckConstraint("(state = 'waiting') = (decided_by_id IS NULL)", name="decided_by"),
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("decided_by_id <> ticked_by_id", name="other_than_ticker"),
        CheckConstraint("decided_by_id <> member_id", name="other_than_member"),
        at_most("note", 200),
        Index("uq_spot_checks_attendance", "community_id", "attendance_id", unique=True),
        Index("ix_spot_checks_state", "community_id", "state", "asked_at"),
        Index("ix_spot_checks_asked", "community_id", "asked_at"),
    )

    attendance_id: Mapped[UUID]
    scan_id: Mapped[UUID]
    member_id: Mapped[UUID]
    ticked_by_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    state: Mapped[str]
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]


class DropCorrection(InCommunity, Base):
    """A drop's true quantity, asked for by who counts drops; another person decides (L15).

    The scan stays as it was. The newest approved row says how the drop stands now: its quantity,
    the points of the award that took the place of the former one, and whose limits these used.
    """

    __tablename__ = "drop_corrections"
    __table_args__ = (
        references("scan_id", "scans"),
        one_of("state", "requested", "approved", "declined"),
        CheckConstraint("quantity BETWEEN 0 AND 20", name="quantity_range"),
        CheckConstraint("award_points >= 0", name="award_floor"),
        CheckConstraint("decided_by_id <> requested_by_id", name="two_persons"),
        CheckConstraint("(state = 'requested') = (decided_by_id IS NULL)", name="decided_by"),
        at_most("reason", 200),
        unique_where("uq_drop_corrections_pending", "scan_id", where="state = 'requested'"),
        Index("ix_drop_corrections_scan", "community_id", "scan_id", "state"),
        Index("ix_drop_corrections_state", "community_id", "state", "id"),
    )

    scan_id: Mapped[UUID]
    quantity: Mapped[int]
    reason: Mapped[str]
    requested_by_id: Mapped[UUID]
    requested_at: Mapped[datetime]
    state: Mapped[str]
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    award_points: Mapped[int] = mapped_column(default=0)
    award_holder_id: Mapped[UUID | None]


class Backfill(InCommunity, Base):
    """补录: somebody who runs shifts asks to count a member after the fact (docs/checkin.md §1.5).

    Nobody asks for themself, and who agrees is neither the asker, the member nor the witness. What
    was agreed to is an attendance in review until `counts_at`; until then it can be stopped. One
    live backfill for (member, shift).
    """

    __tablename__ = "backfills"
    __table_args__ = (
        references("member_id", "members"),
        references("shift_id", "shifts"),
        references("witness_id", "members"),
        references("requested_by_id", "members"),
        one_of("state", *BACKFILL_STATES),
        CheckConstraint("out_at > in_at", name="out_after_in"),
        CheckConstraint("requested_at >= out_at", name="after_the_fact"),
        CheckConstraint("requested_by_id <> member_id", name="not_for_oneself"),
        CheckConstraint(
            "decided_by_id <> requested_by_id AND decided_by_id <> member_id", name="two_persons"
        ),
        CheckConstraint(
            "witness_id <> member_id AND witness_id <> requested_by_id", name="witness_apart"
        ),
        CheckConstraint("witness_id <> decided_by_id", name="witness_does_not_decide"),
        CheckConstraint(
            "(counts_at IS NOT NULL) = (decided_by_id IS NOT NULL AND state <> 'declined')",
            name="counts_when_agreed",
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'counted') OR counts_at IS NOT NULL", name="agreed_first"
        ),
        CheckConstraint(
            "(state IN ('requested', 'approved')) = (ended_at IS NULL)", name="ended_once"
        ),
        CheckConstraint("state <> 'counted' OR ended_at >= counts_at", name="counts_after_delay"),
        at_most("reason", 200),
        at_most("evidence", 300),
        at_most("end_reason", 200),
        unique_where(
            "uq_backfills_live", "member_id", "shift_id", where="state IN ('requested', 'approved')"
        ),
        Index("ix_backfills_state", "community_id", "state", "counts_at"),
        Index("ix_backfills_member", "community_id", "member_id", "id"),
        Index("ix_backfills_asker", "community_id", "requested_by_id", "id"),
    )

    member_id: Mapped[UUID]
    shift_id: Mapped[UUID]
    in_at: Mapped[datetime]
    out_at: Mapped[datetime]
    reason: Mapped[str]
    evidence: Mapped[str]
    witness_id: Mapped[UUID | None]
    requested_by_id: Mapped[UUID]
    requested_at: Mapped[datetime]
    state: Mapped[str]
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    counts_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class SpentCode(Base):
    """A changing code that paid or approved: spent by it, once (docs/checkin.md §2)."""

    __tablename__ = "spent_codes"
    __table_args__ = (of_community(),)

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    code_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    spent_on_id: Mapped[UUID]


class TypedCode(Base):
    """Eight digits on a member's phone, typed at a counter instead of scanned; good for 60 s.

    They stand for the changing code that was shown beside them (`code_number`, `step`), so that
    spending one of the two spends both.
    """

    __tablename__ = "typed_codes"
    __table_args__ = (of_community(), references("member_id", "members"))

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    digits_hash: Mapped[bytes] = mapped_column(primary_key=True)
    member_id: Mapped[UUID]
    code_number: Mapped[int]
    step: Mapped[int]
    expires_at: Mapped[datetime]
