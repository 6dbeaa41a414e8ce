"""Photographs of the demo, drawn: no file lies beside the code, and nobody's garden is shown."""

from __future__ import annotations

import io
import random
from typing import Final

from PIL import Image, ImageDraw

from pointsvc.attachments.encoding import Picture, written_anew

WIDTH: Final = 800
HEIGHT: Final = 600
SKY: Final = (196, 219, 232)
LAWN: Final = (104, 146, 84)
PATH: Final = (188, 180, 166)
TRUNK: Final = (110, 84, 62)
CROWN: Final = (78, 118, 70)
LEAVES: Final = ((176, 112, 46), (196, 148, 60), (142, 84, 40))
WATER: Final = (120, 150, 170)


def draw_lawn(number: int, *, is_tidy: bool) -> Picture:
    """A lawn with three trees and a path; leaves lie on it until somebody has raked them."""
    chance = random.Random(number)  # noqa: S311 - the same picture on every machine
    image, pen = _ground()
    for n in range(3):
        x = 120 + n * 270 + chance.randint(-30, 30)
        pen.rectangle((x - 9, 190, x + 9, 330), fill=TRUNK)
        pen.ellipse((x - 80, 60, x + 80, 230), fill=CROWN)
    for _n in range(12 if is_tidy else 340):
        x, y = chance.randint(0, WIDTH), chance.randint(320, 520)
        pen.ellipse((x, y, x + 14, y + 8), fill=chance.choice(LEAVES))
    return _kept(image)


def draw_leak() -> Picture:
    """A pipe by a wall with a puddle under it."""
    image, pen = _ground()
    pen.rectangle((0, 60, WIDTH, 300), fill=(206, 192, 176))
    pen.rectangle((380, 180, 400, 420), fill=(96, 100, 104))
    pen.rectangle((360, 400, 480, 424), fill=(96, 100, 104))
    pen.ellipse((260, 430, 640, 540), fill=WATER)
    return _kept(image)


def _ground() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (WIDTH, HEIGHT), SKY)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 280, WIDTH, HEIGHT), fill=LAWN)
    pen.polygon(((0, HEIGHT), (0, 560), (WIDTH, 520), (WIDTH, HEIGHT)), fill=PATH)
    return image, pen


def _kept(image: Image.Image) -> Picture:
    file = io.BytesIO()
    image.save(file, "PNG")
    return written_anew(file.getvalue())
