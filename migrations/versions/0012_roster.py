"""Rosters and what people wish of them, substitutions, lines before full shifts.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LIVE_ENTRY = "state IN ('proposed', 'confirmed')"
LIVE_WAIT = "state IN ('waiting', 'offered')"
OPEN = "state = 'open'"


def upgrade():
    _make_entries()
    _make_wishes()
    _make_substitutions()
    _make_waits()


def downgrade():
    op.drop_table("shift_waits")
    op.drop_table("substitutions")
    op.drop_table("care_wishes")
    op.drop_table("roster_entries")


def _make_entries():
    op.create_table(
        "roster_entries",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        *_checks(
            "roster_entries",
            state_known="state IN ('proposed', 'confirmed', 'declined', 'withdrawn')",
        ),
        _to("roster_entries", "duty_id", "duties"),
        _to("roster_entries", "member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_roster_entries")),
        sqlite_strict=True,
    )
    _once("uq_roster_entries_live", "roster_entries", ["duty_id", "member_id"], LIVE_ENTRY)
    _index("ix_roster_entries_duty", "roster_entries", ["duty_id", "state"])
    _index("ix_roster_entries_member", "roster_entries", ["member_id", "state"])


def _make_wishes():
    op.create_table(
        "care_wishes",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("weekdays", sa.BigInteger(), nullable=False),
        sa.Column("parts", sa.BigInteger(), nullable=False),
        sa.Column("avoids", sa.Text(), nullable=False),
        sa.Column("is_light_only", sa.Boolean(), nullable=False),
        sa.Column("week_hours_max", sa.BigInteger(), nullable=True),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        *_checks(
            "care_wishes",
            weekdays_known="weekdays BETWEEN 1 AND 127",
            parts_known="parts BETWEEN 1 AND 7",
            avoids_length="length(avoids) <= 200",
            week_hours_known="week_hours_max BETWEEN 1 AND 40",
        ),
        _to("care_wishes", "member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "member_id", name=op.f("pk_care_wishes")),
        sqlite_strict=True,
    )


def _make_substitutions():
    op.create_table(
        "substitutions",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("left_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("circle", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.Column("veto_until", Moment(), nullable=True),
        sa.Column("veto_why", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("thanked_at", Moment(), nullable=True),
        *_checks(
            "substitutions",
            reason_known="reason IN ('ill', 'travel', 'family', 'other')",
            circle_known="circle IN ('substitutes', 'group', 'community')",
            state_known="state IN ('open', 'taken', 'vetoed', 'closed')",
            veto_why_length="length(veto_why) <= 200",
            taken_by_somebody="(state IN ('taken', 'vetoed')) = (taken_by_id IS NOT NULL)",
        ),
        _to("substitutions", "shift_id", "shifts"),
        _to("substitutions", "left_by_id", "members"),
        _to("substitutions", "taken_by_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_substitutions")),
        sqlite_strict=True,
    )
    _once("uq_substitutions_open", "substitutions", ["shift_id", "left_by_id"], OPEN)
    _index("ix_substitutions_shift", "substitutions", ["shift_id", "state"])
    _index("ix_substitutions_left_by", "substitutions", ["left_by_id", "asked_at"])
    _index("ix_substitutions_taken_by", "substitutions", ["taken_by_id", "asked_at"])


def _make_waits():
    op.create_table(
        "shift_waits",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("queued_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        *_checks(
            "shift_waits",
            state_known="state IN ('waiting', 'offered', 'took', 'left', 'lapsed')",
        ),
        _to("shift_waits", "shift_id", "shifts"),
        _to("shift_waits", "member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_shift_waits")),
        sqlite_strict=True,
    )
    _once("uq_shift_waits_live", "shift_waits", ["shift_id", "member_id"], LIVE_WAIT)
    _index("ix_shift_waits_line", "shift_waits", ["shift_id", "queued_at"])
    _index("ix_shift_waits_member", "shift_waits", ["member_id", "state"])


def _index(name, table, columns):
    op.create_index(name, table, ["community_id", *columns])


def _once(name, table, columns, where):
    op.create_index(
        name,
        table,
        ["community_id", *columns],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _checks(table, **conditions):
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
        for name, condition in conditions.items()
    ]


def _to(table, column, target, key="id"):
    return sa.ForeignKeyConstraint(
        ["community_id", column],
        [f"{target}.community_id", f"{target}.{key}"],
        name=op.f(f"fk_{table}_community_id_{column}_{target}"),
    )
