"""Reading a month's roster: the duties, who comes, who was asked, who is silent, what is missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from pointsvc.activities.engagements import signed_up_at
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.members.models import Member
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.models import Duty, RosterEntry
from pointsvc.plots.rules.roster import Reason

ENTRIES_MAX = 2000


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """A question to somebody about a duty, why it was they, and what became of it."""

    id: UUID
    duty_id: UUID
    place_id: UUID
    member_id: UUID
    member_name: str
    state: str
    reasons: tuple[Reason, ...]
    proposed_by_id: UUID


@dataclass(frozen=True, slots=True)
class MonthDuty:
    """A duty with who comes (id, name) and the questions about it."""

    duty: DutyFacts
    coming: tuple[tuple[UUID, str], ...]
    entries: tuple[EntryFacts, ...]

    @property
    def is_on(self) -> bool:
        """Whether anybody has to come: it neither waits for the weather nor is called off."""
        return self.duty.state == "planned" and self.duty.cancelled_at is None

    @property
    def silent(self) -> list[EntryFacts]:
        """Who was asked and has not answered, nor signed up unasked."""
        coming = {member_id for member_id, _name in self.coming}
        asked = (entry for entry in self.entries if entry.state == "proposed")
        return [entry for entry in asked if entry.member_id not in coming]

    @property
    def declined(self) -> list[EntryFacts]:
        """Who said no."""
        return [entry for entry in self.entries if entry.state == "declined"]

    @property
    def missing_count(self) -> int:
        """How many named people it is short of, whoever was asked."""
        return self.duty.missing_count if self.is_on else 0

    @property
    def open_count(self) -> int:
        """For how many seats nobody was asked yet."""
        return max(0, self.missing_count - len(self.silent))


def month_of(community_id: UUID, place_id: UUID, month: date) -> list[MonthDuty]:
    """The duties of a month on a plot by day; `month` is its first day."""
    last = clock.add_months(month, 1) - timedelta(days=1)
    return with_people(community_id, find_duties(community_id, [place_id], month, last))


def with_people(community_id: UUID, duties: Collection[DutyFacts]) -> list[MonthDuty]:
    """These duties with who comes and who was asked."""
    coming = signed_up_at(community_id, [duty.shift_id for duty in duties])
    asked: dict[UUID, list[EntryFacts]] = {duty.id: [] for duty in duties}
    for entry in _entries(community_id, RosterEntry.duty_id.in_(list(asked))):
        asked[entry.duty_id].append(entry)
    return [MonthDuty(duty, tuple(coming[duty.shift_id]), tuple(asked[duty.id])) for duty in duties]


def get_entry(community_id: UUID, entry_id: UUID) -> EntryFacts:
    """The question. Raises NotFound."""
    for entry in _entries(community_id, RosterEntry.id == entry_id):
        return entry
    raise NotFound


def asked_of(
    community_id: UUID, member_id: UUID, now: datetime
) -> list[tuple[EntryFacts, DutyFacts]]:
    """What somebody was asked and may still answer, by day."""
    entries = _entries(
        community_id, RosterEntry.member_id == member_id, RosterEntry.state == "proposed"
    )
    today = now.date() - timedelta(days=1)
    places = {entry.place_id for entry in entries}
    found = find_duties(community_id, places, today, today + timedelta(days=400)) if places else []
    asked = {entry.duty_id: entry for entry in entries}
    return [
        (asked[duty.id], duty)
        for duty in found
        if duty.id in asked
        and duty.state == "planned"
        and duty.cancelled_at is None
        and duty.starts_at > now
    ]


def pending_of(community_id: UUID, member_ids: Collection[UUID]) -> list[EntryFacts]:
    """What these people were asked anywhere and have not answered."""
    return _entries(
        community_id, RosterEntry.member_id.in_(member_ids), RosterEntry.state == "proposed"
    )


def _entries(community_id: UUID, *conditions: ColumnElement[bool]) -> list[EntryFacts]:
    rows = db.session.execute(
        select(
            RosterEntry.id,
            RosterEntry.duty_id,
            Duty.place_id,
            RosterEntry.member_id,
            Member.name,
            RosterEntry.state,
            RosterEntry.explanation,
            RosterEntry.proposed_by_id,
        )
        .join(
            Duty,
            and_(Duty.community_id == RosterEntry.community_id, Duty.id == RosterEntry.duty_id),
        )
        .join(
            Member,
            and_(
                Member.community_id == RosterEntry.community_id,
                Member.id == RosterEntry.member_id,
            ),
        )
        .where(RosterEntry.community_id == community_id, *conditions)
        .order_by(RosterEntry.proposed_at, RosterEntry.id)
        .limit(ENTRIES_MAX)
    )
    return [
        EntryFacts(
            id=row.id,
            duty_id=row.duty_id,
            place_id=row.place_id,
            member_id=row.member_id,
            member_name=row.name,
            state=row.state,
            reasons=_reasons(row.explanation),
            proposed_by_id=row.proposed_by_id,
        )
        for row in rows
    ]


def _reasons(explanation: dict[str, Any]) -> tuple[Reason, ...]:
    return tuple(Reason(why["code"], why.get("value")) for why in explanation.get("why", []))


def explained(reasons: Collection[Reason]) -> dict[str, Any]:
    """The reasons as they are kept."""
    return {"why": [{"code": each.code, "value": each.value} for each in reasons]}
