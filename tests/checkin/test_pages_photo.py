"""The server's eye: a photo in, a text out; bombs and rubbish refused before they unfold."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from pointsvc.checkin.errors import PhotoMissing, PhotoTooLarge, PhotoUnreadable
from pointsvc.checkin.photos import BYTES_MAX, text_in
from pointsvc.kernel import qr
from tests.checkin.duty import Duty
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.pictures import photo_of

pytestmark = pytest.mark.engines("sqlite")

TEXT = "https://g.cn/c/0123456789ABCDE"


def post(client: HouseClient, photo: bytes | None) -> TestResponse:
    data = {"photo": (io.BytesIO(photo), "photo.jpg")} if photo is not None else {}
    return client.post("/checkin/decode", data=data, content_type="multipart/form-data")


@pytest.fixture
def signed_in(duty: Duty, client: HouseClient) -> HouseClient:
    sign_in_cookie(client, duty.cast.limei)
    return client


def turned(photo: bytes) -> bytes:
    """The same photo taken askew, in a larger picture."""
    paper = Image.new("RGB", (1600, 1200), (190, 180, 160))
    with Image.open(io.BytesIO(photo)) as picture:
        paper.paste(picture.rotate(17, expand=True, fillcolor=(190, 180, 160)), (500, 300))
    file = io.BytesIO()
    paper.save(file, "JPEG", quality=70)
    return file.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_a_code_is_read(signed_in: HouseClient, kind: str) -> None:
    answer = post(signed_in, photo_of(qr.svg(TEXT, title="x"), kind))
    assert (answer.status_code, answer.get_json()) == (200, {"text": TEXT})


def test_a_photo_taken_askew_is_read(signed_in: HouseClient) -> None:
    photo = turned(photo_of(qr.svg(TEXT, title="x")))
    assert post(signed_in, photo).get_json() == {"text": TEXT}


def test_a_photo_without_a_code_is_no_error(signed_in: HouseClient) -> None:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "white").save(file, "JPEG")
    answer = post(signed_in, file.getvalue())
    assert (answer.status_code, answer.get_json()) == (200, {"text": None})


@pytest.mark.parametrize(
    ("photo", "refusal"),
    [
        (None, PhotoMissing),
        (b"", PhotoUnreadable),
        (b"%PDF-1.7 not a picture", PhotoUnreadable),
        (photo_of(qr.svg(TEXT, title="x"))[:400], PhotoUnreadable),
        (png_claiming(300, 300), PhotoUnreadable),
        (png_claiming(9000, 9000), PhotoTooLarge),
        (png_claiming(60_000, 60_000), PhotoTooLarge),
    ],
)
def test_what_is_no_photo_is_refused(
    signed_in: HouseClient, photo: bytes | None, refusal: type[PhotoMissing]
) -> None:
    answer = post(signed_in, photo)
    assert answer.status_code == refusal.status
    assert refusal.code in answer.text


def test_more_bytes_than_a_phones_photo_are_not_opened() -> None:
    with pytest.raises(PhotoTooLarge):
        text_in(b"\xff\xd8" + b"\0" * BYTES_MAX)


@pytest.mark.usefixtures("cast")
def test_a_passer_by_is_not_served(client: HouseClient) -> None:
    assert post(client, photo_of(qr.svg(TEXT, title="x"))).status_code == 401
