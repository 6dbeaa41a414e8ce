"""The catalogue's words and limits, use-by dates, mark-downs, transfers, blind counts, wanted goods.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards
from pointsvc.kernel.pinyin import initials, sort_key

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = "'donation', 'purchase', 'order', 'refund', 'waste', 'count'"
KNOWN = "ck_stock_movements_kind_known"
USE_BY = "ck_batches_use_by_later"
PRODUCT_CHECKS = {
    "ck_products_category_length": "length(category) <= 20",
    "ck_products_reorder_level_range": "reorder_level BETWEEN 1 AND 1000000",
}
PRODUCT_COLUMNS = ("category", "reorder_level", "sort_key", "initials")
HISTORY = ("stock_transfers", "stock_count_entries")
MADE = (
    "wanted_goods",
    "stock_count_entries",
    "stock_counts",
    "stock_warnings",
    "stock_transfers",
    "line_limits",
    "purchase_limits",
    "markdowns",
)


def upgrade():
    _name_products()
    _name_members()
    _date_batches()
    _move_kinds(f"{KINDS}, 'transfer'")
    op.create_index("ix_stock_movements_day", "stock_movements", ["community_id", "business_on"])
    _make_markdowns()
    _make_limits()
    _make_transfers()
    _make_counts()
    _make_wanted()
    for statement in guards(op.get_bind().dialect.name, HISTORY):
        op.execute(statement)


def downgrade():
    for table in MADE:
        op.drop_table(table)
    op.drop_index("ix_stock_movements_day", table_name="stock_movements")
    # A transfer never leaves history: without the kind it is told as what it did to each shelf.
    _move_kinds(KINDS, "UPDATE stock_movements SET kind = 'purchase' WHERE kind = 'transfer'")
    with _remade("batches") as batches:
        batches.drop_constraint(op.f(USE_BY), type_="check")
        batches.drop_column("use_by_on")
    op.drop_index("ix_members_name", table_name="members")
    op.drop_column("members", "name_key")
    op.create_index("ix_members_name", "members", ["community_id", "state", "name", "id"])
    op.drop_index("ix_products_shop", table_name="products")
    with _remade("products") as products:
        for name in PRODUCT_CHECKS:
            products.drop_constraint(op.f(name), type_="check")
        for name in PRODUCT_COLUMNS:
            products.drop_column(name)
    op.create_index(
        "ix_products_shop", "products", ["community_id", "shop_id", "closed_at", "name"]
    )


def _name_products():
    op.add_column("products", sa.Column("category", sa.Text(), nullable=True))
    op.add_column("products", sa.Column("reorder_level", sa.BigInteger(), nullable=True))
    op.add_column("products", sa.Column("sort_key", sa.Text(), nullable=True))
    op.add_column("products", sa.Column("initials", sa.Text(), nullable=True))
    products = sa.table(
        "products",
        *(sa.column(name, sa.Uuid()) for name in ("community_id", "id")),
        *(sa.column(name, sa.Text()) for name in ("name", "pack", "sort_key", "initials")),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(products)).all():
        label = f"{row.name} {row.pack}"
        bind.execute(
            sa.update(products)
            .where(products.c.community_id == row.community_id, products.c.id == row.id)
            .values(sort_key=sort_key(label), initials=initials(label))
        )
    op.drop_index("ix_products_shop", table_name="products")
    with _remade("products") as table:
        table.alter_column("sort_key", existing_type=sa.Text(), nullable=False)
        table.alter_column("initials", existing_type=sa.Text(), nullable=False)
        for name, check in PRODUCT_CHECKS.items():
            table.create_check_constraint(op.f(name), check)
    op.create_index(
        "ix_products_shop", "products", ["community_id", "shop_id", "closed_at", "sort_key", "id"]
    )


def _name_members():
    op.add_column("members", sa.Column("name_key", sa.Text(), nullable=True))
    members = sa.table(
        "members",
        *(sa.column(name, sa.Uuid()) for name in ("community_id", "id")),
        *(sa.column(name, sa.Text()) for name in ("name", "name_key")),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(members)).all():
        bind.execute(
            sa.update(members)
            .where(members.c.community_id == row.community_id, members.c.id == row.id)
            .values(name_key=sort_key(row.name, is_name=True))
        )
    op.drop_index("ix_members_name", table_name="members")
    op.create_index("ix_members_name", "members", ["community_id", "state", "name_key", "id"])


def _date_batches():
    with _remade("batches") as batches:
        batches.add_column(sa.Column("use_by_on", sa.Date(), nullable=True))
        batches.create_check_constraint(op.f(USE_BY), "use_by_on >= best_before_on")


def _move_kinds(kinds, before=None):
    """Another list of kinds. SQLite makes the table anew: history's guards go and come back."""
    _take_guards_down("stock_movements")
    if before is not None:
        op.execute(before)
    with _remade("stock_movements") as movements:
        movements.drop_constraint(op.f(KNOWN), type_="check")
        movements.create_check_constraint(op.f(KNOWN), f"kind IN ({kinds})")
    for statement in guards(op.get_bind().dialect.name, ["stock_movements"]):
        op.execute(statement)


def _take_guards_down(table):
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
        return
    for deed in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed}")


def _make_markdowns():
    _make(
        "markdowns",
        _id("product_id"),
        _id("batch_id"),
        _number("version"),
        _number("regular_points"),
        _text("reason"),
        _id("begun_by_id"),
        _moment("begun_at"),
        _moment("ended_at", nullable=True),
        *_checks(
            "markdowns",
            regular_range="regular_points BETWEEN 1 AND 1000000",
            reason_length="length(reason) <= 200",
        ),
        _to("markdowns", "product_id", "products"),
        _to("markdowns", "batch_id", "batches"),
        _unique("uq_markdowns_version", "product_id", "version"),
    )
    _unique_where("uq_markdowns_running", "markdowns", "product_id", where="ended_at IS NULL")
    _index("ix_markdowns_batch", "markdowns", "batch_id")


def _make_limits():
    _make(
        "purchase_limits",
        _id("shop_id"),
        _id("product_id", nullable=True),
        _text("category", nullable=True),
        _text("holder"),
        _text("window_kind"),
        _text("measure"),
        _number("most"),
        _id("set_by_id"),
        _moment("set_at"),
        _moment("ended_at", nullable=True),
        *_checks(
            "purchase_limits",
            holder_known="holder IN ('member', 'household')",
            window_kind_known="window_kind IN ('day', 'month', 'exchange')",
            measure_known="measure IN ('units', 'points')",
            most_range="most BETWEEN 1 AND 1000000",
            one_subject="product_id IS NULL OR category IS NULL",
            category_length="length(category) <= 20",
        ),
        _to("purchase_limits", "shop_id", "places"),
        _to("purchase_limits", "product_id", "products"),
    )
    _index("ix_purchase_limits_shop", "purchase_limits", "shop_id", "ended_at")
    _index("ix_purchase_limits_product", "purchase_limits", "product_id")
    _make(
        "line_limits",
        _id("order_line_id"),
        _id("limit_id"),
        _id("holder_id"),
        _day("window_on"),
        _to("line_limits", "order_line_id", "order_lines"),
        _to("line_limits", "limit_id", "purchase_limits"),
        _unique("uq_line_limits_line", "order_line_id", "limit_id"),
    )
    _index("ix_line_limits_limit", "line_limits", "limit_id")


def _make_transfers():
    _make(
        "stock_transfers",
        _id("from_batch_id"),
        _id("to_batch_id"),
        _number("quantity"),
        _text("reason", nullable=True),
        _id("moved_by_id"),
        _moment("moved_at"),
        _day("business_on"),
        *_checks(
            "stock_transfers",
            quantity_range="quantity BETWEEN 1 AND 1000000",
            two_batches="from_batch_id <> to_batch_id",
            reason_length="length(reason) <= 200",
        ),
        _to("stock_transfers", "from_batch_id", "batches"),
        _to("stock_transfers", "to_batch_id", "batches"),
    )
    _index("ix_stock_transfers_from", "stock_transfers", "from_batch_id")
    _index("ix_stock_transfers_to", "stock_transfers", "to_batch_id")
    _make(
        "stock_warnings",
        _id("batch_id"),
        _number("days"),
        _moment("told_at"),
        *_checks("stock_warnings", days_known="days IN (7, 30)"),
        _to("stock_warnings", "batch_id", "batches"),
        _unique("uq_stock_warnings_batch", "batch_id", "days"),
    )


def _make_counts():
    _make(
        "stock_counts",
        _id("shop_id"),
        _text("state"),
        _number("round"),
        _id("first_id"),
        _id("second_id", nullable=True),
        _moment("first_done_at", nullable=True),
        _moment("second_done_at", nullable=True),
        _moment("opened_at"),
        _id("decided_by_id", nullable=True),
        _moment("decided_at", nullable=True),
        _text("reason", nullable=True),
        *_checks(
            "stock_counts",
            state_known="state IN ('open', 'agreed', 'approved', 'dropped')",
            two_counters="first_id <> second_id",
            not_by_the_first="decided_by_id <> first_id",
            not_by_the_second="decided_by_id <> second_id",
            approved_by_a_third="state <> 'approved' OR"
            " (second_id IS NOT NULL AND decided_by_id IS NOT NULL)",
            round_floor="round >= 1",
            reason_length="length(reason) <= 200",
        ),
        _to("stock_counts", "shop_id", "places"),
    )
    running = "state IN ('open', 'agreed')"
    _unique_where("uq_stock_counts_running", "stock_counts", "shop_id", where=running)
    _index("ix_stock_counts_shop", "stock_counts", "shop_id", "id")
    _make(
        "stock_count_entries",
        _id("count_id"),
        _id("product_id"),
        _id("counted_by_id"),
        _number("round"),
        _number("counted"),
        _number("books"),
        _moment("counted_at"),
        *_checks(
            "stock_count_entries",
            counted_range="counted BETWEEN 0 AND 1000000",
            books_floor="books >= 0",
        ),
        _to("stock_count_entries", "count_id", "stock_counts"),
        _to("stock_count_entries", "product_id", "products"),
    )
    _index("ix_stock_count_entries_count", "stock_count_entries", "count_id", "id")
    _index("ix_stock_count_entries_product", "stock_count_entries", "product_id")


def _make_wanted():
    _make(
        "wanted_goods",
        _id("shop_id"),
        _text("kind"),
        _text("name"),
        _text("words"),
        _id("added_by_id"),
        _moment("added_at"),
        _moment("ended_at", nullable=True),
        *_checks(
            "wanted_goods",
            kind_known="kind IN ('wanted', 'refused')",
            name_length="length(name) <= 40",
            words_length="length(words) <= 120",
        ),
        _to("wanted_goods", "shop_id", "places"),
    )
    _index("ix_wanted_goods_shop", "wanted_goods", "shop_id", "ended_at")


def _make(table, *parts):
    op.create_table(
        table,
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f(f"pk_{table}")),
        sqlite_strict=True,
    )


def _id(name, *, nullable=False):
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name, *, nullable=False):
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name):
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _day(name):
    return sa.Column(name, sa.Date(), nullable=False)


def _moment(name, *, nullable=False):
    return sa.Column(name, Moment(), nullable=nullable)


def _unique(name, *columns):
    return sa.UniqueConstraint("community_id", *columns, name=op.f(name))


def _index(name, table, *columns):
    op.create_index(name, table, ["community_id", *columns])


def _unique_where(name, table, *columns, where):
    op.create_index(
        name,
        table,
        ["community_id", *columns],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _remade(table):
    """SQLite makes the table anew, and would forget that it is strict."""
    return op.batch_alter_table(table, table_kwargs={"sqlite_strict": True})


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
