"""A real server, asked as a monitor asks it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from urllib.request import Request, build_opener

import pytest

from tests.cli.doctor.patient import Patient
from tests.cli.test_serve import free_port, wait_for
from tests.support.commands import bare

pytestmark = [pytest.mark.slow, pytest.mark.engines("sqlite")]


@pytest.fixture
def proxies(request: pytest.FixtureRequest, patient: Patient) -> str:
    """How many proxies the server is told of: none, where a test does not say."""
    count: str = getattr(request, "param", "0")
    patient.setting("PROXY_COUNT", count)
    return count


@pytest.fixture
def port(patient: Patient, environment: dict[str, str], proxies: str) -> Iterator[int]:
    """Where it listens."""
    port = free_port()
    settings = {
        **environment,
        "POINTSVC_INSTANCE": str(patient.instance),
        "POINTSVC_PROXY_COUNT": proxies,
    }
    command = [sys.executable, "-m", "pointsvc", "serve", "--port", str(port), "--no-jobs"]
    with subprocess.Popen(command, env=bare(settings), stderr=subprocess.DEVNULL) as server:
        wait_for(f"http://127.0.0.1:{port}/readyz")
        yield port
        server.terminate()


def test_a_server_that_runs_is_found_ready_or_says_why_not(patient: Patient, port: int) -> None:
    assert patient.findings(port=port)["server"].state == "ok"
    assert patient.ills() == {"server.silent"}
    patient.run("UPDATE alembic_version SET version_num = '0001'")
    found = patient.findings(port=port)
    assert "migrations_pending" in found["server.not_ready"].what.en


def test_a_proxy_that_is_not_counted_is_found(patient: Patient, port: int) -> None:
    asked = Request(f"http://127.0.0.1:{port}/sign-in", headers={"X-Forwarded-For": "192.0.2.7"})
    with build_opener().open(asked, timeout=10) as answer:
        assert answer.status == 200
    assert patient.ills(port=port) == {"proxies.uncounted"}


@pytest.mark.parametrize("proxies", ["1"], indirect=True)
def test_a_proxy_that_is_counted_and_not_there_is_found(patient: Patient, port: int) -> None:
    with build_opener().open(f"http://127.0.0.1:{port}/sign-in", timeout=10) as answer:
        assert answer.status == 200
    assert patient.ills(port=port) == {"proxies.missing"}
