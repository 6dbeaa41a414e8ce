"""A copy loaded into a database of its own, brought up to date there, and verified."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
    copy: zipfile.ZipFile, manifest: dict[str, Any], settings: Settings
) -> Verification:
    """Build the scratch database of these settings, load it, bring it up to date, verify its books.

    Raises:
        BooksBroken: they do not hold; the database refused rows of the copy, or verifying did.
    """
    app = create_app(settings)
    with app.app_context():
        try:
            bring_up_to_date(manifest["revision"])
            with db.engine.begin() as connection:
                load_tables(copy, connection)
            bring_up_to_date()
            found = verify_everything()
        except (IntegrityError, StatementError) as error:
            raise BooksBroken(checks=type(error.orig).__name__) from error
        finally:
            db.session.remove()
            db.engine.dispose()
    if not found.ok:
        raise BooksBroken(checks=", ".join(c.id for c in found.checks if not c.ok))
    return found


def try_copy(copy: zipfile.ZipFile, settings: Settings) -> Verification:
    """Restore a copy into an embedded database that is thrown away; what verifying found there.

    Raises:
        NotACopy, KeysMissing, BooksBroken: it could not be restored.
    """
    manifest = read_manifest(copy)
    check_keys(manifest, ring_of(settings))
    settings.instance.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".verifying-", dir=settings.instance) as folder:
        scratch = f"sqlite:///{Path(folder) / 'verified.sqlite3'}"
        return load_verified(copy, manifest, replace(settings, database_url=scratch))
