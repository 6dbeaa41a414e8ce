"""Plots on a plan, hand-overs, corners lent to residents; answers to wishes, spoken yeses, renewals.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.append_only import guards

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PURPOSES = "'service', 'messages', 'publish_name', 'guardian', 'position'"
KNOWN = "ck_consents_purpose_known"
OWNERS = "'owners', 'property', 'street', 'other'"
PLOT_COLUMNS = ("buildings", "sign_text", "owner_kind", "owner_name", "outline")
PLOT_CHECKS = {
    "ck_plots_owner_kind_known": f"owner_kind IN ({OWNERS})",
    "ck_plots_buildings_length": "length(buildings) <= 120",
    "ck_plots_sign_text_length": "length(sign_text) <= 120",
    "ck_plots_owner_name_length": "length(owner_name) <= 80",
    "ck_plots_outline_length": "length(outline) <= 1000",
}
ASSIGNMENT_COLUMNS = (
    ("wish_on", sa.Date()),
    ("spoken_to_id", sa.Uuid()),
    ("renewal_ends_on", sa.Date()),
    ("reminded_on", sa.Date()),
)
LIVE = sa.text("state IN ('offered', 'active', 'notice')")


def upgrade():
    with _remade("plots") as plots:
        for name in PLOT_COLUMNS:
            plots.add_column(sa.Column(name, sa.Text(), nullable=True))
        for name, check in PLOT_CHECKS.items():
            plots.create_check_constraint(op.f(name), check)
    for name, type_ in ASSIGNMENT_COLUMNS:
        op.add_column("assignments", sa.Column(name, type_, nullable=True))
    _make_settings()
    _make_handovers()
    _make_lines()
    _make_adoptions()
    _ask_for(f"{PURPOSES}, 'plot_name'")


def downgrade():
    _take_guards_down()
    op.execute("DELETE FROM consents WHERE purpose = 'plot_name'")
    _ask_for(PURPOSES)
    for table in ("adoptions", "handover_lines", "handovers", "plot_settings"):
        op.drop_table(table)
    for name, _type in reversed(ASSIGNMENT_COLUMNS):
        op.drop_column("assignments", name)
    with _remade("plots") as plots:
        for name in PLOT_CHECKS:
            plots.drop_constraint(op.f(name), type_="check")
        for name in reversed(PLOT_COLUMNS):
            plots.drop_column(name)


def _make_settings():
    op.create_table(
        "plot_settings",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("width_metres", sa.BigInteger(), nullable=False),
        sa.Column("height_metres", sa.BigInteger(), nullable=False),
        sa.Column("checklist", sa.Text(), nullable=True),
        *_checks(
            "plot_settings",
            width_known="width_metres BETWEEN 20 AND 5000",
            height_known="height_metres BETWEEN 20 AND 5000",
            checklist_length="length(checklist) <= 1700",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_plot_settings_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_plot_settings")),
        sqlite_strict=True,
    )


def _make_handovers():
    op.create_table(
        "handovers",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        *_checks(
            "handovers",
            state_known="state IN ('open', 'done')",
            closed_when_done="(state = 'done') = (closed_at IS NOT NULL)",
        ),
        _to("handovers", "place_id", "plots", "place_id"),
        _to("handovers", "assignment_id", "assignments"),
        _to("handovers", "from_id", "members"),
        _to("handovers", "to_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_handovers")),
        sa.UniqueConstraint(
            "community_id", "assignment_id", name=op.f("uq_handovers_community_id_assignment_id")
        ),
        sqlite_strict=True,
    )
    for name in ("place", "from", "to"):
        op.create_index(f"ix_handovers_{name}", "handovers", ["community_id", _key(name), "state"])


def _make_lines():
    op.create_table(
        "handover_lines",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", Moment(), nullable=True),
        sa.Column("given_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        *_checks("handover_lines", words_length="length(words) <= 80"),
        _to("handover_lines", "handover_id", "handovers"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_handover_lines")),
        sa.UniqueConstraint(
            "community_id",
            "handover_id",
            "position",
            name=op.f("uq_handover_lines_community_id_handover_id_position"),
        ),
        sqlite_strict=True,
    )


def _make_adoptions():
    op.create_table(
        "adoptions",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("corner", sa.Text(), nullable=False),
        sa.Column("outline", sa.Text(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("clauses_version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column("offered_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("notice_days", sa.BigInteger(), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("notice_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        *_checks(
            "adoptions",
            state_known="state IN ('offered', 'active', 'notice', 'declined', 'ended')",
            corner_length="length(corner) <= 40",
            outline_length="length(outline) <= 1000",
            reason_length="length(reason) <= 200",
            ends_after_start="ends_on >= starts_on",
            notice_days_known="notice_days BETWEEN 0 AND 366",
            notice_dated="state <> 'notice' OR notice_on IS NOT NULL",
        ),
        _to("adoptions", "place_id", "plots", "place_id"),
        _to("adoptions", "member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_adoptions")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_adoptions_live",
        "adoptions",
        ["community_id", "place_id", "corner"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    for name in ("place", "member"):
        op.create_index(f"ix_adoptions_{name}", "adoptions", ["community_id", _key(name), "state"])


def _key(name):
    return f"{name}_id"


def _ask_for(purposes):
    """Another list of purposes. SQLite makes the table anew: history's guards go and come back."""
    _take_guards_down()
    with _remade("consents") as consents:
        consents.drop_constraint(op.f(KNOWN), type_="check")
        consents.create_check_constraint(op.f(KNOWN), f"purpose IN ({purposes})")
    for statement in guards(op.get_bind().dialect.name):
        if " ON consents " in statement or statement.startswith("ALTER TABLE consents "):
            op.execute(statement)


def _take_guards_down():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER IF EXISTS consents_append_only ON consents")
        op.execute("DROP TRIGGER IF EXISTS consents_no_truncate ON consents")
        return
    for deed in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER IF EXISTS consents_no_{deed}")


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
