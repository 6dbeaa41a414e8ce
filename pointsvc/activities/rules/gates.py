"""Pure decisions about dangerous work: who may sign up for it, and what is missing.

Source: 《志愿服务条例》 art. 15 (tasks fit age and abilities), 16 (training before specialist tasks), 17
(accident insurance before dangerous ones).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pointsvc.members.rules import Cover, Validity, age_on

RISKS: Final = ("none", "mower", "ladder", "pesticide", "night")
DANGEROUS: Final = RISKS[1:]
# A kind of activity that is dangerous by itself; a form starts with it.
RISKS_OF_KINDS: Final = {"PATROL_NIGHT": "night"}
LackCode = Literal[
    "not_trained",
    "training_ran_out",
    "not_insured",
    "insurance_ended",
    "insurance_begins",
    "too_young",
    "too_old",
    "age_unknown",
]


@dataclass(frozen=True, slots=True)
class Demand:
    """What a class of risk demands beside a valid insurance; the training's topic is its own name."""

    risk: str
    age_min: int
    age_max: int


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing; `on` is the day that it turns on, `age` the bound that was passed."""

    code: LackCode
    on: date | None = None
    age: int | None = None


def decide_gate(demand: Demand, cover: Cover, since: date, until: date) -> list[Lack]:
    """What somebody lacks for dangerous work; nothing where they may.

    Args:
        demand: of the class of risk.
        cover: what is known of the person.
        since: the first day of the work in the community's zone.
        until: its last day: a night's work goes on after midnight, and so must the insurance.
    """
    trained = [each for topic, each in cover.trainings if topic == demand.risk]
    return [
        *_age_lack(demand, cover.born_on, since),
        *_training_lack(trained, since, until),
        *_insurance_lack(cover.insurances, since, until),
    ]


def risk_of_kind(activity_kind: str) -> str:
    """The risk that a kind of activity has by itself."""
    return RISKS_OF_KINDS.get(activity_kind, "none")


def _age_lack(demand: Demand, born_on: date | None, day: date) -> Iterator[Lack]:
    if born_on is None:
        yield Lack("age_unknown")
        return
    age = age_on(born_on, day)
    if age < demand.age_min:
        yield Lack("too_young", age=demand.age_min)
    if age > demand.age_max:
        yield Lack("too_old", age=demand.age_max)


def _training_lack(trained: Sequence[Validity], since: date, until: date) -> Iterator[Lack]:
    begun = [each for each in trained if each.starts_on <= since]
    if not begun:
        yield Lack("not_trained")
    elif not any(each.covers(since, until) for each in begun):
        yield Lack("training_ran_out", max(each.ends_on for each in begun if each.ends_on))


def _insurance_lack(insured: Sequence[Validity], since: date, until: date) -> Iterator[Lack]:
    """One policy for all of it, or several that follow each other without a gap."""
    day = since
    while day <= until:
        covering = [each for each in insured if each.covers(day, day)]
        if not covering:
            yield _without_policy(insured, day)
            return
        longest = max(each.ends_on or date.max for each in covering)
        if longest >= until:
            return
        day = date.fromordinal(longest.toordinal() + 1)


def _without_policy(insured: Sequence[Validity], day: date) -> Lack:
    begins = [each.starts_on for each in insured if each.starts_on > day]
    ended = [each.ends_on for each in insured if each.ends_on and each.ends_on < day]
    if begins:
        return Lack("insurance_begins", min(begins))
    return Lack("insurance_ended", max(ended)) if ended else Lack("not_insured")
