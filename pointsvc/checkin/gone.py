"""Attendances and their papers of somebody who goes on under another account, or is erased."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update

from pointsvc.checkin.models import (
    Attendance,
    AttendanceCorrection,
    Backfill,
    DropCorrection,
    Scan,
    ScanDecision,
    SpotCheck,
    TypedCode,
)
from pointsvc.earning.models import Tariff
from pointsvc.extensions import db
from pointsvc.kernel.i18n import gettext as _
from pointsvc.members.blotting import EMPTY, Words, blot, blot_through
from pointsvc.members.changes import Erasure, Merge
from pointsvc.members.erasure_errors import StillOpen
from pointsvc.members.rows_over import go_over

UNDER_WAY: Final = ("provisional", "open", "held")
OWN: Final = (
    Words(Scan, ("member_id", "actor_id"), {"note": None}),
    Words(SpotCheck, ("member_id",), {"note": None}),
    Words(
        Backfill,
        ("member_id", "requested_by_id"),
        {"reason": EMPTY, "evidence": EMPTY, "end_reason": None},
    ),
)

CORRECTED: Final = Words(AttendanceCorrection, ("attendance_id",), {"reason": EMPTY})
SCANNED: Final = (
    Words(DropCorrection, ("scan_id",), {"reason": EMPTY}),
    Words(ScanDecision, ("scan_id",), {"reason": EMPTY}),
)
WORDS: Final = (*OWN, CORRECTED, *SCANNED)


def follow(merge: Merge) -> None:
    """Who stands in a shift goes on standing there. Raises StillOpen: both do, or both were."""
    twice = go_over(
        Attendance, merge, Attendance.state.in_(UNDER_WAY), like=("shift_id",), doubled={}
    )
    of = (Attendance.community_id == merge.community_id, Attendance.member_id == merge.into_id)
    standing = select(Attendance.shift_id).where(*of, Attendance.state != "void")
    shifts = list(db.session.scalars(standing.where(Attendance.state.in_(UNDER_WAY))))
    is_open = list(db.session.scalars(standing.where(Attendance.state == "open")))
    if twice or len(is_open) > 1 or len(shifts) != len(set(shifts)):
        raise StillOpen(what=_("还没有签退的考勤"))
    for holder, holder_id in (("member", merge.into_id), ("household", merge.into_holder_id)):
        _rename_holders(merge, holder, holder_id)


def forget(erasure: Erasure) -> None:
    """Words go, times and minutes stay. Raises StillOpen: in a shift, or a backfill waits."""
    of: Any = erasure.community_id
    mine = (Attendance.community_id == of, Attendance.member_id == erasure.member_id)
    if db.session.scalar(select(Attendance.id).where(*mine, Attendance.state.in_(UNDER_WAY))):
        raise StillOpen(what=_("还没有签退的考勤"))
    waiting = select(Backfill.id).where(
        Backfill.community_id == of,
        Backfill.member_id == erasure.member_id,
        Backfill.state.in_(("requested", "approved")),
    )
    if db.session.scalar(waiting):
        raise StillOpen(what=_("补录"))
    db.session.execute(
        update(Attendance)
        .where(*mine, Attendance.is_in_review)
        .values(is_in_review=False, award_points=0, award_holder_id=None)
    )
    _rename_home(erasure)
    db.session.execute(
        delete(TypedCode).where(
            TypedCode.community_id == of, TypedCode.member_id == erasure.member_id
        )
    )
    _blot(erasure)


def _rename_home(erasure: Erasure) -> None:
    """Whose caps were used is the person's own id from now on: a household's is made of the door."""
    own: Any = {"award_holder_id": erasure.member_id}
    db.session.execute(
        update(Attendance)
        .where(
            Attendance.community_id == erasure.community_id,
            Attendance.member_id == erasure.member_id,
            Attendance.award_holder_id.is_not(None),
        )
        .values(own)
    )
    db.session.execute(
        update(DropCorrection)
        .where(
            DropCorrection.community_id == erasure.community_id,
            DropCorrection.scan_id.in_(_ids(Scan, erasure)),
            DropCorrection.award_holder_id.is_not(None),
        )
        .values(own)
        .execution_options(synchronize_session=False)
    )


def _blot(erasure: Erasure) -> None:
    blot(erasure, OWN)
    blot_through(erasure, CORRECTED, _ids(Attendance, erasure))
    for words in SCANNED:
        blot_through(erasure, words, _ids(Scan, erasure))


def _ids(model: Any, erasure: Erasure) -> Any:
    return select(model.id).where(
        model.community_id == erasure.community_id, model.member_id == erasure.member_id
    )


def _rename_holders(merge: Merge, holder: str, holder_id: UUID) -> None:
    """What was taken of a cap is given back to who has it now."""
    tariffs = select(Tariff.id).where(
        Tariff.community_id == merge.community_id, Tariff.cap_holder == holder
    )
    db.session.execute(
        update(Attendance)
        .where(
            Attendance.community_id == merge.community_id,
            Attendance.award_holder_id.in_([merge.from_id, merge.into_id]),
            Attendance.tariff_id.in_(tariffs),
        )
        .values(award_holder_id=holder_id)
        .execution_options(synchronize_session=False)
    )
