"""P12: a thousand member cards to print, and an import of 100,000 rows, on PostgreSQL.

Cards are sheets that the browser prints or saves as PDF, 500 at once; what is measured is the
server's part, the whole page with its codes drawn. The import is the dearest book there is, a
points book in which everybody gets a passbook: read, written, and read a second time to compare.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

from flask import current_app

from bench import community, imports
from bench.community import Community
from bench.figures import Figure, Reading, Target, figure
from bench.postgres import Server
from bench.rounds import Rounds
from tests.support.cast import raise_cast

FIGURES: Final = ("P12",)
CARDS: Final = 1000
SHEET: Final = 500
ROWS: Final = 100_000


def measure(rounds: Rounds, server: Server, folder: Path, _wanted: Collection[str]) -> list[Figure]:
    """Cards in every round; the import once, as it takes minutes."""
    rows = 2000 if rounds.is_quick else ROWS
    with community.office(folder / "paper", server.make("paper")):
        made = community.found(CARDS, leaders=1, clerks=1)
        printed = rounds.run({"cards": lambda: _printed(made)})["cards"]
    with community.office(folder / "imports", server.make("imports")):
        imported = rounds.quietly("import", lambda: _imported(rows))
    return [
        figure("P12", "1,000 member cards, their pages", "s", printed),
        figure(
            "P12",
            f"import of {rows:,} rows",
            "s",
            [imported],
            target=Target(60, is_most=True, unit=" s"),
            note="measured once; the roster of as many people comes before it and is not in it",
        ),
    ]


def _printed(made: Community) -> Reading:
    """All cards, sheet after sheet, as the clerk's browser gets them."""
    client, members = current_app.test_client(), list(made.cards)
    headers = {"Authorization": f"Bearer {made.clerks[0].token}"}
    began, size = time.perf_counter(), 0
    for start in range(0, len(members), SHEET):
        asked = [("member_id", str(member_id)) for member_id in members[start : start + SHEET]]
        answer = client.get("/members/cards/sheet", query_string=asked, headers=headers)
        assert answer.status_code == 200, answer.status  # noqa: PLR2004
        assert answer.text.count("<svg") >= len(asked), "a code for each"
        size += len(answer.data)
    return Reading(time.perf_counter() - began, {"bytes": size})


def _imported(rows: int) -> Reading:
    """The points book, after a roster of as many people."""
    cast, done = raise_cast(), imports.counted()
    for _figures in imports.imported(
        cast, imports.book(imports.ROSTER, imports.people(rows)), done
    ):
        pass
    book = imports.book(imports.LEDGER, imports.lines(rows))
    parts = {figures[0]: float(figures[1]) for figures in imports.imported(cast, book, done)}
    return Reading(sum(parts.values()), {f"{name}_s": seconds for name, seconds in parts.items()})
