"""What was counted on the shelf, by whom, whether it differed or not.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "stock_takes",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("counted_by_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("counted_at", Moment(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_stock_takes_expected_floor")),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_stock_takes_counted_floor")),
        sa.CheckConstraint(
            "counted = expected OR approved_by_id IS NOT NULL",
            name=op.f("ck_stock_takes_difference_approved"),
        ),
        sa.CheckConstraint(
            "approved_by_id <> counted_by_id", name=op.f("ck_stock_takes_two_persons")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "batch_id"],
            ["batches.community_id", "batches.id"],
            name=op.f("fk_stock_takes_community_id_batch_id_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "product_id"],
            ["products.community_id", "products.id"],
            name=op.f("fk_stock_takes_community_id_product_id_products"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_stock_takes")),
        sqlite_strict=True,
    )
    op.create_index("ix_stock_takes_product", "stock_takes", ["community_id", "product_id", "id"])
    op.create_index("ix_stock_takes_batch", "stock_takes", ["community_id", "batch_id", "id"])
    for statement in guards(op.get_bind().dialect.name, ["stock_takes"]):
        op.execute(statement)


def downgrade():
    op.drop_table("stock_takes")
