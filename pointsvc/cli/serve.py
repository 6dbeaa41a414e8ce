"""`pointsvc serve`: the web server and the jobs beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
from granian import Granian
from granian.constants import Interfaces

from pointsvc.cli.running import opened_app
from pointsvc.config import Settings, SettingsError
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import count_unreadable_cards
from pointsvc.members.operators import open_setup

JOB_SECONDS: Final = 60
THREADS: Final = 8
STOP_SECONDS: Final = 10


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--no-jobs", is_flag=True, help="run the periodic jobs elsewhere: pointsvc jobs run-due"
)
def serve(host: str, port: int, *, no_jobs: bool) -> None:
    """Bring the database up to date, serve it, run due jobs every minute."""
    settings = Settings.from_environment()
    os.environ.setdefault("POINTSVC_PUBLIC_URL", address(host, port))
    with opened_app(Settings.from_environment()):
        _refuse_lost_keys()
        now = clock.now()
        token = transact(lambda: open_setup(now=now))
    if token is not None:
        click.echo("还没有运维人员。请在 24 小时内打开这个地址，建立运维人员和第一个社区：")
        click.echo(f"No operator yet. Open within 24 hours: {address(host, port)}/setup/{token}")
    run_server(settings, host, port, with_jobs=not no_jobs)


def _refuse_lost_keys() -> None:
    """A card's key retires only with its cards: without it, they would read as forged."""
    lost = count_unreadable_cards()
    if lost:
        message = (
            f"有 {lost} 张在用的卡是用已拿掉的密钥打印的，请把那把密钥放回去（排在后面）· "
            f"{lost} cards in use were printed with a key that is gone: put it back, after the others"
        )
        raise SettingsError(message)


def address(host: str, port: int) -> str:
    """The address at which a person on this machine reaches the server."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://{shown}:{port}"


def run_server(settings: Settings, host: str, port: int, *, with_jobs: bool) -> None:
    """Serve until told to stop; requests that were accepted are finished."""
    click.echo(f"绿色账户 · Green Account: {address(host, port)}")
    server = Granian(
        "pointsvc.app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=max(1, settings.workers),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_enabled=False,
    )
    with _jobs_beside(enabled=with_jobs):
        server.serve()


@contextmanager
def _jobs_beside(*, enabled: bool) -> Iterator[None]:
    """A process of its own, so that a slow job never holds up a request."""
    if not enabled:
        yield
        return
    command = [sys.executable, "-m", "pointsvc", "jobs", "run-due", "--every", str(JOB_SECONDS)]
    runner = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own command
    try:
        yield
    finally:
        runner.terminate()
        runner.wait(STOP_SECONDS)
