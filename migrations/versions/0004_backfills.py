"""Work counted after the fact.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LIVE = "state IN ('requested', 'approved')"
MARKED = "backfill_id IS NOT NULL"


def upgrade():
    op.create_table(
        "backfills",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("in_at", Moment(), nullable=False),
        sa.Column("out_at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("witness_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("counts_at", Moment(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        *_checks(),
        *_keys(),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_backfills")),
        sqlite_strict=True,
    )
    op.create_index("ix_backfills_state", "backfills", ["community_id", "state", "counts_at"])
    op.create_index("ix_backfills_member", "backfills", ["community_id", "member_id", "id"])
    op.create_index("ix_backfills_asker", "backfills", ["community_id", "requested_by_id", "id"])
    _unique("uq_backfills_live", "backfills", ["member_id", "shift_id"], LIVE)
    op.add_column("attendances", sa.Column("backfill_id", sa.Uuid(), nullable=True))
    _unique("uq_attendances_backfill", "attendances", ["backfill_id"], MARKED)


def downgrade():
    op.drop_index("uq_attendances_backfill", table_name="attendances")
    op.drop_column("attendances", "backfill_id")
    op.drop_table("backfills")


def _checks():
    rules = {
        "state_known": "state IN"
        " ('requested', 'approved', 'counted', 'declined', 'withdrawn', 'stopped')",
        "out_after_in": "out_at > in_at",
        "after_the_fact": "requested_at >= out_at",
        "not_for_oneself": "requested_by_id <> member_id",
        "two_persons": "decided_by_id <> requested_by_id AND decided_by_id <> member_id",
        "witness_apart": "witness_id <> member_id AND witness_id <> requested_by_id",
        "witness_does_not_decide": "witness_id <> decided_by_id",
        "counts_when_agreed": "(counts_at IS NOT NULL)"
        " = (decided_by_id IS NOT NULL AND state <> 'declined')",
        "agreed_first": "state NOT IN ('approved', 'counted') OR counts_at IS NOT NULL",
        "ended_once": f"({LIVE}) = (ended_at IS NULL)",
        "counts_after_delay": "state <> 'counted' OR ended_at >= counts_at",
        "reason_length": "length(reason) <= 200",
        "evidence_length": "length(evidence) <= 300",
        "end_reason_length": "length(end_reason) <= 200",
    }
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_backfills_{name}")) for name, rule in rules.items()
    ]


def _keys():
    targets = {
        "member_id": "members",
        "shift_id": "shifts",
        "witness_id": "members",
        "requested_by_id": "members",
    }
    return [
        sa.ForeignKeyConstraint(
            ["community_id", column],
            [f"{table}.community_id", f"{table}.id"],
            name=op.f(f"fk_backfills_community_id_{column}_{table}"),
        )
        for column, table in targets.items()
    ]


def _unique(name, table, columns, where):
    op.create_index(
        name,
        table,
        ["community_id", *columns],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
