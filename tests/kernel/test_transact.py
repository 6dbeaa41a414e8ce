"""One place commits: whole, or not at all, or tried again (docs/ledger.md cases 9 to 11)."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Busy, Conflict
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import Lease
from pointsvc.kernel.transaction import ATTEMPTS_MAX, retry_cause, transact
from tests.support.faults import PASSING, statements


class Work:
    """Writes one lease, and knows how often it was run."""

    def __init__(self, database: SQLAlchemy) -> None:
        self.session, self.runs, self.name = database.session, 0, str(new_id())

    def __call__(self) -> str:
        self.runs += 1
        self.session.add(Lease(name=self.name, holder="work", until=moments.now()))
        self.session.flush()
        return self.name

    @property
    def effects(self) -> int:
        self.session.rollback()
        mine = select(func.count()).select_from(Lease).where(Lease.name == self.name)
        return self.session.scalar(mine) or 0


@pytest.fixture
def work(database: SQLAlchemy) -> Work:
    return Work(database)


def test_work_is_committed_once_and_its_result_returned(work: Work) -> None:
    assert (transact(work), work.runs, work.effects) == (work.name, 1, 1)


def test_what_passes_is_tried_again(work: Work, database: SQLAlchemy, engine_name: str) -> None:
    """Deadlock, serialization failure, lock time-out, busy, a rival's unique key: case 11."""
    for fault in PASSING[engine_name].values():
        work.name, work.runs = str(new_id()), 0
        with statements(database.engine) as watched:
            watched.fault, watched.at = fault, lambda number: number <= 2
            transact(work)
        assert (work.runs, work.effects) == (3, 1)


def test_after_five_tries_it_is_busy_and_nothing_was_done(
    work: Work, database: SQLAlchemy, engine_name: str
) -> None:
    fault = next(iter(PASSING[engine_name].values()))
    with statements(database.engine) as watched:
        watched.fault, watched.at, watched.is_after = fault, lambda _number: True, True
        with pytest.raises(Busy):
            transact(work)
    assert (work.runs, work.effects) == (ATTEMPTS_MAX, 0)


def test_a_broken_constraint_is_not_tried_again(work: Work, database: SQLAlchemy) -> None:
    def break_it() -> None:
        work()
        database.session.execute(text("UPDATE leases SET holder = NULL"))

    with pytest.raises(IntegrityError):
        transact(break_it)
    assert (work.runs, work.effects) == (1, 0)


def test_a_refusal_undoes_everything(work: Work) -> None:
    def refuse() -> None:
        work()
        raise Conflict

    with pytest.raises(Conflict):
        transact(refuse)
    assert work.effects == 0


def test_it_does_not_nest(work: Work) -> None:
    with pytest.raises(AssertionError, match="nest"):
        transact(lambda: transact(work))
    assert (transact(work), work.effects) == (work.name, 1)


@pytest.mark.engines("postgresql")  # SQLite's connection cannot be lost
def test_a_connection_that_is_lost_in_the_middle_is_replaced(
    work: Work, database: SQLAlchemy
) -> None:
    def lose_it_once() -> None:
        work()
        if work.runs == 1:
            own = database.session.scalar(text("SELECT pg_backend_pid()"))
            with database.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
            database.session.scalar(text("SELECT 1"))

    transact(lose_it_once)
    assert (work.runs, work.effects) == (2, 1)


def test_a_reply_to_commit_that_is_lost_gives_one_effect(work: Work, database: SQLAlchemy) -> None:
    """docs/ledger.md case 10: it was committed, nobody heard of it, the work is done again."""
    lost: list[bool] = []

    def commit_and_lose(connection: object) -> None:
        if work.runs == 1 and not lost:
            lost.append(True)
            connection.connection.driver_connection.commit()  # type: ignore[attr-defined]
            raise OperationalError("COMMIT", {}, Exception(), connection_invalidated=True)

    def work_under_a_key() -> None:
        if work.effects == 0:  # as `remembered` does, by the row itself
            work()

    event.listen(database.engine, "commit", commit_and_lose)
    try:
        transact(work_under_a_key)
    finally:
        event.remove(database.engine, "commit", commit_and_lose)
    assert (lost, work.runs, work.effects) == ([True], 1, 1)


@pytest.mark.parametrize("words", ["no such table: x", "disk I/O error", "CHECK constraint failed"])
def test_what_does_not_pass_has_no_cause_to_try_again(words: str) -> None:
    assert retry_cause(DBAPIError("", {}, Exception(words))) is None


def test_ids_of_a_process_only_grow() -> None:
    made: list[UUID] = [new_id() for _ in range(2000)]
    assert made == sorted(set(made))
    assert {each.version for each in made} == {7}
