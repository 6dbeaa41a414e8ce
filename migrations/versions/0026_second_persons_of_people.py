"""A second person agrees before two accounts become one, or somebody is erased at a clerk's word.

A downgrade is refused while requests wait: whoever asked would be forgotten without a word. Once they
are decided or withdrawn it drops them; what was done stands in the trail.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = "person_requests"
CHECKS = {
    "kind_known": "kind IN ('merge', 'erasure')",
    "closing_known": "closing IN ('lapse', 'donate')",
    "into_named": "(kind = 'merge') = (into_id IS NOT NULL)",
    "closing_named": "(kind = 'erasure') = (closing IS NOT NULL)",
    "two_accounts": "into_id <> member_id",
    "asker_is_another": "asked_by_id NOT IN (member_id, into_id)",
    "two_persons": "decided_by_id <> asked_by_id",
    "decider_is_another": "state <> 'approved' OR decided_by_id NOT IN (member_id, into_id)",
    "state_known": "state IN ('asked', 'approved', 'declined', 'withdrawn', 'expired')",
    "decided_by": "(state IN ('approved', 'declined')) = (decided_by_id IS NOT NULL)",
    "ended": "(state = 'asked') = (ended_at IS NULL)",
    "expires_later": "expires_at > asked_at",
    "reason_length": "length(reason) <= 200",
    "answer_length": "length(answer) <= 200",
}


def upgrade():
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("community_id", "id")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=True),
        sa.Column("closing", sa.Text(), nullable=True),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))
            for name, condition in CHECKS.items()
        ),
        *(_names_member(column) for column in ("member_id", "into_id")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f(f"pk_{TABLE}")),
        sqlite_strict=True,
    )
    _index_one_that_waits()
    for name, columns in {
        "member": ["member_id", "id"],
        "into": ["into_id", "id"],
        "state": ["state", "id"],
    }.items():
        op.create_index(f"ix_{TABLE}_{name}", TABLE, ["community_id", *columns])


def downgrade():
    waiting = sa.text(f"SELECT count(*) FROM {TABLE} WHERE state = 'asked'")
    if op.get_bind().execute(waiting).scalar_one():
        message = "requests to merge or erase wait: decide about them, or withdraw them, and downgrade then"
        raise RuntimeError(message)
    op.drop_table(TABLE)


def _names_member(column):
    return sa.ForeignKeyConstraint(
        ["community_id", column],
        ["members.community_id", "members.id"],
        name=op.f(f"fk_{TABLE}_community_id_{column}_members"),
    )


def _index_one_that_waits():
    where = sa.text("state = 'asked'")
    for name, column in {"member": "member_id", "into": "into_id"}.items():
        op.create_index(
            f"uq_{TABLE}_{name}",
            TABLE,
            ["community_id", column],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
