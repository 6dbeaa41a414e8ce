"""Which photographs belong to what on a plot, and who may look at one or take it away."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.attachments.queries import PictureFacts
from pointsvc.checkin.models import Attendance
from pointsvc.extensions import db
from pointsvc.kernel.permission import Caller
from pointsvc.plots.access import oversees, sees_plot
from pointsvc.plots.models import CareReport, Defect, Inspection

REPORT: Final = "care_report"
DEFECT: Final = "defect"
INSPECTION: Final = "inspection"


def may_see(caller: Caller, picture: PictureFacts) -> bool:
    """Whether the caller may look at it: who added it, the plot's people, and who stood beside it."""
    if caller.id is None or caller.community_id is None:
        return False
    if picture.added_by_id == caller.id or oversees(caller):
        return True
    place_id = _place_of(caller.community_id, picture)
    if place_id is None:
        return False
    return sees_plot(caller, place_id) or _was_there(caller.community_id, caller.id, picture)


def may_remove(caller: Caller, picture: PictureFacts) -> bool:
    """Whether the caller may take it away: who added it, and the clerk."""
    return caller.id == picture.added_by_id or "clerk" in caller.roles


def _place_of(community_id: UUID, picture: PictureFacts) -> UUID | None:
    models: dict[str, Any] = {REPORT: CareReport, DEFECT: Defect, INSPECTION: Inspection}
    model = models.get(picture.subject_kind)
    if model is None:
        return None
    wanted = select(model.place_id).where(
        model.community_id == community_id, model.id == picture.subject_id
    )
    found: UUID | None = db.session.scalar(wanted)
    return found


def _was_there(community_id: UUID, member_id: UUID, picture: PictureFacts) -> bool:
    """Counted in the reported shift, or the inspector."""
    if picture.subject_kind == REPORT:
        wanted = (
            select(Attendance.id)
            .join(
                CareReport,
                (CareReport.community_id == Attendance.community_id)
                & (CareReport.shift_id == Attendance.shift_id),
            )
            .where(
                Attendance.community_id == community_id,
                Attendance.member_id == member_id,
                Attendance.state != "void",
                CareReport.id == picture.subject_id,
            )
        )
    elif picture.subject_kind == DEFECT:
        return False  # who has seen it too follows its state; a photograph may show somebody's door
    else:
        wanted = select(Inspection.id).where(
            Inspection.community_id == community_id,
            Inspection.id == picture.subject_id,
            Inspection.inspector_id == member_id,
        )
    return db.session.scalar(wanted.limit(1)) is not None
