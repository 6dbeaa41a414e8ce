"""From what was uploaded to what is kept: opened with care, upright, small, without metadata.

Only the header is believed at first: a picture with more pixels than a phone's is not decoded at all,
so that a small file cannot unfold into gigabytes; and a process decodes one at a time. What is kept
is drawn onto an empty canvas: nothing of the file but its colours can come along.
"""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from pointsvc.attachments.errors import PictureTooLarge, PictureUnreadable
from pointsvc.attachments.rules import (
    BYTES_MAX,
    PIXELS_MAX,
    PIXELS_WHOLE_MAX,
    QUALITY,
    SIDE_MAX,
    WAIT_SECONDS,
)
from pointsvc.kernel.errors import Busy

KINDS: Final = ("JPEG", "PNG", "WEBP")
BROKEN: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    KeyError,
    TypeError,
    IndexError,
)
BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
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
    if len(upload) > BYTES_MAX:
        raise PictureTooLarge
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        canvas = _opened(upload)
        file = io.BytesIO()
        canvas.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    finally:
        _one_at_a_time.release()
    content = file.getvalue()
    return Picture(content, canvas.width, canvas.height, hashlib.sha256(content).digest())


def _opened(upload: bytes) -> Image.Image:
    """A new canvas with the picture on it, upright, at most 1600 pixels wide and high."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of broken EXIF; it is thrown away
            with Image.open(io.BytesIO(upload), formats=KINDS) as picture:
                most = PIXELS_MAX if picture.format == "JPEG" else PIXELS_WHOLE_MAX
                if picture.width * picture.height > most:
                    raise PictureTooLarge
                picture.draft("RGB", (SIDE_MAX, SIDE_MAX))
                picture.load()
                picture.thumbnail((SIDE_MAX, SIDE_MAX))
                upright = _upright(picture)
            return _flat(upright)
    except BOMBS as error:
        raise PictureTooLarge from error
    except BROKEN as error:
        raise PictureUnreadable from error


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its EXIF says; as it lies where that cannot be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except BROKEN:
        return picture.copy()


def _flat(picture: Image.Image) -> Image.Image:
    """Its colours on white, and nothing else of it."""
    canvas = Image.new("RGB", picture.size, "white")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        canvas.paste(clear, mask=clear.getchannel("A"))
    else:
        canvas.paste(picture.convert("RGB"))
    return canvas
