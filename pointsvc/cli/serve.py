"""`pointsvc serve`: the web server and the jobs beside it."""

from __future__ import annotations

import gc
import os
import socket
import time
from typing import Final

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from pointsvc.app import create_app
from pointsvc.cli.beside import jobs_beside
from pointsvc.cli.running import opened_app
from pointsvc.cli.serving import serving
from pointsvc.cli.standing import tell_behind
from pointsvc.config import Settings, SettingsError
from pointsvc.kernel import clock
from pointsvc.kernel.counting import counting_together, say_stopping
from pointsvc.kernel.read_only import mending
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.standing import settle
from pointsvc.members.cards import count_unreadable_cards
from pointsvc.members.operators import open_setup

THREADS: Final = 16
GARBAGE_AFTER: Final = 20_000
STOP_SECONDS: Final = 10
# After SIGHUP a new worker has so long to begin before the old one ends; a dead one's comes at once.
NEW_WORKER_SECONDS: Final = 10
LEAVE_SECONDS: Final = 1.0
EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
DOCUMENTATION_ADDRESS: Final = ("192.0.2.1", 9)  # RFC 5737: nobody's


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--no-jobs", is_flag=True, help="run the periodic jobs elsewhere: pointsvc jobs run-due"
)
@counting_together()
def serve(host: str, port: int, *, no_jobs: bool) -> None:
    """Bring the database up to date, serve it, run due jobs every minute."""
    gc.disable()  # until the workers are there
    settings = Settings.from_environment()
    if settings.public_url is None:
        click.echo(_codes_lead_to(address(host, port)), err=True)
        os.environ["POINTSVC_PUBLIC_URL"] = address(host, port)
        settings = Settings.from_environment()
    with opened_app(settings):
        _refuse_lost_keys()
        behind = settle(settings.instance)
        now = clock.now()
        with mending():  # without an operator nobody could declare the gap
            token = transact(lambda: open_setup(now=now))
    tell_behind(behind)
    if token is not None:
        click.echo("还没有运营员。请在 24 小时内打开这个地址，建立运营员和第一个社区：")
        click.echo(f"No operator yet. Open within 24 hours: {settings.public_url}/setup/{token}")
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


def _codes_lead_to(url: str) -> str:
    """Paper lives longer than a start: say now where its codes will lead."""
    return (
        f"没有设 POINTSVC_PUBLIC_URL：印出来的码会指向 {url} · "
        f"POINTSVC_PUBLIC_URL is not set: printed codes will lead to {url}"
    )


def address(host: str, port: int) -> str:
    """The address at which people reach the server: from this machine, or from its network."""
    return f"http://{_own_address() if host in EVERYWHERE else host}:{port}"


def _own_address() -> str:
    """This machine's address towards others; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(DOCUMENTATION_ADDRESS)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class _Server(Granian):  # type: ignore[misc, valid-type, unused-ignore]
    """Says that it stops before it stops: who spreads requests looks elsewhere in time."""

    def shutdown(self, exit_code: int = 0) -> None:
        """`/readyz` answers 503 for a second, while everything is still served; then finish."""
        say_stopping()
        time.sleep(LEAVE_SECONDS)
        super().shutdown(exit_code)


def app_of_a_worker() -> Flask:
    """The application, made in each worker; what it is made of is not looked through for garbage again.

    Requests leave few cycles behind, and Python would look for them after every 700 new objects.
    """
    app = create_app()
    gc.freeze()
    return app


def run_server(settings: Settings, host: str, port: int, *, with_jobs: bool) -> None:
    """Serve until told to stop; requests that were accepted are finished."""
    _refuse_taken_port(host, port)
    click.echo(f"绿色账户 · Green Account: {address(host, port)}")
    server = _Server(
        "pointsvc.cli.serve:app_of_a_worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=NEW_WORKER_SECONDS,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_enabled=False,
    )
    gc.freeze()  # workers are forked: what none of them looks through, they share
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()
    with serving(settings.instance), jobs_beside(enabled=with_jobs) as renew_jobs:
        server.on_reload(renew_jobs)  # SIGHUP: workers one by one, with the keys of now
        server.serve()


def _refuse_taken_port(host: str, port: int) -> None:
    """The server shares its port among its workers, and would share it with a stranger as well."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"{host}:{port}: {error.strerror}. 换一个 --port · choose another --port"
            raise SettingsError(message) from error
