"""Calendars of many plots in one go: looked at, written in steps, stopped, gone on with, twice at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from pointsvc.communities.service import create_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.leases import take_lease
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar import working
from pointsvc.plots.calendar.calendar_runs import (
    begin_run,
    begin_writing,
    drop_run,
    get_run,
    go_on,
    parts_of,
    stop_run,
    totals_of,
)
from pointsvc.plots.calendar.working import work_through
from pointsvc.plots.errors import CalendarBusy, RunDecided
from pointsvc.plots.jobs import continue_calendars
from pointsvc.plots.rules.horizons import years_on
from tests.plots.years import Year
from tests.support.rivals import at_once


def begin(year: Year, *, years: int = 5, by: Any = None, **more: Any) -> UUID:
    """A run over plot 1, and whatever else is named, by 赵芳."""
    person, run_id, now = by or year.cast.zhaofang, new_id(), clock.now()
    values: dict[str, Any] = {"place_ids": [year.place_id], "until": years_on(year.today, years)}
    transact(
        lambda: begin_run(
            community_id=year.community_id,
            scope=year.calendar.scope(person),
            created_by_id=person.id,
            run_id=run_id,
            now=now,
            **(values | more),
        )
    )
    return run_id


def say_yes(year: Year, run_id: UUID) -> bool:
    """Write it."""
    return transact(lambda: begin_writing(community_id=year.community_id, run_id=run_id))


def states(year: Year, run_id: UUID) -> tuple[str, list[str]]:
    """The run's, and its plots'."""
    db.session.rollback()
    parts = parts_of(year.community_id, run_id)
    return get_run(year.community_id, run_id).state, [part.state for part in parts]


def test_nothing_is_written_before_somebody_says_so(year: Year) -> None:
    year.add()
    run_id = begin(year)
    assert work_through(year.community_id, run_id)
    assert states(year, run_id) == ("looked", ["looked"])
    assert totals_of(year.community_id, run_id).new_count > 200
    assert year.duties() == []


def test_what_was_shown_is_what_is_made_once_for_five_years(year: Year) -> None:
    year.add()
    run_id = begin(year)
    work_through(year.community_id, run_id)
    shown = totals_of(year.community_id, run_id).new_count
    assert [say_yes(year, run_id), say_yes(year, run_id)] == [True, False]
    work_through(year.community_id, run_id)
    assert states(year, run_id) == ("written", ["written"])
    assert len(year.duties(5 * 366)) == shown
    again = begin(year)
    work_through(year.community_id, again)
    totals = totals_of(year.community_id, again)
    assert (totals.new_count, totals.kept_count) == (0, shown)


def test_a_joined_duty_is_never_touched_by_a_run(year: Year) -> None:
    plan = year.add()
    year.generate()
    duty = year.duties()[0]
    year.calendar.join(duty.shift_id, year.cast.limei)
    year.change(plan, year.day(1), at_minute=600)
    run_id = begin(year, years=1)
    work_through(year.community_id, run_id)
    say_yes(year, run_id)
    work_through(year.community_id, run_id)
    kept = next(each for each in year.duties() if each.id == duty.id)
    assert (kept.starts_at, kept.signed_up_count) == (duty.starts_at, 1)
    assert all(each.starts_at.minute == 0 for each in year.duties() if each.id != duty.id)


def test_a_plot_without_a_leader_or_plans_is_said_and_left(year: Year) -> None:
    bare = transact(
        lambda: create_place(
            community_id=year.community_id, place_id=new_id(), kind="plot", name="空田"
        )
    )
    run_id = begin(year, place_ids=[bare.id])
    work_through(year.community_id, run_id)
    assert states(year, run_id) == ("looked", ["without_plans"])


def test_what_was_stopped_goes_on_without_doubling(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    year.add()
    run_id = begin(year, years=1)
    work_through(year.community_id, run_id)
    say_yes(year, run_id)
    transact(lambda: stop_run(community_id=year.community_id, run_id=run_id))
    assert not work_through(year.community_id, run_id)
    transact(lambda: go_on(community_id=year.community_id, run_id=run_id))
    monkeypatch.setattr(working, "write_all", lambda **_: 1 / 0)
    work_through(year.community_id, run_id)
    assert states(year, run_id) == ("stopped", ["looked"])
    monkeypatch.undo()
    transact(lambda: go_on(community_id=year.community_id, run_id=run_id))
    assert continue_calendars(clock.now()) == "1 runs"
    assert states(year, run_id) == ("written", ["written"])


def test_one_run_at_a_time_and_one_worker(year: Year) -> None:
    year.add()
    run_id = begin(year)
    with pytest.raises(CalendarBusy):
        begin(year)
    lease = f"plots.calendar_run:{run_id}"
    held = {"lasting": working.LASTING, "now": clock.now()}
    transact(lambda: take_lease(name=lease, holder="somebody", **held))  # type: ignore[arg-type]
    assert not work_through(year.community_id, run_id)
    assert states(year, run_id) == ("looking", ["waiting"])


def test_a_run_that_is_written_is_not_dropped(year: Year) -> None:
    year.add()
    run_id = begin(year)
    with pytest.raises(RunDecided):
        say_yes(year, run_id)
    work_through(year.community_id, run_id)
    say_yes(year, run_id)
    by: dict[str, Any] = {"dropped_by_id": year.cast.zhaofang.id, "now": clock.now()}
    with pytest.raises(RunDecided):
        transact(lambda: drop_run(community_id=year.community_id, run_id=run_id, **by))


def test_a_horizon_beyond_five_years_and_another_s_plot_are_refused(year: Year) -> None:
    with pytest.raises(Invalid):
        begin(year, years=6)
    with pytest.raises(Forbidden):
        begin(year, by=year.cast.limei)


def test_two_who_write_the_same_plot_at_once_make_it_once(year: Year, app: Flask) -> None:
    """A run and the leader's own page: the later one finds what the first made."""
    year.add()
    run_id = begin(year, years=1)
    work_through(year.community_id, run_id)
    say_yes(year, run_id)
    ended: list[Any] = at_once(
        app,
        [lambda: work_through(year.community_id, run_id), lambda: year.generate(360)],
    )
    assert not [each for each in ended if isinstance(each, Exception)]
    keys = [(each.plan_id, each.due_on) for each in year.duties()]
    assert len(keys) == len(set(keys)) > 40
