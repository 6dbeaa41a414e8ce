"""Two at once never take more than the cap; without the lock the constraint still says no."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pointsvc.earning.limits import Wish, take_allowances
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast
from tests.support.guards import row_locks_off

pytestmark = pytest.mark.usefixtures("database")


def wish(holder: object = "household") -> Wish:
    return Wish("WASTE_SORT", derived_id(holder), date(2026, 11, 21), 2, day_cap=4, month_cap=60)


def race(app: Flask, cast: Cast, runs: int, wanted: Wish) -> tuple[list[int], list[BaseException]]:
    taken: list[int] = []
    failed: list[BaseException] = []
    gate = threading.Barrier(runs)

    def run() -> None:
        gate.wait()
        try:
            with app.app_context():
                [got] = transact(
                    lambda: take_allowances(community_id=cast.community_id, wishes=[wanted])
                )
            taken.append(got)
        except BaseException as error:  # noqa: BLE001 - counted by the test
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, failed


def test_a_cap_reached_by_many_at_once_is_reached_and_no_more(app: Flask, cast: Cast) -> None:
    taken, failed = race(app, cast, 6, wish())
    assert (sorted(taken), failed) == ([0, 0, 0, 0, 2, 2], [])


@pytest.mark.engines("postgresql")  # SQLite has one writer, whatever the lock says
def test_with_the_lock_off_the_race_exists_and_the_constraint_refuses_it(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_locks_off(monkeypatch)
    seen: set[type[BaseException]] = set()
    for no in range(30):
        taken, failed = race(app, cast, 4, wish(no))
        assert sum(taken) <= 4
        seen |= {type(error) for error in failed}
    assert seen == {IntegrityError}
