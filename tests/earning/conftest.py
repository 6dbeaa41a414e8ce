"""What the tests of tariffs share."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.earning.office import Office
from tests.support.cast import Cast


@pytest.fixture
def office(cast: Cast, database: SQLAlchemy) -> Office:  # noqa: ARG001 - its context
    """The seeds in force since the first of November; it is the 21st."""
    return Office(cast)
