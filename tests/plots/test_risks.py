"""A duty's shift is as dangerous as its plan, also when the plan changes before anybody joined."""

from __future__ import annotations

from pointsvc.activities.queries import get_shift
from tests.plots.years import Year


def risks(year: Year) -> set[str]:
    return {get_shift(year.community_id, duty.shift_id).risk for duty in year.duties()}


def test_the_shift_has_the_plan_s_risk(year: Year) -> None:
    plan_id = year.add(risk="mower")
    year.generate()
    assert risks(year) == {"mower"}
    year.change(plan_id, year.day(1), risk="ladder")
    year.generate()
    assert risks(year) == {"ladder"}
