"""Writing down what was done in a shift, and amending it; minutes are the attendance's and stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from pointsvc.activities.queries import ShiftFacts, get_shift
from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.attachments.encoding import Picture
from pointsvc.attachments.service import attach
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.plots.doing.pictures import REPORT
from pointsvc.plots.doing.reports import find_report, report_id_of, was_counted
from pointsvc.plots.errors import ReportChanged, ReportClosed
from pointsvc.plots.models import CareReport, ReportedCare
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.reporting import PICTURES_MAX, may_amend, may_write
from pointsvc.plots.service import know_plot
from pointsvc.plots.telling import trace


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody writes: cares done, tools, a note, photographs by part (before, after)."""

    cares: tuple[str, ...]
    tools: str | None = None
    note: str | None = None
    pictures: Mapping[str, Sequence[Picture]] = field(default_factory=dict)


def may_report(community_id: UUID, scope: Scope, shift: ShiftFacts, member_id: UUID | None) -> bool:
    """Whether the person may write: who leads the plot, the clerk, and who was counted there."""
    if may_run_at(scope, shift.place_id):
        return True
    return member_id is not None and was_counted(community_id, shift.id, member_id)


def write_report(
    *,
    community_id: UUID,
    scope: Scope,
    shift_id: UUID,
    said: Said,
    seen_version: int,
    reported_by_id: UUID,
    now: datetime,
) -> UUID:
    """Write the shift's report, or amend it until the end of the next day; the report's id.

    The same words twice are one report. Which version it was, and what was chosen in it, is
    kept in the audit trail; what was written by hand is not.
    `seen_version` is the one that the writer's page showed, 0 where there was none.

    Raises:
        NotFound: no such shift, or not on a plot. Forbidden: neither theirs nor counted there.
        Invalid: nothing was done. ReportClosed. ReportChanged: somebody wrote meanwhile.
        PicturesFull. PicturesOfDayUsed.
    """
    community, shift = get_community(community_id), get_shift(community_id, shift_id)
    get_plot(community_id, shift.place_id)
    if not may_report(community_id, scope, shift, reported_by_id):
        raise Forbidden
    if not said.cares:
        raise Invalid({"cares": [_("请勾选做了什么，至少一样。")]})
    know_plot(community_id=community_id, place_id=shift.place_id)
    report_id = report_id_of(community_id, shift_id)
    row = _locked(community_id, report_id)
    if row is None:
        _check_new(community, shift, now)
        _insert(community_id, shift, report_id, said, reported_by_id, now)
    else:
        _change(community, row, said, seen_version, reported_by_id, now)
    for part, pictures in said.pictures.items():
        attach(
            community_id=community_id,
            subject_kind=REPORT,
            subject_id=report_id,
            part=part,
            most=PICTURES_MAX,
            pictures=pictures,
            added_by_id=reported_by_id,
            today=clock.local_day(now, community.zone),
            now=now,
        )
    return report_id


def _change(
    community: CommunityFacts,
    row: CareReport,
    said: Said,
    seen_version: int,
    by_id: UUID,
    now: datetime,
) -> None:
    """Other words, more photographs, or the same again."""
    is_same = _says_same(community.id, row.shift_id, said)
    if row.version != seen_version and not is_same:
        raise ReportChanged
    if not is_same or any(said.pictures.values()):
        _check_amend(community, row, now)
    if not is_same:
        _amend(row, said, by_id, now)


def _insert(
    community_id: UUID,
    shift: ShiftFacts,
    report_id: UUID,
    said: Said,
    by_id: UUID,
    now: datetime,
) -> None:
    db.session.add(
        CareReport(
            community_id=community_id,
            id=report_id,
            shift_id=shift.id,
            place_id=shift.place_id,
            tools=said.tools,
            note=said.note,
            version=1,
            reported_by_id=by_id,
            reported_at=now,
        )
    )
    db.session.flush()
    _store_cares(community_id, report_id, said.cares)
    trace(
        community_id=community_id,
        by_id=by_id,
        action="plots.care_reported",
        subject_id=shift.id,
        now=now,
    )


def _amend(row: CareReport, said: Said, by_id: UUID, now: datetime) -> None:
    before = find_report(row.community_id, row.shift_id)
    assert before is not None
    row.tools, row.note, row.version = said.tools, said.note, row.version + 1
    row.amended_by_id, row.amended_at = by_id, now
    db.session.flush()
    _store_cares(row.community_id, row.id, said.cares)
    # What people wrote may name somebody, and the trail cannot be emptied: it keeps what was chosen.
    older: dict[str, Any] = {"version": before.version, "cares": list(before.cares)}
    trace(
        community_id=row.community_id,
        by_id=by_id,
        action="plots.care_report_amended",
        subject_id=row.shift_id,
        now=now,
        detail=older,
    )


def _store_cares(community_id: UUID, report_id: UUID, cares: Collection[str]) -> None:
    of = (ReportedCare.community_id == community_id, ReportedCare.report_id == report_id)
    db.session.execute(delete(ReportedCare).where(*of))
    db.session.add_all(
        ReportedCare(community_id=community_id, report_id=report_id, care=care)
        for care in sorted(set(cares))
    )
    db.session.flush()


def _says_same(community_id: UUID, shift_id: UUID, said: Said) -> bool:
    known = find_report(community_id, shift_id)
    return known is not None and (set(known.cares), known.tools, known.note) == (
        set(said.cares),
        said.tools,
        said.note,
    )


def _check_new(community: CommunityFacts, shift: ShiftFacts, now: datetime) -> None:
    days = [clock.local_day(at, community.zone) for at in (shift.starts_at, shift.ends_at, now)]
    began_on, ended_on, today = days
    has_begun = shift.starts_at <= now and shift.cancelled_at is None
    if not has_begun or not may_write(began_on=began_on, ended_on=ended_on, today=today):
        raise ReportClosed


def _check_amend(community: CommunityFacts, row: CareReport, now: datetime) -> None:
    reported_on = clock.local_day(row.reported_at, community.zone)
    if not may_amend(reported_on=reported_on, today=clock.local_day(now, community.zone)):
        raise ReportClosed


def _locked(community_id: UUID, report_id: UUID) -> CareReport | None:
    wanted = select(CareReport).where(
        CareReport.community_id == community_id, CareReport.id == report_id
    )
    return db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
