"""What a reading found, in numbers: kept with its run, and free of anybody's name."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Final

from pointsvc.imports.lines import Line
from pointsvc.imports.reading import Reading
from pointsvc.members.rules import needs_guardian

REPEATED: Final = frozenset(
    {
        "imports.person_repeated",
        "imports.person_repeated_differently",
        "imports.product_repeated",
    }
)


def summarise(reading: Reading, today: date) -> dict[str, Any]:
    """The figures of the report's page."""
    balances = [points for points in reading.balances.values() if points > 0]
    return {
        "sheets": _sheets(reading),
        "people": len(reading.people),
        "without_phone": sum(person.phone is None for person in reading.people),
        "under_14": sum(needs_guardian(person.born_on, today) for person in reading.people),
        "party_members": sum(person.is_party_member for person in reading.people),
        "duplicates": reading.duplicates,
        "plots": len(reading.plots),
        "ledger_lines": len(reading.ledger),
        "holders": len(balances),
        "total_points": sum(balances),
        "donations": len(reading.donations),
        "pieces": sum(line.quantity for line in reading.donations),
        "value_fen": sum(line.value_fen or 0 for line in reading.donations),
        "products": len(reading.catalogue),
    }


def _sheets(reading: Reading) -> list[dict[str, Any]]:
    lines: tuple[Line, ...] = (
        *reading.people,
        *reading.plots,
        *reading.ledger,
        *reading.donations,
        *reading.catalogue,
    )
    taken = Counter(line.sheet for line in lines)
    rejected = Counter(row.sheet for row in reading.rejected)
    repeated = Counter(each.sheet for each in reading.warnings if each.code in REPEATED)
    return [
        {
            "name": name,
            "kind": table.kind,
            "taken": taken[name],
            "rejected": rejected[name],
            "repeated": repeated[name],
        }
        for name, table in reading.tables.items()
    ]
