"""Making duties what calendars want, over sets: of one plot or of five hundred, in a few statements.

Call inside `transact`, but for `generations`, which only reads. Two at once meet at the unique key of
(plan, day of its rule): the later one is run again and finds what the first made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from pointsvc.activities.planned import (
    PlannedShift,
    change_all_planned,
    open_planned,
    withdraw_planned,
)
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.bulk import Row, update_rows
from pointsvc.kernel.filling import fill
from pointsvc.organisation.queries import grants_in, tended_places
from pointsvc.plots.calendar.calendars import find_plans, origins_of, standing_duties
from pointsvc.plots.calendar.holidays import holidays_between
from pointsvc.plots.calendar.moving import tell_asked
from pointsvc.plots.models import Duty
from pointsvc.plots.rules import CARE_KIND
from pointsvc.plots.rules.calendar import Generation, Slot, Standing, decide_generation
from pointsvc.plots.rules.duty_ids import ids_of

Pair = tuple[Standing, Slot]


@dataclass(frozen=True, slots=True)
class Generated:
    """What was done on one plot; `joined_count` are those that stand against the calendar."""

    place_id: UUID
    new_count: int
    changed_count: int
    withdrawn_count: int
    joined_count: int
    kept_count: int = 0

    def plus(self, other: Generated) -> Generated:
        """Both together, under the first one's name."""
        return Generated(
            self.place_id,
            self.new_count + other.new_count,
            self.changed_count + other.changed_count,
            self.withdrawn_count + other.withdrawn_count,
            self.joined_count + other.joined_count,
            self.kept_count + other.kept_count,
        )


def looked_at(place_id: UUID, one: Generation) -> Generated:
    """What would be done on a plot, in numbers."""
    return Generated(
        place_id,
        len(one.new),
        len(one.changed),
        len(one.withdrawn),
        len(one.joined),
        one.kept_count,
    )


def leading_at(community_id: UUID) -> dict[UUID, UUID]:
    """Who leads the group of each plot: of several the one who has led longest."""
    leads: dict[UUID, UUID] = {}
    for grant in grants_in(community_id, role="leader"):
        if grant.group_id is not None:
            leads.setdefault(grant.group_id, grant.member_id)
    tended = tended_places(community_id)
    return {place: leads[group] for place, group in tended.items() if group in leads}


def generations(
    community: CommunityFacts, place_ids: Sequence[UUID], until: date, now: datetime
) -> Iterator[tuple[UUID, Generation]]:
    """What each plot's calendar wants against what is there, from tomorrow on; read for all at once."""
    since = clock.local_day(now, community.zone) + timedelta(days=1)
    holidays = holidays_between(since - timedelta(days=1), until + timedelta(days=1))
    wanted: dict[UUID, list[Slot]] = {place_id: [] for place_id in place_ids}
    plans = find_plans(community.id, place_ids)
    origins = origins_of(plans)
    for plan in plans:
        slots = plan.slots(origins[plan.id], since, until, holidays, community.zone)
        wanted[plan.place_id] += [slot for slot in slots if slot.due_on >= since]
    standing: dict[UUID, list[Standing]] = {place_id: [] for place_id in place_ids}
    for duty in standing_duties(community.id, place_ids, since, until, origins):
        standing[duty.place_id].append(duty)
    for place_id in place_ids:
        yield place_id, decide_generation(wanted[place_id], standing[place_id])


def write_all(
    *,
    community: CommunityFacts,
    made: Sequence[tuple[UUID, Generation]],
    leaders: Mapping[UUID, UUID],
    made_by_id: UUID | None,
    now: datetime,
) -> list[Generated]:
    """Write what was decided for these plots; where nobody made it, the plot's leader is named."""
    withdrawn = [duty for _id, one in made for duty in one.withdrawn]
    pairs = [pair for _id, one in made for pair in one.changed]
    gone = _withdraw(community.id, withdrawn, now)
    changed = _change(community.id, pairs, now)
    moved = {
        duty.id for duty, slot in pairs if duty.id in changed and duty.starts_at != slot.starts_at
    }
    tell_asked(community_id=community.id, moved=moved, gone=gone, now=now)
    new = [slot for _id, one in made for slot in one.new]
    for by_id, slots in _by_maker(new, leaders, made_by_id).items():
        _open(community.id, slots, leaders, by_id, now)
    return [_done(place_id, one, gone, changed) for place_id, one in made]


def set_duties(community_id: UUID, duty_ids: Collection[UUID], values: dict[str, Any]) -> None:
    """Give these duties these values."""
    if duty_ids:
        db.session.execute(
            update(Duty)
            .where(Duty.community_id == community_id, Duty.id.in_(sorted(duty_ids)))
            .values(values)
        )


def _by_maker(
    slots: Sequence[Slot], leaders: Mapping[UUID, UUID], made_by_id: UUID | None
) -> dict[UUID, list[Slot]]:
    makers: dict[UUID, list[Slot]] = {}
    for slot in slots:
        makers.setdefault(made_by_id or leaders[slot.place_id], []).append(slot)
    return makers


def _withdraw(community_id: UUID, duties: Sequence[Standing], now: datetime) -> set[UUID]:
    """Take back what nobody joined meanwhile; the duties that it was."""
    shift_ids = [duty.shift_id for duty in duties]
    withdrawn = withdraw_planned(community_id=community_id, shift_ids=shift_ids, now=now)
    gone = {duty.id for duty in duties if duty.shift_id in withdrawn}
    set_duties(community_id, gone, {"state": "withdrawn"})
    return gone


def _change(community_id: UUID, pairs: Sequence[Pair], now: datetime) -> set[UUID]:
    """Other times or more people, or wanted again after all; the duties that nobody joined meanwhile."""
    done = change_all_planned(
        community_id=community_id,
        shifts={duty.shift_id: _planned(duty.shift_id, slot) for duty, slot in pairs},
        now=now,
    )
    rows: list[Row] = [
        {
            "community_id": community_id,
            "id": duty.id,
            "state": "planned",
            "due_on": slot.due_on,
            "plan_id": slot.plan_id,
        }
        for duty, slot in pairs
        if duty.shift_id in done
    ]
    update_rows(Duty, rows)
    return {row["id"] for row in rows}


def _open(
    community_id: UUID,
    slots: Sequence[Slot],
    leaders: Mapping[UUID, UUID],
    opened_by_id: UUID,
    now: datetime,
) -> None:
    ids = [ids_of(community_id, slot.origin_id, slot.rule_on) for slot in slots]
    open_planned(
        community_id=community_id,
        shifts=[
            _planned(shift_id, slot, leaders)
            for (_id, shift_id), slot in zip(ids, slots, strict=True)
        ],
        opened_by_id=opened_by_id,
        now=now,
    )
    if not slots:
        return
    fill(
        Duty,
        {
            "id": [duty_id for duty_id, _shift_id in ids],
            "shift_id": [shift_id for _duty_id, shift_id in ids],
            "plan_id": [slot.plan_id for slot in slots],
            "place_id": [slot.place_id for slot in slots],
            "rule_on": [slot.rule_on for slot in slots],
            "due_on": [slot.due_on for slot in slots],
        },
        {"community_id": community_id, "state": "planned", "is_moved": False, "note": None},
    )


def _planned(
    shift_id: UUID, slot: Slot, leaders: Mapping[UUID, UUID] | None = None
) -> PlannedShift:
    return PlannedShift(
        id=shift_id,
        activity_kind=CARE_KIND,
        place_id=slot.place_id,
        led_by_id=leaders[slot.place_id] if leaders else None,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        capacity=slot.people_count,
        risk=slot.risk,
    )


def _done(place_id: UUID, one: Generation, gone: set[UUID], changed: set[UUID]) -> Generated:
    """What became of one plot; what somebody joined a moment ago stands as well."""
    missed = [duty.id for duty in one.withdrawn if duty.id not in gone]
    missed += [duty.id for duty, _slot in one.changed if duty.id not in changed]
    return Generated(
        place_id=place_id,
        new_count=len(one.new),
        changed_count=sum(duty.id in changed for duty, _slot in one.changed),
        withdrawn_count=sum(duty.id in gone for duty in one.withdrawn),
        joined_count=len(one.joined) + len(missed),
        kept_count=one.kept_count,
    )
