"""Being asked to care for a plot: yes, no, yes but; an end at any time, at no cost (art. 25)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.plots.errors import AlreadyAnswered, AlreadyAsked, NotOfGroup
from pointsvc.plots.people.assigning import (
    Answer,
    answer_assignment,
    end_assignment,
    propose_assignment,
)
from pointsvc.plots.people.assignments import assignments_at, assignments_of
from pointsvc.plots.queries import get_plot
from pointsvc.web.messages import messages_of
from tests.plots.years import Year
from tests.support.rivals import at_once


def ask(year: Year, whom: str = "limei", *, by: str = "wangqiang", **given: Any) -> UUID:
    """王强 asks 李梅 to care for plot 1 from today on."""
    values: dict[str, Any] = {
        "is_substitute": False,
        "starts_on": year.today,
        "ends_on": None,
    } | given
    id_: UUID = values.pop("assignment_id", None) or new_id()
    transact(
        lambda: propose_assignment(
            community_id=year.community_id,
            scope=year.calendar.scope(getattr(year.cast, by)),
            proposed_by_id=getattr(year.cast, by).id,
            assignment_id=id_,
            place_id=year.place_id,
            member_id=getattr(year.cast, whom).id,
            now=clock.now(),
            **values,
        )
    )
    return id_


def say(
    year: Year,
    id_: UUID,
    answer: Answer,
    wish: str | None = None,
    *,
    by: str = "limei",
    **more: bool,
) -> None:
    """What 李梅 says."""
    transact(
        lambda: answer_assignment(
            community_id=year.community_id,
            assignment_id=id_,
            answer=answer,
            wish=wish,
            answered_by_id=getattr(year.cast, by).id,
            is_at_desk=more.get("at_desk", False),
            now=clock.now(),
        )
    )


def end(year: Year, id_: UUID, *, by: str) -> None:
    """Not any more."""
    person = getattr(year.cast, by)
    transact(
        lambda: end_assignment(
            community_id=year.community_id,
            scope=year.calendar.scope(person),
            assignment_id=id_,
            ended_by_id=person.id,
            now=clock.now(),
        )
    )


def heard(year: Year, who: str) -> list[str]:
    """What somebody was told."""
    rows = messages_of(year.community_id, getattr(year.cast, who).id).rows
    return [message.text for message in rows]


def test_who_is_asked_is_told_and_cares_once_they_say_yes(year: Year) -> None:
    id_ = ask(year)
    assert "不愿意不扣分" in heard(year, "limei")[0]
    say(year, id_, "accepted")
    say(year, id_, "accepted")
    assert [each.state for each in assignments_of(year.community_id, year.cast.limei.id)] == [
        "accepted"
    ]
    assert len(heard(year, "wangqiang")) == 1
    plot = get_plot(year.community_id, year.place_id)
    assert [person.name for person in plot.tenders] == ["李梅"]


def test_no_costs_nothing_and_the_leader_may_ask_again(year: Year) -> None:
    say(year, ask(year), "declined")
    assert assignments_at(year.community_id, [year.place_id]) == []
    assert "李梅这次不能养护1号田，可以请别人" in heard(year, "wangqiang")[0]
    ask(year)


def test_a_wish_leaves_the_question_open(year: Year) -> None:
    id_ = ask(year)
    with pytest.raises(Invalid):
        say(year, id_, "other", "  ")
    say(year, id_, "other", "周二上午行")
    [open_] = assignments_of(year.community_id, year.cast.limei.id)
    assert (open_.state, open_.wish) == ("proposed", "周二上午行")
    say(year, id_, "accepted")


def test_what_was_answered_or_taken_back_is_not_answered_again(year: Year) -> None:
    id_ = ask(year)
    say(year, id_, "declined")
    with pytest.raises(AlreadyAnswered):
        say(year, id_, "accepted")
    other = ask(year)
    end(year, other, by="wangqiang")
    with pytest.raises(AlreadyAnswered):
        say(year, other, "accepted")


def test_the_same_question_is_one_and_another_to_the_same_person_is_refused(year: Year) -> None:
    id_ = ask(year)
    ask(year, assignment_id=id_)
    with pytest.raises(AlreadyAsked):
        ask(year)
    assert len(assignments_at(year.community_id, [year.place_id])) == 1


@pytest.mark.parametrize(
    ("whom", "by", "refusal"),
    [
        ("zhangdian", "wangqiang", NotOfGroup),
        ("chenjing", "wangqiang", NotOfGroup),
        ("limei", "sungang", Forbidden),
        ("limei", "limei", Forbidden),
    ],
)
def test_the_plot_s_leader_asks_people_of_the_group(
    year: Year, whom: str, by: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        ask(year, whom, by=by)


def test_a_term_ends_after_it_began(year: Year) -> None:
    with pytest.raises(Invalid):
        ask(year, ends_on=year.day(-1))


@pytest.mark.parametrize("by", ["liuyang", "wangqiang", "zhaofang"])
def test_nobody_answers_for_another_but_the_clerk_at_the_desk(year: Year, by: str) -> None:
    id_ = ask(year)
    with pytest.raises(NotFound):
        say(year, id_, "accepted", by=by)
    say(year, id_, "accepted", by="zhaofang", at_desk=True)


@pytest.mark.parametrize("by", ["limei", "wangqiang", "zhaofang"])
def test_either_side_ends_it_at_any_time(year: Year, by: str) -> None:
    id_ = ask(year)
    say(year, id_, "accepted")
    end(year, id_, by=by)
    end(year, id_, by=by)
    assert assignments_of(year.community_id, year.cast.limei.id) == []
    told = "wangqiang" if by == "limei" else "limei"
    assert any("有一位不做了" in text for text in heard(year, told))


@pytest.mark.parametrize("by", ["liuyang", "sungang", "hedu"])
def test_nobody_else_ends_it(year: Year, by: str) -> None:
    id_ = ask(year)
    with pytest.raises(Forbidden):
        end(year, id_, by=by)
    with pytest.raises(NotFound):
        end(year, new_id(), by=by)


def test_two_leaders_at_once_ask_once(year: Year, app: Flask) -> None:
    ended = at_once(app, [lambda: ask(year), lambda: ask(year)])
    assert sorted(isinstance(each, AlreadyAsked) for each in ended) == [False, True]
    assert len(assignments_at(year.community_id, [year.place_id])) == 1
