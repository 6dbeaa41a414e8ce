"""A database for each test: built once by the migrations, then copied in milliseconds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, cast

from flask import Flask
from flask_migrate import upgrade

from pointsvc.app import create_app
from pointsvc.config import Settings
from pointsvc.extensions import db
from pointsvc.kernel.read_only import MARKER
from pointsvc.ledger.published import FOLDER
from tests.support import postgres
from tests.support.clients import HouseClient
from tests.support.lacking import lack
from tests.support.postgres import Cluster

T = TypeVar("T")
SECRET_KEY: Final = "the-one-secret-of-the-tests-0123456789"


class Store(Protocol):
    """Where an engine keeps databases; the app always opens the one behind `url`."""

    url: str

    def keep_as(self, template: str) -> None:
        """Keep the database behind `url` as it is now; nobody may have it open."""

    def bring_back(self, template: str) -> None:
        """Put a fresh copy of a kept one behind `url`."""

    def make_empty(self, name: str) -> str:
        """Make another database, without tables; its address."""


class SqliteStore:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = self.make_empty("tests")

    def keep_as(self, template: str) -> None:
        shutil.copyfile(self._file("tests"), self._file(template))

    def bring_back(self, template: str) -> None:
        self.make_empty("tests")
        shutil.copyfile(self._file(template), self._file("tests"))

    def make_empty(self, name: str) -> str:
        for left in self.folder.glob(f"{name}.sqlite3*"):
            left.unlink()
        return f"sqlite:///{self._file(name)}"

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"


class PostgresStore:
    """Databases in a cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.url = self.make_empty("tests")

    def keep_as(self, template: str) -> None:
        self.cluster.run(f'CREATE DATABASE "{template}" TEMPLATE tests')

    def bring_back(self, template: str) -> None:
        self.make_empty("tests", template)

    def make_empty(self, name: str, template: str = "template1") -> str:
        self.cluster.run(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy',
        )
        return self.cluster.url(name)


class Stand:
    """One engine's application, and what its database can begin with."""

    def __init__(self, app: Flask, store: Store) -> None:
        self.app = app
        self.store = store
        self._kept: dict[str, Any] = {}

    def renew(self, template: str, furnish: Callable[[], T]) -> T:
        """Give the app a database that no test has seen; the first time, `furnish` makes it.

        What `furnish` returned (ids, names) is returned for every later copy as well.
        """
        with self.app.app_context():
            db.engine.dispose()
        forget_published(Path(self.app.instance_path))
        if template in self._kept:
            self.store.bring_back(template)
        else:
            self.store.make_empty("tests")
            made = self._furnish(furnish)
            self.store.keep_as(template)
            self._kept[template] = made
        return cast("T", self._kept[template])

    def _furnish(self, furnish: Callable[[], T]) -> T:
        with self.app.app_context():
            upgrade()
            made = furnish()
            db.session.remove()
            db.engine.dispose()
        return made


def forget_published(instance: Path) -> None:
    """What an instance keeps outside its database would tell of another test's."""
    shutil.rmtree(instance / FOLDER, ignore_errors=True)
    (instance / MARKER).unlink(missing_ok=True)


@contextmanager
def stand(
    engine_name: str,
    folder: Path,
    settings: Mapping[str, str] = postgres.SETTINGS,
    home: Path | None = None,
) -> Iterator[Stand]:
    """The stand of an engine for this session; PostgreSQL's brings a cluster of its own."""
    if engine_name == "sqlite":
        with _with_app(SqliteStore(folder), folder) as made:
            yield made
        return
    binaries = postgres.find_binaries() or lack("PostgreSQL (apt-get install postgresql)")
    with (
        postgres.cluster(binaries, settings=settings, home=home) as cluster,
        _with_app(PostgresStore(cluster), folder) as made,
    ):
        yield made


@contextmanager
def _with_app(store: Store, folder: Path) -> Iterator[Stand]:
    app = create_app(
        Settings(instance=folder / "instance", database_url=store.url, secret_key=SECRET_KEY)
    )
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    app.test_client_class = HouseClient
    yield Stand(app, store)
    with app.app_context():
        db.engine.dispose()
