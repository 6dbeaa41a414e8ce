"""What a failing statement carried stays out of the log: names and phones are no business of it."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError


def test_a_statement_s_failure_tells_nothing_that_it_carried(database: SQLAlchemy) -> None:
    with pytest.raises(DBAPIError) as failure:
        database.session.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": "13800000001"})
    database.session.rollback()
    assert "nowhere" in str(failure.value)
    assert "13800000001" not in str(failure.value)
