"""What was done on the street's plots: reports with drawn photographs, defects, inspections, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pointsvc.activities.rules import Scope
from pointsvc.attachments.encoding import Picture
from pointsvc.demo.drawing import draw_lawn, draw_leak
from pointsvc.demo.founding import Street, leader_of, tenders_of
from pointsvc.kernel import clock
from pointsvc.plots.doing.form_versions import find_forms
from pointsvc.plots.doing.gaps import watch_gaps
from pointsvc.plots.doing.inspecting import begin_month, finish_inspection
from pointsvc.plots.doing.inspections import PlotMonth, month_of_plots
from pointsvc.plots.doing.mending import echo_defect, report_defect, step_defect
from pointsvc.plots.doing.reporting import Said, write_report
from pointsvc.plots.rules.inspecting import Item, Mark

# days ago → what was done; the first two with photographs.
REPORTED: Final[dict[int, tuple[tuple[str, ...], str]]] = {
    1: (("litter", "leaves"), "西头落叶多，装了六袋。"),
    2: (("prune", "litter"), "丁香剪了枯枝。"),
    3: (("wrap",), "新栽的两棵裹好了草绳。"),
    5: (("litter",), ""),
    6: (("leaves", "litter"), "路边也顺手扫了。"),
}
PICTURED: Final = 2
# plot → what a first visit takes off; the others get full marks but a point or two.
LOST: Final = {3: 16, 6: 4, 7: 7}
MUCH: Final = 5
WORDS: Final = ("东侧有两处露土", "有一片没修到", "杂草约一成", "西边发黄")


@dataclass(frozen=True, slots=True)
class Broken:
    """A defect of the demo: where, what, how it went on."""

    number: int
    kind: str
    spot: str
    text: str
    days_ago: int
    steps: tuple[tuple[str, str | None, str | None], ...] = ()
    has_picture: bool = False


BROKEN: Final = (
    Broken(
        2,
        "pipe",
        "3号楼东山墙边",
        "浇水管接头漏水，地上一大滩，夜里会结冰。",
        6,
        (
            ("seen", "下午去看过，先关了阀门。", None),
            ("passed_on", "物业说周五换接头。", "红色物业"),
        ),
        has_picture=True,
    ),
    Broken(1, "dead_plant", "东北角第二棵丁香", "整棵枯了，春天要补。", 2),
    Broken(
        5,
        "rubbish",
        "9号楼后",
        "有人堆了两袋装修垃圾。",
        12,
        (("mended", "已清走，并提醒了住户。", None),),
    ),
)


def tend_plots(street: Street, now: datetime) -> None:
    """The street's last weeks: written down, broken and mended, inspected; two plots nobody visited."""
    for days_ago, (cares, note) in REPORTED.items():
        _report(street, days_ago, cares, note, now)
    for broken in BROKEN:
        _break(street, broken, now)
    _inspect_last_month(street, now)
    this = clock.month_start(clock.local_day(now, street.zone))
    _begin(street, this, now)
    watch_gaps(community_id=street.community_id, now=now)


def _report(
    street: Street, days_ago: int, cares: tuple[str, ...], note: str, now: datetime
) -> None:
    """The leader writes when the morning is over."""
    day = clock.local_day(now, street.zone) - timedelta(days=days_ago)
    number = days_ago % 9 + 1
    pictures: dict[str, Sequence[Picture]] = {}
    if days_ago <= PICTURED:
        pictures = {"before": [draw_lawn(number, is_tidy=False)]}
        pictures["after"] = [draw_lawn(number, is_tidy=True)]
    write_report(
        community_id=street.community_id,
        scope=_scope(street, number),
        shift_id=street.derived("care", day),
        said=Said(cares, "夹子、耙子、垃圾袋", note or None, pictures),
        seen_version=0,
        reported_by_id=leader_of(street, number),
        now=clock.at_local(day, 11, 20, street.zone),
    )


def _break(street: Street, broken: Broken, now: datetime) -> None:
    at = now - timedelta(days=broken.days_ago)
    defect_id = street.derived("defect", broken.number)
    here: dict[str, Any] = {"community_id": street.community_id, "defect_id": defect_id}
    report_defect(
        place_id=street.plots[broken.number],
        kind=broken.kind,
        spot=broken.spot,
        text=broken.text,
        pictures=[draw_leak()] if broken.has_picture else [],
        reported_by_id=street.people["李梅"]
        if broken.number == 1
        else tenders_of(street, broken.number)[0],
        now=at,
        **here,
    )
    for n, (state, word, passed_to) in enumerate(broken.steps, 1):
        step_defect(
            step_id=street.derived("defect-step", broken.number, n),
            state=state,
            word=word,
            passed_to=passed_to,
            taken_by_id=street.people["赵芳"],
            now=at + timedelta(days=n),
            **here,
        )
    if broken.number == 1:
        echo_defect(member_id=street.people["刘洋"], now=at + timedelta(hours=5), **here)


def _inspect_last_month(street: Street, now: datetime) -> None:
    """Everybody who was asked goes and looks; one plot fails, and passes the second visit."""
    this = clock.month_start(clock.local_day(now, street.zone))
    last = clock.add_months(this, -1)
    _begin(street, last, now)
    for month in _months(street, last):
        _hand_in(street, month, LOST.get(month.plot.place.number, 2), now)
    for month in _months(street, last):
        if month.outcome == "second_asked":
            _hand_in(street, month, 6, now)


def _begin(street: Street, month_on: date, now: datetime) -> None:
    begin_month(
        community_id=street.community_id,
        month_on=month_on,
        asked_by_id=street.people["赵芳"],
        now=now,
    )


def _months(street: Street, month_on: date) -> list[PlotMonth]:
    return month_of_plots(street.community_id, month_on, pass_mark=90)


def _hand_in(street: Street, month: PlotMonth, lost: int, now: datetime) -> None:
    visit = month.asked
    if visit is None:
        return
    [form] = find_forms(street.community_id, [visit.form_id])
    finish_inspection(
        community_id=street.community_id,
        inspection_id=visit.id,
        marks=_marks(form.items, lost),
        note="整体不错，入冬前再清一遍落叶。" if lost < MUCH else None,
        pictures=[],
        inspector_id=visit.inspector_id,
        now=now,
    )


def _marks(items: Sequence[Item], lost: int) -> list[Mark]:
    """So many points off the first items, four at most of each."""
    marks = []
    for n, item in enumerate(items):
        off = min(lost, 4, item.points)
        lost -= off
        marks.append(Mark(item.points - off, WORDS[n % len(WORDS)] if off else None))
    return marks


def _scope(street: Street, number: int) -> Scope:
    places: frozenset[UUID] = frozenset({street.plots[number]})
    return Scope(leader_of(street, number), places=places, roles=frozenset({"leader"}))
