"""When somebody stops, what they held goes on: each side ticks its own, the desk for both."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.plots.errors import HandoverClosed, NotOfGroup
from pointsvc.plots.people.handing import Side, close_handover, name_taker, tick_handover
from pointsvc.plots.people.handovers import HandoverFacts, get_handover, handovers_at, handovers_of
from pointsvc.plots.places.describing import settle_plots
from pointsvc.plots.rules.handovers import CHECKLIST
from tests.plots.test_assigning import ask, end, heard, say
from tests.plots.years import Year

ALL = set(range(1, len(CHECKLIST) + 1))


def begun(year: Year) -> HandoverFacts:
    """刘洋 cared for plot 1 and stopped."""
    id_ = ask(year, "liuyang")
    say(year, id_, "accepted", by="liuyang")
    end(year, id_, by="liuyang")
    [found] = handovers_at(year.community_id, [year.place_id])
    return found


def tick(year: Year, id_: UUID, side: Side, by: str, lines: set[int] = ALL) -> bool:
    """Somebody ticks lines."""
    person = getattr(year.cast, by)
    return transact(
        lambda: tick_handover(
            community_id=year.community_id,
            scope=year.calendar.scope(person),
            ticked_by_id=person.id,
            handover_id=id_,
            side=side,
            positions=lines,
            now=clock.now(),
        )
    )


def name(year: Year, id_: UUID, whom: str) -> None:
    """王强 says who takes over."""
    leader = year.cast.wangqiang
    transact(
        lambda: name_taker(
            community_id=year.community_id,
            scope=year.calendar.scope(leader),
            named_by_id=leader.id,
            handover_id=id_,
            member_id=getattr(year.cast, whom).id,
            now=clock.now(),
        )
    )


def test_both_sides_tick_and_it_is_done(year: Year) -> None:
    id_ = begun(year).id
    say(year, ask(year), "accepted")
    assert handovers_of(year.community_id, year.cast.limei.id)[0].to_name == "李梅"
    assert "请您接一下" in heard(year, "limei")[0]
    assert not tick(year, id_, "given", "liuyang")
    assert not tick(year, id_, "taken", "limei", {1, 2})
    assert tick(year, id_, "taken", "limei", ALL - {1, 2})
    assert handovers_at(year.community_id, [year.place_id]) == []
    with pytest.raises(HandoverClosed):
        tick(year, id_, "given", "liuyang")


def test_the_clerk_ticks_for_who_stands_at_the_desk(year: Year) -> None:
    id_ = begun(year).id
    tick(year, id_, "given", "zhaofang")
    assert tick(year, id_, "taken", "wangqiang")


@pytest.mark.parametrize(
    ("side", "by"), [("taken", "liuyang"), ("given", "limei"), ("given", "hedu")]
)
def test_nobody_ticks_for_the_other_side(year: Year, side: Side, by: str) -> None:
    id_ = begun(year).id
    with pytest.raises(Forbidden):
        tick(year, id_, side, by)
    with pytest.raises(NotFound):
        tick(year, new_id(), side, by)


def test_who_takes_over_cares_for_the_plot(year: Year) -> None:
    id_ = begun(year).id
    with pytest.raises(NotOfGroup):
        name(year, id_, "limei")
    say(year, ask(year), "accepted")
    name(year, id_, "limei")
    assert get_handover(year.community_id, id_).to_id == year.cast.limei.id


def test_where_nothing_is_left_the_leader_says_so(year: Year) -> None:
    id_, leader = begun(year).id, year.cast.wangqiang
    for _turn in range(2):
        transact(
            lambda: close_handover(
                community_id=year.community_id,
                scope=year.calendar.scope(leader),
                closed_by_id=leader.id,
                handover_id=id_,
                now=clock.now(),
            )
        )
    assert get_handover(year.community_id, id_).state == "done"
    with pytest.raises(HandoverClosed):
        name(year, id_, "limei")


def test_the_community_s_own_list_is_handed_over(year: Year) -> None:
    transact(
        lambda: settle_plots(
            community_id=year.community_id,
            width_metres=100,
            height_metres=100,
            checklist="钥匙\n\n 水管 \n钥匙",
            actor=SYSTEM,
            now=clock.now(),
        )
    )
    assert [line.words for line in begun(year).lines] == ["钥匙", "水管"]
