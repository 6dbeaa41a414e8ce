"""What was uploaded, drawn onto an empty canvas: nothing of the file but its colours comes along.

Only the header is believed at first: a picture with more pixels than a phone's is not decoded at all,
so that a small file cannot unfold into gigabytes.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from pointsvc.attachments.errors import PictureTooLarge, PictureUnreadable
from pointsvc.attachments.rules import PIXELS_MAX, PIXELS_WHOLE_MAX, SIDE_MAX

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


def drawn(upload: bytes) -> Image.Image:
    """A new canvas with the picture on it, upright, at most 1600 pixels wide and high.

    Raises:
        PictureTooLarge: 50 million pixels, or 20 million of a PNG or WebP.
        PictureUnreadable: no JPEG, PNG or WebP.
    """
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
