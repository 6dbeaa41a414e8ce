"""What the tests of photographs share: the cast on plot 1."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.activities.calendar import Calendar
from tests.plots.doing import Doing
from tests.support.cast import Cast


@pytest.fixture
def doing(cast: Cast, database: SQLAlchemy) -> Doing:  # noqa: ARG001 - its context
    """Somebody adds photographs of something."""
    return Doing(Calendar(cast))
