"""From what was uploaded to what is kept: small, without metadata; a process draws one at a time."""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass

from pointsvc.attachments.errors import PictureTooLarge
from pointsvc.attachments.rules import BYTES_MAX, QUALITY, WAIT_SECONDS
from pointsvc.kernel.errors import Busy

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG that we wrote ourselves."""

    content: bytes
    width: int
    height: int
    sha256: bytes


def written_anew(upload: bytes) -> Picture:
    """The uploaded picture as it is kept. Takes half a second of a processor: before any lock.

    Raises:
        PictureTooLarge: over 16 MiB, 50 million pixels, or 20 million of a PNG or WebP.
        PictureUnreadable: no JPEG, PNG or WebP. Busy: others are being read.
    """
    from pointsvc.attachments.canvas import drawn  # noqa: PLC0415 - Pillow: no start waits for it

    if len(upload) > BYTES_MAX:
        raise PictureTooLarge
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        canvas = drawn(upload)
        file = io.BytesIO()
        canvas.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    finally:
        _one_at_a_time.release()
    content = file.getvalue()
    return Picture(content, canvas.width, canvas.height, hashlib.sha256(content).digest())
