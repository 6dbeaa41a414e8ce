"""Asking for a month, answering, taking back: a roster is made of questions, never of orders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from pointsvc.activities.errors import ShiftFull
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, NotFound
from pointsvc.kernel.transaction import transact
from pointsvc.plots.errors import (
    AlreadyAnswered,
    DutyOverlaps,
    DutyStaffed,
    NotOfGroup,
    SeatTwice,
    WeekFull,
)
from pointsvc.plots.people import rostering
from pointsvc.plots.people.wishes import keep_wishes
from pointsvc.plots.rules.roster import Reason
from pointsvc.plots.rules.wishes import Wishes
from pointsvc.web.messages import messages_of
from tests.plots.rosters import Rota
from tests.plots.years import Year
from tests.support.rivals import at_once


@pytest.fixture
def rota(year: Year) -> Rota:
    """Four Saturdays in December, two people each."""
    return Rota(year)


def told(rota: Rota, name: str) -> list[str]:
    """The messages of somebody, newest first."""
    person = getattr(rota.cast, name)
    return [message.text for message in messages_of(rota.community_id, person.id).rows]


@pytest.mark.engines("sqlite")
def test_looking_writes_nothing_and_asking_asks_everybody_once(rota: Rota) -> None:
    assert len(rota.look().roster().proposals) == 8
    assert [each.entries for each in rota.days()] == [()] * 4
    assert rota.send() == 8
    assert rota.send() == 0, "there is nothing left to ask"
    assert len(told(rota, "limei")) == 1
    assert "4 次" in told(rota, "limei")[0]


def test_a_yes_signs_up_and_a_no_shows_the_gap(rota: Rota) -> None:
    rota.send()
    for _tap in range(2):
        rota.answer(0, rota.cast.limei, "confirmed")
        rota.answer(0, rota.cast.liuyang, "declined")
    first = rota.days()[0]
    assert rota.coming(0) == ["李梅"]
    assert (first.missing_count, first.open_count, len(first.silent)) == (1, 1, 0)
    assert "还缺人" in told(rota, "wangqiang")[0]


@pytest.mark.engines("sqlite")
def test_asking_again_leaves_alone_what_was_answered(rota: Rota) -> None:
    rota.send()
    rota.answer(0, rota.cast.limei, "confirmed")
    rota.answer(0, rota.cast.liuyang, "declined")
    before = [each.entries for each in rota.days()]
    assert [gap.reason for gap in rota.look().roster().gaps] == ["said_no"]
    assert rota.send((rota.days()[0], rota.cast.liuyang)) == 0
    assert [each.entries for each in rota.days()] == before


@pytest.mark.engines("sqlite")
def test_the_leader_hears_who_comes_and_who_does_not(rota: Rota) -> None:
    rota.send()
    rota.answer(0, rota.cast.limei, "confirmed")
    rota.answer(0, rota.cast.liuyang, "declined")
    said = told(rota, "wangqiang")
    assert "李梅愿意 2026年12月5日 来1号田。" in said
    assert "刘洋 2026年12月5日 来不了1号田，那一次还缺人。" in said


@pytest.mark.engines("sqlite")
def test_a_hand_chooses_within_the_limits(rota: Rota) -> None:
    first, second, *_rest = rota.days()
    rota.year.calendar.join(second.duty.shift_id, rota.cast.limei)
    rota.send((first, rota.cast.limei), (first, rota.cast.liuyang))
    assert rota.days()[0].silent[0].reasons[0] == Reason("never_done")
    with pytest.raises(NotOfGroup):
        rota.send((second, rota.cast.zhangdian))
    with pytest.raises(Forbidden):
        rota.send((second, rota.cast.liuyang), by=rota.cast.limei)


@pytest.mark.engines("sqlite")
def test_more_than_are_wanted_are_not_asked(rota: Rota) -> None:
    first = rota.days()[0]
    rota.year.calendar.join(first.duty.shift_id, rota.cast.wangqiang)
    with pytest.raises(DutyStaffed):
        rota.send((first, rota.cast.limei), (first, rota.cast.liuyang))


@pytest.mark.engines("sqlite")
def test_who_was_asked_hears_that_the_day_moved_and_why_drops_the_weekday(rota: Rota) -> None:
    limei, saturdays, now = rota.cast.limei.id, Wishes(weekdays=frozenset({5})), clock.now()
    who = {"community_id": rota.community_id, "member_id": limei, "kept_by_id": limei}
    transact(lambda: keep_wishes(wishes=saturdays, now=now, **who))
    rota.send((rota.days()[0], rota.cast.limei))
    assert Reason("free_on", 5) in rota.days()[0].silent[0].reasons
    rota.year.move(rota.days()[0].duty, date(2026, 12, 6))
    [asked] = rota.days()[0].silent
    assert "free_on" not in {reason.code for reason in asked.reasons}
    assert "2026年12月6日 10:00" in told(rota, "limei")[0]


@pytest.mark.engines("sqlite")
def test_one_person_does_not_take_two_seats_of_a_duty(rota: Rota) -> None:
    twice = (rota.days()[0], rota.cast.limei)
    with pytest.raises(SeatTwice):
        rota.send(twice, twice)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("at_minute", "minutes", "refusal"), [(540, 60, DutyOverlaps), (600, 330, WeekFull)]
)
def test_two_things_at_once_or_too_many_hours_are_refused(
    year: Year, at_minute: int, minutes: int, refusal: type[Conflict]
) -> None:
    rota = Rota(year)
    year.add(care="weed", at_minute=at_minute, minutes=minutes)
    year.generate(45)
    one, other = rota.days()[:2]
    assert one.duty.due_on == other.duty.due_on
    with pytest.raises(refusal):
        rota.send((one, rota.cast.limei), (other, rota.cast.limei))
    assert all(not each.entries for each in rota.days())


def test_what_was_taken_back_cannot_be_confirmed(rota: Rota) -> None:
    rota.send()
    rota.withdraw(0, rota.cast.limei)
    with pytest.raises(AlreadyAnswered):
        rota.answer(0, rota.cast.limei, "confirmed")
    assert rota.coming(0) == []
    assert "收回" in told(rota, "limei")[0]


@pytest.mark.engines("sqlite")
def test_the_clerk_answers_for_who_stands_there_and_nobody_else_does(rota: Rota) -> None:
    rota.send()
    with pytest.raises(NotFound):
        rota.answer(0, rota.cast.limei, "confirmed", by=rota.cast.liuyang)
    rota.answer(0, rota.cast.limei, "confirmed", by=rota.cast.zhaofang)
    assert rota.coming(0) == ["李梅"]


@pytest.mark.engines("sqlite")
def test_a_yes_for_which_there_is_no_seat_stays_a_question(rota: Rota) -> None:
    rota.send()
    for name in ("wangqiang", "zhangdian"):
        rota.year.calendar.join(rota.days()[0].duty.shift_id, getattr(rota.cast, name))
    with pytest.raises(ShiftFull):
        rota.answer(0, rota.cast.limei, "confirmed")
    assert [entry.state for entry in rota.days()[0].entries] == ["proposed", "proposed"]


def race(rota: Rota, app: Flask) -> tuple[bool, str]:
    """李梅 confirms while 王强 takes it back: whether she comes, and how the question stands."""
    rota.send()
    entry_id = rota.entry(0, rota.cast.limei)
    ended: list[Any] = at_once(
        app,
        [
            lambda: rota.answer(0, rota.cast.limei, "confirmed"),
            lambda: rota.withdraw(0, rota.cast.limei),
        ],
    )
    assert all(isinstance(e, AlreadyAnswered) for e in ended if isinstance(e, Exception))
    [state] = [e.state for e in rota.days()[0].entries if e.id == entry_id]
    return rota.coming(0) == ["李梅"], state


def test_of_a_yes_and_its_withdrawal_one_holds(rota: Rota, app: Flask) -> None:
    is_coming, state = race(rota, app)
    assert state == ("confirmed" if is_coming else "withdrawn")


@pytest.mark.engines("sqlite")
def test_without_the_guard_somebody_comes_to_what_was_taken_back(
    rota: Rota, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state in the condition is the guard."""
    rota.send()
    rota.withdraw(0, rota.cast.limei)
    monkeypatch.setattr(rostering, "_decide", lambda *_what: True)
    rota.answer(0, rota.cast.limei, "confirmed")
    assert rota.coming(0) == ["李梅"]
    assert [e.state for e in rota.days()[0].entries if e.member_id == rota.cast.limei.id] == [
        "withdrawn"
    ]
