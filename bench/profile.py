"""`python -m bench.profile P1|P2 [--out FOLDER]`: a flame graph of the served product, and tables.

py-spy samples both workers from outside, 200 times a second, while the load of P1 or P2 runs; of
their threads the one that runs Python at that moment counts, and none that waits. py-spy is a
developer's tool (`pip install py-spy`) and needs the right to read other processes; it is no
dependency of anything.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench import community, flames, postgres
from bench.figures import Reading
from bench.machine import processes, tree
from bench.scans import CLIENTS, Desk
from bench.serving import served

RATE: Final = 200
PEOPLE: Final = 12_000
LEAD_SECONDS: Final = 2.0
LONG_SECONDS: Final = 600


def sampler() -> str:
    """Where py-spy is."""
    beside = Path(sys.executable).with_name("py-spy")
    found = str(beside) if beside.exists() else shutil.which("py-spy")
    if found is None:
        sys.exit("py-spy is missing: pip install py-spy")
    return found


@contextmanager
def sampling(process: int, folder: Path) -> Iterator[None]:
    """Sample the workers below `process` meanwhile; collapsed stacks in `folder`, a file for each."""
    options = f"record --gil -F -f raw -r {RATE} -d {LONG_SECONDS}".split()
    workers = tree([process], processes()) - {process}
    recorders = [
        subprocess.Popen(  # noqa: S603
            [sampler(), *options, "-p", str(worker), "-o", str(folder / f"{worker}.raw")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for worker in workers
    ]
    time.sleep(LEAD_SECONDS)
    try:
        yield
    finally:
        for recorder in recorders:
            recorder.send_signal(signal.SIGINT)  # it writes what it has
        for recorder in recorders:
            recorder.wait()


def _loads(desk: Desk) -> dict[str, Callable[[], Reading]]:
    queue = desk.community.leaders[:CLIENTS]
    return {
        "P1": lambda: desk.singles(queue, community.open_shifts(desk.community, queue)),
        "P2": lambda: desk.uploads(
            desk.uploaders, community.open_shifts(desk.community, desk.uploaders)
        ),
    }


def main() -> None:
    """Profile, draw, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("figure", choices=("P1", "P2"))
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    sampler()
    with postgres.running() as server, tempfile.TemporaryDirectory() as folder:
        database = server.make("scans")
        with community.office(Path(folder), database):
            made = community.found(PEOPLE)
            with served(Path(folder), database) as product:
                roots = {"app": product.process, "database": server.process}
                desk = Desk(made, product.port, roots, asked.seconds, server)
                desk.warm()
                with sampling(product.process, Path(folder)):
                    reading = _loads(desk)[asked.figure]()
        raw = "".join(each.read_text() for each in Path(folder).glob("*.raw"))
    _tell(flames.read(raw), reading, asked.figure, asked.out)


def _tell(stacks: flames.Stacks, reading: Reading, figure: str, folder: Path) -> None:
    path = folder / f"flame-{figure}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(flames.drawn(stacks, f"{figure}: CPU of the workers"), encoding="utf-8")
    aside = ", ".join(f"{name} {value:.4g}" for name, value in reading.aside.items())
    sys.stdout.write(f"{figure}: {reading.value:.1f}/s ({aside})\n{path}\n\nWhose work\n")
    for title, rows in (("", flames.shares(stacks)), ("Inside", flames.inclusive(stacks, 40))):
        sys.stdout.write(f"{title}\n" if title else "")
        for what, share in rows:
            sys.stdout.write(f"  {share:6.1%}  {what}\n")


if __name__ == "__main__":
    main()
