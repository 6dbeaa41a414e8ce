"""Pure words of hand-overs: the list that a community begins with, what a typed list holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

LINES_MAX: Final = 20
WORDS_MAX: Final = 80
# What a community begins with; its own list takes its place (the office's words, not translated).
CHECKLIST: Final = (
    "工具棚、水表井的钥匙",
    "工具：锹、耙、剪、水管、手套",
    "水龙头和阀门在哪、怎么关",
    "已知的毛病：漏水、病虫、缺株",
    "还没做完的活、答应过邻居的事",
)


def checklist_in(text: str | None) -> list[str]:
    """The lines of a typed list, each once; the first ones where there are too many."""
    found = (" ".join(line.split())[:WORDS_MAX] for line in (text or "").splitlines())
    return list(dict.fromkeys(line for line in found if line))[:LINES_MAX]


def is_handed_over(ticks: Sequence[tuple[datetime | None, datetime | None]]) -> bool:
    """Whether both sides ticked every line."""
    return all(given and taken for given, taken in ticks)
