"""After the first question: a spoken yes, another day, a renewal, the end of a term (art. 25)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pointsvc.activities.queries import signed_up_shift_ids
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.plots.errors import AlreadyAnswered, NotRenewable
from pointsvc.plots.people.assigning import end_assignment
from pointsvc.plots.people.assignments import assignments_of, get_assignment
from pointsvc.plots.people.handovers import handovers_at
from pointsvc.plots.people.renewing import (
    answer_renewal,
    ask_anew,
    ask_to_go_on,
    watch_terms,
    write_down_yes,
)
from tests.activities.calendar import later
from tests.plots.test_assigning import ask, end, heard, say
from tests.plots.years import Year
from tests.support.clocks import FrozenClock


def led(year: Year, verb: Any, id_: UUID, by: str = "wangqiang", **more: Any) -> None:
    """王强 says something of a question; the verbs call who says it by different names."""
    person = getattr(year.cast, by)
    name = "written_by_id" if verb is write_down_yes else "asked_by_id"
    transact(
        lambda: verb(
            community_id=year.community_id,
            scope=year.calendar.scope(person),
            assignment_id=id_,
            now=moments.now(),
            **{name: person.id},
            **more,
        )
    )


def answer(year: Year, id_: UUID, *, goes_on: bool, by: str = "limei") -> None:
    """What 李梅 says to going on."""
    transact(
        lambda: answer_renewal(
            community_id=year.community_id,
            assignment_id=id_,
            goes_on=goes_on,
            answered_by_id=getattr(year.cast, by).id,
            is_at_desk=False,
            now=moments.now(),
        )
    )


def watch(year: Year) -> tuple[int, int]:
    """A night."""
    return transact(lambda: watch_terms(community_id=year.community_id, now=moments.now()))


def test_a_spoken_yes_counts_is_marked_and_told(year: Year) -> None:
    id_ = ask(year)
    for _turn in range(2):
        led(year, write_down_yes, id_)
    [mine] = assignments_of(year.community_id, year.cast.limei.id)
    assert (mine.state, mine.is_spoken) == ("accepted", True)
    assert [text for text in heard(year, "limei") if "当面答应" in text] != []
    say(year, id_, "accepted")
    assert not get_assignment(year.community_id, id_).is_spoken


def test_its_person_undoes_it_for_free_and_nothing_is_handed_over(year: Year) -> None:
    id_ = ask(year)
    led(year, write_down_yes, id_)
    end(year, id_, by="limei")
    assert assignments_of(year.community_id, year.cast.limei.id) == []
    assert handovers_at(year.community_id, [year.place_id]) == []
    assert "本人说没有" in heard(year, "wangqiang")[0]


@pytest.mark.parametrize("by", ["limei", "sungang"])
def test_only_who_leads_writes_it_down(year: Year, by: str) -> None:
    id_ = ask(year)
    with pytest.raises(Forbidden):
        led(year, write_down_yes, id_, by)
    say(year, id_, "declined")
    with pytest.raises(AlreadyAnswered):
        led(year, write_down_yes, id_)
    with pytest.raises(NotFound):
        led(year, write_down_yes, new_id())


def test_a_wish_is_answered_with_another_day_as_long_as_before(year: Year) -> None:
    id_ = ask(year, ends_on=year.day(100))
    say(year, id_, "other", "下周起行")
    led(year, ask_anew, id_, starts_on=year.day(7))
    [asked] = assignments_of(year.community_id, year.cast.limei.id)
    assert (asked.starts_on, asked.ends_on, asked.wish) == (year.day(7), year.day(107), None)
    assert "{0.year}年{0.month}月{0.day}日".format(year.day(7)) in heard(year, "limei")[0]
    say(year, id_, "declined")
    with pytest.raises(AlreadyAnswered):
        led(year, ask_anew, id_, starts_on=year.day(8))


@pytest.mark.parametrize("goes_on", [True, False])
def test_going_on_is_a_new_question(year: Year, goes_on: bool) -> None:
    id_ = ask(year, ends_on=year.day(20))
    say(year, id_, "accepted")
    led(year, ask_to_go_on, id_, ends_on=year.day(400))
    with pytest.raises(NotFound):
        answer(year, id_, goes_on=True, by="liuyang")
    answer(year, id_, goes_on=goes_on)
    assert get_assignment(year.community_id, id_).ends_on == year.day(400 if goes_on else 20)
    with pytest.raises(AlreadyAnswered):
        answer(year, id_, goes_on=True)


def test_only_a_longer_term_of_who_cares_is_asked_for(year: Year) -> None:
    id_ = ask(year, ends_on=year.day(20))
    for state, until in (("proposed", year.day(60)), ("accepted", year.day(20))):
        if state == "accepted":
            say(year, id_, "accepted")
        with pytest.raises(NotRenewable):
            led(year, ask_to_go_on, id_, ends_on=until)


def test_a_term_is_reminded_of_and_ends_the_day_after(year: Year, clock: FrozenClock) -> None:
    id_ = ask(year, ends_on=year.day(40))
    say(year, id_, "accepted")
    nights: list[tuple[int, int]] = [watch(year)]
    for days in (10, 30, 1):
        clock.advance(days=days)
        nights.append(watch(year))
    assert nights == [(0, 0), (1, 0), (0, 0), (0, 1)]
    assert assignments_of(year.community_id, year.cast.limei.id) == []
    assert len(handovers_at(year.community_id, [year.place_id])) == 1


def test_an_open_renewal_keeps_a_term_until_it_is_answered(year: Year, clock: FrozenClock) -> None:
    id_ = ask(year, ends_on=year.day(2))
    say(year, id_, "accepted")
    led(year, ask_to_go_on, id_, ends_on=year.day(50))
    clock.advance(days=3)
    assert watch(year) == (0, 0)
    answer(year, id_, goes_on=False)
    assert watch(year) == (0, 1)


@pytest.mark.parametrize("leaves", [True, False])
def test_the_sign_ups_that_remain_go_only_where_they_are_given_up(
    year: Year,
    leaves: bool,
) -> None:
    shift, limei = year.calendar.open(starts_at=later(days=1)), year.cast.limei
    year.calendar.join(shift.id, limei)
    id_ = ask(year)
    say(year, id_, "accepted")
    ended = {"community_id": year.community_id, "assignment_id": id_, "now": moments.now()}
    scope = year.calendar.scope(limei)
    by: dict[str, Any] = {"scope": scope, "ended_by_id": limei.id, "leaves_signups": leaves}
    transact(lambda: end_assignment(**ended, **by))  # type: ignore[arg-type]
    mine = {"community_id": year.community_id, "member_id": limei.id}
    assert bool(signed_up_shift_ids(**mine, shift_ids=[shift.id])) is not leaves
