"""The command line as an operator has it: a process of its own, forked from one that has read it all.

Starting Python and reading the product takes two seconds each time, of which a test learns nothing;
`tests/cli/test_serve.py` and others start one from nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final, NoReturn

from pointsvc.cli.main import COMMANDS

SECONDS_MAX: Final = 120
WARMED: Final = "tests.support.warmed"


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def pointsvc(*words: object, environment: Mapping[str, str], cwd: Path | None = None) -> Said:
    """Run `pointsvc …` with these settings and none of the machine's own."""
    with tempfile.TemporaryDirectory() as folder:
        told = (list(map(str, words)), bare(environment), Path(folder), cwd or Path.cwd())
        command = _forks().Process(target=_obey, args=told)
        command.start()
        command.join(SECONDS_MAX)
        if command.exitcode is None:
            command.kill()
            message = f"pointsvc {words} took longer than {SECONDS_MAX} s"
            raise TimeoutError(message)
        out, err = (Path(folder, name).read_text("utf-8") for name in ("out", "err"))
        return Said(command.exitcode, out, err)


def bare(environment: Mapping[str, str]) -> dict[str, str]:
    """The machine's environment without settings of ours, and these."""
    others = {name: text for name, text in os.environ.items() if not name.startswith("POINTSVC_")}
    return {**others, **environment}


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    commands = (f"pointsvc.cli.{module}" for module in set(COMMANDS.values()))
    context.set_forkserver_preload(
        ["pointsvc.cli.main", *commands, "flask_migrate", WARMED, __name__]
    )
    return context


def _obey(words: list[str], environment: dict[str, str], folder: Path, cwd: Path) -> NoReturn:
    """In the fork: become the command, and end as it ends."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout, sys.stderr = (open(n, "w", encoding="utf-8", closefd=False) for n in (1, 2))  # noqa: SIM115
    sys.argv = ["pointsvc", *words]
    code = _code_of_main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _code_of_main() -> int:
    from pointsvc.cli.main import main  # noqa: PLC0415 - read in the fork's parent only

    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
            return 1
        return end.code or 0
    except BaseException:  # noqa: BLE001 - as Python itself ends
        traceback.print_exc()
        return 1
    return 0
