"""Somebody signs up while the calendar is written: they are in a shift that stands, or are told."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from pointsvc.activities import planned
from pointsvc.activities.errors import ShiftCancelled
from pointsvc.activities.models import Shift
from pointsvc.activities.queries import get_shift, signups_of
from pointsvc.activities.service import sign_up
from pointsvc.extensions import db
from pointsvc.kernel import clock
from tests.plots.years import Year
from tests.support.rivals import at_once

TURNS = 5


def meet(year: Year, app: Flask) -> tuple[bool, bool]:
    """李梅 signs up while an ended line is written: whether she is in, and whether the shift stands."""
    plan = year.add()
    year.generate()
    duty = year.duties()[0]
    year.end(plan, year.day(1))
    ended: list[Any] = at_once(
        app, [lambda: year.calendar.join(duty.shift_id, year.cast.limei), year.generate]
    )
    db.session.rollback()
    assert all(isinstance(each, ShiftCancelled) for each in ended if isinstance(each, Exception))
    is_in = bool(signups_of(year.community_id, duty.shift_id))
    return is_in, get_shift(year.community_id, duty.shift_id).cancelled_at is None


def test_nobody_is_in_a_shift_that_was_taken_back(year: Year, app: Flask) -> None:
    for _turn in range(TURNS):
        is_in, stands = meet(year, app)
        assert is_in == stands


def test_without_the_guard_somebody_is(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count in the condition is the guard: without it what was joined is called off."""
    plan = year.add()
    year.generate()
    shift_id = year.duties()[0].shift_id

    def blind(community_id: Any, shift_ids: Any, values: Any) -> set[Any]:
        limei, now = year.cast.limei.id, clock.now()
        sign_up(community_id=community_id, shift_id=shift_id, member_id=limei, now=now)
        of_these = Shift.community_id == community_id, Shift.id.in_(shift_ids)
        db.session.execute(update(Shift).where(*of_these).values(values))
        return set(shift_ids)

    monkeypatch.setattr(planned, "_unjoined", blind)
    year.end(plan, year.day(1))
    year.generate()
    assert signups_of(year.community_id, shift_id)
    assert get_shift(year.community_id, shift_id).cancelled_at is not None
