"""A phone may have several passwords, each opening what it was linked to.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.columns import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# On the way down a phone keeps the password that was set last: the older table holds one.
NEWEST = (
    "id = (SELECT other.id FROM credentials_before AS other"
    " WHERE other.phone_index = credentials_before.phone_index"
    " ORDER BY other.changed_at DESC, other.id LIMIT 1)"
)


def upgrade():
    _make_anew(["phone_index", "id"], "1 = 1")


def downgrade():
    _make_anew(["phone_index"], NEWEST)


def _make_anew(key, which):
    """Another primary key; SQLite cannot change one, so the table is made anew on both engines."""
    columns = "phone_index, id, password_hash, changed_at"
    op.execute("CREATE TABLE credentials_before AS SELECT * FROM credentials")
    op.drop_table("credentials")
    op.create_table(
        "credentials",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_credentials")),
        sa.UniqueConstraint("id", name=op.f("uq_credentials_id")),
        sqlite_strict=True,
    )
    op.execute(
        f"INSERT INTO credentials ({columns}) SELECT {columns} FROM credentials_before WHERE {which}"
    )
    op.drop_table("credentials_before")
