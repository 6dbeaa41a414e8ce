"""Who cannot come says so and is free; whoever is asked may go, the first one does."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from pointsvc.activities.service import sign_up
from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.queries import attendances_of
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import change_phone
from pointsvc.organisation.service import join_group
from pointsvc.plots.errors import (
    AbsentThen,
    AlreadyTaken,
    DutyOverlaps,
    DutyPassed,
    VetoOver,
    WeekFull,
)
from pointsvc.plots.people import substituting
from pointsvc.plots.people.assigning import answer_assignment, propose_assignment
from pointsvc.plots.people.substitutions import SubstitutionFacts
from pointsvc.plots.people.wishes import keep_wishes
from pointsvc.plots.rules.wishes import Wishes
from pointsvc.web.messages import messages_of
from tests.plots.rosters import Rota
from tests.plots.years import Year
from tests.support.cast import Person
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once


@pytest.fixture
def rota(year: Year) -> Rota:
    """李梅 comes to the first of four Saturdays in December."""
    rota = Rota(year)
    year.calendar.join(rota.days()[0].duty.shift_id, rota.cast.limei)
    return rota


def told(rota: Rota, person: Person) -> list[str]:
    return [message.text for message in messages_of(rota.community_id, person.id).rows]


def stand_in(rota: Rota, person: Person) -> None:
    """The person said yes to standing in on the plot."""
    home, assignment_id, now = rota.community_id, new_id(), moments.now()
    transact(
        lambda: propose_assignment(
            community_id=home,
            scope=rota.scope(),
            proposed_by_id=rota.cast.wangqiang.id,
            assignment_id=assignment_id,
            place_id=rota.year.place_id,
            member_id=person.id,
            is_substitute=True,
            starts_on=rota.year.today,
            ends_on=None,
            now=now,
        )
    )
    transact(
        lambda: answer_assignment(
            community_id=home,
            assignment_id=assignment_id,
            answer="accepted",
            wish=None,
            answered_by_id=person.id,
            is_at_desk=False,
            now=now,
        )
    )


def joins_group(rota: Rota, person: Person) -> None:
    """The plot's group has one more."""
    who = {"group_id": rota.cast.group_id, "member_id": person.id, "actor": SYSTEM}
    rota.does(join_group, **who)


def test_somebody_goes_and_it_is_remembered_and_thanked(rota: Rota) -> None:
    asked = rota.cannot(0, rota.cast.limei)
    assert (asked.circle, rota.coming(0)) == ("group", [])
    assert rota.offered(rota.cast.liuyang) == [asked]
    for _tap in range(2):
        rota.take(asked, rota.cast.liuyang)
    assert rota.coming(0) == ["刘洋"]
    [covered] = rota.substitutions()
    assert (covered.is_covered, covered.taken_by_name) == (True, "刘洋")
    assert "刘洋替您去了" in told(rota, rota.cast.limei)[0]
    for _tap in range(2):
        rota.thank(covered, rota.cast.limei)
    thanks = [text for text in told(rota, rota.cast.liuyang) if "谢谢您" in text]
    assert len(thanks) == 1


@pytest.mark.engines("sqlite")
def test_leaving_again_after_coming_back_asks_anew_and_tells_nobody_twice(rota: Rota) -> None:
    """Also who came back by the ordinary way: the first question had stayed open."""
    shift_id = rota.cannot(0, rota.cast.limei).shift_id
    for _time in range(3):
        rota.does(sign_up, shift_id=shift_id, member_id=rota.cast.limei.id)
        rota.cannot(0, rota.cast.limei)
    assert sorted(each.state for each in rota.substitutions()) == ["closed"] * 3 + ["open"]
    for person in (rota.cast.liuyang, rota.cast.wangqiang):
        asks = [text for text in told(rota, person) if "缺一个人" in text or "来不了" in text]
        assert len(asks) == 1


@pytest.mark.engines("sqlite")
def test_leaving_with_a_reason_is_no_absence(rota: Rota, clock: FrozenClock) -> None:
    """Nothing of ours counts absences: she has no attendance, no points lost, no mark anywhere."""
    rota.cannot(0, rota.cast.limei, "family")
    clock.advance(days=20)
    assert attendances_of(rota.community_id, rota.cast.limei.id) == []
    assert [each.entries for each in rota.days()] == [()] * 4
    person = rota.look().people[rota.cast.limei.id]
    assert (person.load_minutes, person.taken) == (0, ())


@pytest.mark.engines("sqlite")
def test_first_the_substitutes_are_asked_then_the_group_then_everybody(rota: Rota) -> None:
    stand_in(rota, rota.cast.liuyang)
    asked = rota.cannot(0, rota.cast.limei)
    assert asked.circle == "substitutes"
    assert rota.offered(rota.cast.liuyang) == [asked]
    assert rota.offered(rota.cast.zhangdian) == []
    with pytest.raises(NotFound):
        rota.take(asked, rota.cast.zhangdian)
    with pytest.raises(Forbidden):
        rota.widen(asked, "community", rota.cast.liuyang)
    rota.widen(asked, "community", rota.cast.limei)
    rota.take(rota.substitutions()[0], rota.cast.zhangdian)
    assert rota.coming(0) == ["张店"]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("why", ["asked", "comes", "no phone"])
def test_past_a_substitute_who_cannot_stand_in_the_group_is_asked(rota: Rota, why: str) -> None:
    cast = rota.cast
    joins_group(rota, cast.zhangdian)
    stand_in(rota, cast.liuyang)
    if why == "asked":
        rota.send((rota.days()[0], cast.liuyang))
    elif why == "comes":
        rota.year.calendar.join(rota.days()[0].duty.shift_id, cast.liuyang)
    else:
        rota.does(change_phone, member_id=cast.liuyang.id, phone=None, actor=SYSTEM)
    asked = rota.cannot(0, cast.limei)
    assert asked.circle == "group"
    assert "缺一个人" in told(rota, cast.zhangdian)[0]
    assert not any("缺一个人" in text for text in told(rota, cast.liuyang))


@pytest.mark.engines("sqlite")
def test_who_is_taken_then_or_has_no_hours_left_does_not_see_it(year: Year, rota: Rota) -> None:
    asked = rota.cannot(0, rota.cast.limei)
    cast, at = rota.cast, asked.starts_at
    meanwhile = year.calendar.open(starts_at=at + timedelta(minutes=30))
    year.calendar.join(meanwhile.id, cast.liuyang)
    assert rota.offered(cast.liuyang) == []
    with pytest.raises(DutyOverlaps):
        rota.take(asked, cast.liuyang)
    earlier = year.calendar.open(starts_at=at - timedelta(hours=4), ends_at=at - timedelta(hours=3))
    year.calendar.join(earlier.id, cast.hedu)
    one_hour, now = Wishes(week_hours_max=1), moments.now()
    who = {"member_id": cast.hedu.id, "kept_by_id": cast.hedu.id}
    home = rota.community_id
    transact(lambda: keep_wishes(community_id=home, wishes=one_hour, now=now, **who))
    rota.widen(asked, "community")
    with pytest.raises(WeekFull):
        rota.take(asked, cast.hedu)


def elsewhere(rota: Rota) -> SubstitutionFacts:
    """李梅 cannot come to the first duty; then 刘洋 cannot to another one at that time."""
    asked, calendar = rota.cannot(0, rota.cast.limei), rota.year.calendar
    other = calendar.open(starts_at=asked.starts_at, ends_at=asked.ends_at)
    calendar.join(other.id, rota.cast.liuyang)
    away = {"member_id": rota.cast.liuyang.id, "reason": "ill"}
    rota.does(substituting.cannot_come, shift_id=other.id, **away)
    return next(each for each in rota.substitutions() if each.shift_id == other.id)


@pytest.mark.engines("sqlite")
def test_who_said_that_they_cannot_come_then_is_not_asked_elsewhere(rota: Rota) -> None:
    asked = elsewhere(rota)
    rota.widen(asked, "group")
    assert rota.offered(rota.cast.limei) == []
    with pytest.raises(AbsentThen):
        rota.take(asked, rota.cast.limei)


@pytest.mark.engines("sqlite")
def test_who_means_to_be_elsewhere_by_now_does_not_come_after_all(rota: Rota) -> None:
    asked = rota.cannot(0, rota.cast.limei)
    other = rota.year.calendar.open(starts_at=asked.starts_at, ends_at=asked.ends_at)
    rota.year.calendar.join(other.id, rota.cast.limei)
    with pytest.raises(DutyOverlaps):
        rota.does(
            substituting.come_after_all,
            substitution_id=asked.id,
            member_id=rota.cast.limei.id,
        )
    assert rota.coming(0) == []


@pytest.mark.engines("sqlite")
def test_after_a_no_to_the_only_substitute_the_group_is_asked(rota: Rota) -> None:
    joins_group(rota, rota.cast.zhangdian)
    stand_in(rota, rota.cast.liuyang)
    rota.take(rota.cannot(0, rota.cast.limei), rota.cast.liuyang)
    rota.veto(rota.substitutions()[0])
    again = rota.substitutions()[0]
    assert (again.state, again.circle) == ("open", "group")


@pytest.mark.engines("sqlite")
def test_after_a_no_to_the_last_one_of_the_group_everybody_is_asked(rota: Rota) -> None:
    stand_in(rota, rota.cast.liuyang)
    rota.take(rota.cannot(0, rota.cast.limei), rota.cast.liuyang)
    rota.veto(rota.substitutions()[0])
    again = rota.substitutions()[0]
    assert (again.state, again.circle) == ("open", "community")


def test_the_leader_may_say_no_in_time_with_a_word_and_the_question_opens_again(
    rota: Rota,
) -> None:
    rota.take(rota.cannot(0, rota.cast.limei), rota.cast.liuyang)
    [taken] = rota.substitutions()
    with pytest.raises(Invalid):
        rota.veto(taken, " ")
    rota.veto(taken)
    again, vetoed = rota.substitutions()
    assert (again.state, vetoed.state, vetoed.veto_why) == ("open", "vetoed", "有新手")
    assert rota.coming(0) == []
    assert "谢谢您的好意" in told(rota, rota.cast.liuyang)[0]
    assert rota.offered(rota.cast.liuyang) == [], "who was told no is not asked again"
    rota.widen(again, "community")
    rota.take(again, rota.cast.zhangdian)
    assert rota.coming(0) == ["张店"]


@pytest.mark.engines("sqlite")
def test_after_a_no_who_cannot_come_is_told_that_somebody_is_still_sought(rota: Rota) -> None:
    rota.take(rota.cannot(0, rota.cast.limei), rota.cast.liuyang)
    rota.veto(rota.substitutions()[0])
    assert "组长另有安排，说好替您的那位不去了，还在找人" in told(rota, rota.cast.limei)[0]


@pytest.mark.engines("sqlite")
def test_a_day_later_it_stands(rota: Rota, clock: FrozenClock) -> None:
    rota.take(rota.cannot(0, rota.cast.limei), rota.cast.liuyang)
    clock.advance(hours=24)
    with pytest.raises(VetoOver):
        rota.veto(rota.substitutions()[0])
    assert rota.coming(0) == ["刘洋"]


@pytest.mark.engines("sqlite")
def test_who_can_come_after_all_closes_the_question(rota: Rota) -> None:
    asked = rota.cannot(0, rota.cast.limei)
    rota.does(substituting.come_after_all, substitution_id=asked.id, member_id=rota.cast.limei.id)
    assert rota.coming(0) == ["李梅"]
    with pytest.raises(AlreadyTaken):
        rota.take(asked, rota.cast.liuyang)


@pytest.mark.engines("sqlite")
def test_once_it_has_begun_nobody_is_asked(rota: Rota, clock: FrozenClock) -> None:
    shift_id = rota.days()[0].duty.shift_id
    clock.at("2026-12-05T09:00")
    with pytest.raises(DutyPassed):
        rota.does(
            substituting.cannot_come,
            shift_id=shift_id,
            member_id=rota.cast.limei.id,
            reason="ill",
        )


def race(rota: Rota, app: Flask) -> Counter[str]:
    """刘洋 and 王强 take the same question on at once; two seats are free."""
    asked = rota.cannot(0, rota.cast.limei)
    rota.widen(asked, "community")
    people = (rota.cast.liuyang, rota.cast.zhangdian)
    ended: list[Any] = at_once(app, [partial(rota.take, asked, person) for person in people])
    return Counter("in" if each is None else type(each).__name__ for each in ended)


def test_of_two_at_once_the_first_goes(rota: Rota, app: Flask) -> None:
    assert race(rota, app) == {"in": 1, "AlreadyTaken": 1}
    assert len(rota.coming(0)) == 1


def test_without_the_guard_both_go_for_one(rota: Rota, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state in the condition is the guard: whoever read `open` would go."""
    asked = rota.cannot(0, rota.cast.limei)
    rota.widen(asked, "community")
    monkeypatch.setattr(substituting, "_change", lambda *_what: True)
    for person in (rota.cast.liuyang, rota.cast.zhangdian):
        rota.take(asked, person)
    assert len(rota.coming(0)) == 2
