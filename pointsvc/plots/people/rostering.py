"""The verbs of rosters: look first, ask, answer, take back. A roster is made of questions.

Source: 《志愿服务条例》 art. 25 (nobody is made to serve), art. 15 (service fits age and body). What
somebody confirmed or declined is never touched; who comes is known by the sign-ups alone, so that a
duty always has a named person or a gap that everybody sees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import update

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.activities.service import sign_up
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community, get_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.members.telling import leave_message
from pointsvc.plots.calendar.calendars import get_duty
from pointsvc.plots.calendar.entries import (
    EntryFacts,
    MonthDuty,
    asked_of,
    explained,
    get_entry,
    month_of,
)
from pointsvc.plots.errors import (
    AbsentThen,
    AlreadyAnswered,
    DutyOverlaps,
    DutyStaffed,
    NotOfGroup,
    SeatTwice,
    WeekFull,
)
from pointsvc.plots.models import RosterEntry
from pointsvc.plots.people.substitutions import left_from
from pointsvc.plots.people.turns import candidates_of, wanted_of
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.roster import (
    Candidate,
    Reason,
    Roster,
    Stretch,
    Wanted,
    limit_of,
    propose_roster,
    reasons_for,
)

Answer = Literal["confirmed", "declined"]
LIMITS: Final[dict[str, type[Conflict]]] = {
    "absent": AbsentThen,
    "overlaps": DutyOverlaps,
    "week_full": WeekFull,
}


@dataclass(frozen=True, slots=True)
class Month:
    """A plot's month: its duties as they stand, what the rules see of them, and of whom."""

    duties: list[MonthDuty]
    wanted: dict[UUID, Wanted]
    people: dict[UUID, Candidate]

    def roster(self) -> Roster:
        """What would be proposed."""
        return propose_roster(list(self.wanted.values()), list(self.people.values()))


def look_at_month(
    *, community_id: UUID, scope: Scope, place_id: UUID, month: date, now: datetime
) -> Month:
    """The month as it stands; only duties that have not begun can be asked for. Nothing is written.

    Raises:
        NotFound: the plot. Forbidden: not the caller's.
    """
    plot = get_plot(community_id, place_id)
    if not may_run_at(scope, place_id):
        raise Forbidden
    community = get_community(community_id)
    duties = month_of(community_id, place_id, month)
    last = clock.add_months(month, 1) - timedelta(days=1)
    people = candidates_of(community, plot, month, last, now)
    left = left_from(community_id, [each.duty.shift_id for each in duties])
    return Month(
        duties,
        {
            each.duty.id: wanted_of(each, left[each.duty.shift_id], community)
            for each in duties
            if each.is_on and each.duty.starts_at > now
        },
        {person.id: person for person in people},
    )


def send_roster(
    *,
    community_id: UUID,
    scope: Scope,
    sent_by_id: UUID,
    place_id: UUID,
    month: date,
    asked: Sequence[tuple[UUID, UUID]],
    now: datetime,
) -> int:
    """Ask these people to these duties; each is told once. How many questions are new.

    Who comes, was asked or said no already is left alone: so it can be sent any number of times.

    Args:
        community_id: whose.
        scope: where the caller may run shifts.
        sent_by_id: the leader or clerk.
        place_id: the plot.
        month: its first day.
        asked: duty and member, as the rules proposed or a hand chose.
        now: asked then.

    Raises:
        NotFound: the plot, or a duty of another month. Forbidden. NotOfGroup. DutyStaffed.
        DutyOverlaps. WeekFull. SeatTwice. AbsentThen.
    """
    seen = look_at_month(
        community_id=community_id, scope=scope, place_id=place_id, month=month, now=now
    )
    proposed = {(each.duty_id, each.member_id) for each in seen.roster().proposals}
    new = _new_pairs(seen, asked)
    for duty, person in new:
        reasons = reasons_for(duty, person)
        if (duty.id, person.id) not in proposed:
            reasons = (*reasons, Reason("by_hand"))
        _ask(community_id, duty.id, person.id, reasons, sent_by_id, now)
    if new:
        detail = {"month": month.isoformat()[:7], "count": len(new)}
        _note(community_id, sent_by_id, "plots.roster_sent", place_id, now, detail)
    for member_id, count in Counter(person.id for _duty, person in new).items():
        _tell(community_id, member_id, "plots.roster_asked", place_id, now, count=count)
    return len(new)


def answer_entry(
    *,
    community_id: UUID,
    entry_id: UUID,
    answer: Answer,
    answered_by_id: UUID,
    is_at_desk: bool,
    now: datetime,
    scope: Scope | None = None,
) -> None:
    """Say yes, which signs up, or no, which costs nothing and shows the gap; twice is once.

    Oneself, at the clerk's desk for somebody who stands there, or by who runs the plot's shifts
    (`scope`) for somebody who said it to their face: that one is told what was written down.

    Raises:
        NotFound: no such question, or somebody else's. AlreadyAnswered. ShiftFull, ShiftCancelled,
        ShiftOver: the question stays open.
    """
    entry = get_entry(community_id, entry_id)
    is_spoken = entry.member_id != answered_by_id and not is_at_desk
    if is_spoken and not (scope is not None and may_run_at(scope, entry.place_id)):
        raise NotFound
    if not _decide(community_id, entry_id, answer, answered_by_id, now):
        if get_entry(community_id, entry_id).state != answer:
            raise AlreadyAnswered
        return
    duty = get_duty(community_id, entry.duty_id)
    if answer == "confirmed":
        sign_up(
            community_id=community_id,
            shift_id=duty.shift_id,
            member_id=entry.member_id,
            now=now,
        )
    if entry.proposed_by_id != answered_by_id:
        _tell_leader(community_id, entry, answer, now)
    _note(community_id, answered_by_id, f"plots.roster_{answer}", entry_id, now, {})
    if is_spoken:
        topic, day = f"plots.roster_spoken_{answer}", duty.due_on.isoformat()
        _tell(community_id, entry.member_id, topic, entry.place_id, now, day=day)


def confirm_all(*, community_id: UUID, member_id: UUID, now: datetime) -> tuple[int, int]:
    """Say yes to everything one was asked: how many it became, and for how many there was no seat."""
    asked = asked_of(community_id, member_id, now)
    with_room = [entry for entry, duty in asked if duty.missing_count]
    for entry in with_room:
        answer_entry(
            community_id=community_id,
            entry_id=entry.id,
            answer="confirmed",
            answered_by_id=member_id,
            is_at_desk=False,
            now=now,
        )
    return len(with_room), len(asked) - len(with_room)


def withdraw_entry(
    *, community_id: UUID, scope: Scope, withdrawn_by_id: UUID, entry_id: UUID, now: datetime
) -> EntryFacts:
    """Take a question back that was not answered; who was asked is told. Twice is once.

    Raises:
        NotFound. Forbidden. AlreadyAnswered: their yes is theirs, a no needs none.
    """
    entry = get_entry(community_id, entry_id)
    if not may_run_at(scope, entry.place_id):
        raise Forbidden
    if not _decide(community_id, entry_id, "withdrawn", withdrawn_by_id, now):
        if get_entry(community_id, entry_id).state != "withdrawn":
            raise AlreadyAnswered
        return entry
    _note(community_id, withdrawn_by_id, "plots.roster_withdrawn", entry_id, now, {})
    day = get_duty(community_id, entry.duty_id).due_on.isoformat()
    _tell(community_id, entry.member_id, "plots.roster_withdrawn", entry.place_id, now, day=day)
    return entry


def release_entries(
    *, community_id: UUID, duty_id: UUID, member_id: UUID, by_id: UUID, now: datetime
) -> None:
    """The yes of somebody who cannot come after all no longer stands."""
    db.session.execute(
        update(RosterEntry)
        .where(
            RosterEntry.community_id == community_id,
            RosterEntry.duty_id == duty_id,
            RosterEntry.member_id == member_id,
            RosterEntry.state == "confirmed",
        )
        .values(state="withdrawn", decided_at=now, decided_by_id=by_id)
    )


def refuse_limit(limit: str | None, day: date) -> None:
    """Raise what a limit means: AbsentThen, DutyOverlaps, WeekFull; nothing for none."""
    if limit is not None:
        raise LIMITS[limit](day=day.isoformat())


def _new_pairs(seen: Month, asked: Sequence[tuple[UUID, UUID]]) -> list[tuple[Wanted, Candidate]]:
    """The questions that are new and can be asked, checked one on top of the other."""
    new: list[tuple[Wanted, Candidate]] = []
    given: dict[UUID, list[Stretch]] = {}
    counts: Counter[UUID] = Counter()
    seats = Counter(asked)
    for duty_id, member_id in seats:
        duty, person = seen.wanted.get(duty_id), seen.people.get(member_id)
        if duty is None:
            raise NotFound
        if person is None:
            raise NotOfGroup
        if member_id in duty.known | duty.refused:
            continue
        if seats[duty_id, member_id] > 1:
            raise SeatTwice(day=duty.on.isoformat())
        if counts[duty_id] >= duty.count:
            raise DutyStaffed(day=duty.on.isoformat())
        refuse_limit("absent" if person.is_absent(duty.when) else None, duty.on)
        taken = [*person.taken, *given.setdefault(member_id, [])]
        refuse_limit(limit_of(duty.when, taken, person.week_minutes_max), duty.on)
        counts[duty_id] += 1
        given[member_id].append(duty.when)
        new.append((duty, person))
    return new


def _ask(
    community_id: UUID,
    duty_id: UUID,
    member_id: UUID,
    reasons: Sequence[Reason],
    by_id: UUID,
    now: datetime,
) -> None:
    """A yes from before a storm, or before they left, gives way to the new question."""
    release_entries(
        community_id=community_id, duty_id=duty_id, member_id=member_id, by_id=by_id, now=now
    )
    db.session.add(
        RosterEntry(
            community_id=community_id,
            id=new_id(),
            duty_id=duty_id,
            member_id=member_id,
            state="proposed",
            explanation=explained(reasons),
            proposed_by_id=by_id,
            proposed_at=now,
        )
    )
    db.session.flush()


def _decide(community_id: UUID, entry_id: UUID, state: str, by_id: UUID, now: datetime) -> bool:
    """Turn an open question into its answer; of two at once only one does."""
    decided: int = db.session.execute(
        update(RosterEntry)
        .where(
            RosterEntry.community_id == community_id,
            RosterEntry.id == entry_id,
            RosterEntry.state == "proposed",
        )
        .values(state=state, decided_at=now, decided_by_id=by_id)
    ).rowcount  # type: ignore[attr-defined]
    return decided == 1


def _tell_leader(community_id: UUID, entry: EntryFacts, answer: Answer, now: datetime) -> None:
    day = get_duty(community_id, entry.duty_id).due_on.isoformat()
    topic, who_id = f"plots.roster_{answer}", str(entry.member_id)
    _tell(community_id, entry.proposed_by_id, topic, entry.place_id, now, day=day, who_id=who_id)


def _note(
    community_id: UUID,
    by_id: UUID,
    action: str,
    subject_id: UUID,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=subject_id,
        now=now,
        detail=detail,
    )


def _tell(
    community_id: UUID,
    recipient_id: UUID,
    topic: str,
    place_id: UUID,
    now: datetime,
    **facts: Any,
) -> None:
    leave_message(
        community_id=community_id,
        recipient_id=recipient_id,
        topic=topic,
        payload={"place": get_place(community_id, place_id).name, **facts},
        now=now,
    )
