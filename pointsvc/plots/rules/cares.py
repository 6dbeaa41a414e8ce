"""What is done on a plot, and the year of a plot in the cold, dry north-west as a first draft.

Source of the draft: the maintenance calendar of north-western communities (turf, trees, hedges, water),
conservative averages; the office changes every line of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WHOLE_YEAR: Final = (101, 1231)
CARES: Final = (
    "litter",
    "water",
    "weed",
    "mow",
    "hedge",
    "prune",
    "feed",
    "leaves",
    "wrap",
    "green_up_water",
    "winter_water",
    "patrol",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A line of the draft: RFC 5545 rule, season as month × 100 + day, time of day, people, minutes."""

    care: str
    rrule: str
    season: tuple[int, int]
    at_minute: int
    minutes: int
    people_count: int
    interval_days: int | None = None
    tools: str | None = None
    risk: str = "none"
    follows_holidays: bool = True


YEAR: Final = (
    Draft("litter", "FREQ=WEEKLY;BYDAY=SA", WHOLE_YEAR, 510, 60, 2, 21, "夹子、垃圾袋、手套"),
    Draft(
        "water",
        "FREQ=WEEKLY;BYDAY=TU",
        (415, 1015),
        1110,
        60,
        2,
        14,
        "水管、接头",
        follows_holidays=False,
    ),
    Draft(
        "water",
        "FREQ=WEEKLY;BYDAY=FR",
        (701, 831),
        1140,
        60,
        2,
        tools="水管、接头",
        follows_holidays=False,
    ),
    Draft("weed", "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU", (501, 1015), 480, 90, 3, 35, "小锄、手套"),
    Draft(
        "mow",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU",
        (425, 1015),
        480,
        120,
        2,
        28,
        "割草机、护目镜",
        "mower",
    ),
    Draft("hedge", "FREQ=MONTHLY;BYDAY=4SA;BYMONTH=4,6,9", WHOLE_YEAR, 540, 120, 3, tools="绿篱剪"),
    Draft("feed", "FREQ=MONTHLY;BYDAY=3SU;BYMONTH=4,9", WHOLE_YEAR, 540, 60, 2, tools="肥料、手套"),
    Draft(
        "prune",
        "FREQ=MONTHLY;BYDAY=3SA;BYMONTH=1,2,3,10",
        WHOLE_YEAR,
        600,
        90,
        2,
        tools="手剪、手锯",
    ),
    Draft("leaves", "FREQ=WEEKLY;BYDAY=WE", (1015, 1125), 570, 60, 3, tools="耙子、袋子"),
    Draft("green_up_water", "FREQ=YEARLY;BYMONTH=3;BYDAY=3SU", WHOLE_YEAR, 600, 120, 3),
    Draft("winter_water", "FREQ=YEARLY;BYMONTH=11;BYDAY=2SU", WHOLE_YEAR, 720, 120, 3),
    Draft(
        "wrap", "FREQ=YEARLY;BYMONTH=11;BYDAY=3SU", WHOLE_YEAR, 600, 120, 3, tools="草绳、石灰浆"
    ),
)
