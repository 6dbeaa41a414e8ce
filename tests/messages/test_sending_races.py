"""Two runners at once: each delivery leaves once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from pointsvc.kernel import clock as clocks
from pointsvc.messages import sending
from pointsvc.messages.jobs import deliver
from tests.messages.conftest import Postbox
from tests.support.rivals import at_once

MESSAGES = 12


def meet(postbox: Postbox, app: Flask) -> tuple[int, int]:
    """Three runners deliver at once: how many letters left, and how many different ones."""
    postbox.wish("email")
    for _message in range(MESSAGES):
        postbox.leave()
    ended: list[Any] = at_once(app, [lambda: deliver(clocks.now())] * 3)
    assert [each for each in ended if isinstance(each, Exception)] == []
    return len(postbox.letters), len({letter.id for letter in postbox.letters})


def test_each_leaves_once(postbox: Postbox, app: Flask) -> None:
    assert meet(postbox, app) == (MESSAGES, MESSAGES)


def test_without_the_hold_they_leave_twice(
    postbox: Postbox, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state that a runner sets when it takes a delivery is the guard."""
    keep = sending._set

    def forgetful(community_id: Any, ids: Any, values: dict[str, Any]) -> None:
        if values.get("state") != "sending":
            keep(community_id, ids, values)

    monkeypatch.setattr(sending, "_set", forgetful)
    monkeypatch.setattr(sending, "BATCH", MESSAGES)
    monkeypatch.setattr("pointsvc.messages.jobs.RUN_SECONDS", 1.0)
    letters, different = meet(postbox, app)
    assert letters > different
