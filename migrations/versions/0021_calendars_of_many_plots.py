"""Calendars of many plots in one go; addresses of members confirmed by a link.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

RUN_STATES = "'looking', 'looked', 'writing', 'written', 'stopped', 'dropped'"
PART_STATES = "'waiting', 'looked', 'written', 'without_leader', 'without_plans'"
COUNTS = ("position", "new_count", "changed_count", "withdrawn_count", "joined_count", "kept_count")


def upgrade():
    _make_runs()
    _make_parts()
    _make_proofs()


def downgrade():
    op.drop_table("email_proofs")
    op.drop_table("calendar_run_parts")
    op.drop_table("calendar_runs")


def _make_runs():
    op.create_table(
        "calendar_runs",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        *_checks(
            "calendar_runs",
            state_known=f"state IN ({RUN_STATES})",
            finished="(finished_at IS NOT NULL) = (state IN ('written', 'dropped'))",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_calendar_runs_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_calendar_runs")),
        sqlite_strict=True,
    )
    _index("ix_calendar_runs_created", "calendar_runs", "created_at")
    _index("ix_calendar_runs_state", "calendar_runs", "state")


def _make_parts():
    op.create_table(
        "calendar_run_parts",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS),
        *_checks("calendar_run_parts", state_known=f"state IN ({PART_STATES})"),
        _to("calendar_run_parts", "run_id", "calendar_runs"),
        _to("calendar_run_parts", "place_id", "places"),
        sa.PrimaryKeyConstraint(
            "community_id", "run_id", "place_id", name=op.f("pk_calendar_run_parts")
        ),
        sqlite_strict=True,
    )
    _index("ix_calendar_run_parts_place", "calendar_run_parts", "place_id")


def _make_proofs():
    op.create_table(
        "email_proofs",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("attempts_count", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_count", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        *_checks(
            "email_proofs",
            asked_floor="asked_count >= 1",
            attempts_floor="attempts_count >= 0",
            expires="(token_hash IS NULL) = (expires_at IS NULL)",
        ),
        _to("email_proofs", "member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "member_id", name=op.f("pk_email_proofs")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_email_proofs_token", "email_proofs", ["community_id", "token_hash"], unique=True
    )
    _index("ix_email_proofs_due", "email_proofs", "due_at")


def _index(name, table, column):
    op.create_index(name, table, ["community_id", column])


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
