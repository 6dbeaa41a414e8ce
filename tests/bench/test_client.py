"""The load client: it counts every answer, however it arrives, and stops when it should."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import pytest

from bench.client import Job, play
from bench.loads import post, reading_of

REQUEST = post("/api/v1/scans", "token", {"n": 1})


class Slow(socketserver.StreamRequestHandler):
    """Answers each request in two pieces: 201 and a count of two, or 503 where it is asked to."""

    def handle(self) -> None:
        while head := self.rfile.readline():
            length = 0
            while (line := self.rfile.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            status = b"503 Busy" if b"busy" in head else b"201 Created"
            self.wfile.write(b"HTTP/1.1 " + status + b"\r\nContent-Len")
            self.wfile.flush()
            self.wfile.write(b'gth: 20\r\n\r\n"accepted""accepted"')


@pytest.fixture
def port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def job(port: int, *lanes: int, seconds: float = 30, sends_all: bool = False) -> Job:
    return Job(port, seconds, [[REQUEST] * count for count in lanes], b'"accepted"', sends_all)


def test_every_word_of_every_answer_counts(port: int) -> None:
    answered = play(job(port, 5, 5, sends_all=True))
    assert sum(answered.counts) == 20
    assert len(answered.latencies) == 10
    assert answered.statuses == {b"201": 10}


def test_first_empty_lane_ends_the_measuring_for_all(port: int) -> None:
    assert len(play(job(port, 2, 1000)).latencies) < 1002


def test_clock_ends_it_and_what_is_under_way_still_counts(port: int) -> None:
    assert len(play(job(port, 50, 50, seconds=0)).latencies) == 2


def test_answer_that_is_no_success_is_kept_to_be_shown(port: int) -> None:
    refused = Job(port, 30, [[REQUEST.replace(b"scans", b"busy")]], b'"accepted"')
    assert play(refused).fault.startswith(b"HTTP/1.1 503")


def test_reading_is_what_counted_in_a_second_with_its_latencies(port: int) -> None:
    answered = play(job(port, 4))
    reading = reading_of(answered, {"app_us": 7})
    assert reading.value == pytest.approx(8 / answered.seconds)
    assert reading.aside["app_us"] == 7
    assert 0 < reading.aside["p50_ms"] <= reading.aside["p99_ms"] <= reading.aside["max_ms"]


def test_request_is_whole_and_says_its_length() -> None:
    head, _end, body = REQUEST.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v1/scans HTTP/1.1\r\nHost: ")
    assert b"Authorization: Bearer token" in head
    assert f"Content-Length: {len(body)}".encode() in head
