"""An id that was used for something else is refused; the same content twice is once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.once import IdTaken
from pointsvc.kernel.transaction import transact
from pointsvc.members.covering import record_insurance, record_training
from pointsvc.plots.calendar.planning import add_plan, change_plan
from pointsvc.plots.doing.form_versions import set_form
from pointsvc.plots.rules.inspecting import Item
from tests.plots.test_adopting import offer
from tests.plots.years import SATURDAYS, Year

Deed = Callable[..., None]
ID = new_id()


def training(year: Year, topic: str = "mower") -> None:
    day = year.today
    given: dict[str, Any] = {"trained_on": day, "ends_on": None, "certificate_no": None}
    given |= {"training_id": ID, "member_id": year.cast.limei.id, "topic": topic}
    does(year, record_training, given_by="园林站", actor=SYSTEM, **given)


def insurance(year: Year, insurer: str = "人保") -> None:
    given: dict[str, Any] = {"policy_id": ID, "member_ids": [year.cast.limei.id]}
    given |= {"policy_no": "P-1", "starts_on": year.today, "ends_on": year.day(300)}
    does(year, record_insurance, insurer=insurer, actor=SYSTEM, **given)


def plan(year: Year, minutes: int = 60) -> None:
    by = {"scope": year.calendar.scope(year.cast.wangqiang), "place_id": year.place_id}
    given: dict[str, Any] = by | {"plan_id": ID, "starts_on": year.today}
    terms = replace(SATURDAYS, minutes=minutes)
    does(year, add_plan, created_by_id=year.cast.wangqiang.id, terms=terms, **given)


def change(year: Year, minutes: int = 90) -> None:
    plans = [each.id for each in year.plans() if each.follows_id is None]
    by = {"scope": year.calendar.scope(year.cast.wangqiang), "from_on": year.day(9)}
    given: dict[str, Any] = by | {"plan_id": plans[0] if plans else year.add(), "next_id": ID}
    terms = replace(SATURDAYS, minutes=minutes)
    does(year, change_plan, changed_by_id=year.cast.wangqiang.id, terms=terms, **given)


def form(year: Year, decision: str = "议事会") -> None:
    given: dict[str, Any] = {"form_id": ID, "valid_from_on": year.day(1), "today": year.today}
    items = [Item("草坪", "好看", 100)]
    by = {"recorded_by_id": year.cast.zhaofang.id}
    does(year, set_form, items=items, decision=decision, **by, **given)


def corner(year: Year, name: str = "东北角") -> None:
    offer(year, corner=name, adoption_id=ID)


def does(year: Year, verb: Any, **given: Any) -> None:
    now = clock.now()
    transact(lambda: verb(community_id=year.community_id, now=now, **given))


@pytest.mark.parametrize(
    ("deed", "other"),
    [
        (training, "ladder"),
        (insurance, "平安"),
        (plan, 75),
        (change, 75),
        (form, "别的会"),
        (corner, "西南角"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_an_id_is_one_thing(year: Year, deed: Deed, other: Any) -> None:
    deed(year)
    deed(year)
    with pytest.raises(IdTaken):
        deed(year, other)
