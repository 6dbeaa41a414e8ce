"""What is kept for people counts towards the shop's limits.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "hold_limits",
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("community_id", "id", "hold_id", "limit_id", "holder_id")
        ),
        sa.Column("window_on", sa.Date(), nullable=False),
        _to("hold_limits", "hold_id", "holds"),
        _to("hold_limits", "limit_id", "purchase_limits"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_hold_limits")),
        sa.UniqueConstraint(
            "community_id", "hold_id", "limit_id", name=op.f("uq_hold_limits_hold")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_hold_limits_limit", "hold_limits", ["community_id", "limit_id"])


def downgrade():
    op.drop_table("hold_limits")


def _to(table, column, target):
    return sa.ForeignKeyConstraint(
        ["community_id", column],
        [f"{target}.community_id", f"{target}.id"],
        name=op.f(f"fk_{table}_community_id_{column}_{target}"),
    )
