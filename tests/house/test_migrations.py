"""The migrations make what the models say, and can be walked down and up again."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from flask_sqlalchemy import SQLAlchemy

from tests.support import schemas
from tests.support.databases import Stand


def test_down_and_up_again_leaves_the_same_schema(engine_stand: Stand) -> None:
    url = engine_stand.store.make_empty("walked")
    with schemas.migrating(url).app_context():
        upgrade()
        first = schemas.schema_of(url)
        downgrade(revision="base")
        assert schemas.schema_of(url) == set()
        upgrade()
    assert schemas.schema_of(url) == first


def test_the_migrations_make_what_the_models_say(engine_stand: Stand) -> None:
    migrated, modelled = map(engine_stand.store.make_empty, ("migrated_once", "modelled"))
    with schemas.migrating(migrated).app_context():
        upgrade()
    schemas.build_from_models(modelled)
    assert schemas.schema_of(migrated) == schemas.schema_of(modelled), "write a migration"


def test_autogenerate_finds_nothing_to_do(database: SQLAlchemy) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schemas.tables()) == [], "write a migration"
