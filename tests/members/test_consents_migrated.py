"""Consents outlive the migration that adds a purpose, and stay history on both sides of it."""

from __future__ import annotations

from collections import Counter

import pytest
from flask_migrate import downgrade, upgrade
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pointsvc.communities.service import set_position
from pointsvc.kernel import clock
from pointsvc.kernel.geo import Circle, Point
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import record_consent
from tests.support import schemas
from tests.support.cast import Cast


def give(cast: Cast) -> None:
    """李梅 agrees to share positions, and plot 1 gets one."""
    circle = Circle(Point(1, 1), 50)
    transact(
        lambda: (
            record_consent(
                community_id=cast.community_id,
                member_id=cast.limei.id,
                purpose="position",
                given=True,
                recorded_by_id=cast.limei.id,
                now=clock.now(),
            ),
            set_position(community_id=cast.community_id, place_id=cast.plot_id, position=circle),
        )
    )


def purposes(database: SQLAlchemy) -> Counter[str]:
    """How often each purpose is in the table; the session starts anew."""
    found = Counter(database.session.scalars(text("SELECT purpose FROM consents")).all())
    database.session.remove()
    database.engine.dispose()
    return found


def assert_history(database: SQLAlchemy) -> None:
    for deed in ("DELETE FROM consents", "UPDATE consents SET version = 9"):
        with pytest.raises(DBAPIError, match="append-only"):
            database.session.execute(text(deed))
        database.session.rollback()


def test_down_and_up_again_loses_only_what_the_older_one_cannot_hold(
    cast: Cast, database: SQLAlchemy, engine_url: str
) -> None:
    give(cast)
    before = purposes(database)
    with schemas.migrating(engine_url).app_context():
        downgrade(revision="0004")
    assert_history(database)
    older = purposes(database)
    assert (before["position"], older["position"]) == (1, 0)
    assert before - Counter(position=1) == older
    with schemas.migrating(engine_url).app_context():
        upgrade()
    assert_history(database)
    assert purposes(database) == older
    give(cast)
    assert purposes(database) == before
