"""Requests, made whole before the clock starts, and the client's process that sends them."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.client import Answered, Job
from bench.figures import Reading, percentile
from bench.machine import seconds_of

ROOT: Final = Path(__file__).resolve().parents[1]


def post(path: str, token: str, body: Mapping[str, Any], **headers: str) -> bytes:
    """A request as bytes."""
    data = json.dumps(body, separators=(",", ":"), default=str).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        *_common(token),
        "Content-Type: application/json",
        f"Content-Length: {len(data)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + data


def get(path: str, token: str) -> bytes:
    """A request as bytes."""
    return "\r\n".join([f"GET {path} HTTP/1.1", *_common(token), "", ""]).encode()


def _common(token: str) -> tuple[str, ...]:
    return ("Host: 127.0.0.1", "Accept: application/json", f"Authorization: Bearer {token}")


def send(
    port: int,
    lanes: Sequence[list[bytes]],
    seconds: float,
    *,
    counted: bytes = b'"accepted"',
    sends_all: bool = False,
    every_seconds: float = 0.0,
) -> Answered:
    """Let the client send them; it fails with the first answer that is no success."""
    job = Job(port, seconds, list(lanes), counted, sends_all, every_seconds)
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(pickle.dumps(job))
        command = [sys.executable, "-m", "bench.client", file.name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr.decode()
    answered: Answered = pickle.loads(done.stdout)  # noqa: S301 - our own client
    assert not answered.fault, answered.fault.decode()
    return answered


def measured(
    port: int,
    lanes: Sequence[list[bytes]],
    seconds: float,
    roots: Mapping[str, int],
    *,
    counted: bytes = b'"accepted"',
    every_seconds: float = 0.0,
) -> tuple[Reading, int]:
    """What counts a second, latencies and CPU beside it; and how much counted in all.

    `roots` are the process trees whose CPU is put down for each thing that counted.
    """
    before = {name: seconds_of(root) for name, root in roots.items()}
    answered = send(port, lanes, seconds, counted=counted, every_seconds=every_seconds)
    total = sum(answered.counts)
    cpu = {
        f"{name}_us": (seconds_of(root) - before[name]) * 1e6 / max(1, total)
        for name, root in roots.items()
    }
    return reading_of(answered, cpu), total


def reading_of(answered: Answered, cpu: Mapping[str, float]) -> Reading:
    """What counted in a second, p50 and p99 of the latencies in ms."""
    latencies = [latency * 1000 for latency in answered.latencies]
    return Reading(
        sum(answered.counts) / answered.seconds,
        {
            "p50_ms": percentile(latencies, 0.5),
            "p99_ms": percentile(latencies, 0.99),
            "max_ms": max(latencies),
            "seconds": answered.seconds,
            "client_core": answered.cpu_seconds / answered.seconds,
            **cpu,
        },
    )
