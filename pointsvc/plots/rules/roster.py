"""A month's roster as a pure decision: facts in, proposals and gaps out, the same for the same facts.

Fair means: what nobody likes goes to whom had it longest ago, all else to whom has done least of late,
and nobody is asked against their wishes, their age or their hours a week. Everything proposed is a
question with a reason (《志愿服务条例》 art. 25), and what nobody can do stays a gap with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal
from uuid import UUID

from pointsvc.activities.rules.gates import Demand, decide_gate
from pointsvc.members.rules import Cover

NO_COVER: Final = Cover()
# Bent backs, blisters and dust: what people put off when they may choose. Their office may see it
# otherwise; a care that is named here goes round by turns instead of by hours.
UNPOPULAR: Final = frozenset({"weed", "hedge", "leaves", "wrap"})
# Machines, ladders, hoses and sacks. Service fits the age and the body of who serves (条例 art. 15).
HEAVY: Final = frozenset({"mow", "hedge", "prune", "wrap", "green_up_water", "winter_water"})
HEAVY_AGE_MAX: Final = 69
PARTS: Final = ("morning", "afternoon", "evening")
NOON, EVENING = 12 * 60, 17 * 60
WEEKDAYS_ALL: Final = frozenset(range(7))
Part = Literal["morning", "afternoon", "evening"]
# In the order in which a gap is explained by them.
HINDRANCES: Final = (
    "said_no",
    "too_heavy",
    "uncovered",
    "avoids",
    "away",
    "overlaps",
    "week_full",
)
HARD: Final = ("overlaps", "week_full")  # what no leader's hand gets round


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time in which somebody is taken; `week` is the Monday of its week."""

    starts_at: datetime
    ends_at: datetime
    week: date

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A duty that is short of `count` people.

    `known` are those who come or were asked, `refused` those who said no. `on` and `at_minute` are the
    day and the time of day on the community's clocks; `demand` is what dangerous work asks of people.
    """

    id: UUID
    care: str
    risk: str
    on: date
    at_minute: int
    when: Stretch
    count: int
    known: frozenset[UUID] = frozenset()
    refused: frozenset[UUID] = frozenset()
    demand: Demand | None = None

    @property
    def part(self) -> Part:
        """Morning until noon, afternoon until five, evening."""
        if self.at_minute < NOON:
            return "morning"
        return "afternoon" if self.at_minute < EVENING else "evening"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked: their wishes, what they did of late, when they are taken.

    `load_minutes` is what they did in the last months and are down for already; `last_done` the last
    day of each care; `absent` when they said that they cannot come, on whatever plot. Who neither took
    the plot on nor agreed to stand in only belongs to its group.
    """

    id: UUID
    is_substitute: bool
    week_minutes_max: int
    load_minutes: int = 0
    weekdays: frozenset[int] = WEEKDAYS_ALL
    parts: frozenset[str] = frozenset(PARTS)
    avoids: frozenset[str] = frozenset()
    is_light_only: bool = False
    age: int | None = None
    cover: Cover = NO_COVER
    last_done: Mapping[str, date] = field(default_factory=dict)
    taken: tuple[Stretch, ...] = ()
    absent: tuple[Stretch, ...] = ()
    is_tender: bool = True

    def is_absent(self, when: Stretch) -> bool:
        """Whether they said, of whatever plot, that they cannot come at that time."""
        return any(meets(when, each) for each in self.absent)

    @property
    def turn(self) -> int:
        """Who is asked before whom: who took the plot on, who stands in, whoever belongs to the group."""
        if self.is_substitute:
            return 1
        return 0 if self.is_tender else 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody was proposed: a code, and a day, a weekday or minutes."""

    code: str
    value: str | int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Ask this person to this duty, for these reasons."""

    duty_id: UUID
    member_id: UUID
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """So many people are missing, and mostly for this reason."""

    duty_id: UUID
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What is proposed, by day; what stays open."""

    proposals: tuple[Proposal, ...]
    gaps: tuple[Gap, ...]


def hindrance_of(duty: Wanted, person: Candidate, given: Iterable[Stretch] = ()) -> str | None:
    """Why the person cannot or would not come to the duty; None where nothing speaks against it.

    `given` is what they are asked to beside what takes them already.
    """
    if person.id in duty.refused or person.id in duty.known:
        return "said_no"
    if duty.care in HEAVY and (person.is_light_only or (person.age or 0) > HEAVY_AGE_MAX):
        return "too_heavy"
    if duty.demand and decide_gate(duty.demand, person.cover, duty.on, duty.on):
        return "uncovered"
    if duty.care in person.avoids:
        return "avoids"
    is_free = duty.on.weekday() in person.weekdays and duty.part in person.parts
    if not is_free or person.is_absent(duty.when):
        return "away"
    return limit_of(duty.when, [*person.taken, *given], person.week_minutes_max)


def meets(one: Stretch, other: Stretch) -> bool:
    """Whether the two have any time in common."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def limit_of(when: Stretch, taken: Collection[Stretch], week_minutes_max: int) -> str | None:
    """`overlaps` or `week_full` where more cannot be: two things at once, too many hours a week."""
    if any(meets(when, each) for each in taken):
        return "overlaps"
    of_week = sum(each.minutes for each in taken if each.week == when.week)
    return "week_full" if of_week + when.minutes > week_minutes_max else None


def propose_roster(duties: Sequence[Wanted], people: Sequence[Candidate]) -> Roster:
    """Who might come to what; the order of the facts does not matter.

    The duties that fewest can do come first. Then whatever is open is tried again with somebody
    stepping back from one other duty, and at last hours are evened out, one duty at a time, as long
    as that brings two people closer.
    """
    plan = _Plan(people)
    for duty in sorted(duties, key=plan.hardness):
        for _seat in range(duty.count):
            plan.give(duty)
    plan.fill(sorted(duties, key=plan.hardness))
    plan.level()
    by_day = sorted(duties, key=lambda duty: (duty.when.starts_at, duty.id))
    return Roster(
        tuple(plan.proposal(duty, person) for duty in by_day for person in plan.of(duty)),
        tuple(gap for duty in by_day if (gap := plan.gap(duty))),
    )


def order_of(duty: Wanted, person: Candidate, given: Collection[Wanted] = ()) -> tuple[object, ...]:
    """Who is asked first: tenders, then by turns (what nobody likes) or by hours, then by the day."""
    last = max(
        (each.on for each in given if each.care == duty.care),
        default=person.last_done.get(duty.care, date.min),
    )
    load = person.load_minutes + sum(each.when.minutes for each in given)
    fair = (last, load) if duty.care in UNPOPULAR else (load, last)
    return (person.turn, *fair, person.id)


def reasons_for(duty: Wanted, person: Candidate) -> tuple[Reason, ...]:
    """Why it is this person's turn, as a leader would say it."""
    last = person.last_done.get(duty.care)
    reasons = [Reason("last_done", last.isoformat()) if last else Reason("never_done")]
    if person.weekdays != WEEKDAYS_ALL:
        reasons.append(Reason("free_on", duty.on.weekday()))
    elif person.parts != frozenset(PARTS):
        reasons.append(Reason("free_part", duty.part))
    reasons.append(Reason("load", person.load_minutes))
    reasons.extend(Reason(code) for code in _PARTS_IN_WORDS[person.turn])
    return tuple(reasons)


_PARTS_IN_WORDS: Final = ((), ("stands_in",), ("of_group",))


class _Plan:
    """Who was given what so far."""

    def __init__(self, people: Iterable[Candidate]) -> None:
        self._people = sorted(people, key=lambda person: person.id)
        self._given: dict[UUID, list[Wanted]] = {person.id: [] for person in self._people}

    def hardness(self, duty: Wanted) -> tuple[int, datetime, UUID]:
        """Fewest who can come, for each who is wanted, first."""
        able = sum(hindrance_of(duty, person) is None for person in self._people)
        return (able - duty.count, duty.when.starts_at, duty.id)

    def give(self, duty: Wanted) -> bool:
        """Let the next whose turn it is do it; whether anybody can."""
        able = [person for person in self._people if self._can(person, duty)]
        if not able:
            return False
        first = min(able, key=lambda person: order_of(duty, person, self._given[person.id]))
        self._given[first.id].append(duty)
        return True

    def fill(self, duties: Iterable[Wanted]) -> None:
        """Close what stayed open where somebody else can step in for one other duty."""
        for duty in duties:
            while len(self.of(duty)) < duty.count and (self.give(duty) or self._step_back(duty)):
                pass

    def level(self) -> None:
        """Hand duties on, one at a time, while that brings two people of a kind closer in hours."""
        while (move := next(self._moves(), None)) is not None:
            duty, giver, taker = move
            self._given[giver.id].remove(duty)
            self._given[taker.id].append(duty)

    def of(self, duty: Wanted) -> list[Candidate]:
        """Who was given the duty."""
        return [person for person in self._people if duty in self._given[person.id]]

    def proposal(self, duty: Wanted, person: Candidate) -> Proposal:
        """The question, with its reasons."""
        return Proposal(duty.id, person.id, reasons_for(duty, person))

    def gap(self, duty: Wanted) -> Gap | None:
        """What is missing and what most people were hindered by."""
        missing = duty.count - len(self.of(duty))
        if missing <= 0:
            return None
        found = Counter(
            hindrance
            for person in self._people
            if person.id not in duty.known
            and (hindrance := hindrance_of(duty, person, self._when(person, duty)))
        )
        reason = max(HINDRANCES, key=lambda each: (found[each], -HINDRANCES.index(each)))
        return Gap(duty.id, missing, reason if found else "nobody")

    def _when(self, person: Candidate, but: Wanted | None = None) -> list[Stretch]:
        return [each.when for each in self._given[person.id] if each is not but]

    def _can(self, person: Candidate, duty: Wanted, but: Wanted | None = None) -> bool:
        if duty in self._given[person.id]:
            return False
        return hindrance_of(duty, person, self._when(person, but)) is None

    def _step_back(self, duty: Wanted) -> bool:
        for person in self._people:
            for other in list(self._given[person.id]):
                if not self._can(person, duty, but=other):
                    continue
                self._given[person.id].remove(other)
                self._given[person.id].append(duty)
                if self._give_to_another(other, person):
                    return True
                self._given[person.id].remove(duty)
                self._given[person.id].append(other)
        return False

    def _give_to_another(self, duty: Wanted, than: Candidate) -> bool:
        able = [each for each in self._people if each is not than and self._can(each, duty)]
        if able:
            first = min(able, key=lambda each: order_of(duty, each, self._given[each.id]))
            self._given[first.id].append(duty)
        return bool(able)

    def _load(self, person: Candidate) -> int:
        return person.load_minutes + sum(each.minutes for each in self._when(person))

    def _moves(self) -> Iterator[tuple[Wanted, Candidate, Candidate]]:
        by_load = sorted(self._people, key=self._load)
        for taker in by_load:
            for giver in reversed(by_load):
                if giver.turn != taker.turn:
                    continue
                for duty in self._given[giver.id]:
                    is_closer = self._load(giver) - self._load(taker) > duty.when.minutes
                    if duty.care not in UNPOPULAR and is_closer and self._can(taker, duty):
                        yield duty, giver, taker


def week_of(on: date) -> date:
    """The Monday of a day's week."""
    return on - timedelta(days=on.weekday())


def are_apart(stretches: Iterable[Stretch]) -> bool:
    """Whether none of these meets another."""
    ordered = sorted(stretches, key=lambda each: each.starts_at)
    return all(one.ends_at <= other.starts_at for one, other in pairwise(ordered))
