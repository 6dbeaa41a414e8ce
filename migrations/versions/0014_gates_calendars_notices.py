"""Dangerous shifts and who may join them, reminders, calendars to subscribe to, messages that leave.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

RISKS = "'none', 'mower', 'ladder', 'pesticide', 'night'"
TOPICS = "'mower', 'ladder', 'pesticide', 'night', 'first_aid'"
KINDS = "'coming', 'gaps', 'uncovered', 'worked_uncovered'"
RISK = "ck_shifts_risk_known"
CHANGES = "ck_shifts_changes_floor"
# A duty's shift is as dangerous as its plan; the others were opened by hand before there were risks.
OF_PLANS = """
UPDATE shifts SET risk = (
    SELECT care_plans.risk FROM duties
    JOIN care_plans ON care_plans.community_id = duties.community_id AND care_plans.id = duties.plan_id
    WHERE duties.community_id = shifts.community_id AND duties.shift_id = shifts.id
)
WHERE EXISTS (
    SELECT 1 FROM duties
    WHERE duties.community_id = shifts.community_id AND duties.shift_id = shifts.id
)
"""


def upgrade():
    _name_risks()
    _make_trainings()
    _make_insurances()
    _make_reminders()
    _make_feeds()
    _make_wishes()
    _make_deliveries()


def downgrade():
    for table in (
        "deliveries",
        "message_wishes",
        "calendar_feeds",
        "reminders",
        "insurances",
        "trainings",
    ):
        op.drop_table(table)
    with _shifts() as shifts:
        shifts.drop_constraint(op.f(RISK), type_="check")
        shifts.drop_constraint(op.f(CHANGES), type_="check")
        for name in ("risk", "changes_count", "changed_at"):
            shifts.drop_column(name)


def _name_risks():
    op.add_column("shifts", sa.Column("risk", sa.Text(), nullable=True))
    op.add_column("shifts", sa.Column("changes_count", sa.BigInteger(), nullable=True))
    op.add_column("shifts", sa.Column("changed_at", Moment(), nullable=True))
    op.execute(OF_PLANS)
    op.execute("UPDATE shifts SET changes_count = 0, risk = COALESCE(risk, 'none')")
    with _shifts() as shifts:
        shifts.alter_column("risk", existing_type=sa.Text(), nullable=False)
        shifts.alter_column("changes_count", existing_type=sa.BigInteger(), nullable=False)
        shifts.create_check_constraint(op.f(RISK), f"risk IN ({RISKS})")
        shifts.create_check_constraint(op.f(CHANGES), "changes_count >= 0")


def _shifts():
    """SQLite makes the table anew, and would forget that it is strict."""
    return op.batch_alter_table("shifts", table_kwargs={"sqlite_strict": True})


def _make_trainings():
    op.create_table(
        "trainings",
        *_keys(),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("certificate_no", sa.Text(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        *_checks(
            "trainings",
            topic_known=f"topic IN ({TOPICS})",
            given_by_length="length(given_by) <= 60",
            certificate_no_length="length(certificate_no) <= 60",
            ends_after_training="ends_on >= trained_on",
        ),
        _to("trainings", "member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_trainings")),
        sqlite_strict=True,
    )
    op.create_index("ix_trainings_member", "trainings", ["community_id", "member_id"])
    op.create_index("ix_trainings_ends", "trainings", ["community_id", "ends_on"])


def _make_insurances():
    op.create_table(
        "insurances",
        *_keys(),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("insurer", sa.Text(), nullable=False),
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        *_checks(
            "insurances",
            insurer_length="length(insurer) <= 60",
            policy_no_length="length(policy_no) <= 60",
            ends_after_start="ends_on >= starts_on",
        ),
        _to("insurances", "member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_insurances")),
        sqlite_strict=True,
    )
    _unique_where(
        "uq_insurances_live",
        "insurances",
        ["member_id", "policy_no", "starts_on"],
        "withdrawn_at IS NULL",
    )
    op.create_index("ix_insurances_ends", "insurances", ["community_id", "ends_on"])


def _make_reminders():
    op.create_table(
        "reminders",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("reminded_at", Moment(), nullable=False),
        *_checks("reminders", kind_known=f"kind IN ({KINDS})"),
        _to("reminders", "shift_id", "shifts"),
        _to("reminders", "member_id", "members"),
        _to("reminders", "about_id", "members"),
        sa.PrimaryKeyConstraint(
            "community_id", "shift_id", "member_id", "kind", "about_id", name=op.f("pk_reminders")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_reminders_member", "reminders", ["community_id", "member_id"])


def _make_feeds():
    op.create_table(
        "calendar_feeds",
        *_keys(),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        _to("calendar_feeds", "member_id", "members"),
        _to("calendar_feeds", "place_id", "places"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint(
            "community_id", "secret_hash", name=op.f("uq_calendar_feeds_community_id_secret_hash")
        ),
        sqlite_strict=True,
    )
    for name, columns, where in (
        ("uq_calendar_feeds_own", ["member_id"], "revoked_at IS NULL AND place_id IS NULL"),
        (
            "uq_calendar_feeds_plot",
            ["member_id", "place_id"],
            "revoked_at IS NULL AND place_id IS NOT NULL",
        ),
    ):
        _unique_where(name, "calendar_feeds", columns, where)


def _make_wishes():
    op.create_table(
        "message_wishes",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("email_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("by_email", sa.Boolean(), nullable=False),
        sa.Column("by_sms", sa.Boolean(), nullable=False),
        sa.Column("by_wechat", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        *_checks("message_wishes", email_there="NOT by_email OR email_cipher IS NOT NULL"),
        _to("message_wishes", "member_id", "members"),
        sa.PrimaryKeyConstraint("community_id", "member_id", name=op.f("pk_message_wishes")),
        sqlite_strict=True,
    )


def _make_deliveries():
    op.create_table(
        "deliveries",
        *_keys(),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts_count", sa.BigInteger(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        *_checks(
            "deliveries",
            channel_known="channel IN ('email', 'sms', 'wechat')",
            state_known="state IN ('waiting', 'sending', 'sent', 'dead', 'dropped')",
            attempts_floor="attempts_count >= 0",
            held="(state = 'sending') = (holder IS NOT NULL)",
            sent="(state = 'sent') = (sent_at IS NOT NULL)",
            fault_length="length(fault) <= 40",
        ),
        _to("deliveries", "message_id", "outbox_messages"),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "community_id",
            "message_id",
            "channel",
            name=op.f("uq_deliveries_community_id_message_id_channel"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_deliveries_due", "deliveries", ["community_id", "state", "due_at"])


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
