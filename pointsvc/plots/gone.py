"""Care for plots of somebody who goes on under another account, or is erased."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import delete, select, update

from pointsvc.communities.queries import get_place
from pointsvc.extensions import db
from pointsvc.members.blotting import EMPTY, Words, blot, blot_through
from pointsvc.members.changes import Erasure, Merge
from pointsvc.members.rows_over import go_over
from pointsvc.plots.models import (
    Adoption,
    Assignment,
    CareGap,
    CareReport,
    CareWish,
    Defect,
    DefectEcho,
    DefectStep,
    Handover,
    Inspection,
    InspectionMark,
    PlotBonus,
    RosterEntry,
    Substitution,
)
from pointsvc.plots.people.assigning import LIVE, close_assignment
from pointsvc.plots.telling import leaders_of, tell

LENT: Final = ("offered", "active", "notice")
MARKS: Final = Words(InspectionMark, ("inspection_id",), {"word": None})
OWN: Final = (
    Words(Assignment, ("member_id",), {"wish": None}),
    Words(Substitution, ("left_by_id", "taken_by_id", "decided_by_id"), {"veto_why": None}),
    Words(CareReport, ("reported_by_id", "amended_by_id"), {"tools": None, "note": None}),
    Words(Defect, ("reported_by_id",), {"spot": None, "text": EMPTY}),
    Words(DefectStep, ("taken_by_id",), {"word": None}),
    Words(CareGap, ("seen_by_id",), {"word": None}),
    Words(Inspection, ("inspector_id",), {"note": None}),
    Words(Inspection, ("objected_by_id",), {"objection": None}),
    Words(Adoption, ("member_id",), {"corner": EMPTY, "outline": None, "reason": None}),
)

WORDS: Final = (*OWN, MARKS)


def follow(merge: Merge) -> None:
    """What is asked of somebody, and what they took on, goes over; what both have stays once."""
    ended = {"decided_at": merge.now, "decided_by_id": merge.by_id}
    live = Assignment.state.in_(LIVE)
    go_over(Assignment, merge, live, like=("place_id",), doubled={"state": "ended", **ended})
    asked = RosterEntry.state.in_(("proposed", "confirmed"))
    go_over(RosterEntry, merge, asked, like=("duty_id",), doubled={"state": "withdrawn", **ended})
    go_over(Adoption, merge, Adoption.state.in_(LENT), like=("id",), doubled={})
    open_ = Substitution.state == "open"
    closed = {"state": "closed", "decided_by_id": merge.by_id}
    go_over(Substitution, merge, open_, like=("shift_id",), doubled=closed, column="left_by_id")
    for column in ("from_id", "to_id"):
        going = Handover.state == "open"
        go_over(Handover, merge, going, like=("id",), doubled={}, column=column)
    asked_to = Inspection.state == "asked"
    go_over(Inspection, merge, asked_to, like=("id",), doubled={}, column="inspector_id")
    _wishes(merge)


def forget(erasure: Erasure) -> None:
    """Care ends, the leader is told of the gap; the corner is free; wishes and words go."""
    _end_care(erasure)
    community_id, member_id = erasure.community_id, erasure.member_id
    ended = {"decided_at": erasure.now, "decided_by_id": erasure.by_id}
    for model, states, values in (
        (RosterEntry, ("proposed", "confirmed"), {"state": "withdrawn", **ended}),
        (Adoption, ("offered", "active", "notice"), {"state": "ended", **ended}),
    ):
        rows: Any = model
        of = (rows.community_id == community_id, rows.member_id == member_id)
        db.session.execute(update(rows).where(*of, rows.state.in_(states)).values(values))
    open_ = (Substitution.community_id == community_id, Substitution.left_by_id == member_id)
    db.session.execute(
        update(Substitution)
        .where(*open_, Substitution.state == "open")
        .values(state="closed", decided_by_id=erasure.by_id)
    )
    asked = (Inspection.community_id == community_id, Inspection.inspector_id == member_id)
    db.session.execute(
        update(Inspection).where(*asked, Inspection.state == "asked").values(state="withdrawn")
    )
    for table in (CareWish, DefectEcho):
        own: Any = table
        mine = (own.community_id == community_id, own.member_id == member_id)
        db.session.execute(delete(own).where(*mine))
    bonus = (PlotBonus.community_id == community_id, PlotBonus.member_id == member_id)
    db.session.execute(update(PlotBonus).where(*bonus).values(holder_id=member_id))
    blot(erasure, OWN)
    blot_through(erasure, MARKS, select(Inspection.id).where(*asked))


def _end_care(erasure: Erasure) -> None:
    live = select(Assignment).where(
        Assignment.community_id == erasure.community_id,
        Assignment.member_id == erasure.member_id,
        Assignment.state.in_(LIVE),
    )
    mine = db.session.scalars(live.order_by(Assignment.id).with_for_update()).all()
    leaders = leaders_of(erasure.community_id) if mine else {}
    for each in mine:
        cared = each.state == "accepted"
        close_assignment(each, "ended", erasure.by_id, erasure.now)
        if cared:
            tell(
                community_id=erasure.community_id,
                recipient_ids=[
                    one for one in leaders.get(each.place_id, []) if one != erasure.member_id
                ],
                topic="plots.care_erased",
                payload={"place": get_place(each.community_id, each.place_id).name},
                now=erasure.now,
            )


def _wishes(merge: Merge) -> None:
    """The survivor's own wishes stand; else those of the other account."""
    own = CareWish.community_id == merge.community_id
    has = select(CareWish.member_id).where(own, CareWish.member_id == merge.into_id)
    mine = (own, CareWish.member_id == merge.from_id)
    if db.session.scalar(has) is None:
        db.session.execute(update(CareWish).where(*mine).values(member_id=merge.into_id))
    else:
        db.session.execute(delete(CareWish).where(*mine))
