"""A server that is told to stop finishes what it accepted, says so in time, and ends with 0."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from pointsvc.checkin.models import Scan
from pointsvc.kernel.ids import new_id
from tests.checkin.duty import Duty
from tests.cli.test_serve import free_port, wait_for
from tests.support.cast import Cast, token_of
from tests.support.clocks import FrozenClock
from tests.support.commands import bare

pytestmark = pytest.mark.slow
SENDERS: Final = 8
END_SECONDS_MAX: Final = 15


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """Tariffs, and an open shift on plot 1."""
    return Duty(cast)


@dataclass
class Crowd:
    """People who scan one after another until nobody listens."""

    port: int
    token: str
    card: str
    acknowledged: list[str] = field(default_factory=list)
    broken_off: list[str] = field(default_factory=list)

    def scan_until_closed(self, *, keeps: bool) -> None:
        """`keeps`: on one connection for as long as the server leaves it open, as proxies do."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        while self._reaches(connection):
            try:
                self._send(connection, str(new_id()))
            except BrokenPipeError:  # it could not even be sent: a door that was closing
                connection.close()
            except (OSError, HTTPException) as error:
                self.broken_off.append(repr(error))
                connection.close()
            if not keeps:
                connection.close()

    def _reaches(self, connection: HTTPConnection) -> bool:
        try:
            if connection.sock is None:
                connection.connect()
        except OSError:
            return False
        return True

    def _send(self, connection: HTTPConnection, scan_id: str) -> None:
        body = json.dumps({"scan_id": scan_id, "code": self.card, "direction": "in"})
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/scans", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            self.acknowledged.append(scan_id)


@pytest.fixture
def port(environment: dict[str, str], cast: Cast) -> Iterator[tuple[int, Any]]:  # noqa: ARG001
    """A real server with its jobs on the test's database."""
    port = free_port()
    command = [sys.executable, "-m", "pointsvc", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=bare(environment))
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz")
        yield port, server
    finally:
        server.kill()
        server.wait()


def status_of(port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_nothing_that_was_accepted_is_lost_and_it_says_in_time_that_it_goes(
    port: tuple[int, Any], duty: Duty, cast: Cast, clock: FrozenClock, database: SQLAlchemy
) -> None:
    at, server = port
    clock.run()
    crowd = Crowd(at, token_of(cast.wangqiang), duty.card(cast.limei))
    database.session.rollback()
    with ThreadPoolExecutor(SENDERS) as senders:
        for number in range(SENDERS):
            senders.submit(crowd.scan_until_closed, keeps=number % 2 == 0)
        time.sleep(2)
        server.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        told = status_of(at)
        code = server.wait(END_SECONDS_MAX)
    assert (told, code, crowd.broken_off) == (503, 0, [])
    assert len(crowd.acknowledged) > SENDERS
    kept = select(func.count()).select_from(Scan)
    assert database.session.scalar(kept) == len(set(crowd.acknowledged))
