"""Running what is due: each job once at a time, whatever becomes of the others."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask_sqlalchemy import SQLAlchemy

from pointsvc.cli.jobs import jobs
from pointsvc.jobs.runner import Report, run_due
from pointsvc.jobs.timetable import TIMETABLE, Job
from pointsvc.kernel import clock as moments
from pointsvc.kernel.last_runs import held_leases, last_runs
from pointsvc.kernel.leases import LEASE, take_lease
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.usefixtures("database")


def broken(_now: datetime) -> None:
    raise ZeroDivisionError


def greeted(_now: datetime) -> str:
    return "hello"


def test_a_failing_job_does_not_stop_the_others() -> None:
    reports = run_due(moments.now(), [Job("broken", broken), Job("greeting", greeted)])
    assert reports == [
        Report("broken", "failed: ZeroDivisionError", has_failed=True),
        Report("greeting", "hello"),
    ]


def test_a_job_that_runs_is_not_run_by_another_runner() -> None:
    job = Job("greeting", greeted)
    inner: list[Report] = []
    outer = Job("greeting", lambda now: inner.extend(run_due(now, [job])))
    run_due(moments.now(), [outer])
    assert inner == [Report("greeting", "elsewhere")]


@pytest.mark.parametrize("work", [greeted, broken])
def test_the_lease_is_given_back_whatever_happened(work: Any) -> None:
    run_due(moments.now(), [Job("job", work)])
    assert run_due(moments.now(), [Job("job", greeted)]) == [Report("job", "hello")]


def test_the_lease_of_a_killed_runner_runs_out(clock: FrozenClock) -> None:
    transact(lambda: take_lease(name="job", holder="killed", now=moments.now()))
    job = Job("job", greeted)
    assert run_due(moments.now(), [job]) == [Report("job", "elsewhere")]
    clock.at(moments.now() + LEASE)
    assert run_due(moments.now(), [job]) == [Report("job", "hello")]


def test_everything_on_the_timetable_runs_and_runs_again(cast: Cast) -> None:
    assert cast.limei.name
    for _run in range(2):
        assert [report for report in run_due(moments.now()) if report.has_failed] == []


def test_every_job_has_a_lease_of_its_own() -> None:
    names = sorted(job.name for job in TIMETABLE)
    assert [first for first, second in pairwise(names) if first == second] == []


@pytest.fixture
def own_instance(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same database with a folder that no other process of the tests writes to."""
    return environment | {"POINTSVC_INSTANCE": str(tmp_path)}


def said(environment: dict[str, str], *options: str) -> tuple[int, dict[str, str]]:
    done = CliRunner().invoke(jobs, ["run-due", *options], env=environment)
    lines = [line.partition(": ") for line in done.stdout.splitlines()]
    return done.exit_code, {name: words for name, _colon, words in lines}


def test_a_clock_that_jumped_a_day_stops_what_needs_the_true_day(
    own_instance: dict[str, str], clock: FrozenClock, database: SQLAlchemy
) -> None:
    """docs/ledger.md case 21: an alarm instead of points expired a day early."""
    database.session.rollback()
    assert said(own_instance)[0] == 0
    clock.advance(days=1)
    for _again in range(2):  # the alarm stays
        code, words = said(own_instance)
        assert code == 1
        for name in ("ledger.expire_due", "ledger.seal_yesterday"):
            assert words[name].startswith("stopped: the clock jumped by 86")
        assert words["members.forget_failures"].isdecimal()
    assert said(own_instance, "--trust-clock")[0] == 0
    assert said(own_instance)[0] == 0


@pytest.mark.parametrize("hours", [-2, -26])
def test_a_clock_set_back_is_an_alarm_until_it_is_right_again(
    own_instance: dict[str, str], clock: FrozenClock, hours: int
) -> None:
    """docs/ledger.md case 21."""
    said(own_instance)
    clock.advance(hours=hours)
    assert said(own_instance)[0] == 1
    clock.advance(hours=-hours)
    assert said(own_instance)[0] == 0


def test_small_steps_of_the_clock_are_no_alarm(
    own_instance: dict[str, str], clock: FrozenClock
) -> None:
    for minutes in (0, 4, -4):
        clock.advance(minutes=minutes)
        assert said(own_instance)[0] == 0


def test_a_cut_off_record_of_the_clock_is_no_alarm(own_instance: dict[str, str]) -> None:
    (Path(own_instance["POINTSVC_INSTANCE"]) / "clock.json").write_text('{"wall": "20')
    assert said(own_instance)[0] == 0


def test_the_runner_itself_knows_nothing_of_clocks_that_are_steady() -> None:
    job = Job("careful", greeted, needs_true_day=True)
    assert run_due(moments.now(), [job], jump=timedelta(0)) == [Report("careful", "hello")]


@pytest.mark.parametrize(("work", "ended"), [(greeted, "done_at"), (broken, "failed_at")])
def test_when_and_how_a_job_ended_last_is_kept(work: Any, ended: str, clock: FrozenClock) -> None:
    for _run in range(2):
        clock.advance(minutes=1)
        run_due(moments.now(), [Job("job", work)])
    run = last_runs()["job"]
    assert {name: getattr(run, name) for name in ("done_at", "failed_at")} == {
        "done_at": None,
        "failed_at": None,
    } | {ended: moments.now()}
    assert held_leases(now=moments.now()) == {}


def test_no_job_begins_after_the_server_was_told_to_stop() -> None:
    told: list[str] = []
    timetable = [Job("first", lambda _now: told.append("stop")), Job("second", greeted)]
    reports = run_due(moments.now(), timetable, is_stopping=lambda: bool(told))
    assert [report.name for report in reports] == ["first"]
