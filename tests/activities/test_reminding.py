"""The evening before everybody is told once, and nobody learns of missing cover too late."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from pointsvc.activities import reminding
from pointsvc.activities.jobs import remind
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.web.messages import messages_of
from tests.activities.calendar import Calendar, later
from tests.activities.equipping import insure, let_mow, train
from tests.support.cast import Person
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once

EVENING, AFTERNOON = "2026-11-21T18:30", "2026-11-21T17:30"


def told(calendar: Calendar, person: Person) -> list[str]:
    db.session.rollback()
    return [each.text for each in messages_of(calendar.community_id, person.id).rows]


def test_who_means_to_come_is_reminded_once(calendar: Calendar, clock: FrozenClock) -> None:
    shift = calendar.open(starts_at=later(days=1))
    calendar.join(shift.id, calendar.cast.limei)
    remind(clock.at(AFTERNOON))
    assert told(calendar, calendar.cast.limei) == []
    for _run in range(2):
        remind(clock.at(EVENING))
    [text] = told(calendar, calendar.cast.limei)
    assert "2026-11-22 09:00" in text
    assert "不去了" in text
    assert told(calendar, calendar.cast.liuyang) == []


def test_the_leader_is_told_of_tomorrow_s_gaps(calendar: Calendar, clock: FrozenClock) -> None:
    calendar.open(starts_at=later(days=1), capacity=3)
    calendar.open(starts_at=later(days=2), capacity=3)
    remind(clock.at(EVENING))
    [text] = told(calendar, calendar.cast.wangqiang)
    assert "还差 3 人" in text


def test_the_hour_is_the_community_s(calendar: Calendar, clock: FrozenClock) -> None:
    shift = calendar.open(starts_at=later(days=1))
    calendar.join(shift.id, calendar.cast.limei)
    calendar.cancel(shift.id)
    remind(clock.at(EVENING))
    assert [text for text in told(calendar, calendar.cast.limei) if "别忘了" in text] == []


def test_whose_insurance_was_taken_back_is_told_and_not_thrown_out(
    calendar: Calendar, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limei = calendar.cast.limei
    let_mow(limei)
    train(limei)
    shift = calendar.open(starts_at=later(days=1), risk="mower")
    monkeypatch.setattr("pointsvc.activities.service.check_gate", lambda **_asked: None)
    calendar.join(shift.id, limei)
    remind(clock.at(EVENING))
    assert any("还没有登记意外险" in text for text in told(calendar, limei))
    assert any("有一位报名的人" in text for text in told(calendar, calendar.cast.wangqiang))
    assert calendar.count(shift.id) == (1, 1)


def test_whoever_is_covered_hears_nothing_of_it(calendar: Calendar, clock: FrozenClock) -> None:
    limei = calendar.cast.limei
    let_mow(limei)
    train(limei)
    insure(limei)
    calendar.join(calendar.open(starts_at=later(days=1), risk="mower").id, limei)
    remind(clock.at(EVENING))
    [text] = told(calendar, limei)
    assert "别忘了" in text


def run_twice_at_once(calendar: Calendar, app: Flask, clock: FrozenClock) -> int:
    shift = calendar.open(starts_at=later(days=1))
    calendar.join(shift.id, calendar.cast.limei)
    clock.at(EVENING)
    at_once(app, [lambda: remind(clocks.now())] * 3)
    return len(told(calendar, calendar.cast.limei))


def test_three_runners_at_once_tell_once(
    calendar: Calendar, app: Flask, clock: FrozenClock
) -> None:
    assert run_twice_at_once(calendar, app, clock) == 1


def test_without_the_row_they_tell_three_times(
    calendar: Calendar, app: Flask, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reminder's own row is the guard: taken away, each of them tells."""

    def all_new(_model: Any, rows: Any, **_how: Any) -> set[Any]:
        return {tuple(row[name] for name in reminding.TOLD) for row in rows}

    monkeypatch.setattr(reminding, "insert_unknown", all_new)
    assert run_twice_at_once(calendar, app, clock) == 3
