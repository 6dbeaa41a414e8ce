"""What an operator watches is counted where it happens and read where it stands."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text

from pointsvc.extensions import db
from pointsvc.kernel.counting import FOLDER, counted, counting_together
from pointsvc.kernel.ids import new_id
from tests.checkin.duty import Duty
from tests.support.cast import PEOPLE, Cast, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

Samples = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """Tariffs, and an open shift on plot 1."""
    return Duty(cast)


def scraped(client: HouseClient) -> Samples:
    """Every sample: its name and the values of its labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def served(duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock) -> Samples:
    """What was counted before 李梅 worked two hours for 20 points."""
    before = scraped(client)
    body = {"code": duty.card(cast.limei), "shift_id": str(duty.shift_id)}
    for direction in ("in", "out"):
        sent = {"scan_id": str(new_id()), "direction": direction, **body}
        client.post("/api/v1/scans", json=sent, headers=bearer(cast.wangqiang))
        clock.advance(hours=2)
    return before


def test_scans_are_counted_by_direction_and_verdict(served: Samples, client: HouseClient) -> None:
    after = scraped(client)
    for key, count in (
        (("pointsvc_scans_total", ("in", "accepted")), 1),
        (("pointsvc_scans_total", ("out", "accepted")), 1),
        (("pointsvc_scan_points_total", ("accepted",)), 20),
    ):
        assert after[key] - served.get(key, 0) == count


@pytest.mark.usefixtures("served")
def test_the_liability_is_what_members_hold(app: Flask, client: HouseClient, cast: Cast) -> None:
    app.extensions["state_metrics"].forget()
    found = scraped(client)
    assert found["pointsvc_outstanding_points", ("wallet",)] == 20
    assert found["pointsvc_outstanding_points", ("review",)] == 0
    mine = ("pointsvc_community_outstanding_points", (str(cast.community_id), "wallet"))
    assert found[mine] == 20


@pytest.mark.engines("sqlite")
def test_a_second_scrape_asks_the_database_nothing(app: Flask, client: HouseClient) -> None:
    app.extensions["state_metrics"].forget()
    scraped(client)
    statements: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    scraped(client)
    assert statements == []


@pytest.mark.engines("sqlite")
def test_a_part_that_cannot_be_read_is_named_and_the_others_stand(
    app: Flask, client: HouseClient, database: SQLAlchemy
) -> None:
    app.extensions["state_metrics"].forget()
    database.session.execute(text("ALTER TABLE throttles RENAME TO throttles_gone"))
    database.session.commit()
    found = scraped(client)
    assert found["pointsvc_unread_state", ("throttles",)] == 1
    assert found["pointsvc_unread_state", ("runs",)] == 0
    assert ("pointsvc_waiting", ("open_stay",)) in found


@pytest.mark.engines("sqlite")
def test_no_metric_names_a_person(cast: Cast, client: HouseClient) -> None:
    client.post("/api/v1/sign-in", json={"phone": cast.limei.phone, "password": "x" * 10})
    said = client.get("/metrics").text
    told = [word for name, phone, _door in PEOPLE.values() for word in (name, phone)]
    assert [word for word in told if word in said] == []


def test_processes_count_together() -> None:
    program = "from pointsvc.checkin.counted import SCANS; SCANS.labels('in', 'held').inc(3)"
    with counting_together():
        for _process in range(2):
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
            subprocess.run([sys.executable, "-c", program], check=True, env=environment)
        assert 'pointsvc_scans_total{direction="in",verdict="held"} 6.0' in counted().decode()
        folder = os.environ[FOLDER]
    assert not os.path.exists(folder)  # noqa: PTH110 - it is gone
