"""Fixtures of every room; tests/support holds what they are made of.

- `app`: the application on a fresh, migrated database, on both engines; `client` asks it.
- `database`: the same inside an application context, for tests of services and queries.
- `cast`: the people of the demo street are in that database (tests/support/cast.py).
- `clock`: stands still on a Saturday morning until moved; every test with a database has it.
- `engine_name`, `engine_url`, `environment`: for tests that open the same database themselves.
- `wired_app`: the application without a database, for what only looks at its wiring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial

import hypothesis
import pytest
from _pytest.terminal import TerminalReporter
from argon2 import PasswordHasher
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from pointsvc.app import create_app
from pointsvc.config import Settings
from pointsvc.extensions import db
from pointsvc.kernel import passwords
from tests.support.cast import Cast, raise_cast
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock, frozen_clock
from tests.support.databases import SECRET_KEY, Stand, stand
from tests.support.lacking import report_lacks

ENGINES = ("sqlite", "postgresql")
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on both engines, or on those that its marker names."""
    if "engine_name" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("engines")
        metafunc.parametrize("engine_name", marker.args if marker else ENGINES, indirect=True)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let `-m "not database"` choose the quick half; never crowd the server and watch a browser."""
    for item in items:
        if item.path.parent.name == "browser" or item.path.stem == "test_killed_servers":
            item.add_marker(pytest.mark.xdist_group("heavy"))
        if "engine_name" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: TerminalReporter) -> Iterator[None]:
    """Say last and loudly what this machine lacks."""
    yield
    report_lacks(terminalreporter)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash at the least cost: the 90 ms of a real check are meant for thieves, not for tests."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", quick)
        yield


@pytest.fixture(scope="session")
def open_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Stand]]:
    """One application for each engine, made when the first test asks for it."""
    with ExitStack() as stands:
        yield cache(lambda name: stands.enter_context(stand(name, tmp_path_factory.mktemp(name))))


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine that the test runs on: `sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture
def engine_stand(engine_name: str, open_stand: Callable[[str], Stand]) -> Stand:
    """The engine's application, with whatever the last test left behind."""
    return open_stand(engine_name)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """`clock.at("2026-11-21T09:00")`, `clock.advance(hours=2)`."""
    with frozen_clock() as frozen:
        yield frozen


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    engine_stand: Stand,
    clock: FrozenClock,  # noqa: ARG001 - it stands still
) -> Flask:
    """The application on a fresh database, with the cast in it where the test asks for them."""
    if "cast" not in request.fixturenames:
        engine_stand.renew("migrated", lambda: None)
    return engine_stand.app


@pytest.fixture
def cast(app: Flask, engine_stand: Stand) -> Cast:  # noqa: ARG001 - before anyone opens it
    """The fixed cast, in the database and by name: `cast.limei.id`, `bearer(cast.zhaofang)`."""
    return engine_stand.renew("cast", partial(raise_cast, with_passwords=True))


@pytest.fixture
def client(app: Flask) -> HouseClient:
    """Asks the application as a browser on our own page does; keeps cookies."""
    asking = app.test_client()
    assert isinstance(asking, HouseClient)
    return asking


@pytest.fixture
def database(app: Flask) -> Iterator[SQLAlchemy]:
    """The fresh database, inside an application context."""
    with app.app_context():
        yield db


@pytest.fixture
def engine_url(app: Flask, engine_stand: Stand) -> str:  # noqa: ARG001 - a fresh one
    """The address of the fresh database."""
    return engine_stand.store.url


@pytest.fixture
def environment(app: Flask, engine_url: str) -> dict[str, str]:
    """The settings with which a child process opens the same database."""
    return {
        "POINTSVC_DATABASE_URL": engine_url,
        "POINTSVC_INSTANCE": app.instance_path,
        "POINTSVC_SECRET_KEY": SECRET_KEY,
    }


@pytest.fixture(scope="session")
def wired_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, wired but without a database."""
    folder = tmp_path_factory.mktemp("wired")
    url = f"sqlite:///{folder / 'absent.sqlite3'}"
    return create_app(Settings(instance=folder, database_url=url, secret_key=SECRET_KEY))
