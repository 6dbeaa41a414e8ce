"""Why a stay earned less than its time, as its scans said when it ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.checkin.models import Scan
from pointsvc.checkin.queries import Present
from pointsvc.checkin.rules import Reason
from pointsvc.checkin.today import Came
from pointsvc.extensions import db

LESS: Final = (Reason.BELOW_MINIMUM, Reason.CAPPED, Reason.NO_TARIFF)


def cuts_of(community_id: UUID, stays: Iterable[Present | Came]) -> dict[UUID, str]:
    """The reasons of those of the stays that earned less, by attendance.

    What a person decided since has the last word: a correction, or points for a stay that was too
    short.
    """
    counted = {each.id: each for each in stays if not each.corrections and each.state == "closed"}
    if not counted:
        return {}
    rows = db.session.execute(
        select(Scan.attendance_id, Scan.reason)
        .where(
            Scan.community_id == community_id,
            Scan.attendance_id.in_(counted),
            Scan.reason.in_([str(reason) for reason in LESS]),
        )
        .order_by(Scan.happened_at, Scan.id)
    )
    reasons: dict[UUID, str] = {row.attendance_id: row.reason for row in rows}
    return {
        attendance_id: reason
        for attendance_id, reason in reasons.items()
        if reason == Reason.CAPPED or not counted[attendance_id].award_points
    }
