"""The command line as an operator has it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def pointsvc(*words: object, environment: Mapping[str, str], **options: Any) -> Said:
    """Run `pointsvc …` with these settings and none of the machine's own."""
    done = subprocess.run(
        [sys.executable, "-m", "pointsvc", *map(str, words)],
        env=bare(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def bare(environment: Mapping[str, str]) -> dict[str, str]:
    """The machine's environment without settings of ours, and these."""
    others = {name: text for name, text in os.environ.items() if not name.startswith("POINTSVC_")}
    return {**others, **environment}
