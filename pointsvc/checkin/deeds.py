"""From attendances and drops to deeds that their tariffs pay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from pointsvc.checkin.facts import Tariffs, tariffs_for
from pointsvc.checkin.presences import Presence
from pointsvc.checkin.rules import Part, Reason, minutes_between
from pointsvc.earning.rules import TariffFacts, Worth, worth_of
from pointsvc.earning.service import Deed


@dataclass(frozen=True, slots=True)
class Due:
    """What is due for a scan: the deed to pay (None for nothing), its minutes, and why it is less."""

    deed: Deed | None
    minutes: int = 0
    reason: Reason | None = None

    def recorded_by(self, person_id: UUID | None) -> Due:
        """The same, recorded by somebody of the senders."""
        return (
            self
            if self.deed is None
            else replace(self, deed=replace(self.deed, recorded_by_id=person_id))
        )


def due_for_stay(
    presence: Presence,
    *,
    part: Part,
    tariff: TariffFacts | None,
    holder_id: UUID,
    on: date,
    quantity: int = 1,
    into_review: bool = False,
    minimum_percent: int | None = None,
) -> Due:
    """What a part of an attendance earns. Minutes of what waits in review are posted with its release.

    Args:
        presence: the attendance as it is after the scan.
        part: `whole` where nothing was paid yet.
        tariff: the version in force at the check-in.
        holder_id: whose caps count.
        on: the day of the check-in in the community's zone: its limits are used.
        quantity: units, for tariffs that count them.
        into_review: the points wait for a person.
        minimum_percent: 0 where a person gave a reason to count less than the minimum.
    """
    if tariff is None:
        return Due(None, reason=Reason.NO_TARIFF)
    worth = worth_of(
        tariff,
        part="out" if part == "whole" and presence.award_points else part,
        minutes=presence.minutes,
        planned_minutes=minutes_between(presence.shift_starts_at, presence.shift_ends_at),
        quantity=quantity,
        minimum_percent=minimum_percent,
    )
    source = ("attendance", presence.id, presence.corrections)
    deed = _deed(source, presence.member_id, holder_id, tariff, on, worth, into_review=into_review)
    reason = Reason.BELOW_MINIMUM if worth.is_below_minimum else None
    return Due(deed, worth.minutes, reason)


def tariffs_of(community_id: UUID, presence: Presence) -> Tariffs:
    """The tariffs that decide what an attendance earns: its activity's, and the one that pays it."""
    return tariffs_for(
        community_id=community_id,
        codes={presence.activity_kind, presence.tariff_code},
        member_ids=[presence.member_id],
        are_past=True,
    )


def due_by(
    tariffs: Tariffs,
    presence: Presence,
    *,
    on: date,
    part: Part = "whole",
    into_review: bool = False,
    minimum_percent: int | None = None,
) -> Due:
    """What an attendance is due under the tariff of its check-in, whatever way it was recorded.

    Counted after the fact it is never worth more than it would have been on the spot.
    """
    tariff = tariffs.of(presence.tariff_id)
    due = due_for_stay(
        presence,
        part=part,
        tariff=tariff,
        holder_id=tariffs.holder(tariff, presence.member_id),
        on=on,
        into_review=into_review,
        minimum_percent=0 if presence.backfill_id else minimum_percent,
    )
    own = tariffs.at(presence.activity_kind, on)
    if due.deed is None or presence.backfill_id is None or own is None or own.basis == "quantity":
        return due
    most = worth_of(own, part="whole", minutes=presence.minutes, planned_minutes=0).points
    return replace(due, deed=replace(due.deed, points=min(due.deed.points, most)))


def due_for_drop(
    *,
    scan_id: UUID,
    member_id: UUID,
    tariff: TariffFacts | None,
    holder_id: UUID,
    on: date,
    quantity: int,
    into_review: bool,
    number: int = 0,
) -> Due:
    """What a drop earns; the scan itself is the award's source, `number` its corrections so far."""
    if tariff is None:
        return Due(None, reason=Reason.NO_TARIFF)
    worth = worth_of(tariff, part="whole", minutes=0, planned_minutes=0, quantity=quantity)
    source = ("scan", scan_id, number)
    deed = _deed(source, member_id, holder_id, tariff, on, worth, into_review=into_review)
    return Due(deed)


def _deed(
    source: tuple[str, UUID, int],
    member_id: UUID,
    holder_id: UUID,
    tariff: TariffFacts,
    on: date,
    worth: Worth,
    *,
    into_review: bool,
) -> Deed | None:
    minutes = 0 if into_review else worth.minutes
    if not worth.points and not minutes:
        return None
    source_type, source_id, number = source
    return Deed(
        source_type=source_type,
        source_id=source_id,
        number=number,
        member_id=member_id,
        holder_id=holder_id,
        tariff=tariff,
        on=on,
        points=worth.points,
        minutes=minutes,
        into_review=into_review,
    )
