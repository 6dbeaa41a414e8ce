"""What this machine lacks is said loudly on a developer's machine, and fails in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest
from _pytest.terminal import TerminalReporter

SIGN = "this machine lacks "


def lack(what: str) -> NoReturn:
    """Leave the test out because `what` is not installed; where CI=true, fail it."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{SIGN}{what}", pytrace=False)
    pytest.skip(f"{SIGN}{what}")


def report_lacks(reporter: TerminalReporter) -> None:
    """The last lines of a session: what was lacking and how many tests were left out for it."""
    counts: dict[str, int] = {}
    for skipped in reporter.stats.get("skipped", []):
        reason = str(skipped.longrepr[-1]) if isinstance(skipped.longrepr, tuple) else ""
        _, found, what = reason.partition(SIGN)
        if found:
            counts[what] = counts.get(what, 0) + 1
    for what, count in sorted(counts.items()):
        reporter.write_sep("!", f"NOT TESTED: {count} tests, {SIGN}{what}", red=True, bold=True)
