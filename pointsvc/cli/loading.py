"""A copy loaded into a database of its own, brought up to date there, and verified."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, StatementError

from pointsvc.app import create_app
from pointsvc.backup.errors import BooksBroken
from pointsvc.backup.restoring import check_keys, load_tables, read_manifest
from pointsvc.cli.running import bring_up_to_date
from pointsvc.cli.verification import Verification, verify_everything
from pointsvc.config import Settings
from pointsvc.extensions import db
from pointsvc.kernel.key_files import load_ring
from pointsvc.kernel.keys import KeyRing


def ring_of(settings: Settings) -> KeyRing:
    """The keys that these settings lead to."""
    return load_ring(settings.instance, setting=settings.secret_key, file=settings.secret_key_file)


def load_verified(
    copy: zipfile.ZipFile,
    manifest: dict[str, Any],
    settings: Settings,
    tell: Callable[[str], None] = lambda _step: None,
) -> Verification:
    """Build the scratch database of these settings, load it, bring it up to date, verify its books.

    `tell` is called after each of these three steps: load, upgrade, verify.

    Raises:
        BooksBroken: they do not hold; the database refused rows of the copy, or verifying did.
    """
    app = create_app(settings)
    with app.app_context():
        try:
            bring_up_to_date(manifest["revision"])
            with db.engine.begin() as connection:
                load_tables(copy, connection)
            tell("load")
            bring_up_to_date()
            tell("upgrade")
            found = verify_everything()
            tell("verify")
        except (IntegrityError, StatementError) as error:
            raise BooksBroken(checks=type(error.orig).__name__) from error
        finally:
            db.session.remove()
            db.engine.dispose()
    if not found.ok:
        raise BooksBroken(checks=", ".join(c.id for c in found.checks if not c.ok))
    return found


@contextmanager
def scratch_file(settings: Settings) -> Iterator[Settings]:
    """Settings of an embedded database that is thrown away."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".verifying-", dir=settings.instance) as folder:
        yield replace(settings, database_url=f"sqlite:///{Path(folder) / 'verified.sqlite3'}")


@contextmanager
def scratch_schema(settings: Settings, name: str) -> Iterator[Settings]:
    """Settings of a new schema beside the standing one in PostgreSQL; thrown away unless renamed."""
    url = make_url(settings.database_url)
    beside = url.update_query_dict({"options": f"-csearch_path={name}"})
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f'CREATE SCHEMA "{name}"'))
    try:
        yield replace(settings, database_url=beside.render_as_string(hide_password=False))
    finally:
        with engine.begin() as connection:
            connection.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))


def try_copy(copy: zipfile.ZipFile, settings: Settings) -> Verification:
    """Restore a copy into an embedded database that is thrown away; what verifying found there.

    Raises:
        NotACopy, KeysMissing, BooksBroken: it could not be restored.
    """
    manifest = read_manifest(copy)
    check_keys(manifest, ring_of(settings))
    with scratch_file(settings) as scratch:
        return load_verified(copy, manifest, scratch)


def rehearse_upgrade(
    copy: zipfile.ZipFile, settings: Settings, stamp: str, tell: Callable[[str], None]
) -> Verification:
    """Upgrade a copy on the engine of these settings, beside the database, and verify it there.

    Raises:
        NotACopy, KeysMissing, BooksBroken, and whatever a migration stumbles over.
    """
    manifest = read_manifest(copy)
    check_keys(manifest, ring_of(settings))
    is_embedded = make_url(settings.database_url).get_backend_name() == "sqlite"
    beside = (
        scratch_file(settings) if is_embedded else scratch_schema(settings, f"rehearsal_{stamp}")
    )
    with beside as scratch:
        return load_verified(copy, manifest, scratch, tell)
