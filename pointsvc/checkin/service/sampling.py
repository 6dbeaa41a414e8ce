"""Spot checks: a share of roster ticks is drawn, the volunteer is told, another person asks.

Nothing hangs on a check by itself: who finds that the person was not there asks to void the
attendance, and a second person decides about that as about any correction (L15).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note as note_event
from pointsvc.checkin.changes import Evidence, Stored
from pointsvc.checkin.errors import CorrectionPending, DecidedBefore, OwnHousehold
from pointsvc.checkin.models import SpotCheck
from pointsvc.checkin.presences import Presence, find_presences
from pointsvc.checkin.rules.sampling import COUNTED, is_drawn
from pointsvc.checkin.service.correcting import request_correction
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.keys import Purpose
from pointsvc.kernel.ring import current_ring
from pointsvc.members.queries import holders_of
from pointsvc.members.telling import leave_message


def draw_spot_checks(*, community: CommunityFacts, stored: Iterable[Stored], now: datetime) -> int:
    """Draw among these new scans' ticks; one check for an attendance at most. How many were drawn.

    A retry of the scan finds its first answer and draws nothing, so a draw is never repeated.
    """
    scans = (each.evidence for each in stored)
    ticks = {each.attendance_id: each for each in scans if each.attendance_id and _is_tick(each)}
    drawn = _drawn(community, ticks)
    fresh = set(drawn) - _checked(community.id, drawn)
    for presence in find_presences(community_id=community.id, ids=fresh):
        _ask(community, ticks[presence.id], presence, now)
    db.session.flush()
    return len(fresh)


def answer_spot_check(
    *, community_id: UUID, member_id: UUID, check_id: UUID, was_there: bool, now: datetime
) -> None:
    """The volunteer's own word; the last one stands until somebody of the office has decided.

    Raises:
        NotFound: nobody else's check is there for them. DecidedBefore.
    """
    check = _locked(community_id, check_id)
    if check.member_id != member_id:
        raise NotFound
    if check.state != "waiting":
        raise DecidedBefore
    check.answer, check.answered_at = "there" if was_there else "not_there", now
    _note(check, member_id, f"checkin.spot_check_{check.answer}", now)


def decide_spot_check(
    *,
    community_id: UUID,
    decided_by_id: UUID,
    check_id: UUID,
    was_there: bool,
    note: str,
    now: datetime,
) -> bool:
    """Keep what the volunteer said; whether that asked for the attendance to be voided.

    The same word of the same person again changes nothing. An attendance that is void, or whose
    correction waits already, is left to that.

    Raises:
        NotFound. DecidedBefore: another word, or somebody else's. OwnHousehold: the ticker, the
        volunteer, or one of their households. Invalid: no word on why the person was not there.
    """
    check = _locked(community_id, check_id)
    state = "seen" if was_there else "contradicted"
    if check.state != "waiting":
        if (check.state, check.decided_by_id) == (state, decided_by_id):
            return False
        raise DecidedBefore
    _check_apart(check, decided_by_id)
    if not was_there and not note:
        raise Invalid({"note": [_("请写一句本人怎么说的。")]})
    check.state, check.note = state, note or None
    check.decided_by_id, check.decided_at = decided_by_id, now
    _note(check, decided_by_id, f"checkin.spot_check_{state}", now)
    db.session.flush()
    return not was_there and _asked_to_void(check, decided_by_id, note, now)


def _asked_to_void(check: SpotCheck, decided_by_id: UUID, note: str, now: datetime) -> bool:
    try:
        request_correction(
            community_id=check.community_id,
            correction_id=derived_id("spot-check", check.id),
            attendance_id=check.attendance_id,
            requested_by_id=decided_by_id,
            reason=_("抽查：%(note)s", note=note),
            now=now,
        )
    except (CorrectionPending, DecidedBefore):
        return False
    return True


def _is_tick(scan: Evidence) -> bool:
    is_tick = scan.proof == "roster" and scan.actor_kind == "member"
    return is_tick and scan.verdict in COUNTED and scan.actor_id != scan.member_id


def _drawn(community: CommunityFacts, attendance_ids: Iterable[UUID]) -> list[UUID]:
    key = current_ring().newest.bytes_for(Purpose.SAMPLES)
    percent = community.settings.roster_sample_percent
    return [each for each in attendance_ids if is_drawn(key, each, percent)]


def _ask(community: CommunityFacts, tick: Evidence, presence: Presence, now: datetime) -> None:
    db.session.add(
        SpotCheck(
            community_id=community.id,
            id=derived_id("spot-check", community.id, presence.id),
            attendance_id=presence.id,
            scan_id=tick.scan_id,
            member_id=presence.member_id,
            ticked_by_id=tick.actor_id,
            asked_at=now,
            state="waiting",
        )
    )
    leave_message(
        community_id=community.id,
        recipient_id=presence.member_id,
        topic="checkin.spot_check",
        payload={
            "activity_kind": presence.activity_kind,
            "at": f"{clock.local(presence.in_at, community.zone):%Y-%m-%d %H:%M}",
        },
        now=now,
    )


def _checked(community_id: UUID, attendance_ids: Collection[UUID]) -> set[UUID]:
    """Those of the attendances that have a check already."""
    if not attendance_ids:
        return set()
    wanted = select(SpotCheck.attendance_id).where(
        SpotCheck.community_id == community_id, SpotCheck.attendance_id.in_(attendance_ids)
    )
    return set(db.session.scalars(wanted))


def _locked(community_id: UUID, check_id: UUID) -> SpotCheck:
    found = db.session.scalars(
        select(SpotCheck)
        .where(SpotCheck.community_id == community_id, SpotCheck.id == check_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _check_apart(check: SpotCheck, person_id: UUID) -> None:
    """Who looks is of neither household."""
    others = {check.ticked_by_id, check.member_id}
    homes = holders_of(check.community_id, {person_id, *others})
    if homes[person_id] in {homes[each] for each in others}:
        raise OwnHousehold


def _note(check: SpotCheck, actor_id: UUID, action: str, now: datetime) -> None:
    note_event(
        community_id=check.community_id,
        actor=Actor("member", actor_id),
        action=action,
        subject_id=check.attendance_id,
        now=now,
    )
