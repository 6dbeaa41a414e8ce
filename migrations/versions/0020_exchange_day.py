"""Goods kept for somebody, their pick-ups, and exchange days with a draw.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards, without_guards

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# One statement on both engines: SQLite need not make the table anew for it.
RESERVED = (
    "ALTER TABLE products ADD COLUMN reserved {type} DEFAULT 0 NOT NULL"
    " CONSTRAINT ck_products_reserved_within CHECK (reserved BETWEEN 0 AND on_hand)"
)
STATES = "'open', 'picked', 'cancelled', 'expired'"
DAYS = "'open', 'drawn', 'over', 'cancelled'"
WISHES = "'wished', 'waiting', 'given', 'passed', 'lost', 'withdrawn'"


def upgrade():
    dialect = op.get_bind().dialect.name
    op.execute(RESERVED.format(type="INTEGER" if dialect == "sqlite" else "BIGINT"))
    _make_days()
    _make_slots()
    _make_goods()
    _make_reservations()
    _make_holds()
    _make_pickups()
    _make_wishes()
    for statement in guards(dialect, ("pickups",)):
        op.execute(statement)


def downgrade():
    for statement in without_guards(op.get_bind().dialect.name, ("pickups",)):
        if "FUNCTION" not in statement:  # the first migration's
            op.execute(statement)
    for table in (
        "exchange_wishes",
        "pickups",
        "holds",
        "reservations",
        "exchange_goods",
        "exchange_slots",
        "exchange_days",
    ):
        op.drop_table(table)
    op.drop_column("products", "reserved")


def _make_days():
    op.create_table(
        "exchange_days",
        *_keys(),
        *_texts("shop_id", of=sa.Uuid()),
        *_texts("title", "state"),
        *_texts("wishes_open_at", "wishes_close_at", of=Moment()),
        *_texts("seed", "seed_hash", of=sa.LargeBinary()),
        sa.Column("spoken", sa.Text(), nullable=True),
        sa.Column("planned_by_id", sa.Uuid(), nullable=True),
        sa.Column("planned_at", Moment(), nullable=False),
        sa.Column("drawn_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        *_checks(
            "exchange_days",
            state_known=f"state IN ({DAYS})",
            wishes_in_order="wishes_open_at < wishes_close_at",
            drawn_when="state <> 'drawn' OR drawn_at IS NOT NULL",
            ended="(state IN ('over', 'cancelled')) = (ended_at IS NOT NULL)",
            title_length="length(title) <= 60",
            spoken_length="length(spoken) <= 60",
        ),
        _to("exchange_days", "shop_id", "places"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_exchange_days")),
        sqlite_strict=True,
    )
    _index("ix_exchange_days_shop", "exchange_days", "shop_id", "wishes_close_at")
    _index("ix_exchange_days_state", "exchange_days", "state", "wishes_close_at")


def _make_slots():
    op.create_table(
        "exchange_slots",
        *_keys(),
        *_texts("day_id", of=sa.Uuid()),
        *_texts("number", of=sa.BigInteger()),
        *_texts("spot"),
        *_texts("starts_at", "ends_at", of=Moment()),
        *_texts("seats", of=sa.BigInteger()),
        *_texts("is_makeup", of=sa.Boolean()),
        *_checks(
            "exchange_slots",
            in_order="starts_at < ends_at",
            seats_range="seats BETWEEN 1 AND 10000",
            spot_length="length(spot) <= 60",
        ),
        _to("exchange_slots", "day_id", "exchange_days"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_exchange_slots")),
        _unique("uq_exchange_slots_number", "day_id", "number"),
        sqlite_strict=True,
    )


def _make_goods():
    op.create_table(
        "exchange_goods",
        *_keys(),
        *_texts("day_id", "product_id", of=sa.Uuid()),
        *_texts("units", "pool", of=sa.BigInteger()),
        *_checks(
            "exchange_goods",
            units_range="units BETWEEN 1 AND 10000",
            pool_within="pool BETWEEN 0 AND units",
        ),
        _to("exchange_goods", "day_id", "exchange_days"),
        _to("exchange_goods", "product_id", "products"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_exchange_goods")),
        _unique("uq_exchange_goods_product", "day_id", "product_id"),
        sqlite_strict=True,
    )
    _index("ix_exchange_goods_product", "exchange_goods", "product_id")


def _make_reservations():
    op.create_table(
        "reservations",
        *_keys(),
        *_texts("reservation_no", of=sa.BigInteger()),
        *_texts("shop_id", "member_id", "holder_id", of=sa.Uuid()),
        *_texts("booked_by_id", "day_id", "slot_id", of=sa.Uuid(), nullable=True),
        sa.Column("queue_no", sa.BigInteger(), nullable=True),
        sa.Column("called_at", Moment(), nullable=True),
        *_texts("state"),
        *_texts("turn", of=sa.BigInteger()),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        *_texts("placed_at", of=Moment()),
        *_texts("business_on", of=sa.Date()),
        *_texts("due_at", of=Moment()),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        *_checks(
            "reservations",
            state_known=f"state IN ({STATES})",
            code_while_open="(state = 'open') = (code_hash IS NOT NULL)",
            ended_or_open="(state = 'open') = (ended_at IS NULL)",
            slot_of_day="(day_id IS NULL) = (slot_id IS NULL)",
            number_of_day="(day_id IS NULL) = (queue_no IS NULL)",
            turn_positive="turn > 0",
            reason_length="length(reason) <= 200",
        ),
        _to("reservations", "shop_id", "places"),
        _to("reservations", "member_id", "members"),
        _to("reservations", "day_id", "exchange_days"),
        _to("reservations", "slot_id", "exchange_slots"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_reservations")),
        _unique("uq_reservations_number", "reservation_no"),
        sqlite_strict=True,
    )
    _unique_where("uq_reservations_code", "reservations", ["code_hash"], "code_hash IS NOT NULL")
    _unique_where(
        "uq_reservations_queue", "reservations", ["day_id", "queue_no"], "day_id IS NOT NULL"
    )
    _index("ix_reservations_member", "reservations", "member_id", "id")
    _index("ix_reservations_due", "reservations", "shop_id", "state", "due_at")
    _index("ix_reservations_slot", "reservations", "slot_id", "state")


def _make_holds():
    op.create_table(
        "holds",
        *_keys(),
        *_texts("reservation_id", of=sa.Uuid()),
        *_texts("number", of=sa.BigInteger()),
        *_texts("product_id", of=sa.Uuid()),
        *_texts("quantity", "price_points", "price_version", of=sa.BigInteger()),
        sa.Column("limit_taken", sa.BigInteger(), nullable=True),
        *_texts("picked", "released", of=sa.BigInteger()),
        *_checks(
            "holds",
            quantity_range="quantity BETWEEN 1 AND 1000",
            price_range="price_points BETWEEN 1 AND 1000000",
            ends_once="picked >= 0 AND released >= 0 AND picked + released <= quantity",
        ),
        _to("holds", "reservation_id", "reservations"),
        _to("holds", "product_id", "products"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_holds")),
        _unique("uq_holds_product", "reservation_id", "product_id"),
        _unique("uq_holds_number", "reservation_id", "number"),
        sqlite_strict=True,
    )
    _index("ix_holds_product", "holds", "product_id", "reservation_id")


def _make_pickups():
    op.create_table(
        "pickups",
        *_keys(),
        *_texts("order_id", "reservation_id", of=sa.Uuid()),
        *_texts("turn", of=sa.BigInteger()),
        _to("pickups", "order_id", "orders"),
        _to("pickups", "reservation_id", "reservations"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_pickups")),
        _unique("uq_pickups_order", "order_id"),
        _unique("uq_pickups_code", "reservation_id", "turn"),
        sqlite_strict=True,
    )


def _make_wishes():
    table = "exchange_wishes"
    op.create_table(
        table,
        *_keys(),
        *_texts("day_id", "product_id", "slot_id", "member_id", "holder_id", of=sa.Uuid()),
        *_texts("ticket", of=sa.BigInteger()),
        *_texts("had_nothing", of=sa.Boolean()),
        sa.Column("place", sa.BigInteger(), nullable=True),
        *_texts("state"),
        sa.Column("reservation_id", sa.Uuid(), nullable=True),
        *_texts("wished_at", of=Moment()),
        *_texts("wished_by_id", of=sa.Uuid()),
        *_checks(
            table,
            state_known=f"state IN ({WISHES})",
            given="(state = 'given') = (reservation_id IS NOT NULL)",
        ),
        _to(table, "day_id", "exchange_days"),
        _to(table, "slot_id", "exchange_slots"),
        _to(table, "product_id", "products"),
        _to(table, "member_id", "members"),
        _to(table, "reservation_id", "reservations"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f(f"pk_{table}")),
        _unique("uq_exchange_wishes_ticket", "day_id", "ticket"),
        sqlite_strict=True,
    )
    household = ["day_id", "product_id", "holder_id"]
    _unique_where("uq_exchange_wishes_household", table, household, "state <> 'withdrawn'")
    place = ["day_id", "product_id", "place"]
    _unique_where("uq_exchange_wishes_place", table, place, "place IS NOT NULL")
    _index("ix_exchange_wishes_member", table, "member_id", "day_id")
    _index("ix_exchange_wishes_reservation", table, "reservation_id")
    _index("ix_exchange_wishes_holder", table, "holder_id", "day_id")
    _index("ix_exchange_wishes_slot", table, "slot_id")
    _index("ix_exchange_wishes_product", table, "product_id")


def _keys():
    return _texts("community_id", "id", of=sa.Uuid())


def _texts(*names, of=None, nullable=False):
    """Columns of one type, text where none is named."""
    return [sa.Column(name, of or sa.Text(), nullable=nullable) for name in names]


def _index(name, table, *columns):
    op.create_index(name, table, ["community_id", *columns], unique=False)


def _unique(name, *columns):
    return sa.UniqueConstraint("community_id", *columns, name=op.f(name))


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


def _to(table, column, target):
    return sa.ForeignKeyConstraint(
        ["community_id", column],
        [f"{target}.community_id", f"{target}.id"],
        name=op.f(f"fk_{table}_community_id_{column}_{target}"),
    )
