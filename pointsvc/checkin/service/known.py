"""What is known when scans are decided: read once for all of them, under the members' locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts
from pointsvc.activities.rules import may_scan_in
from pointsvc.checkin.facts import (
    STAY_MAX,
    PendingOut,
    Tariffs,
    days_around,
    last_contacts,
    named_shifts,
    pending_outs,
    policy_of,
    seen,
    shifts_around,
    tariffs_for,
)
from pointsvc.checkin.presences import Presence, lock_members, presences_of
from pointsvc.checkin.rules import (
    Nearness,
    Policy,
    Reason,
    ScanFacts,
    choose_shift,
    is_open_for,
    nearest_shift,
)
from pointsvc.checkin.service.intake import Entry
from pointsvc.checkin.service.positions import distances_of
from pointsvc.communities.queries import CommunityFacts
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Refusal

NOBODY = UUID(int=0)


@dataclass(slots=True)
class Known:
    """People, shifts, attendances and tariffs; attendances change while scans are decided in turn."""

    community: CommunityFacts
    now: datetime
    policy: Policy = field(init=False)
    states: dict[UUID, str] = field(default_factory=dict)
    named: dict[UUID, ShiftFacts] = field(default_factory=dict)
    around: list[ShiftFacts] = field(default_factory=list)
    presences: dict[tuple[UUID, UUID], Presence] = field(default_factory=dict)
    of_member: dict[UUID, dict[UUID, Presence]] = field(default_factory=dict)
    pending: dict[tuple[UUID, UUID], list[PendingOut]] = field(default_factory=dict)
    tariffs: Tariffs = field(default_factory=lambda: Tariffs({}))
    contacts: dict[UUID, datetime] = field(default_factory=dict)
    near: dict[UUID, Nearness] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the policy from the community."""
        self.policy = policy_of(self.community)

    def read(self, entries: Sequence[Entry]) -> None:
        """Everything that decides, locked and read for all entries at once."""
        community_id = self.community.id
        moments = [entry.at for entry in entries]
        members = {entry.member_id for entry in entries if entry.member_id and not entry.refusal}
        self.states = lock_members(community_id=community_id, member_ids=members)
        named = {each for e in entries for each in (e.shift_id, e.request.shift_id) if each}
        self.named = named_shifts(community_id, named)
        unnamed = [e for e in entries if e.member_id and not e.shift_id and not e.reason]
        if unnamed:
            self.around = shifts_around(
                community_id=community_id,
                moments=[entry.at for entry in unnamed],
                scopes={entry.sender.scope for entry in unnamed},
                sign_places={entry.place_id for entry in unnamed if entry.place_id},
            )
        self._read_presences(members, moments)
        every = [*self.named.values(), *self.around]
        kinds = {shift.activity_kind for shift in every}
        kinds |= {presence.activity_kind for presence in self.presences.values()}
        self.tariffs = tariffs_for(community_id=community_id, codes=kinds, member_ids=members)
        if any(entry.at < self.now for entry in entries):
            self._read_for_uploads(members, entries)
        today = self.day_of(self.now)
        self.near = distances_of(community=self.community, entries=entries, today=today)

    def _read_presences(self, members: set[UUID], moments: Sequence[datetime]) -> None:
        since, until = days_around(moments, self.community.zone)
        found = presences_of(
            community_id=self.community.id,
            member_ids=members,
            shift_ids=[*self.named, *(shift.id for shift in self.around)],
            since=since - STAY_MAX,  # who came yesterday may have stayed over midnight
            until=until,
        )
        for each in found:
            self.keep(each)

    def _read_for_uploads(self, members: set[UUID], entries: Sequence[Entry]) -> None:
        self.pending = pending_outs(community_id=self.community.id, member_ids=members)
        senders = {
            entry.sender.caller.id
            for entry in entries
            if entry.at < self.now and entry.sender.caller.id
        }
        self.contacts = last_contacts(
            community_id=self.community.id, actor_ids=senders, now=self.now
        )

    def shift_of(self, entry: Entry) -> ShiftFacts | Reason | Refusal:
        """The shift that the scan means: the one named, or the only one open."""
        if entry.shift_id is not None:
            shift = self.named[entry.shift_id]
            if entry.place_id is not None and shift.place_id != entry.place_id:
                return Reason.NO_SHIFT  # a sign speaks for its own place
            return shift if entry.is_self or may_scan(entry, shift) else Forbidden()
        candidates = [shift for shift in self.around if self._is_candidate(entry, shift)]
        here = [shift for shift in candidates if self._is_there(entry, shift)]
        if entry.request.direction == "out" and len(here) == 1:
            return here[0]
        grace, direction = self.policy.grace_minutes, entry.request.direction
        suiting = [seen(shift) for shift in candidates]
        is_open = [each for each in suiting if is_open_for(each, direction, entry.at, grace)]
        chosen = choose_shift(is_open or nearest_shift(suiting, direction, entry.at))
        if isinstance(chosen, Reason):
            return chosen
        return next(shift for shift in candidates if shift.id == chosen.id)

    def _is_candidate(self, entry: Entry, shift: ShiftFacts) -> bool:
        if entry.place_id is not None:
            return shift.place_id == entry.place_id
        return may_scan(entry, shift)

    def _is_there(self, entry: Entry, shift: ShiftFacts) -> bool:
        presence = self.presence(entry.member_id, shift.id)
        return presence is not None and presence.out_at is None

    def facts_of(self, entry: Entry, shift: ShiftFacts, before: Presence | None) -> ScanFacts:
        """Everything that decides about one scan."""
        others = [
            presence
            for presence in self.presences_of(entry.member_id)
            if presence.shift_id != shift.id and presence.state != "void"
        ]
        day = self.day_of(before.in_at if before else entry.at)
        same_day = [each for each in others if self.day_of(each.in_at) == day]
        is_upload = entry.at < self.now
        sender = entry.sender.caller
        near = self.near.get(entry.request.scan_id)
        return ScanFacts(
            direction=entry.request.direction,
            proof=entry.proof,
            at=entry.at,
            received_at=self.now,
            shift=seen(shift),
            policy=self.policy,
            is_member_active=self.states.get(entry.member_id or NOBODY) == "active",
            is_self=entry.is_self or entry.member_id == sender.id,
            runs_shift=may_scan(entry, shift),
            stay=before.stay(self.policy.grace_minutes) if before else None,
            others=tuple(each.stay(self.policy.grace_minutes) for each in others),
            day_minutes=sum(each.minutes for each in same_day),
            is_code_stale=entry.is_self and is_upload,
            is_revoked_later=bool(entry.read and entry.read.is_revoked_later),
            last_contact_at=self.contacts.get(sender.id) if sender.id else None,
            is_near=near is not None and near.is_near and not is_upload,
        )

    def presence(self, member_id: UUID | None, shift_id: UUID) -> Presence | None:
        """The member's live attendance at the shift, as it is by now."""
        found = self.presences.get((member_id or NOBODY, shift_id))
        return None if found is None or found.state == "void" else found

    def presences_of(self, member_id: UUID | None) -> list[Presence]:
        """All that was read of the member, as it is by now."""
        return list(self.of_member.get(member_id or NOBODY, {}).values())

    def keep(self, presence: Presence) -> None:
        """Have the attendance as it is by now."""
        self.presences[presence.member_id, presence.shift_id] = presence
        self.of_member.setdefault(presence.member_id, {})[presence.shift_id] = presence

    def day_of(self, moment: datetime) -> date:
        """The day in the community's zone."""
        return clock.local_day(moment, self.community.zone)


def may_scan(entry: Entry, shift: ShiftFacts) -> bool:
    """Whether the entry's sender may scan others in the shift."""
    return may_scan_in(entry.sender.scope, shift.place_id, shift.led_by_id)
