"""Reading a code from a photo: the last resort of browsers that cannot do it themselves.

Only the header is believed at first: a picture with more pixels than a phone's is not decoded at
all, so that a small file cannot unfold into gigabytes.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from pointsvc.checkin.errors import PhotoTooLarge, PhotoUnreadable

if TYPE_CHECKING:
    from PIL import Image

BYTES_MAX: Final = 16 * 1024 * 1024
PIXELS_MAX: Final = 50_000_000
SIDE_MAX: Final = 2400
KINDS: Final = ("JPEG", "PNG", "WEBP")


def text_in(photo: bytes) -> str | None:
    """What the first QR code in the picture holds; None where there is none.

    Raises:
        PhotoTooLarge: over 16 MiB or 50 million pixels. PhotoUnreadable: no JPEG, PNG or WebP.
    """
    import zxingcpp  # noqa: PLC0415 - the last resort: no start waits for it

    if len(photo) > BYTES_MAX:
        raise PhotoTooLarge
    picture = _opened(photo)
    codes = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(picture, codes, text_mode=zxingcpp.TextMode.Plain)
    return next((code.text for code in found if code.text), None)


def _opened(photo: bytes) -> Image.Image:
    """The picture in grey, no larger than the reader needs it."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - as above

    try:
        with Image.open(io.BytesIO(photo), formats=KINDS) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise PhotoTooLarge
            picture.draft("L", (SIDE_MAX, SIDE_MAX))
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PhotoUnreadable from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooLarge from error
    grey.thumbnail((SIDE_MAX, SIDE_MAX))
    return grey
