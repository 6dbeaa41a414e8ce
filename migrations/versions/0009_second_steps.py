"""A second step of signing in: a secret shared with an app, and codes for the day it is lost.

An operator's phone is kept encrypted, so that it can be moved to a newer key.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEW_ON_VISITS = ("proved_at", "withheld_at")


def upgrade():
    op.create_table(
        "second_steps",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_second_steps")),
        sqlite_strict=True,
    )
    op.create_table(
        "recovery_codes",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["second_steps.subject_id"],
            name=op.f("fk_recovery_codes_subject_id_second_steps"),
        ),
        sa.PrimaryKeyConstraint("subject_id", "code_hash", name=op.f("pk_recovery_codes")),
        sqlite_strict=True,
    )
    op.add_column("operators", sa.Column("phone_cipher", sa.LargeBinary(), nullable=True))
    for name in NEW_ON_VISITS:
        op.add_column("sign_ins", sa.Column(name, Moment(), nullable=True))


def downgrade():
    for name in NEW_ON_VISITS:
        op.drop_column("sign_ins", name)
    op.drop_column("operators", "phone_cipher")
    op.drop_table("recovery_codes")
    op.drop_table("second_steps")
