"""An invoice's date, number and payer are corrected by a row beside it.

A downgrade is refused while another payer was agreed to, or is asked for: the invoice would read the old
payer again, and the money would stay with the new one.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.kernel.append_only import guards, without_guards

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = "corrected_heads"


def upgrade():
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("community_id", "id")),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("bought_on_was", sa.Date(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=True),
        sa.Column("invoice_no_was", sa.Text(), nullable=True),
        sa.Column("sponsorship_id", sa.Uuid(), nullable=True),
        sa.Column("sponsorship_was_id", sa.Uuid(), nullable=True),
        *(
            sa.CheckConstraint(f"length({name}) <= 60", name=op.f(f"ck_{TABLE}_{name}_length"))
            for name in ("invoice_no", "invoice_no_was")
        ),
        _to("invoice_id", "corrected_invoices"),
        _to("sponsorship_id", "sponsorships"),
        _to("sponsorship_was_id", "sponsorships"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("community_id", "invoice_id", name=f"uq_{TABLE}_invoice"),
        sqlite_strict=True,
    )
    for name in ("sponsorship", "sponsorship_was"):
        op.create_index(f"ix_{TABLE}_{name}", TABLE, ["community_id", f"{name}_id"])
    for statement in guards(op.get_bind().dialect.name, [TABLE]):
        op.execute(statement)


def downgrade():
    if op.get_bind().execute(_other_payers()).scalar_one():
        message = (
            "invoices have got, or wait for, another payer: what the sponsors spent would no longer"
            " follow from them; there is no way back below 0025 for these books"
        )
        raise RuntimeError(message)
    for statement in without_guards(op.get_bind().dialect.name, [TABLE]):
        if not statement.startswith("DROP FUNCTION"):
            op.execute(statement)
    op.drop_table(TABLE)


def _other_payers():
    head = sa.table(TABLE, *_columns("invoice_id", "sponsorship_id", "sponsorship_was_id"))
    invoice = sa.table("corrected_invoices", *_columns("id", "request_id"))
    request = sa.table("stock_requests", *_columns("id", "state"))
    return (
        sa.select(sa.func.count())
        .select_from(head)
        .join(invoice, invoice.c.id == head.c.invoice_id)
        .join(request, request.c.id == invoice.c.request_id)
        .where(
            head.c.sponsorship_id.is_distinct_from(head.c.sponsorship_was_id),
            request.c.state.in_(["asked", "approved"]),
        )
    )


def _columns(*names):
    return [sa.column(name) for name in names]


def _to(column, target):
    return sa.ForeignKeyConstraint(
        ["community_id", column],
        [f"{target}.community_id", f"{target}.id"],
        name=op.f(f"fk_{TABLE}_community_id_{column}_{target}"),
    )
