"""Letting count what waited: a person's decision, or a doubt that settled itself, leads here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from pointsvc.checkin.changes import Changes, Ending
from pointsvc.checkin.deeds import Due, due_by, tariffs_of
from pointsvc.checkin.facts import undecided
from pointsvc.checkin.models import Scan
from pointsvc.checkin.presences import Presence
from pointsvc.checkin.rules import Reason
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.members.telling import leave_message


def let_count(
    changes: Changes,
    before: Presence,
    scans: Sequence[Scan],
    reason: str,
    minimum_percent: int | None = None,
    recorded_by_id: UUID | None = None,
) -> int:
    """Release what waits and pay what is not paid yet; the minutes that are posted.

    Args:
        changes: written by the caller.
        before: the attendance, read under the member's lock.
        scans: those of its scans that wait for the decision.
        reason: why it may count.
        minimum_percent: 0 where a person gave a reason to count less than the minimum time.
        recorded_by_id: who asked for it, where no scan says so.
    """
    state = "closed" if before.out_at else "open"
    after = replace(before, state=state, is_in_review=False)
    changes.presences[before.id] = after
    if before.is_in_review:
        changes.endings.append(
            Ending(
                "attendance",
                before.id,
                before.corrections,
                reason,
                in_review=True,
                release=True,
                recorded_by_id=recorded_by_id or recorder_of(scans),
                approved_by_id=changes.actor_id,
            )
        )
        if before.backfill_id is None:
            tell(changes, before.member_id, accept=True, points=before.award_points)
    due = due_by(
        tariffs_of(changes.community_id, before),
        after,
        on=clock.local_day(before.in_at, changes.zone),
        part="whole" if before.out_at else "in",
        minimum_percent=minimum_percent,
    )
    if due.deed is not None and before.award_points:
        due = replace(due, deed=replace(due.deed, points=0) if due.minutes else None)
    changes.dues.append(due)
    if before.state == "provisional":
        _tell_confirmed(changes, before, due)
    return due.minutes


def _tell_confirmed(changes: Changes, before: Presence, due: Due) -> None:
    """Who checked in at a sign hears that it counts; what it earned is told by itself."""
    if before.out_at is None:
        topic = "checkin.confirmed"
    elif due.reason == Reason.BELOW_MINIMUM:
        topic = "checkin.below_minimum"
    else:
        return
    leave_message(
        community_id=changes.community_id,
        recipient_id=before.member_id,
        topic=topic,
        payload={"activity_kind": before.activity_kind, "minutes": before.minutes},
        now=changes.now,
    )


def waiting_scans(community_id: UUID, presence: Presence) -> list[Scan]:
    """The scans of the attendance that wait for a decision, the check-in first."""
    ids = [each for each in (presence.in_scan_id, presence.out_scan_id) if each]
    waiting = undecided(community_id=community_id, scan_ids=ids)
    rows = db.session.scalars(
        select(Scan).where(Scan.community_id == community_id, Scan.id.in_(waiting))
    )
    return sorted(rows, key=lambda scan: scan.direction)


def recorder_of(scans: Sequence[Scan]) -> UUID | None:
    """Who scanned what waits: another person than who decides (L15)."""
    people = [scan.actor_id for scan in scans if scan.actor_kind == "member"]
    return people[-1] if people else None


def tell(changes: Changes, member_id: UUID, *, accept: bool, points: int) -> None:
    """Leave the person a message about what became of what waited."""
    leave_message(
        community_id=changes.community_id,
        recipient_id=member_id,
        topic="checkin.released" if accept else "checkin.annulled",
        payload={"points": points},
        now=changes.now,
    )
