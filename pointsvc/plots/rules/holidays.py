"""The statutory days that were known when this was written; the operator's word for a year comes first.

Source: the State Council's notices for 2025 (国办发明电〔2024〕12 号) and 2026 (国办发明电〔2025〕7 号).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_RESTS: Final = (
    ("元旦", date(2025, 1, 1), 1),
    ("春节", date(2025, 1, 28), 8),
    ("清明节", date(2025, 4, 4), 3),
    ("劳动节", date(2025, 5, 1), 5),
    ("端午节", date(2025, 5, 31), 3),
    ("国庆节、中秋节", date(2025, 10, 1), 8),
    ("元旦", date(2026, 1, 1), 3),
    ("春节", date(2026, 2, 15), 9),
    ("清明节", date(2026, 4, 4), 3),
    ("劳动节", date(2026, 5, 1), 5),
    ("端午节", date(2026, 6, 19), 3),
    ("中秋节", date(2026, 9, 25), 3),
    ("国庆节", date(2026, 10, 1), 7),
)
_WORKS: Final = (
    ("春节", date(2025, 1, 26)),
    ("春节", date(2025, 2, 8)),
    ("劳动节", date(2025, 4, 27)),
    ("国庆节、中秋节", date(2025, 9, 28)),
    ("国庆节、中秋节", date(2025, 10, 11)),
    ("元旦", date(2026, 1, 4)),
    ("春节", date(2026, 2, 14)),
    ("春节", date(2026, 2, 28)),
    ("劳动节", date(2026, 5, 9)),
    ("国庆节", date(2026, 9, 20)),
    ("国庆节", date(2026, 10, 10)),
)
# Day → name, and whether people work on it in exchange (调休).
KNOWN: Final[dict[date, tuple[str, bool]]] = {
    first + timedelta(days=n): (name, False) for name, first, count in _RESTS for n in range(count)
} | {day: (f"{name}调休", True) for name, day in _WORKS}
