"""Where a place lies, and how far from it a sign was scanned.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from pointsvc.kernel.append_only import guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PURPOSES = "'service', 'messages', 'publish_name', 'guardian'"
KNOWN = "ck_consents_purpose_known"
CHECKS = {
    "ck_places_position_whole": "(latitude_microdegrees IS NULL) = (longitude_microdegrees IS NULL)"
    " AND (latitude_microdegrees IS NULL) = (radius_metres IS NULL)",
    "ck_places_latitude_range": "latitude_microdegrees BETWEEN -90000000 AND 90000000",
    "ck_places_longitude_range": "longitude_microdegrees BETWEEN -180000000 AND 180000000",
    "ck_places_radius_range": "radius_metres BETWEEN 10 AND 2000",
}
COLUMNS = ("latitude_microdegrees", "longitude_microdegrees", "radius_metres")


def upgrade():
    op.add_column(
        "scans",
        sa.Column(
            "distance_metres",
            sa.BigInteger(),
            sa.CheckConstraint("distance_metres >= 0", name=op.f("ck_scans_distance_floor")),
            nullable=True,
        ),
    )
    with _remade("places") as places:
        for name in COLUMNS:
            places.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        for name, check in CHECKS.items():
            places.create_check_constraint(op.f(name), check)
    _ask_for(f"{PURPOSES}, 'position'")


def downgrade():
    _take_guards_down()
    op.execute("DELETE FROM consents WHERE purpose = 'position'")
    _ask_for(PURPOSES)
    with _remade("places") as places:
        for name in CHECKS:
            places.drop_constraint(op.f(name), type_="check")
        for name in COLUMNS:
            places.drop_column(name)
    op.drop_column("scans", "distance_metres")


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
