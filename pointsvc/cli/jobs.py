"""`pointsvc jobs run-due`."""

from __future__ import annotations

import os
import sys
import threading

import click

from pointsvc.cli.running import opened_app
from pointsvc.jobs.runner import run_due
from pointsvc.kernel import clock


@click.group()
def jobs() -> None:
    """定时任务：到期的都做一遍。 Periodic jobs."""


@jobs.command("run-due")
@click.option("--every", type=click.IntRange(1), help="again and again, so many seconds apart")
def run_due_jobs(every: int | None) -> None:
    """Do everything periodic once; safe twice at the same time. Exit 1 when a job failed."""
    with opened_app():
        if every is None:
            reports = run_due(clock.now())
            for report in reports:
                click.echo(f"{report.name}: {report.said}")
            sys.exit(1 if any(report.has_failed for report in reports) else 0)
        _again_and_again(every)


def _again_and_again(every: int) -> None:
    """Until the server that started us is gone."""
    parent, pause = os.getppid(), threading.Event()
    while os.getppid() == parent:
        run_due(clock.now())
        for _second in range(every):
            if os.getppid() != parent or pause.wait(1):
                return
