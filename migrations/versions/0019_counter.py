"""The counter: requests to a supervisor, collecting for somebody else, carrying to the door.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    _make_requests()
    _make_proxies()
    _make_deliveries()
    for statement in guards(op.get_bind().dialect.name, ["proxy_pickups"]):
        op.execute(statement)


def downgrade():
    op.drop_table("home_deliveries")
    op.drop_table("proxy_pickups")
    op.drop_table("proxies")
    op.drop_table("shop_request_lines")
    op.drop_table("shop_requests")


def _make_requests():
    op.create_table(
        "shop_requests",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        *_checks(
            "shop_requests",
            kind_known="kind IN ('void', 'refund', 'undelivered')",
            state_known="state IN ('asked', 'approved', 'declined', 'withdrawn', 'expired')",
            asker_is_another="asked_by_id <> member_id",
            two_persons="decided_by_id <> asked_by_id AND decided_by_id <> member_id",
            refund_named="(state = 'approved') = (refund_id IS NOT NULL)",
            decided_by="(state IN ('approved', 'declined')) = (decided_by_id IS NOT NULL)",
            ended="(state = 'asked') = (ended_at IS NULL)",
            expires_later="expires_at > asked_at",
            reason_length="length(reason) <= 200",
            answer_length="length(answer) <= 200",
        ),
        _to("shop_requests", "order_id", "orders"),
        _to("shop_requests", "refund_id", "refunds"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_shop_requests")),
        sa.UniqueConstraint("community_id", "refund_id", name="uq_shop_requests_refund"),
        sqlite_strict=True,
    )
    _once("uq_shop_requests_waiting", "shop_requests", ["order_id"], "state = 'asked'")
    _index("ix_shop_requests_order", "shop_requests", ["order_id", "id"])
    _index("ix_shop_requests_state", "shop_requests", ["state", "id"])
    op.create_table(
        "shop_request_lines",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        *_checks("shop_request_lines", quantity_range="quantity BETWEEN 1 AND 1000"),
        _to("shop_request_lines", "request_id", "shop_requests"),
        _to("shop_request_lines", "order_line_id", "order_lines"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_shop_request_lines")),
        sa.UniqueConstraint(
            "community_id", "request_id", "order_line_id", name="uq_shop_request_lines_line"
        ),
        sqlite_strict=True,
    )
    _index("ix_shop_request_lines_line", "shop_request_lines", ["order_line_id"])


def _make_proxies():
    op.create_table(
        "proxies",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("proxy_member_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("named_by_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", Moment(), nullable=False),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        *_checks(
            "proxies",
            two_persons="proxy_member_id <> member_id",
            not_by_oneself="named_by_id <> proxy_member_id",
            revoked_by="(revoked_at IS NULL) = (revoked_by_id IS NULL)",
            relation_length="length(relation) <= 20",
        ),
        _to("proxies", "member_id", "members"),
        _to("proxies", "proxy_member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_proxies")),
        sqlite_strict=True,
    )
    _once("uq_proxies_live", "proxies", ["member_id", "proxy_member_id"], "revoked_at IS NULL")
    _index("ix_proxies_member", "proxies", ["member_id", "id"])
    _index("ix_proxies_proxy", "proxies", ["proxy_member_id", "id"])
    op.create_table(
        "proxy_pickups",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("proxy_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("proxy_member_id", sa.Uuid(), nullable=False),
        sa.Column("keeper_id", sa.Uuid(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        *_checks(
            "proxy_pickups",
            two_persons="proxy_member_id <> member_id",
            keeper_is_another="keeper_id <> proxy_member_id",
        ),
        _to("proxy_pickups", "order_id", "orders"),
        _to("proxy_pickups", "proxy_id", "proxies"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_proxy_pickups")),
        sa.UniqueConstraint("community_id", "order_id", name="uq_proxy_pickups_order"),
        sqlite_strict=True,
    )
    _index("ix_proxy_pickups_month", "proxy_pickups", ["proxy_member_id", "business_on"])
    _index("ix_proxy_pickups_proxy", "proxy_pickups", ["proxy_id"])


def _make_deliveries():
    op.create_table(
        "home_deliveries",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("business_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("received_by", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        *_checks(
            "home_deliveries",
            state_known="state IN ('waiting', 'delivered', 'returned')",
            received_by_known="received_by IN ('self', 'family', 'neighbour')",
            ended="(state = 'waiting') = (ended_at IS NULL)",
            ended_by="(state = 'waiting') = (ended_by_id IS NULL)",
            signed="(state = 'delivered') = (received_by IS NOT NULL)",
            returned="(state = 'returned') = (request_id IS NOT NULL)",
            carrier_is_another="ended_by_id <> member_id",
            note_length="length(note) <= 100",
        ),
        _to("home_deliveries", "order_id", "orders"),
        _to("home_deliveries", "shop_id", "places"),
        _to("home_deliveries", "request_id", "shop_requests"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_home_deliveries")),
        sa.UniqueConstraint("community_id", "order_id", name="uq_home_deliveries_order"),
        sqlite_strict=True,
    )
    _index("ix_home_deliveries_shop", "home_deliveries", ["shop_id", "state", "id"])
    _index("ix_home_deliveries_request", "home_deliveries", ["request_id"])


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
    op.create_index(name, table, ["community_id", *columns], unique=False)


def _once(name, table, columns, where):
    op.create_index(
        name,
        table,
        ["community_id", *columns],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
