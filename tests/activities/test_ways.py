"""Ways of being counted are switched for each kind; a kind without any is out of use."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from pointsvc.activities.queries import KindFacts, coming_counts, find_kinds
from pointsvc.activities.service import set_ways
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.transaction import transact
from tests.activities.calendar import Calendar, later


def switch(calendar: Calendar, **ways: Collection[str]) -> list[str]:
    return transact(
        lambda: set_ways(
            community_id=calendar.community_id,
            ways=ways,
            changed_by_id=calendar.cast.zhaofang.id,
            now=clock.now(),
        )
    )


def kind(calendar: Calendar, code: str) -> KindFacts:
    return next(kind for kind in find_kinds(calendar.community_id) if kind.code == code)


def test_only_what_really_changed_is_changed(calendar: Calendar) -> None:
    everything = ["by_leader", "by_shift_code", "by_sign", "by_roster"]
    assert switch(calendar, PLOT_CARE=everything, CLEANUP=["by_leader"]) == ["CLEANUP"]
    cleanup = kind(calendar, "CLEANUP")
    assert (cleanup.by_leader, cleanup.by_shift_code, cleanup.by_roster) == (True, False, False)


def test_a_kind_without_a_way_is_out_of_use_and_no_shift_is_opened(calendar: Calendar) -> None:
    switch(calendar, PLOT_CARE=[])
    assert not kind(calendar, "PLOT_CARE").is_used
    with pytest.raises(Invalid) as refused:
        calendar.open()
    assert "停用" in refused.value.errors["activity_kind"][0]


def test_a_kind_comes_back_into_use(calendar: Calendar) -> None:
    switch(calendar, PLOT_CARE=[])
    switch(calendar, PLOT_CARE=["by_roster"])
    assert calendar.open().kind.is_used


@pytest.mark.parametrize(
    ("code", "way"),
    [("WASTE_SORT", "by_sign"), ("HONOUR", "by_leader"), ("PLOT_CARE", "by_magic"), ("NO", "x")],
)
def test_a_way_that_makes_no_sense_is_refused(calendar: Calendar, code: str, way: str) -> None:
    before = find_kinds(calendar.community_id)
    with pytest.raises(Invalid):
        switch(calendar, CLEANUP=[], **{code: [way]})
    assert find_kinds(calendar.community_id) == before


def test_the_other_community_keeps_its_ways(calendar: Calendar) -> None:
    switch(calendar, PLOT_CARE=[])
    others = find_kinds(calendar.cast.other_community_id)
    assert all(each.is_used for each in others if each.counted_by != "other")


def test_shifts_that_are_not_over_are_counted_by_kind(calendar: Calendar) -> None:
    calendar.open()
    calendar.open(starts_at=later(days=-1))
    calendar.cancel(calendar.open(starts_at=later(days=1)).id)
    assert coming_counts(calendar.community_id, clock.now()) == {"PLOT_CARE": 1}
