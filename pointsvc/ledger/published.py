"""The roots that were published, written down outside the database: `roots/` in the instance.

Sealing adds a line to the community's file, a person may add one from the paper board, and no
restore touches them. So a database that was put back can be told that it is older than the board.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

FOLDER: Final = "roots"
SEALED: Final = "sealed"
TYPED: Final = "typed"
_LINE: Final = re.compile(r"(\d{4}-\d\d-\d\d) ([0-9a-f]{64}) (sealed|typed)")


@dataclass(frozen=True, slots=True)
class PublishedRoot:
    """A day's root as it was published; `source` says whether we sealed it or a person typed it."""

    day: date
    root: bytes
    source: str = SEALED


def read_roots(instance: Path, community_id: UUID) -> list[PublishedRoot]:
    """What is written down of a community, in the order of writing; a torn line is left out."""
    try:
        text = _file(instance, community_id).read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return []
    found = map(_LINE.fullmatch, text.splitlines())
    return [
        PublishedRoot(date.fromisoformat(line[1]), bytes.fromhex(line[2]), line[3])
        for line in found
        if line
    ]


def write_down(instance: Path, community_id: UUID, roots: Iterable[PublishedRoot]) -> None:
    """Add roots, each on the disk before this returns."""
    lines = [f"\n{each.day.isoformat()} {each.root.hex()} {each.source}\n" for each in roots]
    if not lines:
        return
    file = _file(instance, community_id)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="ascii") as stream:
        stream.write("".join(lines))  # an empty line first, should the last one have been torn
        stream.flush()
        os.fsync(stream.fileno())


def communities_written(instance: Path) -> Iterator[UUID]:
    """The communities of which something is written down."""
    for file in sorted(instance.joinpath(FOLDER).glob("*.log")):
        yield UUID(file.stem)


def put_away(instance: Path, community_id: UUID) -> None:
    """Keep what is written of a community that is gone, under a name that nobody reads."""
    file = _file(instance, community_id)
    file.replace(file.with_suffix(".gone"))


def _file(instance: Path, community_id: UUID) -> Path:
    return instance.joinpath(FOLDER, f"{community_id}.log")
