"""The load client: many connections in one thread, its requests made before the clock starts.

`python -m bench.client JOB`: JOB is a pickle (bench/loads.py) of lanes, each the requests of one
connection, which sends the next when the last was answered. It prints a pickle of an `Answered`.
Raw sockets and epoll, no HTTP library: what the client takes of the machine, the server lacks.
Every answer's status is looked at, and the words that count an accepted one are counted.
"""

from __future__ import annotations

import heapq
import pickle
import select
import socket
import sys
import time
from array import array
from dataclasses import dataclass, field
from pathlib import Path

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
GIVE_UP_SECONDS = 60.0


@dataclass(slots=True)
class Job:
    """What to send where, until when: lanes of requests, and the words that count."""

    port: int
    seconds: float
    lanes: list[list[bytes]]
    counted: bytes
    sends_all: bool = False  # a lane that is empty ends itself alone, and not the measuring
    every_seconds: float = 0.0  # a lane sends no sooner than this after it last did


@dataclass(slots=True)
class Answered:
    """What came back: the latency of each answer in seconds, and how often the words were in it."""

    latencies: array[float] = field(default_factory=lambda: array("d"))
    counts: array[int] = field(default_factory=lambda: array("l"))
    statuses: dict[bytes, int] = field(default_factory=dict)
    seconds: float = (
        0.0  # until the last answer; nothing is sent when the clock or a lane has ended
    )
    cpu_seconds: float = 0.0
    sample: bytes = b""
    fault: bytes = b""


class Lane:
    """A connection and what it still has to send."""

    __slots__ = ("buffer", "requests", "sent_at", "socket")

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests = requests[::-1]
        self.buffer = b""
        self.sent_at = 0.0

    def send(self) -> None:
        """The next request."""
        self.sent_at = time.perf_counter()
        self.socket.sendall(self.requests.pop())

    def receive(self) -> bytes | None:
        """A whole answer, or None while some of it is on its way."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionResetError(self.buffer)
        self.buffer = data = self.buffer + data if self.buffer else data
        end = data.find(HEAD_END)
        if end < 0:
            return None
        at = data[:end].lower().find(LENGTH) + len(LENGTH)
        length = int(data[at : data.find(b"\r", at)])
        if len(data) < end + len(HEAD_END) + length:
            return None
        self.buffer = b""
        return data


def play(job: Job) -> Answered:
    """Send and count until the time is over or a lane is empty, then wait for what is under way."""
    lanes = {lane.socket.fileno(): lane for lane in (Lane(job.port, r) for r in job.lanes if r)}
    answered, poll = Answered(), select.epoll()
    for number in lanes:
        poll.register(number, select.EPOLLIN)
    cpu, began = time.process_time(), time.perf_counter()
    for lane in lanes.values():
        lane.send()
    waiting, is_over = len(lanes), False
    resting: list[tuple[float, int]] = []
    while waiting:
        events = poll.poll(_until_due(resting))
        if not events and not resting:
            raise TimeoutError(f"{waiting} answers never came")
        while resting and resting[0][0] <= time.perf_counter():
            lanes[heapq.heappop(resting)[1]].send()
        for number, _event in events:
            lane = lanes[number]
            data = lane.receive()
            if data is None:
                continue
            now = time.perf_counter()
            _note(answered, job, data, now - lane.sent_at)
            answered.seconds = now - began
            is_dry = not lane.requests
            is_over = is_over or answered.seconds >= job.seconds or (is_dry and not job.sends_all)
            if is_over or is_dry:
                waiting -= 1
            else:
                heapq.heappush(resting, (lane.sent_at + job.every_seconds, number))
    answered.cpu_seconds = time.process_time() - cpu
    poll.close()
    for lane in lanes.values():
        lane.socket.close()
    return answered


def _until_due(resting: list[tuple[float, int]]) -> float:
    """How long until the next lane may send, or an answer is given up."""
    return max(0.0, resting[0][0] - time.perf_counter()) if resting else GIVE_UP_SECONDS


def _note(answered: Answered, job: Job, data: bytes, latency: float) -> None:
    answered.latencies.append(latency)
    answered.counts.append(data.count(job.counted))
    status = data[9:12]
    answered.statuses[status] = answered.statuses.get(status, 0) + 1
    if not status.startswith(b"2"):
        answered.fault = answered.fault or data
    elif not answered.sample:
        answered.sample = data


def main(path: str) -> None:
    """Play the job of a file."""
    job = pickle.loads(Path(path).read_bytes())  # noqa: S301 - our own file
    sys.stdout.buffer.write(pickle.dumps(play(job)))


if __name__ == "__main__":
    from bench.client import main as run  # so that what it pickles is `bench.client.Answered`

    run(sys.argv[1])
