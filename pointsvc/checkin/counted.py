"""Counting the answers to scans, for who watches the machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from prometheus_client import Counter

from pointsvc.checkin.scans import ScanReceipt
from pointsvc.kernel.errors import Refusal

SCANS: Final = Counter(
    "pointsvc_scans", "Answers to scans, repeats included", ["direction", "verdict"]
)
POINTS: Final = Counter("pointsvc_scan_points", "Points that scans gave", ["verdict"])


def count_answers(outcomes: Iterable[ScanReceipt | Refusal]) -> None:
    """Count what was answered; call it after the commit. Without a verdict: `none`."""
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            SCANS.labels("none", "none").inc()
            continue
        SCANS.labels(outcome.direction, outcome.verdict).inc()
        if outcome.award_points:
            POINTS.labels(outcome.verdict).inc(outcome.award_points)
