"""The office of the journeys."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.journeys.office import Office, raise_office


@pytest.fixture
def office(database: SQLAlchemy) -> Office:  # noqa: ARG001 - in its application context
    """The workbook committed; roles and cards for the people of the story."""
    return raise_office()
