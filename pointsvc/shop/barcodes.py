"""EAN-13 and EAN-8 barcodes as inline SVG for shelf labels.

Forty lines of our own: the libraries for it draw images or PDF and bring Pillow or ReportLab.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

from pointsvc.shop.rules import is_ean

# GS1 General Specifications §5.2: seven modules a digit; the first digit is told by the parities.
_ODD: Final = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
_PARITIES: Final = [
    "OOOOOO",
    "OOEOEE",
    "OOEEOE",
    "OOEEEO",
    "OEOOEE",
    "OEEOOE",
    "OEEEOO",
    "OEOEOE",
    "OEOEEO",
    "OEEOEO",
]
_SHORT: Final = 4  # digits in half an EAN-8
_QUIET: Final = 11
_HEIGHT: Final = 50


def modules_of(code: str) -> str:
    """The modules of an EAN-13 (95) or an EAN-8 (67), "1" for dark."""
    half = len(code) // 2
    parities = _PARITIES[int(code[0])] if half > _SHORT else "O" * half
    left = map(_left, code[-2 * half : -half], parities)
    right = (_inverted(_ODD[int(digit)]) for digit in code[-half:])
    return f"101{''.join(left)}01010{''.join(right)}101"


def svg(code: str | None) -> Markup | None:
    """The barcode with its quiet zones, 117 modules wide (89); None for what is no EAN."""
    if code is None or not is_ean(code):
        return None
    path, x = [], _QUIET
    for bit, run in groupby(modules_of(code)):
        width = len(list(run))
        if bit == "1":
            path.append(f"M{x} 0h{width}v{_HEIGHT}h-{width}z")
        x += width
    return Markup(  # noqa: S704 - digits and our own numbers
        f'<svg class="barcode" xmlns="http://www.w3.org/2000/svg" role="img"'
        f' viewBox="0 0 {x + _QUIET} {_HEIGHT}" shape-rendering="crispEdges">'
        f"<title>{escape(code)}</title>"
        f'<path d="{"".join(path)}"/></svg>'
    )


def _left(digit: str, parity: str) -> str:
    odd = _ODD[int(digit)]
    return odd if parity == "O" else _inverted(odd)[::-1]


def _inverted(modules: str) -> str:
    return modules.translate(str.maketrans("01", "10"))
