"""Write-offs, counts and wrong invoices are asked of a supervisor; how many people an issue was for.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards, without_guards

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FEN = 10_000_000_000
UNITS = 1_000_000
HISTORY = ("corrected_invoices", "corrected_lines")


def upgrade():
    _make_requests()
    _make_corrections()
    _make_correction_lines()
    for statement in guards(op.get_bind().dialect.name, HISTORY):
        op.execute(statement)
    op.add_column("goods_issues", _people())


def downgrade():
    op.drop_column("goods_issues", "people_count")
    for statement in without_guards(op.get_bind().dialect.name, HISTORY):
        if not statement.startswith("DROP FUNCTION"):
            op.execute(statement)
    op.drop_table("corrected_lines")
    op.drop_table("corrected_invoices")
    op.drop_table("stock_requests")


def _people():
    """Its bound stands beside the column itself: SQLite can add no other, and the guards stay up."""
    name = op.f("ck_goods_issues_people_range")
    bound = sa.CheckConstraint("people_count BETWEEN 1 AND 10000", name=name)
    return sa.Column("people_count", sa.BigInteger(), bound, nullable=True)


def _make_requests():
    table = "stock_requests"
    op.create_table(
        table,
        *_ids("community_id", "id"),
        sa.Column("reason", sa.Text(), nullable=False),
        *_ids("asked_by_id"),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *_ids("decided_by_id", nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        *_ids("shop_id"),
        sa.Column("kind", sa.Text(), nullable=False),
        *_ids("batch_id", nullable=True),
        *_numbers("quantity", "expected", "counted", nullable=True),
        *_ids("purchase_id", nullable=True),
        sa.Column("business_on", sa.Date(), nullable=True),
        *_checks(
            table,
            kind_known="kind IN ('waste', 'count', 'purchase')",
            invoice_named="(kind = 'purchase') = (purchase_id IS NOT NULL)",
            batch_named="(kind = 'purchase') = (batch_id IS NULL)",
            quantity_known="(kind = 'waste') = (quantity IS NOT NULL)",
            expected_known="(kind = 'count') = (expected IS NOT NULL)",
            counted_known="(kind = 'count') = (counted IS NOT NULL)",
            quantity_range=f"quantity BETWEEN 1 AND {UNITS}",
            expected_range=f"expected BETWEEN 0 AND {UNITS}",
            counted_range=f"counted BETWEEN 0 AND {UNITS}",
            differs="counted <> expected",
            two_persons="decided_by_id <> asked_by_id",
            done_on="(state = 'approved') = (business_on IS NOT NULL)",
            state_known="state IN ('asked', 'approved', 'declined', 'withdrawn', 'expired')",
            decided_by="(state IN ('approved', 'declined')) = (decided_by_id IS NOT NULL)",
            ended="(state = 'asked') = (ended_at IS NULL)",
            expires_later="expires_at > asked_at",
            reason_length="length(reason) <= 200",
            answer_length="length(answer) <= 200",
        ),
        _to(table, "shop_id", "places"),
        _to(table, "batch_id", "batches"),
        _to(table, "purchase_id", "purchases"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f(f"pk_{table}")),
        sqlite_strict=True,
    )
    for of in ("batch", "purchase"):
        _once(f"uq_{table}_{of}", table, [f"{of}_id"], "state = 'asked'")
        _index(f"ix_{table}_{of}", table, [f"{of}_id", "id"])
    _index(f"ix_{table}_shop", table, ["shop_id"])
    _index(f"ix_{table}_state", table, ["state", "id"])


def _make_corrections():
    table = "corrected_invoices"
    op.create_table(
        table,
        *_ids("community_id", "id", "request_id", "purchase_id", "supplier_id", "supplier_was_id"),
        *_numbers("total_fen", "total_was_fen"),
        *_checks(
            table,
            total_range=f"total_fen BETWEEN 0 AND {FEN}",
            total_was_range=f"total_was_fen BETWEEN 0 AND {FEN}",
        ),
        _to(table, "request_id", "stock_requests"),
        _to(table, "purchase_id", "purchases"),
        _to(table, "supplier_id", "suppliers"),
        _to(table, "supplier_was_id", "suppliers"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("community_id", "request_id", name="uq_corrected_invoices_request"),
        sqlite_strict=True,
    )
    _index(f"ix_{table}_purchase", table, ["purchase_id", "id"])
    _index(f"ix_{table}_supplier", table, ["supplier_id"])
    _index(f"ix_{table}_supplier_was", table, ["supplier_was_id"])


def _make_correction_lines():
    table = "corrected_lines"
    op.create_table(
        table,
        *_ids("community_id", "id", "invoice_id", "line_id"),
        *_numbers("quantity", "quantity_was", "price_fen", "price_was_fen"),
        *_checks(
            table,
            quantity_range=f"quantity BETWEEN 0 AND {UNITS}",
            quantity_was_range=f"quantity_was BETWEEN 0 AND {UNITS}",
            price_range=f"price_fen BETWEEN 0 AND {FEN}",
            price_was_range=f"price_was_fen BETWEEN 0 AND {FEN}",
        ),
        _to(table, "invoice_id", "corrected_invoices"),
        _to(table, "line_id", "purchase_lines"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("community_id", "invoice_id", "line_id", name=f"uq_{table}_line"),
        sqlite_strict=True,
    )
    _index(f"ix_{table}_line", table, ["line_id"])


def _ids(*names, nullable=False):
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


def _numbers(*names, nullable=False):
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _checks(table, **conditions):
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
        for name, condition in conditions.items()
    ]


def _to(table, column, target):
    return sa.ForeignKeyConstraint(
        ["community_id", column],
        [f"{target}.community_id", f"{target}.id"],
        name=op.f(f"fk_{table}_community_id_{column}_{target}"),
    )


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
