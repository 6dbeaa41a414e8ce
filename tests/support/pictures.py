"""Codes as a camera sees them: the SVGs of our pages, rasterised and read by another's reader."""

from __future__ import annotations

import io
import re
from typing import Final

import zxingcpp
from PIL import Image

SCALE: Final = 4
SVG: Final = re.compile(r'<svg class="qr".*?</svg>', re.DOTALL)
BOX: Final = re.compile(r'viewBox="0 0 (\d+) ')
RUNS: Final = re.compile(r'stroke="#000" d="([^"]+)"')
STROKE: Final = re.compile(r"([Mmh])(\d+)(?: ([\d.]+))?")


def codes_on(page: str) -> list[str]:
    """What every QR on the page holds, in their order; an unreadable one holds nothing."""
    return [read(drawn(svg)) for svg in SVG.findall(page)]


def read(image: Image.Image) -> str:
    """What the reader sees."""
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(image, formats, text_mode=zxingcpp.TextMode.Plain)
    return found[0].text if found else ""


def drawn(svg: str) -> Image.Image:
    """Rasterise our own path data: absolute moves by row, relative moves, horizontal strokes."""
    [side], [path] = BOX.findall(svg), RUNS.findall(svg)
    image = Image.new("L", (int(side), int(side)), 255)
    x, y = 0, 0
    for command, first, second in STROKE.findall(path):
        if command == "M":
            x, y = int(first), int(float(second))
        elif command == "m":
            x += int(first)
        else:
            image.paste(0, (x, y, x + int(first), y + 1))
            x += int(first)
    return image.resize((image.width * SCALE, image.height * SCALE), Image.Resampling.NEAREST)


def photo_of(svg: str, kind: str = "JPEG") -> bytes:
    """A file as a phone would send it."""
    file = io.BytesIO()
    drawn(svg).convert("RGB").save(file, kind)
    return file.getvalue()
