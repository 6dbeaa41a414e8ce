"""QR codes as inline SVG, as a matrix and for the terminal.

The matrix is qrcode's. The SVG writer is ours: the library's writes no title and a rectangle for
each module (50 KB a code; see `svg` for what this one takes).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal

from markupsafe import Markup
from qrcode import constants, util  # type: ignore[import-untyped]
from qrcode.exceptions import DataOverflowError  # type: ignore[import-untyped]
from qrcode.main import QRCode  # type: ignore[import-untyped]

ErrorCorrection = Literal["L", "M", "Q", "H"]
Matrix = tuple[tuple[bool, ...], ...]

QUIET_ZONE: Final = 4
VERSION_MAX: Final = 5
BRIEF_MASK: Final = 2
_LEVELS: Final = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
_SEGMENTS: Final = re.compile(r"(.*?)([0-9A-Z $%*+\-./:]*)", re.DOTALL)
_HALF_BLOCKS: Final = {  # (upper dark, lower dark); light modules are drawn
    (True, True): " ",
    (True, False): "▄",
    (False, True): "▀",
    (False, False): "█",
}


class QrTooLarge(ValueError):
    """The text needs a larger symbol than allowed: a longer address than cameras read well."""


def version_of(text: str, error_correction: ErrorCorrection = "Q") -> int:
    """The version (1 to 40; version v has 17 + 4v modules a side) that `text` needs.

    Raises:
        QrTooLarge: it fits in no version.
        ValueError: it is empty or not ASCII.
    """
    return int(_symbol(text, error_correction).version)


def matrix(
    text: str,
    error_correction: ErrorCorrection = "Q",
    *,
    version_max: int = VERSION_MAX,
    mask: int | None = None,
) -> Matrix:
    """The modules by row, True where dark, without the quiet zone.

    Args:
        text: what to encode.
        error_correction: how much of it may be unreadable.
        version_max: the largest version.
        mask: one of the eight; the best of them by default, and to find it takes as long as a page.

    Raises:
        QrTooLarge: above `version_max`; codes of cards, signs and phones stay at most at 5, so
            that a cheap camera reads them; a longer one-time address names a higher limit.
        ValueError: the text is empty or not ASCII (an address never is).
    """
    symbol = _symbol(text, error_correction, mask)
    if symbol.version > version_max:
        raise QrTooLarge(f"version {symbol.version} > {version_max} for {len(text)} characters")
    symbol.make()
    return tuple(tuple(bool(dark) for dark in row) for row in symbol.modules)


def svg(
    text: str,
    *,
    title: str,
    error_correction: ErrorCorrection = "Q",
    version_max: int = VERSION_MAX,
    is_public: bool = False,
    is_brief: bool = False,
) -> Markup:
    """An inline SVG without style, id, width or height: a CSS class `qr` sizes it.

    One unit is one module, the quiet zone of four included; dark rows are drawn as runs. About
    2 KB for a card at version 4. `title` is what a screen reader says ("李梅的居民卡二维码").
    What `is_public` is drawn once; no process keeps the secret of a card, a visit or a second step.
    What `is_brief` is on a screen for half a minute: any mask does, and its text is as good as random.

    Raises:
        QrTooLarge, ValueError: as `matrix`.
    """
    draw = _drawn_once if is_public else _drawn
    side, runs = draw(text, error_correction, version_max, BRIEF_MASK if is_brief else None)
    return Markup(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        'shape-rendering="crispEdges"><title>{title}</title>'
        '<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{runs}"/></svg>'
    ).format(side=side, title=title, runs=runs)


def terminal(text: str, *, ansi: bool, version_max: int = 10) -> str:
    """Lines of half blocks, two modules high a line, at level M.

    Args:
        text: what to encode.
        ansi: set black and white ourselves (a terminal); without it light modules are drawn in the
            foreground colour, which is right on a dark background.
        version_max: the largest version.
    """
    rows = _with_quiet_zone(matrix(text, "M", version_max=version_max))
    rows += [(False,) * len(rows[0])] * (len(rows) % 2)
    lines = [
        "".join(_HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" if ansi else line for line in lines)


def _symbol(text: str, error_correction: ErrorCorrection, mask: int | None = None) -> QRCode:
    """A fitted symbol: bytes first, then the longest end that QR's 45 characters can write."""
    if not text or not text.isascii():
        raise ValueError("a QR holds an address, and that is ASCII")
    symbol = QRCode(error_correction=_LEVELS[error_correction], mask_pattern=mask)
    for part, mode in zip(_split(text), (util.MODE_8BIT_BYTE, util.MODE_ALPHA_NUM), strict=True):
        if part:
            symbol.add_data(util.QRData(part.encode(), mode, check_data=False))
    try:
        symbol.best_fit()
    except (DataOverflowError, ValueError) as error:
        raise QrTooLarge(f"no QR holds {len(text)} characters") from error
    return symbol


def _split(text: str) -> tuple[str, str]:
    found = _SEGMENTS.fullmatch(text)
    assert found is not None, "the pattern matches every text"
    return found[1], found[2]


def _drawn(
    text: str, error_correction: ErrorCorrection, version_max: int, mask: int | None
) -> tuple[int, str]:
    """The side and the dark runs."""
    rows = matrix(text, error_correction, version_max=version_max, mask=mask)
    return len(rows) + 2 * QUIET_ZONE, _runs(rows)


# A page's own address is asked for by every reader of the page.
_drawn_once: Final = lru_cache(maxsize=128)(_drawn)


def _with_quiet_zone(rows: Matrix) -> list[Sequence[bool]]:
    width = len(rows) + 2 * QUIET_ZONE
    border: list[Sequence[bool]] = [(False,) * width] * QUIET_ZONE
    margin = (False,) * QUIET_ZONE
    return [*border, *((*margin, *row, *margin) for row in rows), *border]


def _runs(rows: Matrix) -> str:
    """Path data: for each row a move to its middle line, then each dark run as a stroke."""
    parts: list[str] = []
    for y, row in enumerate(rows):
        parts.append(f"M{QUIET_ZONE} {y + QUIET_ZONE}.5")
        gap = 0
        for dark, cells in groupby(row):
            length = len(list(cells))
            if not dark:
                gap = length
                continue
            parts.append(f"m{gap} 0h{length}" if gap else f"h{length}")
            gap = 0
    return "".join(parts)
