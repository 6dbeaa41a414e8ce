"""Letting several do something at the very same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from flask import Flask

from pointsvc.extensions import db

T = TypeVar("T")
WAIT_SECONDS = 30


def at_once(app: Flask, works: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Let all start together, each in a context of its own; what each returned or raised."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T | Exception:
        with app.app_context():
            start.wait(WAIT_SECONDS)
            try:
                return work()
            except Exception as error:  # noqa: BLE001 - refusals are what is looked at
                return error
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(works)) as threads:
        ended = list(threads.map(run, works))
    db.session.rollback()
    return ended


class Meeting:
    """A place where so many threads wait for each other, each of them once."""

    def __init__(self, count: int) -> None:
        self._barrier = threading.Barrier(count)
        self._been = threading.local()

    def wait(self) -> None:
        """Wait for the others the first time that this thread comes by."""
        if not getattr(self._been, "here", False):
            self._been.here = True
            self._barrier.wait(WAIT_SECONDS)
