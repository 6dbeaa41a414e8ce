"""The expiry run: repeated, in parallel, killed in the middle, points expire once (case 22)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, text, update

from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.ids import new_id
from pointsvc.ledger.jobs import BrokenBooks, expire_due, seal_yesterday
from pointsvc.ledger.models import Passbook
from tests.ledger.bookkeeper import Bookkeeper, found_books
from tests.support.clocks import FrozenClock

NEW_YEARS_EVE = date(2026, 12, 31)
OWNERS = 12
IN_ALL = 2**OWNERS - 1
NO_KEYS = "SET session_replication_role = replica"


@pytest.fixture
def books(database: SQLAlchemy) -> Bookkeeper:  # noqa: ARG001 - the books need its context
    """Twelve people with 1, 2, 4 … points that expire at the end of the year, and 5000 each later."""
    made = found_books()
    owners = [new_id() for _ in range(OWNERS)]
    made.award(*(made.deed(m, 2**n, expires_on=NEW_YEARS_EVE) for n, m in enumerate(owners)))
    made.award(*(made.deed(m, 5000, expires_on=date(2027, 12, 31)) for m in owners))
    return made


@contextmanager
def killed_at(engine: Any, insert: int) -> Iterator[None]:
    """The run dies before its nth transfer, as by SIGKILL: nothing of ours gets to tidy up."""
    seen = 0

    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal seen
        seen += statement.startswith("INSERT INTO transfers")
        if seen == insert:
            raise KeyboardInterrupt

    event.listen(engine, "before_cursor_execute", count)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        event.remove(engine, "before_cursor_execute", count)


def expired() -> list[tuple[int, ...]]:
    db.session.rollback()
    query = "SELECT COUNT(*), COALESCE(SUM(amount), 0) FROM transfers WHERE kind = 'expire'"
    return [tuple(map(int, row)) for row in db.session.execute(text(query))]


@pytest.mark.usefixtures("books")
def test_nothing_expires_on_its_last_day(clock: FrozenClock) -> None:
    """docs/ledger.md case 24: 23:59:59 and 00:00:01."""
    assert expire_due(clock.at("2026-12-31T23:59:59")) == 0
    assert expire_due(clock.at("2027-01-01T00:00:01")) == IN_ALL
    assert expired() == [(OWNERS, IN_ALL)]


def test_a_run_twice_expires_once(books: Bookkeeper, clock: FrozenClock) -> None:
    now = clock.at("2027-01-02T03:00")
    assert [expire_due(now), expire_due(now)] == [IN_ALL, 0]
    assert (expired(), books.verify().ok) == ([(OWNERS, IN_ALL)], True)


def test_parallel_runs_expire_once(books: Bookkeeper, clock: FrozenClock, app: Flask) -> None:
    now = clock.at("2027-01-02T03:00")

    def run(_number: int) -> int:
        with app.app_context():
            try:
                return expire_due(now)
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(run, range(4))) == IN_ALL
    assert (expired(), books.verify().ok) == ([(OWNERS, IN_ALL)], True)


@pytest.mark.parametrize(("together", "insert", "done"), [(1, 5, 4), (5, 2, 5), (100, 1, 0)])
def test_a_killed_run_is_finished_by_the_next(
    books: Bookkeeper,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    together: int,
    insert: int,
    done: int,
) -> None:
    """What shares a transaction with the one that was killed is done by the next run, too."""
    monkeypatch.setattr("pointsvc.ledger.jobs.TOGETHER", together)
    now = clock.at("2027-01-02T03:00")
    with killed_at(db.engine, insert=insert):
        expire_due(now)
    assert expired()[0][0] == done
    expire_due(now)
    assert (expired(), books.verify().ok) == ([(OWNERS, IN_ALL)], True)


@pytest.mark.usefixtures("books")
def test_the_run_asks_for_no_day_but_the_clocks(clock: FrozenClock) -> None:
    """The service refuses the future (FutureExpiry)."""
    clock.at("2026-12-31T12:00")
    assert expire_due(moments.now()) == 0
    assert expired() == [(0, 0)]


def test_a_day_is_sealed_once_and_the_next_chains_to_it(
    books: Bookkeeper, clock: FrozenClock, database: SQLAlchemy
) -> None:
    for moment in ("2026-11-22T00:05", "2026-11-22T09:00", "2026-11-23T00:05"):
        seal_yesterday(clock.at(moment))
    query = text("SELECT sealed_on, root, previous_root FROM seals ORDER BY sealed_on")
    first, second = database.session.execute(query).all()
    assert (str(first.sealed_on), str(second.sealed_on)) == ("2026-11-21", "2026-11-22")
    assert (first.previous_root, second.previous_root) == (bytes(32), first.root)
    assert books.verify().ok


def break_book(database: SQLAlchemy, owner: UUID, engine_name: str) -> None:
    """A head that its last entry did not give: nothing can be posted to this book any more."""
    database.session.rollback()
    off = "PRAGMA foreign_keys=OFF" if engine_name == "sqlite" else NO_KEYS
    with database.engine.connect() as connection:
        connection.connection.cursor().execute(off)
        mine = Passbook.owner_id == owner
        connection.execute(update(Passbook).where(mine).values(spendable=Passbook.spendable + 1))
        connection.commit()
        connection.invalidate()


def test_one_broken_book_does_not_stop_the_others(
    books: Bookkeeper, clock: FrozenClock, database: SQLAlchemy, engine_name: str
) -> None:
    """docs/ledger.md §3: it is left alone and reported; all else goes on."""
    owner = new_id()
    books.earn(owner, 4096, NEW_YEARS_EVE)
    break_book(database, owner, engine_name)
    with pytest.raises(BrokenBooks, match="1 wallet"):
        expire_due(clock.at("2027-01-02T03:00"))
    assert (expired(), books.points(owner)) == ([(OWNERS, IN_ALL)], 4096)
