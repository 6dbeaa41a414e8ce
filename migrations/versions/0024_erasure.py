"""Requests to be erased; words in history can be emptied, and nothing else of it.

A downgrade is refused while requests wait: whoever asked would be forgotten without a word (PIPL art. 47,
50). They are carried out or taken back first. Who was erased stays written in `erased.log`.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment
from pointsvc.kernel.blots import blot_guards, without_blot_guards

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "erasure_requests"


def upgrade():
    op.create_table(
        TABLE,
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))
            for name, condition in {
                "state_known": "state IN ('asked', 'withdrawn', 'done')",
                "closing_known": "closing IN ('lapse', 'donate')",
                "ended": "(state = 'asked') = (ended_at IS NULL)",
                "ended_by": "(ended_at IS NULL) = (ended_by_id IS NULL)",
                "due_later": "due_at >= asked_at",
                "waited": "state <> 'done' OR ended_at >= due_at",
            }.items()
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f(f"fk_{TABLE}_community_id_member_id_members"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f(f"pk_{TABLE}")),
        sqlite_strict=True,
    )
    where = sa.text("state = 'asked'")
    op.create_index(
        "uq_erasure_requests_waiting",
        TABLE,
        ["community_id", "member_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index("ix_erasure_requests_member", TABLE, ["community_id", "member_id", "id"])
    op.create_index("ix_erasure_requests_state", TABLE, ["community_id", "state", "due_at"])
    for statement in blot_guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    waiting = sa.text(f"SELECT count(*) FROM {TABLE} WHERE state = 'asked'")
    if op.get_bind().execute(waiting).scalar_one():
        message = (
            "requests to be erased wait: carry them out, or take them back, and downgrade then"
        )
        raise RuntimeError(message)
    for statement in without_blot_guards(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table(TABLE)
