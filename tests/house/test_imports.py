"""The floors: imports go down only, neighbours do not visit each other, rules are pure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support import tree


def test_every_contract_of_the_floors_is_kept() -> None:
    """In a process of its own: the linter turns off every logger that it does not know."""
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
