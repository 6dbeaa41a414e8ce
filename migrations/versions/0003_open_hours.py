"""A place says when it is open.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECK = "ck_places_open_hours_length"


def upgrade():
    with _places() as places:
        places.add_column(sa.Column("open_hours", sa.Text(), nullable=True))
        places.create_check_constraint(op.f(CHECK), "length(open_hours) <= 60")


def downgrade():
    with _places() as places:
        places.drop_constraint(op.f(CHECK), type_="check")
        places.drop_column("open_hours")


def _places():
    """SQLite makes the table anew, and would forget that it is strict."""
    return op.batch_alter_table("places", table_kwargs={"sqlite_strict": True})
