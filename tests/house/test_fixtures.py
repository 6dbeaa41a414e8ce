"""The fixtures keep what they promise."""

from __future__ import annotations

import pytest
from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select, text

from pointsvc.communities.models import Community
from pointsvc.kernel import clock as wall_clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.models import Member
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_gets_a_database_that_no_other_has_written(
    database: SQLAlchemy, turn: str
) -> None:
    kept = Community(
        id=new_id(),
        name=turn,
        zone="Asia/Shanghai",
        settings={},
        created_at=wall_clock.now(),
        is_demo=False,
    )
    transact(lambda: database.session.add(kept))
    assert database.session.scalars(text("SELECT name FROM communities")).all() == [turn]


def test_a_database_runs_on_the_engine_that_its_test_names(
    database: SQLAlchemy, engine_name: str
) -> None:
    assert database.engine.dialect.name == engine_name


def test_the_clock_stands_still_until_it_is_moved(clock: FrozenClock) -> None:
    began = clock.at("2026-02-28T23:59:59")
    assert wall_clock.now() == began
    assert (clock.advance(seconds=1) - began).total_seconds() == 1
    assert wall_clock.local_day(wall_clock.now(), "Asia/Shanghai").isoformat() == "2026-03-01"


@pytest.mark.engines("sqlite")
def test_a_request_starts_from_nothing_even_inside_a_context(
    app: Flask, client: HouseClient
) -> None:
    with app.app_context():
        g.caller = "whoever the test left here"
        assert client.get("/api/v1/absent").status_code == 404
        assert g.caller == "whoever the test left here"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_cast_can_sign_in_on_every_fresh_database(
    cast: Cast, client: HouseClient, database: SQLAlchemy, turn: str
) -> None:
    assert database.session.scalar(select(func.count()).select_from(Member)) == 9, turn
    assert client.get("/api/v1/absent", headers=bearer(cast.limei)).status_code == 404
