"""A database in which everything has happened once, copies of it, and places to put them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.api.world import raise_world
from tests.backup.settings import Environment
from tests.support.clocks import FrozenClock
from tests.support.commands import pointsvc
from tests.support.databases import SECRET_KEY, Stand


@pytest.fixture
def lived_in(
    app: Flask, engine_stand: Stand, environment: Environment, clock: FrozenClock
) -> Environment:
    """Settings of a database in which everything has happened once."""
    engine_stand.renew("world", lambda: raise_world(app.test_client()))
    clock.run()
    return environment


@pytest.fixture
def copy(lived_in: Environment, tmp_path: Path) -> Path:
    """A copy of it, without keys."""
    file = tmp_path / "copy.zip"
    said = pointsvc("backup", file, environment=lived_in)
    assert said.code == 0, said.err
    return file


@pytest.fixture
def elsewhere(tmp_path: Path) -> Environment:
    """Settings of an empty server with an embedded database and the right key."""
    folder = tmp_path / "elsewhere"
    return {"POINTSVC_INSTANCE": str(folder), "POINTSVC_SECRET_KEY": SECRET_KEY}
