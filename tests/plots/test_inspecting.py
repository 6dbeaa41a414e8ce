"""A month's inspections: by whom, twice where need be; a passed month pays those who came, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.disclosure.queries import disclosure_of
from pointsvc.disclosure.rules import month_of
from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.queries import tended_places
from pointsvc.organisation.service import join_group, leave_group
from pointsvc.plots.doing.form_versions import find_forms, form_in_force, set_form
from pointsvc.plots.doing.inspecting import decline_inspection
from pointsvc.plots.doing.results import bonus_id_of, take_back_result
from pointsvc.plots.errors import (
    InspectionFormDayTaken,
    ObjectionLate,
    TooNear,
    VisitClosed,
)
from pointsvc.plots.jobs import pay_bonuses
from pointsvc.plots.models import Assignment
from pointsvc.plots.rules.inspecting import Item
from pointsvc.plots.service import know_plot
from pointsvc.web.deeds import deeds_of
from pointsvc.web.messages import messages_of
from tests.checkin.duty import Duty
from tests.plots.doing import Doing, result_of, visit_state
from tests.support.cast import Person
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")  # the races run on both

NEXT_MONTH = "2026-12-02T09:00"
NOVEMBER = date(2026, 11, 1)


def serve(duty: Duty, clock: FrozenClock, *people: Person) -> None:
    """They are on plot 1 for a hundred minutes, for which they get 15 points."""
    for person in people:
        duty.scan(duty.cast.wangqiang, duty.card(person), "in")
    clock.advance(minutes=100)
    for person in people:
        duty.scan(duty.cast.wangqiang, duty.card(person), "out")


def decline(doing: Doing, by: Person) -> None:
    visit = doing.month().asked
    assert visit is not None
    transact(
        lambda: decline_inspection(
            community_id=doing.community_id,
            inspection_id=visit.id,
            declined_by_id=by.id,
            now=moments.now(),
        )
    )


def take_back(doing: Doing, reason: str = "看错了田") -> None:
    result_id = result_of(doing, NOVEMBER).id
    transact(
        lambda: take_back_result(
            community_id=doing.community_id,
            result_id=result_id,
            reason=reason,
            taken_by_id=doing.cast.hedu.id,
            now=moments.now(),
        )
    )


def test_somebody_of_another_group_is_asked_and_told(doing: Doing) -> None:
    doing.other_group()
    assert [doing.begin(), doing.begin()] == [(1, 0), (0, 0)]
    visit = doing.month().asked
    assert visit is not None
    assert visit.inspector_id == doing.cast.sungang.id
    said = messages_of(doing.community_id, doing.cast.sungang.id).rows
    assert [each for each in said if "请您验收" in each.text] == list(said[:1])


@pytest.mark.parametrize("who", ["wangqiang", "limei"])
def test_none_of_the_plot_s_people_inspects_it(doing: Doing, who: str) -> None:
    with pytest.raises(TooNear):
        doing.ask(getattr(doing.cast, who))


@pytest.mark.engines("sqlite", "postgresql")
def test_a_failed_plot_is_seen_again_by_somebody_else(doing: Doing) -> None:
    doing.other_group(doing.cast.sungang, doing.cast.zhangdian)
    doing.begin()
    doing.inspect(lost=11)
    month = doing.month()
    assert month.outcome == "second_asked"
    first, second = month.visits
    assert first.inspector_id != second.inspector_id
    doing.inspect(lost=3)
    assert doing.month().outcome == "passed"
    assert (result_of(doing).score, result_of(doing).has_passed) == (97, True)


def test_who_declines_makes_room_for_another(doing: Doing) -> None:
    doing.ask(doing.cast.sungang)
    with pytest.raises(NotFound):
        decline(doing, doing.cast.limei)
    decline(doing, doing.cast.sungang)
    assert doing.month().outcome == "none"
    doing.ask(doing.cast.zhangdian)
    doing.ask(doing.cast.sungang)
    states = [each.state for each in doing.month().visits]
    assert sorted(states) == ["asked", "declined", "withdrawn"]


def test_the_group_objects_once_and_in_time(doing: Doing) -> None:
    doing.other_group(doing.cast.sungang, doing.cast.zhangdian)
    doing.begin()
    first = doing.inspect(lost=2)
    with pytest.raises(Forbidden):
        doing.object(first, by=doing.cast.limei)
    with pytest.raises(Invalid):
        doing.object(first, reason="")
    doing.object(first)
    assert doing.month().outcome == "second_asked"
    with pytest.raises(ObjectionLate):
        doing.object(first)
    doing.inspect(lost=20)
    assert doing.month().outcome == "failed"
    assert not result_of(doing).has_passed


def test_an_objection_after_its_days_is_refused(doing: Doing, clock: FrozenClock) -> None:
    doing.ask(doing.cast.sungang)
    first = doing.inspect(lost=2)
    clock.advance(days=6)
    with pytest.raises(ObjectionLate):
        doing.object(first)


def test_what_was_decided_is_not_asked_again(doing: Doing) -> None:
    doing.ask(doing.cast.sungang)
    done = doing.inspect()
    with pytest.raises(VisitClosed):
        doing.ask(doing.cast.zhangdian)
    assert visit_state(doing, done) == "done"
    with pytest.raises(Invalid):
        doing.begin(moments.add_months(doing.month_on, -2))


@pytest.mark.engines("sqlite", "postgresql")
def test_a_passed_month_pays_who_came_when_it_is_over(
    doing: Doing, duty: Duty, clock: FrozenClock
) -> None:
    cast = doing.cast
    serve(duty, clock, cast.limei, cast.liuyang, cast.zhangdian)
    doing.ask(cast.sungang)
    doing.inspect(lost=4)
    before = [duty.points(each) for each in (cast.limei, cast.liuyang, cast.zhangdian)]
    assert pay_bonuses(moments.now()) == "0 people"
    clock.at(NEXT_MONTH)
    assert pay_bonuses(moments.now()) == "2 people"
    assert pay_bonuses(clock.advance(hours=1)) == "0 people"
    after = [duty.points(each) for each in (cast.limei, cast.liuyang, cast.zhangdian)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [30, 30, 0]


def test_the_bonus_is_an_award_like_any_other(doing: Doing, duty: Duty, clock: FrozenClock) -> None:
    serve(duty, clock, doing.cast.limei)
    doing.ask(doing.cast.sungang)
    doing.inspect()
    clock.at(NEXT_MONTH)
    pay_bonuses(moments.now())
    board = disclosure_of(doing.community_id, month_of(date(2026, 12, 2)))
    assert board.points.issued == 30
    id_ = bonus_id_of(doing.community_id, doing.place_id, NOVEMBER, doing.cast.limei.id)
    source = ("plot_bonus", id_)
    assert deeds_of(doing.community_id, [source])[source].place == "1号田 2026-11 验收合格"


def test_a_result_that_is_taken_back_is_corrected_by_transfers(
    doing: Doing, duty: Duty, clock: FrozenClock
) -> None:
    serve(duty, clock, doing.cast.limei)
    earned = duty.points(doing.cast.limei)
    doing.ask(doing.cast.sungang)
    doing.inspect()
    clock.at(NEXT_MONTH)
    pay_bonuses(moments.now())
    with pytest.raises(Invalid):
        take_back(doing, "")
    take_back(doing)
    assert duty.points(doing.cast.limei) == earned
    with pytest.raises(VisitClosed):
        take_back(doing)
    assert pay_bonuses(clock.advance(hours=1)) == "0 people"


@pytest.mark.engines("sqlite", "postgresql")
def test_a_second_visit_that_fails_takes_back_what_the_first_paid(
    doing: Doing, duty: Duty, clock: FrozenClock
) -> None:
    serve(duty, clock, doing.cast.limei)
    earned = duty.points(doing.cast.limei)
    doing.other_group(doing.cast.sungang, doing.cast.zhangdian)
    clock.at(NEXT_MONTH)
    doing.begin(NOVEMBER)
    first = doing.inspect(lost=2, month_on=NOVEMBER)
    assert duty.points(doing.cast.limei) == earned + 30
    doing.object(first)
    doing.inspect(lost=30, month_on=NOVEMBER)
    assert duty.points(doing.cast.limei) == earned
    assert not result_of(doing, NOVEMBER).has_passed


def write_form(doing: Doing, on: date) -> None:
    """A form of one item, in force from that day."""
    transact(
        lambda: set_form(
            community_id=doing.community_id,
            form_id=new_id(),
            items=[Item("草坪", "好看", 100)],
            valid_from_on=on,
            decision="议事会",
            recorded_by_id=doing.cast.zhaofang.id,
            now=moments.now(),
            today=doing.today,
        )
    )


def test_a_form_is_a_version_from_a_day_on(doing: Doing) -> None:
    doing.ask(doing.cast.sungang)
    home, tomorrow = doing.community_id, doing.today + timedelta(days=1)
    write_form(doing, tomorrow)
    with pytest.raises(InspectionFormDayTaken):
        write_form(doing, tomorrow)
    with pytest.raises(Invalid):
        write_form(doing, doing.today - timedelta(days=1))
    assert [each.version for each in find_forms(home)] == [2, 1]
    assert form_in_force(home, tomorrow) == find_forms(home)[0]
    assert doing.month().visits[0].form_id == find_forms(home)[1].id


def of_group(doing: Doing, change: Callable[..., object], who: Person) -> None:
    """Let somebody into the plot's group, or go."""
    group_id = tended_places(doing.community_id)[doing.place_id]
    transact(
        lambda: change(
            community_id=doing.community_id,
            group_id=group_id,
            member_id=who.id,
            actor=SYSTEM,
            now=moments.now(),
        )
    )


def test_who_cares_for_the_plot_does_not_inspect_it_after_leaving_the_group(doing: Doing) -> None:
    of_group(doing, leave_group, doing.cast.liuyang)
    home, at = doing.community_id, moments.now()
    cares = {"community_id": home, "place_id": doing.place_id, "member_id": doing.cast.liuyang.id}
    transact(lambda: know_plot(community_id=home, place_id=doing.place_id))
    transact(
        lambda: db.session.add(Assignment(**cares, id=new_id(), state="accepted", proposed_at=at))
    )
    with pytest.raises(TooNear):
        doing.ask(doing.cast.liuyang)


def test_who_inspected_the_plot_earns_nothing_by_it(
    doing: Doing, duty: Duty, clock: FrozenClock
) -> None:
    serve(duty, clock, doing.cast.limei, doing.cast.sungang)
    doing.ask(doing.cast.sungang)
    doing.inspect()
    of_group(doing, join_group, doing.cast.sungang)
    clock.at(NEXT_MONTH)
    before = duty.points(doing.cast.sungang)
    assert pay_bonuses(moments.now()) == "1 people"
    assert duty.points(doing.cast.sungang) == before


@pytest.mark.parametrize("who", ["nobody", "chenjing"])
def test_only_somebody_of_ours_is_asked(doing: Doing, who: str) -> None:
    stranger = getattr(doing.cast, who, None) or Person(new_id(), "", "", None)
    with pytest.raises(NotFound):
        doing.ask(stranger)
