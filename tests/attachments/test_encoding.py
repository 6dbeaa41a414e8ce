"""What is kept of an uploaded picture: its colours, upright and small; bombs and rubbish are refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import ExifTags, Image

from pointsvc.attachments.encoding import written_anew
from pointsvc.attachments.errors import PictureTooLarge, PictureUnreadable
from pointsvc.attachments.rules import BYTES_MAX, SIDE_MAX

SECRET = b"somewhere secret"


def phone_photo(orientation: int = 6) -> bytes:
    """A photograph as a phone writes it: lying on its side, with place, camera, comment and preview."""
    image = Image.new("RGB", (400, 300), "white")
    image.paste((200, 30, 30), (0, 0, 400, 60))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = SECRET.decode()
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (39.0, 13.0, 53.0), 3: "E", 4: (106.0, 46.0, 42.0)}
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=SECRET, icc_profile=SECRET)
    return file.getvalue()


def png(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_place_camera_and_comment_are_gone() -> None:
    upload = phone_photo()
    assert SECRET in upload
    kept = written_anew(upload)
    image = opened(kept.content)
    assert not image.getexif()
    assert {"exif", "comment", "icc_profile"}.isdisjoint(image.info)
    assert SECRET not in kept.content
    assert b"Exif" not in kept.content


def test_it_stands_upright_as_the_phone_was_held() -> None:
    kept = written_anew(phone_photo(orientation=6))
    assert (kept.width, kept.height) == (300, 400)
    red, green, _blue = opened(kept.content).getpixel((290, 200))  # type: ignore[misc]
    assert red > 150 > green


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_becomes_a_small_jpeg(kind: str) -> None:
    file = io.BytesIO()
    Image.new("RGBA" if kind != "JPEG" else "RGB", (2000, 1500)).save(file, kind)
    kept = written_anew(file.getvalue())
    assert opened(kept.content).format == "JPEG"
    assert (kept.width, kept.height) == (SIDE_MAX, 1200)


@pytest.mark.parametrize(
    "upload",
    [png(9000, 9000), png(5000, 4001), png(60_000, 60_000), b"\xff\xd8" + b"\0" * BYTES_MAX],
    ids=["pixels", "whole", "bomb", "bytes"],
)
def test_a_bomb_is_refused_before_it_unfolds(upload: bytes) -> None:
    with pytest.raises(PictureTooLarge):
        written_anew(upload)


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"%PDF-1.7",
        png(300, 300),
        phone_photo()[:300],
    ],
    ids=["empty", "svg", "gif", "pdf", "broken", "torn"],
)
def test_what_is_no_photograph_is_refused(upload: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        written_anew(upload)


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    hidden = b"<script>alert(1)</script>PK\x03\x04"
    kept = written_anew(phone_photo() + hidden)
    assert hidden not in kept.content
    assert kept.content.startswith(b"\xff\xd8\xff")
    assert kept.content.endswith(b"\xff\xd9")
