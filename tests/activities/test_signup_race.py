"""Everybody wants the last seats at once: never more than there are, and the count stays true."""

from __future__ import annotations

import threading
from collections import Counter
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import true
from sqlalchemy.exc import IntegrityError

from pointsvc.activities import seats
from pointsvc.activities.errors import ShiftFull
from tests.activities.calendar import Calendar
from tests.support.cast import Person

CROWD = ("limei", "liuyang", "zhangdian", "sungang", "hedu", "wangqiang")


def race(app: Flask, calendar: Calendar, shift_id: UUID) -> Counter[type[BaseException] | None]:
    """How the attempts of the whole crowd ended; None for a seat."""
    ended: list[type[BaseException] | None] = []
    gate = threading.Barrier(len(CROWD))

    def run(person: Person) -> None:
        gate.wait()
        try:
            with app.app_context():
                calendar.join(shift_id, person)
            ended.append(None)
        except BaseException as error:  # noqa: BLE001 - counted by the test
            ended.append(type(error))

    threads = [threading.Thread(target=run, args=(getattr(calendar.cast, name),)) for name in CROWD]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ended)


def test_a_crowd_gets_as_many_seats_as_there_are(app: Flask, calendar: Calendar) -> None:
    shift = calendar.open(capacity=2)
    assert race(app, calendar, shift.id) == {None: 2, ShiftFull: 4}
    assert calendar.count(shift.id) == (2, 2)


def test_with_the_guard_off_the_crowd_overbooks_and_the_constraint_refuses_it(
    app: Flask, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "or_", lambda *_conditions: true())
    shift = calendar.open(capacity=2)
    assert race(app, calendar, shift.id) == {None: 2, IntegrityError: 4}
    assert calendar.count(shift.id) == (2, 2)


def test_without_a_limit_everybody_gets_a_seat_and_is_counted(
    app: Flask, calendar: Calendar
) -> None:
    shift = calendar.open()
    assert race(app, calendar, shift.id) == {None: 6}
    assert calendar.count(shift.id) == (6, 6)
