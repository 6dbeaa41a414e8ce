"""Another volunteer's word: a second signal for whoever scanned a printed sign (docs/checkin.md §1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pointsvc.audit.actors import member_actor
from pointsvc.audit.service import note
from pointsvc.checkin.errors import DecidedBefore, NotWitness, OwnHousehold, VouchedEnough
from pointsvc.checkin.facts import policy_of
from pointsvc.checkin.presences import Presence, find_presences, lock_members, presences_of
from pointsvc.checkin.rules import CO_VOLUNTEER, may_vouch
from pointsvc.checkin.service.accepting import let_count, waiting_scans
from pointsvc.checkin.service.closing import changes_of
from pointsvc.checkin.service.deciding import DecisionReceipt
from pointsvc.checkin.service.fitting import check_accepted
from pointsvc.checkin.witnesses import signals_of, vouched_for
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.permission import Caller
from pointsvc.members.queries import holders_of
from pointsvc.members.remade import check_own_hands


def vouch_for(
    *, community_id: UUID, caller: Caller, attendance_id: UUID, now: datetime
) -> DecisionReceipt:
    """Confirm a provisional attendance because another volunteer was there and saw the person.

    It pays what a leader's confirmation without a reason would: less than the minimum time earns
    nothing. A second tap of the same witness gets the same answer. Locks the witness and the member
    by id: a leader's decision and a witness's word, or two words of one witness, never cross.

    Raises:
        NotFound. Forbidden: no member. DecidedBefore: by somebody else, or the time. OwnHousehold.
        NotWitness: see `rules.may_vouch`. VouchedEnough. WayInRemade: somebody else made the
        witness's way in anew. ShiftCancelled, StillElsewhere, TimesOverlap, DayFull: see
        `fitting.check_accepted`.
    """
    if caller.kind != "member" or caller.id is None:
        raise Forbidden
    community = get_community(community_id)
    before = _locked(community_id, attendance_id, caller.id)
    if before.state != "provisional":
        return _said_before(community_id, before, caller.id)
    _check_witness(community, before, caller.id, now)
    _check_number(community, before, caller.id)
    check_own_hands(
        community_id=community_id,
        member_id=caller.id,
        by_card=caller.on_device_id is not None,
        now=now,
    )
    check_accepted(community, before)
    changes = changes_of(community, now, caller.id)
    scans = waiting_scans(community_id, before)
    minutes = let_count(changes, before, scans, CO_VOLUNTEER)
    for scan in scans:
        changes.decide(scan.id, "confirmed", CO_VOLUNTEER, caller.id)
    changes.carry_out()
    note(
        community_id=community_id,
        actor=member_actor(caller.id),
        action="checkin.vouched",
        subject_id=before.id,
        now=now,
    )
    after = changes.presences[before.id]
    return DecisionReceipt(before.member_id, after.state, after.award_points, minutes)


def _locked(community_id: UUID, attendance_id: UUID, witness_id: UUID) -> Presence:
    found = find_presences(community_id=community_id, ids=[attendance_id])
    if not found:
        raise NotFound
    lock_members(community_id=community_id, member_ids=[found[0].member_id, witness_id])
    return find_presences(community_id=community_id, ids=[attendance_id])[0]


def _said_before(community_id: UUID, before: Presence, witness_id: UUID) -> DecisionReceipt:
    """The same answer to the same word; what anybody else decided stands."""
    known = vouched_for(community_id, witness_id, [before.shift_id])
    if before.state == "void" or before.member_id not in known.get(before.shift_id, set()):
        raise DecidedBefore
    return DecisionReceipt(before.member_id, before.state, before.award_points, before.minutes)


def _check_witness(
    community: CommunityFacts, before: Presence, witness_id: UUID, now: datetime
) -> None:
    homes = holders_of(community.id, [witness_id, before.member_id])
    if homes[witness_id] == homes[before.member_id]:
        raise OwnHousehold
    own = _own_presence(community.id, before, witness_id)
    grace = policy_of(community).grace_minutes
    signals = signals_of(community.id, [own.id]).get(own.id, ()) if own else ()
    if not may_vouch(
        own.stay(grace) if own else None,
        signals,
        before.stay(grace),
        is_same_household=False,
        now=now,
    ):
        raise NotWitness


def _own_presence(community_id: UUID, before: Presence, witness_id: UUID) -> Presence | None:
    found = presences_of(
        community_id=community_id,
        member_ids=[witness_id],
        shift_ids=[before.shift_id],
        since=before.in_at,
        until=before.in_at,
    )
    return next((each for each in found if each.shift_id == before.shift_id), None)


def _check_number(community: CommunityFacts, before: Presence, witness_id: UUID) -> None:
    most = community.settings.vouched_people_max
    known = vouched_for(community.id, witness_id, [before.shift_id]).get(before.shift_id, set())
    if most == 0 or (before.member_id not in known and len(known) >= most):
        raise VouchedEnough(count=most)
