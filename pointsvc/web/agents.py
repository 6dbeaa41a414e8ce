"""What a browser calls itself, in words that its owner would use: "iPhone · 微信"."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

WORDS_LENGTH_MAX: Final = 40
# The first mark found wins: browsers also name those that they resemble.
SYSTEMS: Final = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
BROWSERS: Final[tuple[tuple[str, str | LazyText], ...]] = (
    ("MicroMessenger", _l("微信")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def agent_in_words(agent: str) -> str:
    """Which kind of phone or computer, and which browser; another client's own name, cut short."""
    found = (_first(SYSTEMS, agent), _first(BROWSERS, agent))
    return " · ".join(each for each in found if each) or agent[:WORDS_LENGTH_MAX]


def _first(marks: tuple[tuple[str, str | LazyText], ...], agent: str) -> str:
    return next((str(words) for mark, words in marks if mark in agent), "")
