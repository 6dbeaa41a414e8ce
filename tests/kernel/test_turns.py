"""SQLite's writers take turns across processes, and a turn never outlives its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

from pointsvc.kernel import turns
from pointsvc.kernel.errors import Busy
from pointsvc.kernel.turns import turn_to_write

HOLD = """
import sys, time
from sqlalchemy.engine import make_url
from pointsvc.kernel.turns import turn_to_write
with turn_to_write(make_url(sys.argv[1])):
    print("mine", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def url(tmp_path: Path) -> URL:
    return make_url(f"sqlite:///{tmp_path / 'books.sqlite3'}")


@contextmanager
def another_process(url: URL) -> Iterator[subprocess.Popen[str]]:
    """One that has its turn, until it is killed."""
    command = [sys.executable, "-c", HOLD, str(url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "mine\n"
        try:
            yield process
        finally:
            process.kill()


def test_whoever_waits_too_long_for_another_process_is_told(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.05)
    with another_process(url), pytest.raises(Busy), turn_to_write(url):
        pass


def test_the_turn_of_a_killed_process_goes_to_the_next(url: URL) -> None:
    with another_process(url) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with turn_to_write(url):
            pass


def test_threads_of_one_process_take_turns(url: URL) -> None:
    inside: list[int] = []
    most: list[int] = []

    def write(number: int) -> None:
        with turn_to_write(url):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_a_turn_that_was_not_had_is_not_given_back(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gave up must not end the turn of who has it."""
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.05)
    with another_process(url):
        for _again in range(2):
            with pytest.raises(Busy), turn_to_write(url):
                pass


def test_postgresql_has_many_writers_at_once() -> None:
    elsewhere = make_url("postgresql+psycopg://nobody@localhost/none")
    with ExitStack() as both:
        for _writer in range(2):
            both.enter_context(turn_to_write(elsewhere))
