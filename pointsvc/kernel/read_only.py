"""When the books may only be read: a marker in the instance, looked at before every change.

A file and not a row, as it tells of a database that was put back and cannot know it; one `stat`
costs a microsecond. The processes of one instance see it at once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from flask import current_app

from pointsvc.kernel.errors import ReadOnly

MARKER: Final = "read-only.json"
_mending: ContextVar[bool] = ContextVar("mending", default=False)


def is_read_only() -> bool:
    """Whether this instance may only be read."""
    return Path(current_app.instance_path, MARKER).exists()


def refuse_while_read_only() -> None:
    """Raises ReadOnly, but for what ends that state (`mending`)."""
    if not _mending.get() and is_read_only():
        raise ReadOnly


@contextmanager
def mending() -> Iterator[None]:
    """What is done here may write even so: signing in, and declaring the gap."""
    before = _mending.set(True)
    try:
        yield
    finally:
        _mending.reset(before)


def set_read_only(instance: Path, why: list[dict[str, Any]]) -> None:
    """Put the marker up, with what is known, or take it down where nothing is."""
    marker = instance / MARKER
    if not why:
        marker.unlink(missing_ok=True)
        return
    draft = marker.with_name(f".{MARKER}.{os.getpid()}")
    draft.write_text(json.dumps(why, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(marker)
