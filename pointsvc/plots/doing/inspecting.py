"""The verbs of inspections: ask somebody of another group, do it, decline, object; what a month comes to.

Nobody is asked by force: declining costs nothing, and the clerk asks somebody else (条例 art. 25).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.attachments.encoding import Picture
from pointsvc.attachments.service import attach
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.members.queries import active_ids
from pointsvc.plots.doing.form_versions import find_forms, know_form
from pointsvc.plots.doing.inspections import (
    PlotMonth,
    VisitFacts,
    find_visits,
    inspectors_for,
    inspectors_of,
    is_apart,
    month_of_plots,
)
from pointsvc.plots.doing.pictures import INSPECTION
from pointsvc.plots.doing.results import settle_month
from pointsvc.plots.errors import ObjectionLate, TooNear, VisitClosed
from pointsvc.plots.models import Inspection, InspectionMark
from pointsvc.plots.queries import PlotFacts, get_plot
from pointsvc.plots.rules.inspecting import (
    PICTURES_MAX,
    Mark,
    choose_inspectors,
    faults_of_marks,
    may_object,
    outcome_of,
)
from pointsvc.plots.service import know_plot
from pointsvc.plots.telling import leaders_of, tell, trace


def begin_month(
    *, community_id: UUID, month_on: date, asked_by_id: UUID, now: datetime
) -> tuple[int, int]:
    """Ask an inspector for every plot of which nobody is asked yet; how many, and how many lack one.

    Any number of times: what is asked or done stays.

    Raises:
        Invalid: a month that is neither this one nor the last.
    """
    community = get_community(community_id)
    _check_month(community, month_on, now)
    mark = community.settings.inspection_pass_mark
    months = month_of_plots(community_id, month_on, pass_mark=mark)
    open_ = [each for each in months if each.outcome in {"none", "second_wanted"}]
    asked = _ask_all(community, open_, month_on, asked_by_id, now)
    return asked, len(open_) - asked


def ask_inspector(
    *,
    community_id: UUID,
    place_id: UUID,
    month_on: date,
    inspector_id: UUID,
    asked_by_id: UUID,
    now: datetime,
) -> None:
    """Ask this person for the plot's next visit of the month, in place of whoever was asked before.

    Raises:
        NotFound. Invalid: the month. VisitClosed: the month has its result. TooNear.
    """
    community, plot = get_community(community_id), get_plot(community_id, place_id)
    _check_month(community, month_on, now)
    mark = community.settings.inspection_pass_mark
    [month] = month_of_plots(community_id, month_on, pass_mark=mark, place_ids=[place_id])
    if month.outcome in {"passed", "failed"}:
        raise VisitClosed
    if month.asked is not None and month.asked.inspector_id == inspector_id:
        return
    if not active_ids(community_id, [inspector_id]):
        raise NotFound
    if not is_apart(community_id, plot, inspector_id, but=month.inspected_by):
        raise TooNear
    if month.asked is not None:
        _withdraw(community_id, month.asked.id, asked_by_id, now)
    _ask(community, month, month_on, inspector_id, asked_by_id, now)


def decline_inspection(
    *, community_id: UUID, inspection_id: UUID, declined_by_id: UUID, now: datetime
) -> None:
    """Say that one cannot; the clerk asks somebody else. Twice is once.

    Raises:
        NotFound: somebody else's. VisitClosed: it was done.
    """
    row = _mine(community_id, inspection_id, declined_by_id)
    if row.state == "declined":
        return
    if row.state != "asked":
        raise VisitClosed
    row.state = "declined"
    db.session.flush()
    trace(
        community_id=community_id,
        by_id=declined_by_id,
        action="plots.inspection_declined",
        subject_id=row.place_id,
        now=now,
    )


def finish_inspection(
    *,
    community_id: UUID,
    inspection_id: UUID,
    marks: Sequence[Mark],
    note: str | None,
    pictures: Sequence[Picture],
    inspector_id: UUID,
    now: datetime,
) -> int:
    """Hand in the marks; the score. The month is decided, or a second visit asked for, with it.

    Twice is once: what was handed in first stands.

    Raises:
        NotFound: somebody else's. VisitClosed. TooNear: by now they belong to the plot.
        Invalid: beyond an item's points, or points taken off without a word.
        PicturesFull. PicturesOfDayUsed.
    """
    community = get_community(community_id)
    row = _mine(community_id, inspection_id, inspector_id)
    if row.state == "done":
        return row.score or 0
    if row.state != "asked":
        raise VisitClosed
    plot = get_plot(community_id, row.place_id)
    others = inspectors_of(community_id, row.place_id, row.month_on)
    if not is_apart(community_id, plot, inspector_id, but=others):
        raise TooNear
    _store_marks(row, marks)
    attach(
        community_id=community_id,
        subject_kind=INSPECTION,
        subject_id=inspection_id,
        part="photo",
        most=PICTURES_MAX,
        pictures=pictures,
        added_by_id=inspector_id,
        today=clock.local_day(now, community.zone),
        now=now,
    )
    score = sum(mark.points for mark in marks)
    row.state, row.score, row.done_at, row.note = "done", score, now, note
    db.session.flush()
    detail = {"points": score, "number": row.visit_no}
    _note(row, "plots.inspection_done", inspector_id, now, detail)
    _tell_leaders(plot, community_id, "plots.inspection_done", row, now, score=score)
    _decide(community, plot, row, now)
    return score


def object_to_inspection(
    *,
    community_id: UUID,
    scope: Scope,
    inspection_id: UUID,
    reason: str,
    objected_by_id: UUID,
    now: datetime,
) -> None:
    """The group asks for a second visit by somebody else, whose word is the last.

    Raises:
        NotFound. Forbidden: not the plot's leader. Invalid: without a reason. ObjectionLate.
    """
    row = _locked(community_id, inspection_id)
    if not may_run_at(scope, row.place_id):
        raise Forbidden
    if not reason:
        raise Invalid({"objection": [_("请写哪一项、为什么。")]})
    community = get_community(community_id)
    is_in_time = may_object(
        visit_number=row.visit_no,
        done_at=row.done_at,
        is_objected=row.objected_at is not None or _has_second(row),
        days=community.settings.inspection_objection_days,
        now=now,
    )
    if not is_in_time:
        raise ObjectionLate
    row.objected_by_id, row.objected_at, row.objection = objected_by_id, now, reason
    db.session.flush()
    _note(row, "plots.inspection_objected", objected_by_id, now, {})
    _decide(community, get_plot(community_id, row.place_id), row, now)


def _decide(community: CommunityFacts, plot: PlotFacts, row: Inspection, now: datetime) -> None:
    """What the month comes to: its result with the bonus, or a second visit by another inspector."""
    mark = community.settings.inspection_pass_mark
    visits = _visits(row)
    outcome = outcome_of([each.visit for each in visits], pass_mark=mark)
    if outcome in {"passed", "failed"}:
        settle_month(
            community_id=community.id,
            place_id=row.place_id,
            month_on=row.month_on,
            inspection_id=row.id,
            score=row.score or 0,
            has_passed=outcome == "passed",
            now=now,
        )
    elif outcome == "second_wanted":
        month = PlotMonth(plot, visits, outcome, None)
        _ask_all(community, [month], row.month_on, None, now)


def _ask_all(
    community: CommunityFacts,
    months: Sequence[PlotMonth],
    month_on: date,
    asked_by_id: UUID | None,
    now: datetime,
) -> int:
    chosen = choose_inspectors(
        inspectors_for(community.id, months),
        turn=month_on.year * 12 + month_on.month,
        loads=_loads(community.id, month_on),
    )
    for month in months:
        inspector_id = chosen.get(month.plot.place.id)
        if inspector_id is not None:
            _ask(community, month, month_on, inspector_id, asked_by_id, now)
    return len(chosen)


def _ask(
    community: CommunityFacts,
    month: PlotMonth,
    month_on: date,
    inspector_id: UUID,
    asked_by_id: UUID | None,
    now: datetime,
) -> None:
    today = clock.local_day(now, community.zone)
    form = know_form(community_id=community.id, on=today, now=now)
    know_plot(community_id=community.id, place_id=month.plot.place.id)
    row = Inspection(
        community_id=community.id,
        id=new_id(),
        place_id=month.plot.place.id,
        month_on=month_on,
        visit_no=month.next_no,
        form_id=form.id,
        inspector_id=inspector_id,
        state="asked",
        asked_by_id=asked_by_id,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _note(row, "plots.inspection_asked", asked_by_id, now, {"member_id": str(inspector_id)})
    tell(
        community_id=community.id,
        recipient_ids=[inspector_id],
        topic="plots.inspection_asked",
        payload={"place": month.plot.place.name, "month": f"{month_on:%Y-%m}"},
        now=now,
    )


def _withdraw(community_id: UUID, inspection_id: UUID, by_id: UUID, now: datetime) -> None:
    row = _locked(community_id, inspection_id)
    if row.state != "asked":
        raise VisitClosed
    row.state = "withdrawn"
    db.session.flush()
    _note(row, "plots.inspection_withdrawn", by_id, now, {})
    tell(
        community_id=community_id,
        recipient_ids=[row.inspector_id],
        topic="plots.inspection_withdrawn",
        payload={"place": get_plot(community_id, row.place_id).place.name},
        now=now,
    )


def _store_marks(row: Inspection, marks: Sequence[Mark]) -> None:
    [form] = find_forms(row.community_id, [row.form_id])
    if len(marks) != len(form.items):
        raise Invalid({"marks": [_("请给每一项打分。")]})
    faults = faults_of_marks(form.items, marks)
    if faults:
        words = {"range": _("分数超出范围。"), "word": _("扣了分，请写一句为什么。")}
        raise Invalid({f"points-{number}": [words[fault]] for number, fault in faults.items()})
    db.session.add_all(
        InspectionMark(
            community_id=row.community_id,
            inspection_id=row.id,
            number=number,
            points=mark.points,
            word=mark.word,
        )
        for number, mark in enumerate(marks, 1)
    )
    db.session.flush()


def _check_month(community: CommunityFacts, month_on: date, now: datetime) -> None:
    this = clock.month_start(clock.local_day(now, community.zone))
    if month_on not in {this, clock.add_months(this, -1)}:
        raise Invalid({"month": [_("只能验收本月或上个月。")]})


def _loads(community_id: UUID, month_on: date) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Inspection.inspector_id, func.count())
        .where(
            Inspection.community_id == community_id,
            Inspection.month_on == month_on,
            Inspection.state.in_(("asked", "done", "declined")),
        )
        .group_by(Inspection.inspector_id)
    )
    return {row[0]: row[1] for row in rows}


def _visits(row: Inspection) -> list[VisitFacts]:
    of = (Inspection.place_id == row.place_id, Inspection.month_on == row.month_on)
    return find_visits(row.community_id, *of)


def _has_second(row: Inspection) -> bool:
    return any(each.visit_no > 1 and each.state in {"asked", "done"} for each in _visits(row))


def _mine(community_id: UUID, inspection_id: UUID, inspector_id: UUID) -> Inspection:
    row = _locked(community_id, inspection_id)
    if row.inspector_id != inspector_id:
        raise NotFound
    return row


def _locked(community_id: UUID, inspection_id: UUID) -> Inspection:
    wanted = select(Inspection).where(
        Inspection.community_id == community_id, Inspection.id == inspection_id
    )
    row = db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _note(
    row: Inspection, action: str, by_id: UUID | None, now: datetime, detail: dict[str, Any]
) -> None:
    trace(
        community_id=row.community_id,
        by_id=by_id,
        action=action,
        subject_id=row.place_id,
        now=now,
        detail=detail,
    )


def _tell_leaders(
    plot: PlotFacts, community_id: UUID, topic: str, row: Inspection, now: datetime, *, score: int
) -> None:
    tell(
        community_id=community_id,
        recipient_ids=leaders_of(community_id).get(plot.place.id, []),
        topic=topic,
        payload={"place": plot.place.name, "month": f"{row.month_on:%Y-%m}", "score": score},
        now=now,
    )
