"""English of one: `1 pieces` becomes `1 piece`, wherever a number filled a place.

The sources are Chinese, which counts without plurals; so the catalogue has one English text for
each, written for many, and the few nouns that follow a number are made singular here.
"""

from __future__ import annotations

import re
from typing import Final

ONE: Final = {
    "pieces": "piece",
    "points": "point",
    "people": "person",
    "households": "household",
    "units": "unit",
    "products": "product",
    "goods": "good",
    "batches": "batch",
    "kinds": "kind",
    "lines": "line",
    "rows": "row",
    "entries": "entry",
    "cards": "card",
    "photos": "photo",
    "labels": "label",
    "bags": "bag",
    "times": "time",
    "exchanges": "exchange",
    "refunds": "refund",
    "minutes": "minute",
    "hours": "hour",
    "days": "day",
    "weeks": "week",
    "months": "month",
    "plots": "plot",
    "donations": "donation",
}
VERB: Final = {"are": "is", "were": "was", "have": "has"}
_COUNTED: Final = re.compile(rf"(?<![\d.,:/-])1 ({'|'.join(ONE)})(?: ({'|'.join(VERB)}))?\b")


def of_one(text: str) -> str:
    """The English text with what follows a lonely 1 in the singular."""
    if "1 " not in text:
        return text
    return _COUNTED.sub(_singular, text)


def _singular(found: re.Match[str]) -> str:
    noun, verb = found.groups()
    return f"1 {ONE[noun]}" + (f" {VERB[verb]}" if verb else "")
