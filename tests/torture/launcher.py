"""`python -m tests.torture.launcher serve …`: the product's own command line with failpoints in it.

Workers are forked from this process and have them too. Granian ends a server of which a worker dies
twice within 5.5 seconds, and whoever started it starts it anew; here workers are killed far more
often than machines do it, so that brake is off.
"""

from __future__ import annotations

from typing import Any

from granian.server.common import AbstractServer

from pointsvc.cli.main import main
from tests.torture.fuses import install_from_environment


class Forgetful(dict[int, float]):
    """When each worker was started again: never."""

    def __setitem__(self, _worker: int, _at: float) -> None:
        pass


def release_brake() -> None:
    begin = AbstractServer.__init__

    def beginning(server: Any, *words: Any, **options: Any) -> None:
        begin(server, *words, **options)
        server.respawned_wrks = Forgetful()

    AbstractServer.__init__ = beginning  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    install_from_environment()
    release_brake()
    main()
