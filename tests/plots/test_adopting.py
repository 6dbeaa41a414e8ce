"""Corners lent to residents: offered, answered, ended with notice; one live adoption of a corner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.plots.errors import AlreadyAnswered, CornerTaken, NotOfGroup
from pointsvc.plots.places.adopting import answer_offer, give_notice, offer_corner, watch_adoptions
from pointsvc.plots.places.adoptions import AdoptionFacts, adoptions_at, adoptions_of, get_adoption
from tests.plots.test_assigning import heard
from tests.plots.years import Year
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once


def offer(year: Year, whom: str = "zhangdian", by: str = "zhaofang", **given: Any) -> UUID:
    """赵芳 offers 张店, who is of no group, the corner of plot 1 for a hundred days."""
    values: dict[str, Any] = {
        "corner": "东北角",
        "corners": None,
        "starts_on": year.today,
        "ends_on": year.day(100),
        "notice_days": 30,
    } | given
    id_: UUID = values.pop("adoption_id", None) or new_id()
    person = getattr(year.cast, by)
    transact(
        lambda: offer_corner(
            community_id=year.community_id,
            scope=year.calendar.scope(person),
            offered_by_id=person.id,
            adoption_id=id_,
            place_id=year.place_id,
            member_id=getattr(year.cast, whom).id,
            now=moments.now(),
            **values,
        )
    )
    return id_


def answer(year: Year, id_: UUID, *, accepts: bool = True, by: str = "zhangdian") -> None:
    """What 张店 says."""
    transact(
        lambda: answer_offer(
            community_id=year.community_id,
            adoption_id=id_,
            accepts=accepts,
            answered_by_id=getattr(year.cast, by).id,
            is_at_desk=by == "zhaofang",
            now=moments.now(),
        )
    )


def end(year: Year, id_: UUID, by: str) -> Any:
    """Somebody gives notice."""
    person = getattr(year.cast, by)
    return transact(
        lambda: give_notice(
            community_id=year.community_id,
            scope=year.calendar.scope(person),
            adoption_id=id_,
            given_by_id=person.id,
            reason="搬家",
            now=moments.now(),
        )
    )


def live(year: Year) -> list[AdoptionFacts]:
    """What is lent or offered of plot 1."""
    return adoptions_at(year.community_id, [year.place_id])


def night(year: Year) -> tuple[int, int]:
    """What the job does."""
    return transact(lambda: watch_adoptions(community_id=year.community_id, now=moments.now()))


@pytest.mark.parametrize("by", ["zhangdian", "zhaofang"])
def test_any_resident_is_asked_and_says_yes_on_the_phone_or_at_the_desk(
    year: Year, by: str
) -> None:
    id_ = offer(year)
    assert "认养" in heard(year, "zhangdian")[0]
    for _turn in range(2):
        answer(year, id_, by=by)
    [mine] = adoptions_of(year.community_id, year.cast.zhangdian.id)
    assert (mine.state, mine.clauses_version, mine.last_on) == ("active", 1, year.day(100))
    assert "有人认养了" in heard(year, "zhaofang")[0]


def test_no_costs_nothing_and_the_corner_is_free(year: Year) -> None:
    id_ = offer(year)
    answer(year, id_, accepts=False)
    assert live(year) == []
    with pytest.raises(AlreadyAnswered):
        answer(year, id_)
    offer(year, "limei")


def test_a_corner_is_lent_once_and_the_same_offer_is_one(year: Year) -> None:
    id_ = offer(year)
    offer(year, adoption_id=id_)
    with pytest.raises(CornerTaken):
        offer(year, "limei", corner="  东北角 ")
    offer(year, "limei", corner="西南角")
    assert len(live(year)) == 2


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"by": "sungang"}, Forbidden),
        ({"by": "wangqiang"}, NotOfGroup),
        ({"whom": "chenjing"}, NotFound),
        ({"corners": "1, 1\n2"}, Invalid),
        ({"ends_on": None}, Invalid),
    ],
)
def test_what_cannot_be_offered(
    year: Year, given: dict[str, Any], refusal: type[Exception]
) -> None:
    if "ends_on" in given:
        given = {"ends_on": year.day(-1)}
    with pytest.raises(refusal):
        offer(year, **given)


@pytest.mark.parametrize("by", ["zhangdian", "wangqiang"])
def test_either_side_ends_it_after_the_days_of_notice(
    year: Year, clock: FrozenClock, by: str
) -> None:
    id_ = offer(year)
    answer(year, id_)
    assert end(year, id_, by) == end(year, id_, "zhaofang") == year.day(30)
    told = "zhaofang" if by == "zhangdian" else "zhangdian"
    assert "{0.year}年{0.month}月{0.day}日".format(year.day(30)) in heard(year, told)[0]
    clock.advance(days=30)
    assert (night(year), len(live(year))) == ((0, 0), 1)
    clock.advance(days=1)
    assert (night(year), live(year)) == ((0, 1), [])
    with pytest.raises(AlreadyAnswered):
        end(year, id_, by)


def test_an_offer_is_taken_back_at_once_and_by_nobody_else(year: Year) -> None:
    id_ = offer(year)
    for who in ("limei", "sungang"):
        with pytest.raises(Forbidden):
            end(year, id_, who)
        with pytest.raises(NotFound):
            answer(year, id_, by=who)
    end(year, id_, "wangqiang")
    assert get_adoption(year.community_id, id_).state == "ended"


def test_the_end_of_the_term_is_told_thirty_days_before(year: Year, clock: FrozenClock) -> None:
    id_ = offer(year)
    answer(year, id_)
    nights = []
    for days in (69, 1, 1, 30):
        clock.advance(days=days)
        nights.append(night(year))
    assert nights == [(0, 0), (1, 0), (0, 0), (0, 1)]
    assert any("期满" in said for said in heard(year, "zhangdian"))


def two_at_once(year: Year, app: Flask) -> list[Any]:
    """Two offers of the same corner."""
    return at_once(app, [lambda: offer(year), lambda: offer(year, "limei")])


def test_of_two_offers_at_once_one_is_refused(year: Year, app: Flask) -> None:
    ended = two_at_once(year, app)
    assert sorted(isinstance(each, CornerTaken) for each in ended) == [False, True]
    assert len(live(year)) == 1


def test_without_the_index_the_corner_is_lent_twice(year: Year, app: Flask) -> None:
    transact(lambda: db.session.execute(text("DROP INDEX uq_adoptions_live")))
    assert [isinstance(each, UUID) for each in two_at_once(year, app)] == [True, True]
    assert len(live(year)) == 2
