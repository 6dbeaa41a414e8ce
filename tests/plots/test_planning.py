"""Lines of a care calendar: added, changed from a day on, ended; a draft of the year to begin with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.planning import draft_year
from pointsvc.plots.errors import PlanEnded
from pointsvc.plots.rules.cares import YEAR
from tests.plots.years import Year


def test_the_same_id_is_one_line(year: Year) -> None:
    year.add()
    assert [plan.rrule for plan in year.plans()] == ["FREQ=WEEKLY;BYDAY=SA"]


@pytest.mark.parametrize(
    "rrule", ["FREQ=SECONDLY", "nonsense", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"]
)
def test_a_rule_that_gives_no_day_is_refused_beside_its_field(year: Year, rrule: str) -> None:
    with pytest.raises(Invalid) as caught:
        year.add(rrule=rrule)
    assert list(caught.value.errors) == ["rrule"]
    assert year.plans() == []


@pytest.mark.parametrize("who", ["limei", "sungang", "hedu"])
def test_only_who_leads_the_plot_keeps_its_calendar(year: Year, who: str) -> None:
    with pytest.raises(Forbidden):
        year.add(by=getattr(year.cast, who))


def test_a_change_from_a_day_on_ends_one_line_and_begins_another(year: Year) -> None:
    first = year.add()
    second = year.change(first, year.day(10), people_count=5)
    before, after = sorted(year.plans(), key=lambda plan: plan.starts_on)
    assert (before.id, before.ends_on) == (first, year.day(9))
    assert (after.id, after.starts_on, after.people_count) == (second, year.day(10), 5)


def test_a_line_that_has_ended_cannot_be_changed_after_its_end(year: Year) -> None:
    plan = year.add()
    year.end(plan, year.day(5))
    year.end(plan, year.day(5))
    with pytest.raises(PlanEnded):
        year.change(plan, year.day(10))
    with pytest.raises(NotFound):
        year.end(new_id(), year.day(5))


def test_a_line_that_never_began_may_end(year: Year) -> None:
    plan = year.add(starts_on=year.day(20))
    year.end(plan, year.day(10))
    assert year.generate(60).new_count == 0


def test_a_draft_of_the_year_is_written_once(year: Year) -> None:
    counts = [
        transact(
            lambda: draft_year(
                community_id=year.community_id,
                scope=year.calendar.scope(year.cast.zhaofang),
                created_by_id=year.cast.zhaofang.id,
                place_id=year.place_id,
                starts_on=year.today + timedelta(days=0),
                now=clock.now(),
            )
        )
        for _tap in range(2)
    ]
    assert counts == [len(YEAR), 0]
    assert len(year.plans()) == len(YEAR)
