"""The duty that the tests of check-in share."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.checkin.afterwards import Afterwards
from tests.checkin.duty import Duty
from tests.support.cast import Cast


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """Tariffs, and an open shift on plot 1, inside an application context."""
    return Duty(cast)


@pytest.fixture
def after(cast: Cast, database: SQLAlchemy) -> Afterwards:  # noqa: ARG001 - its context
    """Yesterday's shift on plot 1, in which nobody was scanned."""
    return Afterwards(cast)
