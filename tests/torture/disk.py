"""A small disk of its own that can be filled to the last byte, where this machine lets us mount one."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

SIZE: Final = "640m"
BALLAST: Final = "ballast"
PIECE: Final = bytes(256 * 1024)


class Disk:
    """A folder; `can_fill` says whether it is a disk of its own."""

    def __init__(self, folder: Path, *, can_fill: bool) -> None:
        self.folder, self.can_fill = folder, can_fill

    def fill(self) -> None:
        """Until nothing more goes in."""
        descriptor = os.open(self.folder / BALLAST, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            with suppress(OSError):  # no space left: that is what we came for
                while True:
                    os.write(descriptor, PIECE)
        finally:
            os.close(descriptor)

    def empty(self) -> None:
        """Make room again."""
        (self.folder / BALLAST).unlink(missing_ok=True)


@contextmanager
def small_disk() -> Iterator[Disk]:
    """Mounted in memory by root; anybody else gets a plain folder that is never filled."""
    folder = Path(tempfile.mkdtemp(prefix="pointsvc-torture-"))
    folder.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(folder)]
    is_mounted = os.geteuid() == 0 and not subprocess.run(mount, check=False).returncode
    try:
        yield Disk(folder, can_fill=is_mounted)
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        subprocess.run(["rm", "-rf", str(folder)], check=True)
