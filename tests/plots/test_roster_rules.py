"""A month's roster: fair, within everybody's limits, the same for the same facts, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from pointsvc.activities.rules.gates import Demand
from pointsvc.members.rules import Cover, Validity
from pointsvc.plots.rules.cares import CARES
from pointsvc.plots.rules.roster import (
    PARTS,
    UNPOPULAR,
    Candidate,
    Reason,
    Roster,
    Stretch,
    Wanted,
    are_apart,
    hindrance_of,
    propose_roster,
    week_of,
)

FIRST = date(2026, 12, 1)  # a Tuesday


def duty(n: int, care: str = "litter", *, at: int = 510, minutes: int = 60, **more: Any) -> Wanted:
    """A duty `n` days into December for one, unless told else."""
    on = FIRST + timedelta(days=n)
    begins = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(minutes=at)
    when = Stretch(begins, begins + timedelta(minutes=minutes), week_of(on))
    values: dict[str, Any] = {"risk": "none", "count": 1} | more
    return Wanted(UUID(int=n * 10_000 + at), care, on=on, at_minute=at, when=when, **values)


def person(n: int, **more: Any) -> Candidate:
    """Somebody who can always come for six hours a week, unless told else."""
    values: dict[str, Any] = {"is_substitute": False, "week_minutes_max": 360} | more
    return Candidate(UUID(int=n), **values)


DUTIES = st.lists(
    st.builds(
        duty,
        st.integers(0, 13),
        st.sampled_from(CARES),
        at=st.sampled_from([480, 510, 840, 1110]),
        minutes=st.sampled_from([30, 60, 120]),
        count=st.integers(1, 3),
    ),
    max_size=10,
    unique_by=lambda each: each.id,
)
PERSON = st.builds(
    person,
    st.integers(1, 10**6),
    is_substitute=st.booleans(),
    week_minutes_max=st.sampled_from([60, 120, 360]),
    load_minutes=st.integers(0, 30).map(lambda n: n * 30),
    weekdays=st.frozensets(st.integers(0, 6), min_size=2),
    parts=st.frozensets(st.sampled_from(PARTS), min_size=1),
    avoids=st.frozensets(st.sampled_from(CARES), max_size=2),
    is_light_only=st.booleans(),
    age=st.sampled_from([None, 16, 45, 75]),
)
PEOPLE = st.lists(PERSON, max_size=6, unique_by=lambda each: each.id)


def given_to(roster: Roster, duties: Sequence[Wanted], who: Candidate) -> list[Wanted]:
    """What the roster asks somebody to."""
    by_id = {each.id: each for each in duties}
    return [by_id[p.duty_id] for p in roster.proposals if p.member_id == who.id]


@given(DUTIES, PEOPLE)
@settings(max_examples=60)
def test_nobody_is_asked_against_their_limits(
    duties: list[Wanted], people: list[Candidate]
) -> None:
    roster = propose_roster(duties, people)
    for who in people:
        theirs = given_to(roster, duties, who)
        assert are_apart(each.when for each in theirs)
        for each in theirs:
            others = [other.when for other in theirs if other is not each]
            assert hindrance_of(each, who, others) is None


@given(DUTIES, PEOPLE, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_same_facts_make_the_same_roster_in_any_order(
    duties: list[Wanted], people: list[Candidate], chance: Any
) -> None:
    roster = propose_roster(duties, people)
    chance.shuffle(duties)
    chance.shuffle(people)
    assert propose_roster(duties, people) == roster


@given(DUTIES, PEOPLE)
@settings(max_examples=60)
def test_every_seat_is_a_name_or_a_gap_with_a_reason(
    duties: list[Wanted], people: list[Candidate]
) -> None:
    roster = propose_roster(duties, people)
    gaps = {gap.duty_id: gap for gap in roster.gaps}
    for each in duties:
        names = [p for p in roster.proposals if p.duty_id == each.id]
        assert len(names) + (gaps[each.id].count if each.id in gaps else 0) == each.count
    assert all(gap.reason for gap in roster.gaps)


@given(DUTIES, PEOPLE)
@settings(max_examples=60)
def test_no_gap_is_left_that_somebody_could_fill(
    duties: list[Wanted], people: list[Candidate]
) -> None:
    roster = propose_roster(duties, people)
    gaps = {gap.duty_id for gap in roster.gaps}
    for each in (each for each in duties if each.id in gaps):
        for who in people:
            theirs = given_to(roster, duties, who)
            stretches = [other.when for other in theirs]
            assert each in theirs or hindrance_of(each, who, stretches) is not None


@given(DUTIES, PEOPLE)
@settings(max_examples=60)
def test_no_duty_handed_on_would_bring_two_people_closer_in_hours(
    duties: list[Wanted], people: list[Candidate]
) -> None:
    roster = propose_roster(duties, people)
    theirs = {who.id: given_to(roster, duties, who) for who in people}
    load = {w.id: w.load_minutes + sum(d.when.minutes for d in theirs[w.id]) for w in people}
    for giver in people:
        for each in (d for d in theirs[giver.id] if d.care not in UNPOPULAR):
            for taker in (w for w in people if w.is_substitute == giver.is_substitute):
                stretches = [d.when for d in theirs[taker.id]]
                free = each not in theirs[taker.id] and not hindrance_of(each, taker, stretches)
                assert not free or load[giver.id] - load[taker.id] <= each.when.minutes


def first_asked(each: Wanted, *people: Candidate) -> Candidate:
    """Whom the roster asks to one duty."""
    [proposal] = propose_roster([each], people).proposals
    return next(who for who in people if who.id == proposal.member_id)


def test_what_nobody_likes_goes_to_whom_had_it_longest_ago() -> None:
    lately = person(1, last_done={"weed": date(2026, 10, 3)})
    long_ago = person(2, last_done={"weed": date(2026, 5, 3)}, load_minutes=600)
    assert first_asked(duty(1, "weed"), lately, long_ago) == long_ago
    assert first_asked(duty(1, "litter"), lately, long_ago) == lately, "all else goes by hours"


def test_who_took_the_plot_on_is_asked_before_who_stands_in() -> None:
    tender, stand_in = person(2, load_minutes=900), person(1, is_substitute=True)
    assert first_asked(duty(1), tender, stand_in) == tender
    assert first_asked(duty(1, refused=frozenset({tender.id})), tender, stand_in) == stand_in


@pytest.mark.parametrize(
    ("more", "hindrance"),
    [
        ({"is_light_only": True}, "too_heavy"),
        ({"age": 70}, "too_heavy"),
        ({"age": 69}, None),
        ({"age": None}, None),
        ({"avoids": frozenset({"mow"})}, "avoids"),
        ({"weekdays": frozenset({1})}, "away"),
        ({"parts": frozenset({"evening"})}, "away"),
        ({"week_minutes_max": 119}, "week_full"),
        ({"taken": (duty(1, at=570).when,)}, "overlaps"),
        ({"taken": (duty(1, at=630).when,)}, None),
    ],
)
def test_limits_and_wishes_hold_each_by_itself(more: dict[str, Any], hindrance: str | None) -> None:
    mowing = duty(1, "mow", minutes=120, risk="mower")
    assert hindrance_of(mowing, person(1, **more)) == hindrance
    gaps = propose_roster([mowing], [person(1, **more)]).gaps
    assert [gap.reason for gap in gaps] == ([hindrance] if hindrance else [])


def test_who_only_belongs_to_the_group_is_asked_last() -> None:
    stand_in = person(2, is_substitute=True, load_minutes=900)
    of_group = person(1, is_tender=False)
    assert first_asked(duty(1), of_group, stand_in) == stand_in
    asked = propose_roster([duty(1)], [of_group]).proposals[0]
    assert asked.reasons[-1].code == "of_group"


def test_dangerous_work_goes_to_who_is_trained_and_insured() -> None:
    """条例 art. 15-17."""
    always = Validity(date(2026, 1, 1), None)
    cover = Cover(date(1970, 1, 1), (("mower", always),), (always,))
    mowing = duty(1, "mow", minutes=120, risk="mower", demand=Demand("mower", 18, 65))
    [fit, unfit] = [person(1, cover=cover), person(2, cover=replace(cover, insurances=()))]
    assert (hindrance_of(mowing, fit), hindrance_of(mowing, unfit)) == (None, "uncovered")


def test_a_plot_without_people_has_a_gap_that_says_so() -> None:
    assert propose_roster([duty(1, count=3)], []).gaps[0].reason == "nobody"


def test_somebody_steps_back_from_one_duty_so_that_both_are_done() -> None:
    """Only the first can mow; without stepping back they would be down for the litter."""
    able, other = person(1), person(2, is_light_only=True, load_minutes=900)
    mowing, litter = duty(1, "mow", at=480), duty(1, "litter", at=510)
    roster = propose_roster([litter, mowing], [able, other])
    assert {(p.duty_id, p.member_id) for p in roster.proposals} == {
        (mowing.id, able.id),
        (litter.id, other.id),
    }


def test_every_proposal_says_why() -> None:
    weeded = {"weed": date(2026, 5, 3)}
    tuesdays = person(1, last_done=weeded, weekdays=frozenset({1}), load_minutes=240)
    [proposal] = propose_roster([duty(0, "weed")], [tuesdays]).proposals
    assert proposal.reasons == (
        Reason("last_done", "2026-05-03"),
        Reason("free_on", 1),
        Reason("load", 240),
    )
    stands_in = replace(tuesdays, is_substitute=True)
    assert (
        propose_roster([duty(0, "weed")], [stands_in]).proposals[0].reasons[-1].code == "stands_in"
    )
