"""The trail by action: the last of a kind is found without walking through the years.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_audit_events_action", "audit_events", ["community_id", "action", "id"], unique=False
    )


def downgrade():
    op.drop_index("ix_audit_events_action", table_name="audit_events")
