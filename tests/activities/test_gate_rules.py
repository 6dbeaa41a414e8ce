"""Who may do dangerous work, as a table: age, training, insurance on every day of it."""

from __future__ import annotations

from datetime import date

import pytest

from pointsvc.activities.rules.gates import Demand, Lack, decide_gate, risk_of_kind
from pointsvc.members.rules import Cover, Validity

DAY, NEXT = date(2026, 6, 1), date(2026, 6, 2)
MOWER = Demand("mower", 18, 65)
BORN = date(1970, 5, 5)
ALWAYS = Validity(date(2026, 1, 1), None)


def until(day: date, since: date = date(2026, 1, 1)) -> Validity:
    return Validity(since, day)


def lacks(
    *,
    born_on: date | None = BORN,
    trained: tuple[tuple[str, Validity], ...] = (("mower", ALWAYS),),
    insured: tuple[Validity, ...] = (until(date(2026, 12, 31)),),
    last: date = DAY,
) -> list[Lack]:
    return decide_gate(MOWER, Cover(born_on, trained, insured), DAY, last)


def test_whoever_has_everything_lacks_nothing() -> None:
    assert lacks() == []


@pytest.mark.parametrize(
    ("born_on", "lack"),
    [
        (None, Lack("age_unknown")),
        (date(2008, 6, 2), Lack("too_young", age=18)),
        (date(2008, 6, 1), None),
        (date(1960, 6, 2), None),
        (date(1960, 6, 1), Lack("too_old", age=65)),
    ],
)
def test_the_age_is_that_of_the_day(born_on: date | None, lack: Lack | None) -> None:
    assert lacks(born_on=born_on) == ([lack] if lack else [])


@pytest.mark.parametrize(
    ("trained", "lack"),
    [
        ((), Lack("not_trained")),
        ((("ladder", ALWAYS),), Lack("not_trained")),
        ((("mower", Validity(NEXT, None)),), Lack("not_trained")),
        ((("mower", until(date(2026, 5, 31))),), Lack("training_ran_out", date(2026, 5, 31))),
        ((("mower", until(date(2026, 5, 31))), ("mower", ALWAYS)), None),
        ((("mower", until(DAY)),), None),
    ],
)
def test_the_training_is_of_that_work_and_holds(
    trained: tuple[tuple[str, Validity], ...], lack: Lack | None
) -> None:
    assert lacks(trained=trained) == ([lack] if lack else [])


@pytest.mark.parametrize(
    ("insured", "lack"),
    [
        ((), Lack("not_insured")),
        ((until(date(2026, 5, 31)),), Lack("insurance_ended", date(2026, 5, 31))),
        ((until(date(2027, 1, 1), NEXT),), Lack("insurance_begins", NEXT)),
        ((until(DAY),), None),
    ],
)
def test_the_policy_holds_on_the_day(insured: tuple[Validity, ...], lack: Lack | None) -> None:
    assert lacks(insured=insured) == ([lack] if lack else [])


def test_a_night_s_work_is_insured_after_midnight_too() -> None:
    assert lacks(insured=(until(DAY),), last=NEXT) == [Lack("insurance_ended", DAY)]
    assert lacks(insured=(until(DAY), until(NEXT, NEXT)), last=NEXT) == []


def test_the_night_patrol_is_dangerous_by_itself() -> None:
    assert (risk_of_kind("PATROL_NIGHT"), risk_of_kind("PLOT_CARE")) == ("night", "none")
