"""What the machine did meanwhile: CPU of our own processes, of the kernel for us, and of others."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
KERNEL: Final = 2  # kthreadd: the parent of threads that write pages for us
PROC: Final = Path("/proc")
PACKAGES: Final = ("Flask", "granian", "marshmallow", "psycopg", "SQLAlchemy")


@dataclass(frozen=True, slots=True)
class Process:
    """A line of /proc: whose child it is, and its CPU seconds with those of children that ended."""

    parent: int
    seconds: float


def processes() -> dict[int, Process]:
    """Every process that runs now."""
    found = {}
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            line = (folder / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        words = line.rpartition(")")[2].split()
        found[int(folder.name)] = Process(int(words[1]), sum(map(int, words[11:15])) / TICKS)
    return found


def tree(roots: Iterable[int], every: dict[int, Process]) -> set[int]:
    """These processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for number, process in every.items():
        children.setdefault(process.parent, []).append(number)
    found, left = set(), [root for root in roots if root in every]
    while left:
        number = left.pop()
        found.add(number)
        left += children.get(number, [])
    return found


def seconds_of(*roots: int) -> float:
    """CPU seconds of these process trees so far, children that ended included."""
    every = processes()
    return sum(every[number].seconds for number in tree(roots, every))


def busy_seconds() -> float:
    """CPU seconds of all programs and of the hypervisor's other guests; interrupts left out."""
    user, nice, system, _idle, _wait, _irq, _soft, steal = (
        int(word) for word in (PROC / "stat").read_text().split()[1:9]
    )
    return (user + nice + system + steal) / TICKS


def others_seconds() -> float:
    """CPU seconds that neither we nor the kernel's own threads used; only differences mean anything."""
    return busy_seconds() - seconds_of(os.getpid(), KERNEL)


def memory_of(*roots: int) -> dict[int, int]:
    """Bytes of each process of these trees, what they share divided among them (PSS)."""
    found = {}
    for number in sorted(tree(roots, processes())):
        text = (PROC / str(number) / "smaps_rollup").read_text()
        match = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        found[number] = int(match[1]) * 1024 if match else 0
    return found


def command_of(number: int) -> str:
    """What a process was called with."""
    return (PROC / str(number) / "cmdline").read_bytes().replace(b"\0", b" ").decode()


def versions() -> dict[str, str]:
    """What was measured, and on what."""
    return {
        "commit": _said("git", "describe", "--always", "--dirty", "--abbrev=8"),
        "python": platform.python_version(),
        "kernel": platform.release().partition("-")[0],
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    match = re.search(r"^model name\s*: (.+)$", (PROC / "cpuinfo").read_text(), re.MULTILINE)
    return match[1] if match else platform.machine()


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() or "?"
