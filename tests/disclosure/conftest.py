"""The office of the cast, and its November with every kind of movement."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.disclosure.office import Office, live_november
from tests.shop.conftest import raise_shop
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


@pytest.fixture
def office(cast: Cast, database: SQLAlchemy, clock: FrozenClock) -> Office:  # noqa: ARG001
    """The office with an empty shelf, on a Saturday in November."""
    return Office(raise_shop(cast), clock)


@pytest.fixture
def november(office: Office) -> Office:
    """The office after a November with every kind of movement."""
    live_november(office)
    return office
