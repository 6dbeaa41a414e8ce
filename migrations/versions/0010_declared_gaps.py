"""Days that were published and are not in the books, as a person declared them.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "declared_gaps",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("from_root", sa.LargeBinary(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("to_root", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by_id", sa.Uuid(), nullable=False),
        sa.Column("declared_at", Moment(), nullable=False),
        sa.CheckConstraint("from_on < to_on", name=op.f("ck_declared_gaps_forward")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_declared_gaps_reason_length")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_declared_gaps_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_declared_gaps")),
        sa.UniqueConstraint(
            "community_id", "to_on", name=op.f("uq_declared_gaps_community_id_to_on")
        ),
        sqlite_strict=True,
    )
    for statement in guards(op.get_bind().dialect.name, ["declared_gaps"]):
        op.execute(statement)


def downgrade():
    op.drop_table("declared_gaps")
