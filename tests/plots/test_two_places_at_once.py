"""Two yeses of one person to two places at one hour, given at the same instant: one of them holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from pointsvc.activities.engagements import engagements_of
from pointsvc.activities.service import sign_up
from pointsvc.plots.calendar.calendars import DutyFacts
from pointsvc.plots.errors import AbsentThen, DutyOverlaps
from pointsvc.plots.people import substituting
from pointsvc.plots.people.substituting import cannot_come, come_after_all
from tests.plots.rosters import Rota
from tests.plots.years import Year
from tests.support.cast import Person
from tests.support.rivals import Meeting, at_once

Works = list[Callable[[], Any]]


@pytest.fixture
def rota(year: Year) -> Rota:
    """Two duties at one hour; nobody comes to them."""
    rota = Rota(year)
    year.add(care="weed")
    year.generate(60)
    first, second = hour(rota)
    assert first.starts_at == second.starts_at
    return rota


def hour(rota: Rota) -> list[DutyFacts]:
    """The first two duties."""
    return rota.year.duties()[:2]


def leaves(rota: Rota, duty: DutyFacts, person: Person) -> None:
    """The person meant to come, and cannot."""
    rota.year.calendar.join(duty.shift_id, person)
    rota.does(cannot_come, shift_id=duty.shift_id, member_id=person.id, reason="ill")


def goes_to_both(rota: Rota) -> Works:
    """李梅 goes for 刘洋, here and there."""
    for duty in hour(rota):
        leaves(rota, duty, rota.cast.liuyang)
    limei = rota.cast.limei
    return [lambda each=each: rota.take(each, limei) for each in rota.substitutions()]  # type: ignore[misc]


def booked(rota: Rota) -> int:
    """How many places 李梅 is expected in at that hour."""
    duty = hour(rota)[0]
    limei = rota.cast.limei.id
    return len(engagements_of(rota.community_id, [limei], duty.starts_at, duty.ends_at)[limei])


def test_who_says_yes_twice_at_once_is_expected_once(rota: Rota, app: Flask) -> None:
    ended: list[Any] = at_once(app, goes_to_both(rota))
    assert [type(each) for each in ended if each is not None] == [DutyOverlaps]
    assert booked(rota) == 1


def test_coming_after_all_and_going_elsewhere_at_once(rota: Rota, app: Flask) -> None:
    first, second = hour(rota)
    leaves(rota, first, rota.cast.limei)
    leaves(rota, second, rota.cast.liuyang)
    other, mine = rota.substitutions()
    back = {"substitution_id": mine.id, "member_id": rota.cast.limei.id}
    works: Works = [
        lambda: rota.does(come_after_all, **back),
        lambda: rota.take(other, rota.cast.limei),
    ]
    ended: list[Any] = at_once(app, works)
    assert all(isinstance(each, AbsentThen | DutyOverlaps) for each in ended if each)
    assert booked(rota) == 1


@pytest.mark.engines("postgresql")
def test_without_the_hold_one_is_expected_in_two_places(
    rota: Rota, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    works, meeting = goes_to_both(rota), Meeting(2)
    monkeypatch.setattr(substituting, "hold_person", lambda *_: None)

    def together(**what: Any) -> None:
        meeting.wait()
        sign_up(**what)

    monkeypatch.setattr(substituting, "sign_up", together)
    assert at_once(app, works) == [None, None]
    assert booked(rota) == 2
