"""Fixtures of the import pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.imports.desk import Desk
from tests.support.cast import Cast


@pytest.fixture
def desk(client: FlaskClient, cast: Cast, database: SQLAlchemy) -> Desk:  # noqa: ARG001 - open
    """赵芳, the clerk, at her desk."""
    return Desk(client, cast.zhaofang)
