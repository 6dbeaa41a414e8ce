"""A device counts its scans; roster ticks are sampled.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Plain ADD COLUMN: a table made anew would lose the triggers that keep scans as they are.
COUNTED = sa.text("device_counter IS NOT NULL")
FLOOR = "ck_scans_device_counter_floor"


def upgrade():
    op.add_column("scans", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.add_column("scans", _counter())
    for name, columns in (
        ("ix_scans_device", ["community_id", "device_id", "device_counter"]),
        ("ix_scans_counted", ["community_id", "received_at"]),
    ):
        op.create_index(name, "scans", columns, sqlite_where=COUNTED, postgresql_where=COUNTED)
    _make_spot_checks()


def downgrade():
    op.drop_table("spot_checks")
    op.drop_index("ix_scans_counted", table_name="scans")
    op.drop_index("ix_scans_device", table_name="scans")
    op.drop_column("scans", "device_counter")
    op.drop_column("scans", "device_id")


def _counter():
    """Its bound stands beside the column itself: SQLite can add no other."""
    bound = sa.CheckConstraint("device_counter >= 1", name=op.f(FLOOR))
    return sa.Column("device_counter", sa.BigInteger(), bound, nullable=True)


def _make_spot_checks():
    op.create_table(
        "spot_checks",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attendance_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("ticked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *_checks(),
        *(
            sa.ForeignKeyConstraint(
                ["community_id", column],
                [f"{table}.community_id", f"{table}.id"],
                name=op.f(f"fk_spot_checks_community_id_{column}_{table}"),
            )
            for column, table in (
                ("attendance_id", "attendances"),
                ("scan_id", "scans"),
                ("member_id", "members"),
                ("ticked_by_id", "members"),
            )
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_spot_checks")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_spot_checks_attendance", "spot_checks", ["community_id", "attendance_id"], unique=True
    )
    op.create_index("ix_spot_checks_state", "spot_checks", ["community_id", "state", "asked_at"])
    op.create_index("ix_spot_checks_asked", "spot_checks", ["community_id", "asked_at"])


def _checks():
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_spot_checks_{name}"))
        for name, rule in {
            "answer_known": "answer IN ('there', 'not_there')",
            "state_known": "state IN ('waiting', 'seen', 'contradicted')",
            "answered_at": "(answer IS NULL) = (answered_at IS NULL)",
            "decided_by": "(state = 'waiting') = (decided_by_id IS NULL)",
            "decided_at": "(decided_by_id IS NULL) = (decided_at IS NULL)",
            "other_than_ticker": "decided_by_id <> ticked_by_id",
            "other_than_member": "decided_by_id <> member_id",
            "note_length": "length(note) <= 200",
        }.items()
    ]
