"""Gifts with their papers and donors' pages, goods for a purpose, purchases, sponsors' budgets.

Revision ID: 0018
Revises: 0017
"""

import re

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards, without_guards

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KINDS = "ck_stock_movements_kind_known"
HISTORY = ("goods_issues", "purpose_changes", "purchases", "purchase_lines")
TABLES = (
    "donation_details",
    "gift_values",
    "donor_codes",
    "goods_issues",
    "purpose_changes",
    "suppliers",
    "sponsorships",
    "purchases",
    "purchase_lines",
)


def upgrade():
    _make_donation_details()
    _make_gift_values()
    _make_donor_codes()
    _make_goods_issues()
    _make_purpose_changes()
    _make_suppliers()
    _make_sponsorships()
    _make_purchases()
    _make_purchase_lines()
    for statement in guards(op.get_bind().dialect.name, HISTORY):
        op.execute(statement)
    _with_kinds(lambda kinds: [*kinds, "issue"])


def downgrade():
    _take_guards_down()
    op.execute("UPDATE stock_movements SET kind = 'waste' WHERE kind = 'issue'")
    _with_kinds(lambda kinds: [kind for kind in kinds if kind != "issue"])
    for statement in without_guards(op.get_bind().dialect.name, HISTORY):
        if not statement.startswith("DROP FUNCTION"):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)


def _with_kinds(change):
    """Movements of other kinds. Whatever kinds another migration knows stay known."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("stock_movements")
    [known] = [each["sqltext"] for each in checks if each["name"] == KINDS]
    kinds = ", ".join(f"'{kind}'" for kind in change(re.findall(r"'([a-z_]+)'", known)))
    _take_guards_down()
    with op.batch_alter_table("stock_movements", table_kwargs={"sqlite_strict": True}) as moves:
        moves.drop_constraint(op.f(KINDS), type_="check")
        moves.create_check_constraint(op.f(KINDS), f"kind IN ({kinds})")
    for statement in guards(op.get_bind().dialect.name, ["stock_movements"]):
        op.execute(statement)


def _take_guards_down():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER IF EXISTS stock_movements_append_only ON stock_movements")
        op.execute("DROP TRIGGER IF EXISTS stock_movements_no_truncate ON stock_movements")
        return
    for deed in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER IF EXISTS stock_movements_no_{deed}")


def _make_donation_details():
    op.create_table(
        "donation_details",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("donation_id", sa.Uuid(), nullable=False),
        sa.Column("receiving_entity", sa.Text(), nullable=False),
        sa.Column("receipt_kind", sa.Text(), nullable=False),
        sa.Column("charity_receipt_no", sa.Text(), nullable=True),
        sa.Column("agreement_no", sa.Text(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("quality", sa.Text(), nullable=True),
        *_checks(
            "donation_details",
            receipt_kind_known="receipt_kind IN ('acknowledgement', 'charity')",
            charity_numbered="receipt_kind <> 'charity' OR charity_receipt_no IS NOT NULL",
            receiving_entity_length="length(receiving_entity) <= 80",
            charity_receipt_no_length="length(charity_receipt_no) <= 60",
            agreement_no_length="length(agreement_no) <= 60",
            quality_length="length(quality) <= 120",
        ),
        _to("donation_details", "donation_id", "donations"),
        sa.PrimaryKeyConstraint("community_id", "donation_id", name=op.f("pk_donation_details")),
        sqlite_strict=True,
    )


def _make_gift_values():
    op.create_table(
        "gift_values",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("donation_line_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        *_checks(
            "gift_values",
            basis_known="basis IN ('invoice', 'market', 'estimate')",
        ),
        _to("gift_values", "donation_line_id", "donation_lines"),
        sa.PrimaryKeyConstraint("community_id", "donation_line_id", name=op.f("pk_gift_values")),
        sqlite_strict=True,
    )


def _make_donor_codes():
    op.create_table(
        "donor_codes",
        *_keys(),
        sa.Column("donation_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        _to("donor_codes", "donation_id", "donations"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_donor_codes")),
        sa.UniqueConstraint(
            "community_id", "secret_hash", name=op.f("uq_donor_codes_community_id_secret_hash")
        ),
        sqlite_strict=True,
    )
    _unique_where("uq_donor_codes_live", "donor_codes", ["donation_id"], "revoked_at IS NULL")


def _make_goods_issues():
    op.create_table(
        "goods_issues",
        *_keys(),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.Column("issued_by_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        *_checks(
            "goods_issues",
            quantity_range="quantity BETWEEN 1 AND 1000000",
            recipient_is_another="issued_by_id <> recipient_id",
            purpose_length="length(purpose) <= 200",
            recipient_length="length(recipient) <= 80",
        ),
        _to("goods_issues", "batch_id", "batches"),
        _to("goods_issues", "product_id", "products"),
        _to("goods_issues", "recipient_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_goods_issues")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_goods_issues_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_goods_issues_batch", "goods_issues", ["community_id", "batch_id", "id"])
    op.create_index("ix_goods_issues_product", "goods_issues", ["community_id", "product_id"])
    op.create_index("ix_goods_issues_recipient", "goods_issues", ["community_id", "recipient_id"])


def _make_purpose_changes():
    op.create_table(
        "purpose_changes",
        *_keys(),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("from_purpose", sa.Text(), nullable=False),
        sa.Column("to_purpose", sa.Text(), nullable=True),
        sa.Column("consented_by", sa.Text(), nullable=False),
        sa.Column("consent_way", sa.Text(), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        *_checks(
            "purpose_changes",
            consent_way_known="consent_way IN ('letter', 'in_person', 'phone')",
            changes="to_purpose <> from_purpose",
            from_purpose_length="length(from_purpose) <= 200",
            to_purpose_length="length(to_purpose) <= 200",
            consented_by_length="length(consented_by) <= 80",
            evidence_length="length(evidence) <= 200",
        ),
        _to("purpose_changes", "batch_id", "batches"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_purpose_changes")),
        sa.UniqueConstraint("community_id", "batch_id", "seq", name=op.f("uq_purpose_changes_seq")),
        sqlite_strict=True,
    )


def _make_suppliers():
    op.create_table(
        "suppliers",
        *_keys(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        *_checks(
            "suppliers",
            name_length="length(name) <= 80",
            address_length="length(address) <= 120",
            contact_length="length(contact) <= 80",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_suppliers_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_suppliers")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_suppliers_name")),
        sqlite_strict=True,
    )


def _make_sponsorships():
    op.create_table(
        "sponsorships",
        *_keys(),
        sa.Column("sponsor", sa.Text(), nullable=True),
        sa.Column("sponsor_kind", sa.Text(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        *_checks(
            "sponsorships",
            sponsor_kind_known="sponsor_kind IN ('person', 'organisation', 'anonymous')",
            sponsor_known="(sponsor IS NULL) = (sponsor_kind = 'anonymous')",
            amount_range="amount_fen BETWEEN 1 AND 10000000000",
            spent_within="spent_fen BETWEEN 0 AND amount_fen",
            sponsor_length="length(sponsor) <= 80",
            purpose_length="length(purpose) <= 200",
            evidence_length="length(evidence) <= 80",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_sponsorships_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_sponsorships")),
        sqlite_strict=True,
    )
    op.create_index("ix_sponsorships_day", "sponsorships", ["community_id", "received_on", "id"])


def _make_purchases():
    op.create_table(
        "purchases",
        *_keys(),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("sponsorship_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_no", sa.Text(), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("bought_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        *_checks(
            "purchases",
            total_range="total_fen BETWEEN 0 AND 10000000000",
            invoice_no_length="length(invoice_no) <= 60",
        ),
        _to("purchases", "shop_id", "places"),
        _to("purchases", "supplier_id", "suppliers"),
        _to("purchases", "sponsorship_id", "sponsorships"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_purchases")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_purchases_number")),
        sqlite_strict=True,
    )
    op.create_index("ix_purchases_day", "purchases", ["community_id", "bought_on", "id"])
    op.create_index("ix_purchases_shop", "purchases", ["community_id", "shop_id"])
    op.create_index("ix_purchases_sponsorship", "purchases", ["community_id", "sponsorship_id"])
    op.create_index("ix_purchases_supplier", "purchases", ["community_id", "supplier_id"])
    _unique_where(
        "uq_purchases_invoice", "purchases", ["supplier_id", "invoice_no"], "invoice_no IS NOT NULL"
    )


def _make_purchase_lines():
    op.create_table(
        "purchase_lines",
        *_keys(),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("batch_no", sa.Text(), nullable=True),
        sa.Column("produced_on", sa.Date(), nullable=True),
        sa.Column("best_before_on", sa.Date(), nullable=True),
        *_checks(
            "purchase_lines",
            quantity_range="quantity BETWEEN 1 AND 1000000",
            price_range="price_fen BETWEEN 0 AND 10000000000",
            product_name_length="length(product_name) <= 80",
            pack_length="length(pack) <= 40",
            batch_no_length="length(batch_no) <= 40",
        ),
        _to("purchase_lines", "purchase_id", "purchases"),
        _to("purchase_lines", "product_id", "products"),
        _to("purchase_lines", "batch_id", "batches"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_purchase_lines")),
        sa.UniqueConstraint(
            "community_id", "purchase_id", "number", name=op.f("uq_purchase_lines_number")
        ),
        sa.UniqueConstraint("community_id", "batch_id", name=op.f("uq_purchase_lines_batch")),
        sqlite_strict=True,
    )
    op.create_index("ix_purchase_lines_product", "purchase_lines", ["community_id", "product_id"])


def _keys():
    return [
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _unique_where(name, table, columns, where):
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
