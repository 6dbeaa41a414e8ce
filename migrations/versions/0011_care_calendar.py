"""A plot's care calendar, the duties that it makes, holidays; terms and wishes of those who care.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CARES = (
    "'litter', 'water', 'weed', 'mow', 'hedge', 'prune', 'feed', 'leaves', 'wrap',"
    " 'green_up_water', 'winter_water', 'patrol'"
)
RISKS = "'none', 'mower', 'ladder', 'pesticide', 'night'"
ADDED = (
    ("is_substitute", sa.Boolean()),
    ("starts_on", sa.Date()),
    ("ends_on", sa.Date()),
    ("wish", sa.Text()),
    ("decided_by_id", sa.Uuid()),
)
TERM = "ck_assignments_ends_after_start"
WISH = "ck_assignments_wish_length"


def upgrade():
    with _assignments() as assignments:
        for name, type_ in ADDED:
            assignments.add_column(sa.Column(name, type_, nullable=True))
        assignments.create_check_constraint(op.f(TERM), "ends_on >= starts_on")
        assignments.create_check_constraint(op.f(WISH), "length(wish) <= 200")
    _make_plans()
    _make_duties()
    _make_holidays()


def downgrade():
    op.drop_table("holidays")
    op.drop_table("duties")
    op.drop_table("care_plans")
    with _assignments() as assignments:
        assignments.drop_constraint(op.f(WISH), type_="check")
        assignments.drop_constraint(op.f(TERM), type_="check")
        for name, _type in reversed(ADDED):
            assignments.drop_column(name)


def _assignments():
    """SQLite makes the table anew, and would forget that it is strict."""
    return op.batch_alter_table("assignments", table_kwargs={"sqlite_strict": True})


def _make_plans():
    op.create_table(
        "care_plans",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("rrule", sa.Text(), nullable=False),
        sa.Column("season_from", sa.BigInteger(), nullable=False),
        sa.Column("season_to", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("at_minute", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("people_count", sa.BigInteger(), nullable=False),
        sa.Column("interval_days", sa.BigInteger(), nullable=True),
        sa.Column("tools", sa.Text(), nullable=True),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("follows_holidays", sa.Boolean(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        *_checks(
            "care_plans",
            care_known=f"care IN ({CARES})",
            risk_known=f"risk IN ({RISKS})",
            rrule_length="length(rrule) <= 200",
            tools_length="length(tools) <= 200",
            season_from_known="season_from BETWEEN 101 AND 1231",
            season_to_known="season_to BETWEEN 101 AND 1231",
            at_minute_known="at_minute BETWEEN 0 AND 1439",
            minutes_known="minutes BETWEEN 15 AND 480",
            people_count_known="people_count BETWEEN 1 AND 50",
            interval_days_known="interval_days BETWEEN 1 AND 366",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_care_plans_community_id_communities"),
        ),
        _to("care_plans", "place_id", "plots", "place_id"),
        _to("care_plans", "follows_id", "care_plans"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_care_plans")),
        sqlite_strict=True,
    )
    op.create_index("ix_care_plans_place", "care_plans", ["community_id", "place_id"])


def _make_duties():
    op.create_table(
        "duties",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("rule_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_moved", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        *_checks(
            "duties",
            state_known="state IN ('planned', 'held', 'withdrawn')",
            note_length="length(note) <= 200",
        ),
        _to("duties", "plan_id", "care_plans"),
        _to("duties", "place_id", "plots", "place_id"),
        _to("duties", "shift_id", "shifts"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_duties")),
        sa.UniqueConstraint(
            "community_id",
            "plan_id",
            "rule_on",
            name=op.f("uq_duties_community_id_plan_id_rule_on"),
        ),
        sa.UniqueConstraint(
            "community_id", "shift_id", name=op.f("uq_duties_community_id_shift_id")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_duties_place", "duties", ["community_id", "place_id", "due_on"])
    op.create_index("ix_duties_day", "duties", ["community_id", "due_on"])


def _make_holidays():
    op.create_table(
        "holidays",
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        *_checks("holidays", name_length="length(name) <= 40"),
        sa.PrimaryKeyConstraint("day_on", name=op.f("pk_holidays")),
        sqlite_strict=True,
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
