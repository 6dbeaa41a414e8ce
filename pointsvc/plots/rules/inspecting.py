"""Inspections: who may inspect a plot, what marks come to, when there is a second visit.

Source of the seed form: a property company's scoring template of 100 points for residential green
(lawn 30, trees and shrubs 35, then ground cover, cleanliness, pests); the office changes every line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from pointsvc.checkin.rules.backfilling import Circle, is_near

FULL: Final = 100
ITEMS_MAX: Final = 30
PICTURES_MAX: Final = 4
BONUS_KIND: Final = "PLOT_TASK_DONE"
Outcome = Literal["none", "asked", "passed", "second_wanted", "second_asked", "failed"]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the form: what is looked at, and for how many points."""

    section: str
    name: str
    points: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What an item was given, and why not all of it."""

    points: int
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What deciding about a month needs of a visit."""

    number: int
    state: str
    score: int | None = None
    is_objected: bool = False


SEED_FORM: Final = (
    Item("草坪", "盖度：没有斑秃、露土", 10),
    Item("草坪", "修剪：平整、不过高", 8),
    Item("草坪", "杂草：不超过 5%", 6),
    Item("草坪", "浇水施肥：不黄不蔫", 4),
    Item("草坪", "平整：没有坑洼、积水", 2),
    Item("乔灌木", "长势：没有枯死、缺株", 13),
    Item("乔灌木", "修剪：没有枯枝、徒长枝，绿篱整齐", 12),
    Item("乔灌木", "支撑、树穴、裹干", 10),
    Item("地被花卉", "覆盖和长势", 9),
    Item("地被花卉", "清残花、不倒伏", 6),
    Item("保洁", "没有垃圾、落叶堆积", 10),
    Item("保洁", "没有乱堆乱搭", 5),
    Item("病虫害", "没有明显病虫害", 5),
)


def may_inspect(candidate: Circle, *, group_id: UUID | None, people: Iterable[Circle]) -> bool:
    """Whether the person is of another group, none of the plot's people, and of nobody's household."""
    if group_id is not None and group_id in candidate.groups:
        return False
    return not any(is_near(candidate, each) for each in people)


def choose_inspectors(
    allowed: Mapping[UUID, Sequence[UUID]], *, turn: int, loads: Mapping[UUID, int] | None = None
) -> dict[UUID, UUID]:
    """An inspector for each plot: whoever has the fewest, in an order that turns month by month.

    Args:
        allowed: for each plot who may inspect it, in a settled order.
        turn: so many places further each month, so that nobody always gets the same plot.
        loads: how many each has already. A plot that nobody may inspect is missing in the answer.
    """
    load = dict(loads or {})
    chosen: dict[UUID, UUID] = {}
    for number, (place_id, people) in enumerate(allowed.items()):
        if not people:
            continue
        start = (number + turn) % len(people)
        turned = [*people[start:], *people[:start]]
        found = min(turned, key=lambda person: load.get(person, 0))
        load[found] = load.get(found, 0) + 1
        chosen[place_id] = found
    return chosen


def faults_of_form(items: Sequence[Item]) -> str | None:
    """What is wrong with a form: `empty`, `many`, `points` (a line below 1), `sum` (not 100)."""
    if not items:
        return "empty"
    if len(items) > ITEMS_MAX:
        return "many"
    if any(item.points < 1 for item in items):
        return "points"
    return None if sum(item.points for item in items) == FULL else "sum"


def faults_of_marks(items: Sequence[Item], marks: Sequence[Mark]) -> dict[int, str]:
    """By number of the item: `range` beyond its points, `word` for points taken off without one."""
    faults: dict[int, str] = {}
    for number, (item, mark) in enumerate(zip(items, marks, strict=True), 1):
        if not 0 <= mark.points <= item.points:
            faults[number] = "range"
        elif mark.points < item.points and not mark.word:
            faults[number] = "word"
    return faults


def outcome_of(visits: Iterable[Visit], *, pass_mark: int) -> Outcome:
    """How a plot's month stands: the second visit has the last word, where there is one."""
    live = {visit.number: visit for visit in visits if visit.state in {"asked", "done"}}
    first, second = live.get(1), live.get(2)
    if second is not None and second.state == "done":
        return "passed" if (second.score or 0) >= pass_mark else "failed"
    if second is not None:
        return "second_asked"
    if first is None:
        return "none"
    if first.state == "asked":
        return "asked"
    has_passed = (first.score or 0) >= pass_mark and not first.is_objected
    return "passed" if has_passed else "second_wanted"


def may_object(
    *, visit_number: int, done_at: datetime | None, is_objected: bool, days: int, now: datetime
) -> bool:
    """Whether the group may still ask for a second visit."""
    if visit_number != 1 or done_at is None or is_objected:
        return False
    return now <= done_at + timedelta(days=days)


def month_over(month_on: date, today: date) -> bool:
    """Whether everybody who could come in the month has come."""
    return (today.year, today.month) > (month_on.year, month_on.month)
