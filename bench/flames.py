"""Where the time goes: stacks of a sampling profiler as a flame graph and as tables. Pure.

Drawn by ourselves: py-spy draws one too, with a script in it and the paths of the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 1200
ROW: Final = 16
SIGN: Final = 6.2  # how wide a letter of 11 px is
SHARE_MIN: Final = 0.003
OTHER: Final = "Python and the rest"
OURS: Final = "pointsvc/"
# Whose work it is, by the innermost frame that says so.
OWNERS: Final[Mapping[str, str]] = {
    "sqlalchemy/orm/": "SQLAlchemy, unit of work and objects",
    "sqlalchemy/sql/": "SQLAlchemy, building and compiling statements",
    "sqlalchemy/": "SQLAlchemy, executing",
    "flask_sqlalchemy/": "SQLAlchemy, executing",
    "psycopg": "psycopg",
    "marshmallow/": "marshmallow",
    "flask_smorest/": "Flask and its family",
    "webargs/": "marshmallow",
    "flask": "Flask and its family",
    "werkzeug/": "Flask and its family",
    "granian/": "Flask and its family",
    "structlog/": "logs",
    "pointsvc/ledger/": "our code: ledger",
    "pointsvc/checkin/": "our code: check-in",
    "pointsvc/earning/": "our code: earning",
    OURS: "our code: the rest",
}
COLOURS: Final = {
    "SQL": "#e8a24a",
    "psy": "#d9694a",
    "mar": "#8fb8de",
    "Fla": "#b9a7d6",
    "our": "#7fb77e",
    "": "#d5d2c8",
}


@dataclass(slots=True)
class Node:
    """A function in its place: how many samples were in it, and what it called."""

    count: int = 0
    calls: dict[str, Node] = field(default_factory=dict)


Stacks = list[tuple[list[str], int]]


def read(raw: str) -> Stacks:
    """Collapsed stacks, one a line: `outer (file);inner (file) 12`. What waits is not in them."""
    lines = (line.rpartition(" ") for line in raw.splitlines() if line.strip())
    return [(stack.split(";"), int(count)) for stack, _space, count in lines]


def owner_of(stack: Iterable[str]) -> str:
    """Whose work a sample is."""
    for frame in reversed(list(stack)):
        place = frame.rpartition("(")[2]
        for start, owner in OWNERS.items():
            if place.startswith(start):
                return owner
    return OTHER


def shares(stacks: Stacks) -> list[tuple[str, float]]:
    """Each owner's share, the largest first."""
    total = sum(count for _stack, count in stacks)
    found: Counter[str] = Counter()
    for stack, count in stacks:
        found[owner_of(stack)] += count
    return [(owner, count / total) for owner, count in found.most_common()]


def inclusive(stacks: Stacks, limit: int = 20) -> list[tuple[str, float]]:
    """The share that was spent in each of our functions and what they call, the largest first."""
    total = sum(count for _stack, count in stacks)
    found: Counter[str] = Counter()
    for stack, count in stacks:
        for frame in {frame for frame in stack if f"({OURS}" in frame}:
            found[frame] += count
    return [(frame, count / total) for frame, count in found.most_common(limit)]


def grown(stacks: Stacks) -> Node:
    """The tree of all calls."""
    root = Node()
    for stack, count in stacks:
        node = root
        node.count += count
        for frame in stack:
            node = node.calls.setdefault(frame, Node())
            node.count += count
    return root


def drawn(stacks: Stacks, title: str) -> str:
    """The flame graph as SVG: callers below, as wide as they took time; a name shows on hovering."""
    root = grown(stacks)
    boxes = list(_boxes(root, root.count, 0.0, 0))
    depth = max((row for row, *_rest in boxes), default=0) + 1
    height = (depth + 2) * ROW
    parts = [
        _box(row, left, width, frame, share, height) for row, left, width, frame, share in boxes
    ]
    size = f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="11"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
            f'<rect width="{WIDTH}" height="{height}" fill="#fbfaf6"/>',
            f'<text x="4" y="13" font-size="13">{escape(title)}</text>',
            *parts,
            "</svg>\n",
        ]
    )


def _boxes(
    node: Node, total: int, left: float, row: int
) -> Iterator[tuple[int, float, float, str, float]]:
    for frame, call in sorted(node.calls.items()):
        share = call.count / total
        width = share * WIDTH
        if share >= SHARE_MIN:
            yield row, left, width, frame, share
            yield from _boxes(call, total, left, row + 1)
        left += width


def _box(row: int, left: float, width: float, frame: str, share: float, height: int) -> str:
    owner = owner_of([frame])
    colour = next(colour for start, colour in COLOURS.items() if owner.startswith(start))
    top = height - (row + 1) * ROW
    name = escape(frame)
    short = frame.partition(" (")[0]
    letters = int((width - 4) / SIGN)
    label = short if len(short) <= letters else short[: max(0, letters - 1)] + "…"
    text = f'<text x="{left + 2:.1f}" y="{top + 12}">{escape(label)}</text>' if letters > 2 else ""  # noqa: PLR2004
    return (
        f'<g><title>{name} {share:.1%}</title><rect x="{left:.1f}" y="{top}" width="{width:.1f}"'
        f' height="{ROW - 1}" fill="{colour}"/>{text}</g>'
    )
