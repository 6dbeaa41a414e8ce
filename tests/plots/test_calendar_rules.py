"""From rules to days: seasons, holidays, month ends, leap days; what a generation changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from pointsvc.plots.rules import care_state
from pointsvc.plots.rules.calendar import (
    Holidays,
    Slot,
    Standing,
    Timing,
    care_days,
    decide_generation,
    fault_of_rule,
    is_in_season,
    season_began,
    span_of,
)
from pointsvc.plots.rules.cares import YEAR

SATURDAYS = Timing("FREQ=WEEKLY;BYDAY=SA", 101, 1231, date(2026, 1, 1), None, True)
# Golden week and the Spring Festival of 2026, with their weekend days of work.
REST = frozenset(date(2026, 10, 1) + timedelta(days=n) for n in range(7))
WORK = frozenset({date(2026, 9, 20), date(2026, 10, 10), date(2026, 2, 14), date(2026, 2, 28)})
HOLIDAYS = Holidays(REST | {date(2026, 2, 15)}, WORK)


def done(timing: Timing, since: date, until: date) -> list[str]:
    """The days on which it is done, as text."""
    return [on.isoformat() for _rule, on in care_days(timing, since, until, HOLIDAYS)]


def test_a_day_of_rest_is_left_out_and_a_day_of_work_moves() -> None:
    """3 October lies in the golden week; 10 October is at work, so Sunday the 11th takes its place."""
    found = done(SATURDAYS, date(2026, 9, 20), date(2026, 10, 18))
    assert found == ["2026-09-26", "2026-10-11", "2026-10-17"]


def test_where_the_other_day_is_no_use_it_stays() -> None:
    """14 February 2026 is at work and the Sunday after it at rest."""
    assert done(SATURDAYS, date(2026, 2, 9), date(2026, 2, 16)) == ["2026-02-14"]


def test_what_does_not_follow_the_holidays_goes_on() -> None:
    water = replace(SATURDAYS, follows_holidays=False)
    assert "2026-10-03" in done(water, date(2026, 10, 1), date(2026, 10, 4))


def test_the_day_of_the_rule_stays_the_same_when_holidays_change() -> None:
    before = care_days(SATURDAYS, date(2026, 10, 5), date(2026, 10, 12), Holidays())
    after = care_days(SATURDAYS, date(2026, 10, 5), date(2026, 10, 12), HOLIDAYS)
    assert [rule for rule, _on in before] == [rule for rule, _on in after] == [date(2026, 10, 10)]


@pytest.mark.parametrize(
    ("rrule", "expected"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2028-01-31", "2028-03-31"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29"]),
        ("FREQ=MONTHLY;BYDAY=-1SA", ["2028-01-29", "2028-02-26", "2028-03-25"]),
    ],
)
def test_month_ends_and_leap_days_are_right(rrule: str, expected: list[str]) -> None:
    timing = replace(SATURDAYS, rrule=rrule, follows_holidays=False)
    assert done(timing, date(2028, 1, 1), date(2028, 3, 31)) == expected


def test_every_third_week_counts_from_the_first_one() -> None:
    thirds = replace(SATURDAYS, rrule="FREQ=WEEKLY;INTERVAL=3;BYDAY=SA", starts_on=date(2026, 5, 2))
    whole = done(thirds, date(2026, 5, 1), date(2026, 8, 1))
    assert done(thirds, date(2026, 6, 1), date(2026, 8, 1)) == [d for d in whole if d >= "2026-06"]


@pytest.mark.parametrize(
    ("day", "is_in"),
    [((2026, 11, 15), True), ((2027, 2, 1), True), ((2026, 3, 1), False), ((2028, 2, 29), True)],
)
def test_a_season_may_go_over_the_new_year(day: tuple[int, int, int], is_in: bool) -> None:
    assert is_in_season(date(*day), 1115, 229) == is_in


def test_a_season_began_last_year_or_on_the_day_after_no_leap_day() -> None:
    assert season_began(date(2027, 1, 5), 1115, 228) == date(2026, 11, 15)
    assert season_began(date(2027, 3, 5), 229, 1015) == date(2027, 3, 1)
    assert season_began(date(2028, 3, 5), 229, 1015) == date(2028, 2, 29)
    assert season_began(date(2027, 6, 1), 1115, 228) is None


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    """New York changes its clocks on 8 March 2026; half past eight stays half past eight."""
    starts = [span_of(date(2026, 3, day), 510, 60, "America/New_York")[0] for day in (7, 8)]
    assert [start.hour for start in starts] == [13, 12]
    assert span_of(date(2026, 3, 8), 510, 60, "Asia/Shanghai")[0].hour == 0


@pytest.mark.parametrize(
    ("rrule", "fault"),
    [
        ("FREQ=WEEKLY;BYDAY=SA", None),
        ("FREQ=HOURLY", "too_fine"),
        ("FREQ=WEEKLY;COUNT=3", "unreadable"),
        ("FREQ=WEEKLY;BYDAY=XX", "unreadable"),
        ("every saturday", "unreadable"),
        ("", "unreadable"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never"),
    ],
)
def test_a_rule_that_gives_nothing_is_told(rrule: str, fault: str | None) -> None:
    assert fault_of_rule(rrule) == fault


def test_the_draft_of_the_year_keeps_to_the_frequencies_of_the_source() -> None:
    """Apr 15 to Oct 15: mow 12–16 times, weed 6–8, water 25–35, hedge 3–4, feed 2; litter weekly."""
    times: dict[str, int] = {}
    for draft in YEAR:
        timing = Timing(draft.rrule, *draft.season, date(2027, 1, 1), None, True)
        days = care_days(timing, date(2027, 1, 1), date(2027, 12, 31), Holidays())
        times[draft.care] = times.get(draft.care, 0) + len(days)
        assert fault_of_rule(draft.rrule) is None
    assert 12 <= times["mow"] <= 16
    assert 6 <= times["weed"] <= 8
    assert 25 <= times["water"] <= 36
    assert (times["hedge"], times["feed"], times["litter"]) == (3, 2, 52)


PLAN = UUID(int=1)
MOMENT = datetime(2026, 12, 5, 0, 30, tzinfo=UTC)


def slot(n: int, *, people: int = 2) -> Slot:
    """What a plan wants on its n-th day."""
    on, at = date(2026, 12, 5) + timedelta(days=n), MOMENT + timedelta(days=n)
    return Slot(PLAN, PLAN, UUID(int=2), on, on, at, at + timedelta(hours=1), people)


def standing(
    of: Slot, *, joined: bool = False, moved: bool = False, state: str = "planned"
) -> Standing:
    """A duty as the slot wanted it."""
    return Standing(
        uuid4(),
        uuid4(),
        of.plan_id,
        of.origin_id,
        of.place_id,
        of.rule_on,
        of.due_on,
        of.starts_at,
        of.ends_at,
        of.people_count,
        state,
        is_joined=joined,
        is_moved=moved,
    )


def test_what_is_wanted_and_there_is_kept() -> None:
    made = decide_generation([slot(0), slot(1)], [standing(slot(0))])
    assert (made.new, made.kept_count, made.is_nothing) == ([slot(1)], 1, False)
    assert decide_generation([slot(0)], [standing(slot(0))]).is_nothing


def test_what_nobody_joined_follows_the_calendar() -> None:
    made = decide_generation([slot(0, people=4)], [standing(slot(0)), standing(slot(1))])
    assert [wanted.people_count for _duty, wanted in made.changed] == [4]
    assert [duty.rule_on for duty in made.withdrawn] == [slot(1).rule_on]


def test_what_was_withdrawn_comes_back_and_stays_away_only_once() -> None:
    gone = standing(slot(0), state="withdrawn")
    assert decide_generation([slot(0)], [gone]).changed == [(gone, slot(0))]
    assert decide_generation([], [gone]).is_nothing


@given(
    wanted=st.sets(st.integers(0, 12)),
    there=st.dictionaries(
        st.integers(0, 12),
        st.tuples(st.booleans(), st.booleans(), st.sampled_from(["planned", "held", "withdrawn"])),
    ),
    people=st.integers(1, 3),
)
def test_whatever_is_generated_leaves_alone_what_is_joined_moved_or_held(
    wanted: set[int], there: dict[int, tuple[bool, bool, str]], people: int
) -> None:
    """And every day is wanted, kept, changed or withdrawn once."""
    duties = [standing(slot(n), joined=j, moved=m, state=s) for n, (j, m, s) in there.items()]
    made = decide_generation([slot(n, people=people) for n in wanted], duties)
    touched = {duty.rule_on for duty, _slot in made.changed} | {d.rule_on for d in made.withdrawn}
    left = {d.rule_on for d in duties if d.is_joined or d.is_moved or d.state == "held"}
    assert not touched & left
    assert {s.rule_on for s in made.new} == {slot(n).rule_on for n in wanted - there.keys()}
    parts = len(made.changed) + len(made.withdrawn) + len(made.joined) + made.kept_count
    gone = sum(
        s == "withdrawn" and not j and not m and n not in wanted for n, (j, m, s) in there.items()
    )
    assert parts + gone == len(duties)


@pytest.mark.parametrize(
    ("waited", "held", "state"),
    [(0, False, "cared"), (10, False, "cared"), (11, False, "due"), (14, False, "due"),
     (15, False, "overdue"), (15, True, "held")],
)  # fmt: skip
def test_how_a_plot_stands_by_how_long_nobody_came(waited: int, held: bool, state: str) -> None:
    today = date(2026, 7, 1)
    found = care_state(
        last_on=today - timedelta(days=waited),
        today=today,
        interval_days=14,
        counts_since=date(2026, 4, 15),
        is_held=held,
    )
    assert found == state


def test_before_its_season_began_nobody_had_to_come() -> None:
    today, since = date(2026, 4, 20), date(2026, 4, 15)

    def stands(last_on: date | None, counts_since: date | None) -> str:
        return care_state(
            last_on=last_on,
            today=today,
            interval_days=14,
            counts_since=counts_since,
            is_held=False,
        )

    assert stands(date(2025, 9, 1), since) == "cared"
    assert stands(None, None) == "resting"
