"""What the tests of plots share: the cast's calendar, and scans on plot 1."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.activities.calendar import Calendar
from tests.checkin.duty import Duty
from tests.plots.doing import Doing
from tests.plots.years import Year
from tests.support.cast import Cast


@pytest.fixture
def calendar(cast: Cast, database: SQLAlchemy) -> Calendar:  # noqa: ARG001 - its context
    """Shifts of the cast, none of them open yet."""
    return Calendar(cast)


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """An open shift on plot 1, from 08:50 to 10:50, in which people are scanned."""
    return Duty(cast)


@pytest.fixture
def year(calendar: Calendar) -> Year:
    """The care calendar of plot 1, still empty."""
    return Year(calendar)


@pytest.fixture
def doing(calendar: Calendar) -> Doing:
    """What is done on plot 1, nothing yet."""
    return Doing(calendar)
