"""How migrations run: on a connection of their own, with foreign keys off on SQLite."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from pointsvc.columns import Moment
from pointsvc.extensions import Base


def render_item(kind, item, autogen_context):
    """Write our own column types by name."""
    if kind == "type" and isinstance(item, Moment):
        autogen_context.imports.add("from pointsvc.columns import Moment")
        return "Moment()"
    return False


def run() -> None:
    """Upgrade or downgrade the configured database, then check every foreign key."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=is_sqlite,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                assert not broken, f"foreign keys broken by the migration: {broken[:5]}"
        connection.commit()
    engine.dispose()


run()
