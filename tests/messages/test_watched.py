"""The doctor says when messages do not get through, and names nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from pointsvc.cli.doctor.upkeep import check_outbox
from pointsvc.kernel import clock as clocks
from pointsvc.messages.channels import Undelivered
from tests.messages.conftest import EMAIL, Postbox


@pytest.mark.engines("sqlite")
def test_the_doctor_tells_of_dead_and_late_messages(postbox: Postbox, app: Flask) -> None:
    settings, now = app.extensions["settings"], clocks.now()
    assert [each.id for each in check_outbox(settings, now)] == ["outbox"]
    postbox.wish("email")
    postbox.leave()
    postbox.faults = [Undelivered("smtp.550", is_final=True)]
    postbox.run()
    postbox.leave()
    postbox.hand_over()
    found = list(check_outbox(settings, now + timedelta(hours=13)))
    assert [each.id for each in found] == ["outbox.late", "outbox.dead", "outbox"]
    assert EMAIL not in str(found)
