"""`pointsvc jobs run-due`."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click

from pointsvc.cli.running import opened_app
from pointsvc.jobs.runner import Report, run_due
from pointsvc.jobs.steadiness import jump_since_last, read_clocks
from pointsvc.kernel import clock


@click.group()
def jobs() -> None:
    """定时任务：到期的都做一遍。 Periodic jobs."""


@jobs.command("run-due")
@click.option("--every", type=click.IntRange(1), help="again and again, so many seconds apart")
@click.option("--trust-clock", is_flag=True, help="the clock was set, and is right now")
def run_due_jobs(every: int | None, *, trust_clock: bool) -> None:
    """Do everything periodic once; safe twice at the same time. Exit 1 when a job failed.

    When the machine's clock has jumped, nothing expires and no day is sealed until it is right
    again, or somebody has looked and says so with --trust-clock.
    """
    with opened_app() as app:
        folder = Path(app.instance_path)
        if every is None:
            reports = _run(folder, trust=trust_clock)
            for report in reports:
                click.echo(f"{report.name}: {report.said}")
            sys.exit(1 if any(report.has_failed for report in reports) else 0)
        _again_and_again(every, folder)


def _run(
    folder: Path, *, trust: bool = False, is_stopping: Callable[[], bool] = lambda: False
) -> list[Report]:
    now = clock.now()
    jump = jump_since_last(folder, read_clocks(now), trust=trust)
    return run_due(now, jump=jump, is_stopping=is_stopping)


def _again_and_again(every: int, folder: Path) -> None:
    """Until we are told to stop, or the server that started us is gone; a job is not cut in two."""
    parent, stop = os.getppid(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())

    def is_stopping() -> bool:
        return stop.is_set() or os.getppid() != parent

    while not is_stopping():
        _run(folder, is_stopping=is_stopping)
        for _second in range(every):
            if os.getppid() != parent or stop.wait(1):
                return
