"""The demo street, for tests that want a community in which much has happened."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from pointsvc.demo.founding import Street
from pointsvc.demo.renewal import find_street
from pointsvc.demo.street import build_street
from pointsvc.kernel import clock as moments
from tests.support.clocks import FrozenClock
from tests.support.databases import Stand


@pytest.fixture
def street(engine_stand: Stand, clock: FrozenClock, app: Flask, database: SQLAlchemy) -> Street:  # noqa: ARG001
    """The street, built once for each engine and copied after that."""
    database.session.remove()
    made: UUID = engine_stand.renew("street", lambda: build_street(moments.now()).community_id)
    return find_street(made)
