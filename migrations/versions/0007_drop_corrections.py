"""A drop's quantity can be corrected by two persons.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "drop_corrections",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("award_points", sa.BigInteger(), nullable=False),
        sa.Column("award_holder_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "quantity BETWEEN 0 AND 20", name=op.f("ck_drop_corrections_quantity_range")
        ),
        sa.CheckConstraint("award_points >= 0", name=op.f("ck_drop_corrections_award_floor")),
        sa.CheckConstraint(
            "decided_by_id <> requested_by_id", name=op.f("ck_drop_corrections_two_persons")
        ),
        sa.CheckConstraint(
            "(state = 'requested') = (decided_by_id IS NULL)",
            name=op.f("ck_drop_corrections_decided_by"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'declined')",
            name=op.f("ck_drop_corrections_state_known"),
        ),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_drop_corrections_reason_length")),
        sa.ForeignKeyConstraint(
            ["community_id", "scan_id"],
            ["scans.community_id", "scans.id"],
            name=op.f("fk_drop_corrections_community_id_scan_id_scans"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_drop_corrections")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_drop_corrections_scan", "drop_corrections", ["community_id", "scan_id", "state"]
    )
    op.create_index(
        "ix_drop_corrections_state", "drop_corrections", ["community_id", "state", "id"]
    )
    op.create_index(
        "uq_drop_corrections_pending",
        "drop_corrections",
        ["community_id", "scan_id"],
        unique=True,
        sqlite_where=sa.text("state = 'requested'"),
        postgresql_where=sa.text("state = 'requested'"),
    )


def downgrade():
    op.drop_table("drop_corrections")
