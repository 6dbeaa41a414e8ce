"""Photographs of plots: one to look at, one to take away; this room says who may."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.doors import answer_with
from pointsvc.attachments.queries import PictureFacts, get_picture
from pointsvc.attachments.service import remove
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.plots.doing.pictures import DEFECT, INSPECTION, may_remove, may_see
from pointsvc.plots.doing.reports import reported_shift
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.telling import trace


@blueprint.route("/pictures/<uuid:attachment_id>.jpg")
@requires("me.read")
def picture(attachment_id: UUID) -> ResponseReturnValue:
    """The JPEG that we wrote, for those who may see it; for others it is not there."""
    return answer_with(current_community_id(), _seen(attachment_id))


@blueprint.route("/pictures/<uuid:attachment_id>/remove", methods=["POST"])
@requires("me.read")
def remove_picture(attachment_id: UUID) -> ResponseReturnValue:
    """Take it away for good: who added it, or the clerk."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    found = _seen(attachment_id)
    if not may_remove(current_caller(), found):
        raise Forbidden

    def work() -> None:
        if remove(
            community_id=community_id, attachment_id=found.id, removed_by_id=actor_id, now=now
        ):
            trace(
                community_id=community_id,
                by_id=actor_id,
                action="plots.picture_removed",
                subject_id=found.id,
                now=now,
            )

    transact(work)
    flash(_("照片删掉了。"), "success")
    return redirect(_back(found), 303)


def _seen(attachment_id: UUID) -> PictureFacts:
    found = get_picture(current_community_id(), attachment_id)
    if not may_see(current_caller(), found):
        raise NotFound
    return found


def _back(found: PictureFacts) -> str:
    """The page of what it belonged to."""
    if found.subject_kind == DEFECT:
        return url_for("plots.defect", defect_id=found.subject_id)
    if found.subject_kind == INSPECTION:
        return url_for("plots.inspection", inspection_id=found.subject_id)
    shift_id = reported_shift(current_community_id(), found.subject_id)
    return url_for("plots.report", shift_id=shift_id)
