"""Pure words of whose land a plot is."""

from __future__ import annotations

import re
from typing import Final

OWNERS: Final = ("owners", "property", "street", "other")
_BETWEEN: Final = re.compile(r"[、,，;；\n]+")


def species_in(planting: str | None) -> list[str]:
    """The species that a plot's planting lists, each once, in its order."""
    found = (each.strip() for each in _BETWEEN.split(planting or ""))
    return list(dict.fromkeys(each for each in found if each))
