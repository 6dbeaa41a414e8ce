"""The main job is in the counters: scans, points, the exchange and what was brought back."""

from __future__ import annotations

from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from tests.journeys.office import Office
from tests.journeys.steps import bring_back, exchange, serve_two_hours
from tests.support.clocks import FrozenClock


def counts() -> list[float]:
    """What the counters stand at."""
    samples: tuple[tuple[str, dict[str, str]], ...] = (
        ("pointsvc_scans_total", {"direction": "in", "verdict": "accepted"}),
        ("pointsvc_scans_total", {"direction": "out", "verdict": "accepted"}),
        ("pointsvc_scan_points_total", {"verdict": "accepted"}),
        ("pointsvc_counter_deeds_total", {"deed": "exchange", "outcome": "done"}),
        ("pointsvc_counter_deeds_total", {"deed": "refund", "outcome": "done"}),
    )
    return [REGISTRY.get_sample_value(name, labels) or 0 for name, labels in samples]


def test_the_main_job_is_counted_once(
    office: Office, client: FlaskClient, clock: FrozenClock
) -> None:
    before = counts()
    earned = serve_two_hours(office, client, clock)
    order, _stock = exchange(office, client)
    bring_back(office, client, order)
    grown = [after - first for after, first in zip(counts(), before, strict=True)]
    assert grown == [1, 1, earned["award_points"], 1, 1]
