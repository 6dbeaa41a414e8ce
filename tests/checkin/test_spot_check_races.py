"""Two people of the office write down different words at once: shown with the lock off, closed with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pointsvc.checkin.errors import DecidedBefore
from pointsvc.checkin.models import AttendanceCorrection, SpotCheck
from pointsvc.checkin.service import decide_spot_check, sampling
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once

Works = list[Callable[[], Any]]


@pytest.fixture
def works(duty: Duty, cast: Cast) -> Works:
    """李梅 was ticked; she told the clerk that she was there, and the supervisor that she was not."""
    duty.set(roster_sample_percent=100)
    duty.scan(cast.wangqiang, None, member_id=cast.limei.id, note="忘带卡")
    check_id, now = db.session.scalars(select(SpotCheck.id)).one(), duty.now()

    def word(person: Person, *, was_there: bool) -> Callable[[], Any]:
        return lambda: transact(
            lambda: decide_spot_check(
                community_id=duty.community_id,
                decided_by_id=person.id,
                check_id=check_id,
                was_there=was_there,
                note="她自己说的",
                now=now,
            )
        )

    return [word(cast.zhaofang, was_there=True), word(cast.hedu, was_there=False)]


def refused(ended: list[Any]) -> list[type]:
    return [type(each) for each in ended if isinstance(each, Exception)]


def corrections() -> int:
    return db.session.scalar(select(func.count()).select_from(AttendanceCorrection)) or 0


def test_two_words_at_once_are_one(app: Flask, works: Works) -> None:
    assert refused(at_once(app, works)) == [DecidedBefore]
    state = db.session.scalars(select(SpotCheck.state)).one()
    assert (state == "contradicted") == (corrections() == 1)


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_the_lock_both_are_taken(
    app: Flask, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race exists."""
    both_have_read, read = Meeting(2), sampling._locked

    def reading(*of: Any) -> SpotCheck:
        found = read(*of)
        both_have_read.wait()
        return found

    row_locks_off(monkeypatch)
    monkeypatch.setattr(sampling, "_locked", reading)
    assert (refused(at_once(app, works)), corrections()) == ([], 1)
