"""`serve` on an empty database: one address, for a day, makes the operator and a community."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from pointsvc.cli import beside
from tests.support.commands import bare, pointsvc

pytestmark = pytest.mark.slow
FOUNDER = {
    "name": "何运",
    "phone": "13900000000",
    "password": "yunwei-mima",
    "again": "yunwei-mima",
    "community": "新家园",
    "zone": "Asia/Shanghai",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Start the server; the lines until it serves. Each start ends the one before."""
    running: list[subprocess.Popen[str]] = []
    port = free_port()

    def start() -> str:
        stop(running)
        command = [sys.executable, "-m", "pointsvc", "serve", "--port", str(port), "--no-jobs"]
        settings = {"POINTSVC_INSTANCE": str(tmp_path / "instance"), "POINTSVC_WORKERS": "1"}
        server = subprocess.Popen(
            command, env=bare(settings), stdout=subprocess.PIPE, text=True, cwd=tmp_path
        )
        running.append(server)
        assert server.stdout is not None
        lines = ""
        while "Green Account:" not in lines:
            line = server.stdout.readline()
            assert line, lines
            lines += line
        wait_for(f"http://127.0.0.1:{port}/readyz")
        return lines

    yield start
    stop(running)


def stop(running: list[subprocess.Popen[str]]) -> None:
    while running:
        server = running.pop()
        server.terminate()
        server.communicate(timeout=30)


def wait_for(url: str) -> None:
    """Until the server answers; at most a minute on a busy machine."""
    moment = threading.Event()
    for _time in range(300):
        try:
            with build_opener().open(url, timeout=5):
                return
        except OSError:
            moment.wait(0.2)
    pytest.fail(f"{url} never answered")


def status_of(browser: OpenerDirector, url: str, form: dict[str, str] | None = None) -> int:
    data = urlencode(form).encode() if form else None
    request = Request(url, data=data, headers={"Sec-Fetch-Site": "same-origin"})
    try:
        with browser.open(request, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_one_address_makes_operator_and_community(serve: Callable[[], str], tmp_path: Path) -> None:
    first = setup_address(serve())
    second = setup_address(serve())
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    assert status_of(browser, first) == 404
    assert status_of(browser, second) == 200
    assert status_of(browser, second, {**FOUNDER, "again": "x"}) == 422
    assert status_of(browser, second, FOUNDER) == 200
    assert status_of(browser, second, FOUNDER) == 404
    operator = second.partition("/setup/")[0] + "/operator"
    with browser.open(operator) as page:
        assert "新家园" in page.read().decode()
    assert "/setup/" not in serve()
    key = tmp_path / "instance" / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600


def setup_address(said: str) -> str:
    found = re.search(r"http://\S+/setup/\S+", said)
    assert found, said
    return found[0]


def test_two_servers_never_share_a_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the server itself does
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = {"POINTSVC_INSTANCE": str(tmp_path / "second")}
        said = pointsvc("serve", "--port", port, "--no-jobs", environment=settings)
    assert said.code == 2
    assert "--port" in said.err


def test_it_says_where_printed_codes_will_lead(tmp_path: Path) -> None:
    settings = {"POINTSVC_INSTANCE": str(tmp_path / "instance"), "POINTSVC_WORKERS": "1"}
    warned = first_lines(settings)
    assert "POINTSVC_PUBLIC_URL is not set" in warned
    told = first_lines({**settings, "POINTSVC_PUBLIC_URL": "https://g.cn"})
    assert "POINTSVC_PUBLIC_URL" not in told
    assert "https://g.cn/setup/" in told


def first_lines(settings: dict[str, str]) -> str:
    """What a server says until it serves, on both streams."""
    command = [sys.executable, "-m", "pointsvc", "serve", "--port", str(free_port()), "--no-jobs"]
    with subprocess.Popen(
        command, env=bare(settings), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        lines = ""
        while "Green Account:" not in lines:
            line = server.stdout.readline()
            assert line, lines
            lines += line
        server.terminate()
    return lines


def test_jobs_that_die_are_started_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    program = f"open({str(starts)!r}, 'a').write('x')"
    monkeypatch.setattr(beside, "COMMAND", (sys.executable, "-c", program))
    monkeypatch.setattr(beside, "AGAIN_SECONDS", 0.05)
    with beside.jobs_beside(enabled=True):
        moment = threading.Event()
        for _time in range(600):
            if starts.exists() and len(starts.read_text()) >= 3:
                break
            moment.wait(0.1)
    count = len(starts.read_text())
    assert count >= 3
    moment.wait(0.3)
    assert len(starts.read_text()) == count
