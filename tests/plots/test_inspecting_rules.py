"""Who may inspect, what marks come to, when there is a second visit: tables, no database."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.checkin.rules.backfilling import Circle
from pointsvc.plots.rules.inspecting import (
    SEED_FORM,
    Item,
    Mark,
    Visit,
    choose_inspectors,
    faults_of_form,
    faults_of_marks,
    may_inspect,
    outcome_of,
)


def id_of(n: int) -> UUID:
    return UUID(int=n)


def circle(n: int, home: int, *groups: int) -> Circle:
    return Circle(id_of(n), id_of(home), frozenset(map(id_of, groups)))


def test_the_house_s_form_makes_a_hundred_with_thirty_for_the_lawn() -> None:
    sums: dict[str, int] = {}
    for item in SEED_FORM:
        sums[item.section] = sums.get(item.section, 0) + item.points
    assert faults_of_form(SEED_FORM) is None
    assert list(sums.values()) == [30, 35, 15, 15, 5]


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        ([], "empty"),
        ([Item("a", "b", 99)], "sum"),
        ([Item("a", "b", 100), Item("a", "c", 0)], "points"),
        ([Item("a", "b", 1)] * 31, "many"),
        ([Item("a", "b", 60), Item("a", "c", 40)], None),
    ],
)
def test_a_form_makes_a_hundred(items: list[Item], fault: str | None) -> None:
    assert faults_of_form(items) == fault


def test_points_taken_off_need_a_word() -> None:
    items = [Item("a", "b", 10)] * 4
    marks = [Mark(10), Mark(9), Mark(9, "杂草"), Mark(11)]
    assert faults_of_marks(items, marks) == {2: "word", 4: "range"}


@pytest.mark.parametrize(
    ("candidate", "may"),
    [
        (circle(9, 9, 2), True),
        (circle(9, 9), True),
        (circle(9, 9, 1, 2), False),
        (circle(1, 1, 2), False),
        (circle(9, 11, 2), False),
    ],
    ids=["other group", "no group", "also ours", "one of us", "our household"],
)
def test_an_inspector_stands_apart(candidate: Circle, may: bool) -> None:
    people = [circle(1, 11, 1), circle(2, 12, 1)]
    assert may_inspect(candidate, group_id=id_of(1), people=people) is may


@pytest.mark.parametrize(
    ("visits", "outcome"),
    [
        ([], "none"),
        ([Visit(1, "declined")], "none"),
        ([Visit(1, "asked")], "asked"),
        ([Visit(1, "done", 90)], "passed"),
        ([Visit(1, "done", 89)], "second_wanted"),
        ([Visit(1, "done", 100, is_objected=True)], "second_wanted"),
        ([Visit(1, "done", 80), Visit(2, "withdrawn")], "second_wanted"),
        ([Visit(1, "done", 80), Visit(2, "asked")], "second_asked"),
        ([Visit(1, "done", 80), Visit(2, "done", 91)], "passed"),
        ([Visit(1, "done", 95, is_objected=True), Visit(2, "done", 70)], "failed"),
    ],
)
def test_the_second_visit_has_the_last_word(visits: list[Visit], outcome: str) -> None:
    assert outcome_of(visits, pass_mark=90) == outcome


def test_inspectors_share_the_work_and_take_turns() -> None:
    plots, people = [id_of(n) for n in range(6)], [id_of(n) for n in (11, 12, 13)]
    allowed = dict.fromkeys(plots, people)
    chosen = choose_inspectors(allowed, turn=0)
    assert sorted(list(chosen.values()).count(each) for each in people) == [2, 2, 2]
    assert choose_inspectors(allowed, turn=1)[plots[0]] != chosen[plots[0]]
    assert choose_inspectors({plots[0]: []}, turn=0) == {}
