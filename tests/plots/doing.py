"""What was done on plot 1 in tests: photographs, reports, defects, inspections, with the rest filled in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from pointsvc.attachments.encoding import Picture, written_anew
from pointsvc.attachments.service import attach
from pointsvc.audit.actors import SYSTEM
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import create_group, grant_role, join_group
from pointsvc.plots.doing.form_versions import find_forms
from pointsvc.plots.doing.gaps import GapFacts, find_gaps, watch_gaps
from pointsvc.plots.doing.inspecting import (
    ask_inspector,
    begin_month,
    finish_inspection,
    object_to_inspection,
)
from pointsvc.plots.doing.inspections import PlotMonth, get_visit, month_of_plots
from pointsvc.plots.doing.mending import echo_defect, report_defect, step_defect
from pointsvc.plots.doing.reporting import Said, write_report
from pointsvc.plots.models import CareGap, Defect, PlotResult
from pointsvc.plots.rules.inspecting import Mark
from tests.activities.calendar import Calendar
from tests.support.cast import Cast, Person

GREEN: Final = (60, 130, 70)


def photo(colour: tuple[int, int, int] = GREEN, size: tuple[int, int] = (320, 240)) -> bytes:
    """A file as a phone would send it."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


def picture(shade: int = 0) -> Picture:
    """The same as it is kept; another shade is another one."""
    return written_anew(photo((shade * 9 % 256, 130, 70)))


class Doing:
    """Plot 1 of the cast, led by 王强, cared for by 李梅 and 刘洋; 孙岗 leads another group."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar, self.cast = calendar, calendar.cast
        self.community_id, self.place_id = calendar.community_id, calendar.cast.plot_id

    @property
    def today(self) -> date:
        """By the clock of the community."""
        return clock.local_day(clock.now(), clock.DEFAULT_ZONE)

    @property
    def month_on(self) -> date:
        """The first day of this month."""
        return clock.month_start(self.today)

    def other_group(self, *leaders: Person) -> UUID:
        """A second group with these leaders (孙岗 unless told else), of whom plot 1 is none's."""
        group_id, now = new_id(), clock.now()
        people = leaders or (self.cast.sungang,)

        def work() -> None:
            create_group(
                community_id=self.community_id,
                group_id=group_id,
                number=2,
                name="第二党小组",
                actor=SYSTEM,
                now=now,
            )
            for person in people:
                where: dict[str, Any] = {"community_id": self.community_id, "now": now}
                join_group(group_id=group_id, member_id=person.id, actor=SYSTEM, **where)
                grant_role(
                    grant_id=new_id(),
                    member_id=person.id,
                    role="leader",
                    group_id=group_id,
                    granted_by=SYSTEM,
                    **where,
                )

        transact(work)
        return group_id

    def report(self, shift_id: UUID, by: Person, *cares: str, seen: int = 0, **given: Any) -> UUID:
        """Write down what was done, litter unless told else."""
        said = Said(cares or ("litter",), **given)
        return transact(
            lambda: write_report(
                community_id=self.community_id,
                scope=self.calendar.scope(by),
                shift_id=shift_id,
                said=said,
                seen_version=seen,
                reported_by_id=by.id,
                now=clock.now(),
            )
        )

    def broken(self, by: Person | None = None, **given: Any) -> UUID:
        """李梅 reports a leaking pipe."""
        values: dict[str, Any] = {
            "defect_id": new_id(),
            "kind": "pipe",
            "spot": "东北角",
            "text": "水管漏水",
            "pictures": [],
        } | given
        transact(
            lambda: report_defect(
                community_id=self.community_id,
                place_id=self.place_id,
                reported_by_id=(by or self.cast.limei).id,
                now=clock.now(),
                **values,
            )
        )
        found: UUID = values["defect_id"]
        return found

    def step(self, defect_id: UUID, state: str, **given: Any) -> None:
        """The clerk takes it on."""
        values = {"step_id": new_id(), "word": None, "passed_to": None} | given
        transact(
            lambda: step_defect(
                community_id=self.community_id,
                defect_id=defect_id,
                state=state,
                taken_by_id=self.cast.zhaofang.id,
                now=clock.now(),
                **values,
            )
        )

    def echo(self, defect_id: UUID, by: Person) -> None:
        """They have seen it too."""
        transact(
            lambda: echo_defect(
                community_id=self.community_id,
                defect_id=defect_id,
                member_id=by.id,
                now=clock.now(),
            )
        )

    def begin(self, month_on: date | None = None) -> tuple[int, int]:
        """The clerk asks for the month's inspections."""
        return transact(
            lambda: begin_month(
                community_id=self.community_id,
                month_on=month_on or self.month_on,
                asked_by_id=self.cast.zhaofang.id,
                now=clock.now(),
            )
        )

    def ask(self, person: Person, month_on: date | None = None) -> None:
        """The clerk asks this person."""
        transact(
            lambda: ask_inspector(
                community_id=self.community_id,
                place_id=self.place_id,
                month_on=month_on or self.month_on,
                inspector_id=person.id,
                asked_by_id=self.cast.zhaofang.id,
                now=clock.now(),
            )
        )

    def month(self, month_on: date | None = None) -> PlotMonth:
        """How plot 1 stands in the month."""
        db.session.rollback()
        [found] = month_of_plots(
            self.community_id, month_on or self.month_on, pass_mark=90, place_ids=[self.place_id]
        )
        return found

    def inspect(self, lost: int = 0, month_on: date | None = None) -> UUID:
        """Whoever is asked hands in the form, with so many points taken off the first items."""
        visit = self.month(month_on).asked
        assert visit is not None
        marks = self.marks(visit.form_id, lost)
        transact(
            lambda: finish_inspection(
                community_id=self.community_id,
                inspection_id=visit.id,
                marks=marks,
                note=None,
                pictures=[],
                inspector_id=visit.inspector_id,
                now=clock.now(),
            )
        )
        return visit.id

    def marks(self, form_id: UUID, lost: int) -> list[Mark]:
        """All points but so many, each loss with a word."""
        [form] = find_forms(self.community_id, [form_id])
        marks = []
        for item in form.items:
            off = min(lost, item.points)
            lost -= off
            marks.append(Mark(item.points - off, "杂草多" if off else None))
        return marks

    def object(
        self, inspection_id: UUID, by: Person | None = None, reason: str = "刚下过雨"
    ) -> None:
        """The group wants a second visit."""
        leader = by or self.cast.wangqiang
        transact(
            lambda: object_to_inspection(
                community_id=self.community_id,
                scope=self.calendar.scope(leader),
                inspection_id=inspection_id,
                reason=reason,
                objected_by_id=leader.id,
                now=clock.now(),
            )
        )

    def watch(self) -> tuple[int, int]:
        """What the nightly look at the gaps does."""
        return transact(lambda: watch_gaps(community_id=self.community_id, now=clock.now()))

    def gaps(self) -> list[GapFacts]:
        """The gaps of the community."""
        db.session.rollback()
        return find_gaps(self.community_id)

    def add_pictures(self, pictures: Sequence[Picture], by: Person, **given: Any) -> list[UUID]:
        """Photographs of a subject that no room knows."""
        values: dict[str, Any] = {
            "subject_kind": "test",
            "subject_id": self.place_id,
            "part": "photo",
            "most": 3,
        } | given
        return transact(
            lambda: attach(
                community_id=self.community_id,
                pictures=pictures,
                added_by_id=by.id,
                today=self.today,
                now=clock.now(),
                **values,
            )
        )


def last_month(today: date) -> date:
    """The first day of the month before."""
    return clock.add_months(clock.month_start(today), -1)


def leave_traces(cast: Cast) -> None:
    """A defect with a photograph, a gap, an inspection and its result, so that each has an id."""
    doing = Doing(Calendar(cast))
    doing.broken(pictures=[picture()])
    doing.ask(cast.zhangdian)
    doing.inspect()
    _raise_gap(cast, clock.now())


def _raise_gap(cast: Cast, now: datetime) -> None:
    def work() -> None:
        db.session.add(
            CareGap(
                community_id=cast.community_id,
                id=new_id(),
                place_id=cast.plot_id,
                since_on=clock.local_day(now, clock.DEFAULT_ZONE) - timedelta(days=4),
                raised_at=now,
            )
        )

    transact(work)


def result_of(doing: Doing, month_on: date | None = None) -> PlotResult:
    """The month's result of plot 1."""
    db.session.rollback()
    wanted = select(PlotResult).where(
        PlotResult.community_id == doing.community_id,
        PlotResult.month_on == (month_on or doing.month_on),
    )
    return db.session.scalars(wanted).one()


def state_of(doing: Doing, defect_id: UUID) -> str:
    """How a defect stands."""
    db.session.rollback()
    row = db.session.get(Defect, (doing.community_id, defect_id))
    assert row is not None
    return row.state


def visit_state(doing: Doing, inspection_id: UUID) -> str:
    """How a visit stands."""
    db.session.rollback()
    return get_visit(doing.community_id, inspection_id).state
