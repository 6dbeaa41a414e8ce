"""A new key reaches a running server with SIGHUP, in two steps, and nobody is turned away meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pointsvc.kernel.keys import KeyRing, draw_secret
from tests.cli.test_serve import free_port
from tests.support.cast import PASSWORD
from tests.support.commands import bare

pytestmark = pytest.mark.slow
LIMEI = {"phone": "13800000001", "password": PASSWORD}


class Server:
    """The demo street on two workers, its keys in a file."""

    def __init__(self, folder: Path) -> None:
        self.port, self.file = free_port(), folder / "keys"
        self.former = draw_secret()
        self.new = KeyRing([self.former]).draw()
        self.write(self.former)
        settings = {
            "POINTSVC_INSTANCE": str(folder / "demo"),
            "POINTSVC_WORKERS": "2",
            "POINTSVC_SECRET_KEY_FILE": str(self.file),
        }
        command = [sys.executable, "-m", "pointsvc", "demo", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=bare(settings), stdout=subprocess.DEVNULL)

    def write(self, *secrets: str) -> None:
        self.file.write_text("\n".join(secrets))
        self.file.chmod(0o600)

    def turn_to(self, *secrets: str) -> None:
        """Another list of keys, and the signal; until the workers are new ones."""
        self.write(*secrets)
        before = self.workers()
        os.kill(self.process.pid, signal.SIGHUP)
        for _wait in range(600):
            time.sleep(0.1)
            now = self.workers()
            if len(now) == len(before) and not before & now:
                return
        raise AssertionError("the workers are the old ones")

    def workers(self) -> set[int]:
        """The processes that answer requests, by what they are called."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        named = {int(each): Path(f"/proc/{each}/cmdline").read_text() for each in listed.split()}
        return {each for each, words in named.items() if "run-due" not in words}

    def ask(
        self, method: str, path: str, token: str = "", body: object = None
    ) -> tuple[int, dict[str, object]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text)

    def wait(self) -> None:
        for _wait in range(600):
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("served"))
    server.wait()
    yield server
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(30)


def test_keys_turn_under_a_running_server(server: Server) -> None:
    _status, signed_in = server.ask("POST", "/api/v1/sign-in", body=LIMEI)
    token, statuses, done = str(signed_in["token"]), set[int](), threading.Event()

    def go_on() -> None:
        while not done.is_set():
            with suppress(ConnectionError):  # met the old worker's door as it shut: asked again
                statuses.add(server.ask("GET", "/api/v1/me", token)[0])

    visitor = threading.Thread(target=go_on)
    visitor.start()
    server.turn_to(server.former, server.new)
    server.turn_to(server.new, server.former)
    time.sleep(1)
    done.set()
    visitor.join()
    assert statuses == {200}
    assert server.ask("POST", "/api/v1/sign-in", body=LIMEI)[0] == 200


def test_no_answer_tells_a_version(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/healthz")
    told = dict(connection.getresponse().headers)
    connection.close()
    named = {told.get(name, "") for name in ("server", "x-powered-by", "via")}
    assert not any(sign.isdecimal() for sign in "".join(named))
