"""A crash before or after any statement of any deed: nothing half done, and a retry works (case 9).

Every statement and COMMIT of every deed is once the last one: before it and after it, by an error
that nobody expects and by a disk (SQLite) or a connection (PostgreSQL) that is lost. A COMMIT that
was carried out and not heard of is among them (case 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from pointsvc.cli.verification import verify_everything
from pointsvc.kernel.errors import Busy
from tests.checkin.duty import Duty
from tests.shop.conftest import post, raise_shop
from tests.support import schemas
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.support.faults import LOST, PASSING, Crash, Statements, statements
from tests.torture.deeds import DEEDS, Deed, Street, alike

# A table that nobody ever wrote to has no page.
EVER_WRITTEN = """SELECT relname FROM pg_class WHERE relname = ANY(:names) AND relkind = 'r'
    AND pg_relation_size(oid) > 0"""


def rows_of(database: SQLAlchemy) -> dict[str, str]:
    """What every table holds."""
    database.session.rollback()
    names = sorted(schemas.tables().tables)
    if database.engine.dialect.name == "sqlite":
        return rows_of_file(database, names)
    told = "SELECT '{0}', md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {0} t"
    written = database.session.scalars(text(EVER_WRITTEN), {"names": names})
    asked = " UNION ALL ".join(told.format(name) for name in sorted(written))
    return {name: held for name, held in database.session.execute(text(asked)) if held}


def rows_of_file(database: SQLAlchemy, names: list[str]) -> dict[str, str]:
    """By the driver itself: two hundred small questions are most of a test's time otherwise."""
    driver = database.session.connection().connection.driver_connection
    assert driver is not None
    found = {name: sorted(map(str, driver.execute(f"SELECT * FROM {name}"))) for name in names}
    return {name: "\n".join(rows) for name, rows in found.items() if rows}


@contextmanager
def failing(database: SQLAlchemy, fault: str, number: int, *, after: bool) -> Iterator[Statements]:
    """The statement with this number fails so."""
    engine = database.engine
    with statements(engine) as watched:
        watched.fault = Crash if fault == "crash" else LOST[engine.dialect.name]
        watched.cuts = fault == "lost" and engine.dialect.name == "postgresql"
        watched.is_after = after
        watched.at = lambda reached: reached == number
        with capture_logs():  # a trace of each would be most of the time
            yield watched
    database.session.rollback()


def attempt(deed: Deed) -> object:
    """Its answer, or None where it got none."""
    try:
        return deed()
    except (Crash, Busy, OperationalError):
        return None


@pytest.fixture
def street(cast: Cast, database: SQLAlchemy, client: HouseClient, clock: FrozenClock) -> Street:
    """Soap for 40 points; 李梅 has plenty."""
    made = raise_shop(cast)
    made.stock(made.soap, 1000)
    made.points(cast.limei, 100_000)
    return Street(Duty(cast), made, client, clock, database)


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fault", ["crash", "lost"])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_that_dies_anywhere_is_whole_or_not_at_all_and_once_when_repeated(
    street: Street, database: SQLAlchemy, deed: str, fault: str, after: bool
) -> None:
    undisturbed, numbers = observe(street, deed, fault)
    again, before = made(street, deed)
    for number in numbers:
        with failing(database, fault, number, after=after) as watched:
            answer = attempt(again)
        left = rows_of(database)
        assert watched.commits or left == before, f"statement {number} left something behind"
        if watched.commits:
            repeated = again()
            assert rows_of(database) == left, f"statement {number} has two effects"
            assert (answer or repeated, alike(repeated)) == (repeated, alike(undisturbed))
            again, before = made(street, deed)
    assert (alike(again()), verify_everything().ok) == (alike(undisturbed), True)


def made(street: Street, deed: str) -> tuple[Deed, dict[str, str]]:
    """The deed, on a new day; and what the books hold before it."""
    street.wake()
    made = DEEDS[deed](street)
    return made, rows_of(street.database)


def observe(street: Street, deed: str, fault: str) -> tuple[object, list[int]]:
    """What it answers when nothing happens, and at which statements something will.

    An error that nobody expects comes at each; a lost connection, from which the deed mends itself so
    that another is needed, at every fourth and at each COMMIT.
    """
    with statements(street.database.engine) as watched:
        answer = made(street, deed)[0]
        first = watched.count
        undisturbed = answer()
    everyone = range(1, watched.count - first + 1)
    if fault == "crash":
        return undisturbed, list(everyone)
    commits = {number - first for number in watched.commits if number > first}
    return undisturbed, sorted({*everyone[::4], *commits})


def test_a_database_that_stays_busy_is_503_with_nothing_done(
    street: Street, client: HouseClient, database: SQLAlchemy, engine_name: str
) -> None:
    """docs/ledger.md case 11, at the side door; the same key works afterwards."""
    shop = street.shop
    line = {"product_id": str(shop.soap), "quantity": 1}
    body = {"member_code": shop.card(shop.cast.limei), "lines": [line]}
    keeper = bearer(shop.cast.zhangdian) | {"Idempotency-Key": "a key"}
    before = rows_of(database)
    with statements(database.engine) as watched:
        watched.fault = next(iter(PASSING[engine_name].values()))
        watched.at = lambda number: number > 12
        answer = client.post("/api/v1/orders", json=body, headers=keeper)
    assert (answer.status_code, (answer.json or {})["code"]) == (503, "busy")
    assert rows_of(database) == before
    assert client.post("/api/v1/orders", json=body, headers=keeper).status_code == 201
    assert post(client, "/orders", body, shop.cast.zhangdian).json["receipt_no"] == 2
