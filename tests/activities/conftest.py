"""What the tests of shifts share: a calendar on which the cast opens shifts and signs up."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.activities.calendar import Calendar
from tests.support.cast import Cast


@pytest.fixture
def calendar(cast: Cast, database: SQLAlchemy) -> Calendar:  # noqa: ARG001 - its context
    """The kinds of activity of the seeds, and verbs with everything filled in."""
    return Calendar(cast)
