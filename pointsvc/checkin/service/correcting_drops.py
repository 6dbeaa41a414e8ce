"""Correcting a drop: who counts drops asks for its true quantity, another person decides.

A mistyped quantity was told to a person as points, so nobody takes it back alone, not within a
minute either (L15). The scan is evidence and stays; its award is taken back and, where something
is left, posted anew under the next number.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.queries import get_shift
from pointsvc.activities.rules import may_scan_in
from pointsvc.activities.scopes import scope_of
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.checkin.changes import Changes, Ending
from pointsvc.checkin.deeds import due_for_drop
from pointsvc.checkin.drops import DropFacts, get_drop
from pointsvc.checkin.errors import CorrectionPending, DecidedBefore, DropWaiting, OwnHousehold
from pointsvc.checkin.facts import tariffs_for
from pointsvc.checkin.models import DropCorrection
from pointsvc.checkin.presences import lock_members
from pointsvc.checkin.service.agreeing import agree, check_other_household
from pointsvc.checkin.service.closing import changes_of
from pointsvc.communities.queries import get_community
from pointsvc.earning.limits import Wish
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import Caller
from pointsvc.members.telling import leave_message


def request_drop_correction(
    *,
    community_id: UUID,
    caller: Caller,
    correction_id: UUID,
    scan_id: UUID,
    quantity: int,
    reason: str,
    now: datetime,
) -> None:
    """Ask that a drop count for another quantity, 0 for none; nothing changes yet.

    The same id with the same wish is the same request.

    Raises:
        NotFound. Forbidden: not the caller's station. OwnHousehold. DropWaiting: it is held still.
        DecidedBefore: it was annulled. CorrectionPending: another one waits. Invalid: as it is.
    """
    assert caller.id is not None
    drop = get_drop(community_id, scan_id)
    _check_may(community_id, caller, drop)
    known = db.session.get(DropCorrection, (community_id, correction_id))
    if known is not None and (known.scan_id, known.quantity) == (scan_id, quantity):
        return
    if drop.is_waiting:
        raise DropWaiting
    if not drop.counts:
        raise DecidedBefore
    check_other_household(community_id, caller.id, drop.member_id)
    if find_pending(community_id, scan_id) is not None or known is not None:
        raise CorrectionPending
    if quantity == drop.now.quantity:
        raise Invalid({"quantity": [_("现在记的就是这个数。")]})
    db.session.add(
        DropCorrection(
            community_id=community_id,
            id=correction_id,
            scan_id=scan_id,
            quantity=quantity,
            reason=reason,
            requested_by_id=caller.id,
            requested_at=now,
            state="requested",
        )
    )
    note(
        community_id=community_id,
        actor=Actor("member", caller.id),
        action="checkin.drop_correction_requested",
        subject_id=scan_id,
        now=now,
        detail={"bags": quantity},
    )
    db.session.flush()


def find_pending(community_id: UUID, scan_id: UUID) -> UUID | None:
    """The correction of the drop that waits."""
    return db.session.scalar(
        select(DropCorrection.id).where(
            DropCorrection.community_id == community_id,
            DropCorrection.scan_id == scan_id,
            DropCorrection.state == "requested",
        )
    )


def decide_drop_correction(
    *, community_id: UUID, caller: Caller, correction_id: UUID, approve: bool, now: datetime
) -> None:
    """Approve or decline; approving takes the drop's award back and posts the true one.

    Raises:
        NotFound. DecidedBefore. SecondPersonNeeded: who asked may not approve. OwnHousehold, also
        for who scanned the drop. WayInRemade: approving.
    """
    asked = db.session.scalars(
        select(DropCorrection)
        .where(DropCorrection.community_id == community_id, DropCorrection.id == correction_id)
        .with_for_update()
    ).one_or_none()
    if asked is None:
        raise NotFound
    drop = get_drop(community_id, asked.scan_id)
    if drop.actor_id == caller.id:
        raise OwnHousehold
    agree(
        asked,
        community_id=community_id,
        caller=caller,
        member_id=drop.member_id,
        approve=approve,
        now=now,
    )
    note(
        community_id=community_id,
        actor=Actor("member", caller.id),
        action=f"checkin.drop_correction_{asked.state}",
        subject_id=asked.scan_id,
        now=now,
        detail={"bags": asked.quantity},
    )
    db.session.flush()
    if approve:
        lock_members(community_id=community_id, member_ids=[drop.member_id])
        _carry_out(caller, drop, asked, now)


def _carry_out(caller: Caller, drop: DropFacts, asked: DropCorrection, now: datetime) -> None:
    """Undo the award that stands and pay the true one, under the tariff of the drop's day."""
    community = get_community(asked.community_id)
    changes = changes_of(community, now, caller.id)
    code = get_shift(community.id, drop.shift_id).activity_kind
    tariffs = tariffs_for(
        community_id=community.id, codes=[code], member_ids=[drop.member_id], are_past=True
    )
    day = clock.local_day(drop.at, community.zone)
    tariff = tariffs.at(code, day)
    holder = tariffs.holder(tariff, drop.member_id)
    if drop.now.points:
        named = drop.now.holder_id
        if named is None or named == drop.member_id:  # who was merged or moved took it along
            named = holder
        _undo(changes, drop, asked, Wish(code, named, day, drop.now.points))
    due = due_for_drop(
        scan_id=drop.id,
        member_id=drop.member_id,
        tariff=tariff,
        holder_id=holder,
        on=day,
        quantity=asked.quantity,
        into_review=False,
        number=drop.now.corrections + 1,
    )
    changes.dues.append(due)
    _stored, payout = changes.carry_out()
    asked.award_points = sum(paid.points for paid in payout.paid)
    asked.award_holder_id = holder
    db.session.flush()


def _undo(changes: Changes, drop: DropFacts, asked: DropCorrection, used: Wish) -> None:
    """Take the present award back, give its limit back, and tell the person."""
    changes.returned.append(used)
    changes.endings.append(
        Ending(
            "scan",
            drop.id,
            drop.now.corrections,
            asked.reason,
            in_review=False,
            recorded_by_id=asked.requested_by_id,
            approved_by_id=changes.actor_id,
        )
    )
    leave_message(
        community_id=changes.community_id,
        recipient_id=drop.member_id,
        topic="checkin.drop_corrected",
        payload={
            "points": drop.now.points,
            "quantity": asked.quantity,
            "activity_kind": used.subject,
        },
        now=changes.now,
    )


def _check_may(community_id: UUID, caller: Caller, drop: DropFacts) -> None:
    shift = get_shift(community_id, drop.shift_id)
    if not may_scan_in(scope_of(caller), shift.place_id, shift.led_by_id):
        raise Forbidden
