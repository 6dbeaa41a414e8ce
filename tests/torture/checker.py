"""Compares what clients were told with what the books hold, and knows nothing of either's making.

It imports nothing of the product: it reads the clients' logs, and the tables by plain SQL. Every write
of a member is another power of two, done once, so (member, kind, amount) names it: an acknowledged
one that the books lack was lost, one that they hold twice (or that nobody was told of) was doubled,
and a balance tells by its bits what it holds.

`python -m tests.torture.checker LOGS DATABASE_URL`
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

Name = tuple[str, str, int]  # member, kind, amount
Row = tuple[Any, ...]
GAINS: Final = {"drop": 1, "service": 1, "refund": 1, "order": -1, "expire": -1}
# One row for each thing that happened: whose, how many points.
BOOKS: Final = {
    "drop": (
        "SELECT a.owner_id, t.amount FROM transfers t JOIN accounts a"
        " ON a.community_id = t.community_id AND a.id = t.credit_account_id"
        " WHERE t.kind = 'award' AND t.unit = 'points' AND t.source_type = 'scan'"
    ),
    "service": (
        "SELECT a.owner_id, t.amount FROM transfers t JOIN accounts a"
        " ON a.community_id = t.community_id AND a.id = t.credit_account_id"
        " WHERE t.kind = 'award' AND t.unit = 'points' AND t.source_type = 'attendance'"
    ),
    "order": (
        "SELECT a.owner_id, SUM(t.amount) FROM transfers t JOIN accounts a"
        " ON a.community_id = t.community_id AND a.id = t.debit_account_id"
        " WHERE t.kind = 'payment' GROUP BY a.owner_id, t.source_id"
    ),
    "refund": (
        "SELECT a.owner_id, SUM(t.amount) FROM transfers t JOIN accounts a"
        " ON a.community_id = t.community_id AND a.id = t.credit_account_id"
        " WHERE t.kind IN ('refund', 'regrant') GROUP BY a.owner_id, t.source_id"
    ),
    "expire": (
        "SELECT a.owner_id, t.amount FROM transfers t JOIN accounts a"
        " ON a.community_id = t.community_id AND a.id = t.debit_account_id"
        " WHERE t.kind = 'expire'"
    ),
}
BALANCES: Final = "SELECT owner_id, spendable FROM passbooks WHERE unit = 'points'"
SCANS: Final = "SELECT id, award_points FROM scans"
ORDERS: Final = "SELECT id, receipt_no, total_points FROM orders"
ON_SHELF: Final = "SELECT COALESCE(SUM(on_hand), 0) FROM batches"
TAKEN_IN: Final = "SELECT COALESCE(SUM(delta), 0) FROM stock_movements WHERE kind = 'purchase'"


class Books:
    """The tables, read by plain SQL."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self._sqlite = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
        else:
            self._postgresql = psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)

    def rows(self, statement: str) -> list[Row]:
        """What a SELECT finds; ids as people write them."""
        found: Any = (
            self._sqlite.execute(statement)
            if self.is_sqlite
            else self._postgresql.execute(statement.encode())
        )
        return [tuple(map(self._plain, row)) for row in found.fetchall()]

    def close(self) -> None:
        (self._sqlite if self.is_sqlite else self._postgresql).close()

    def _plain(self, value: object) -> object:
        is_id = isinstance(value, UUID) or (isinstance(value, str) and len(value) == 32)
        return str(UUID(str(value))) if is_id else value if isinstance(value, str) else int(value)  # type: ignore[call-overload]


@dataclass
class Told:
    """What the logs say: what must be there, what may be (no answer came), what was answered."""

    acknowledged: Counter[Name] = field(default_factory=Counter)
    unknown: Counter[Name] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    drops: dict[str, int] = field(default_factory=dict)
    orders: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass
class Findings:
    """What is wrong, and how much was looked at; all lists empty: nothing lost, nothing doubled."""

    acknowledged: int
    lost: list[str]
    doubled: list[str]
    answers: list[str]
    balances: list[str]
    unknown: int
    refused: list[str]

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.answers or self.balances)


def read_logs(folder: Path) -> Told:
    """Every line of every client, its intention first."""
    told = Told()
    for log in sorted(folder.glob("*.jsonl")):
        begun: dict[str, Name] = {}
        for line in map(json.loads, log.read_text().splitlines()):
            if "intends" in line:
                begun[line["name"]] = (line["member"], line["kind"], line["intends"])
            else:
                _hear(told, line, begun.pop(line["name"]))
        told.unknown.update(begun.values())
    return told


def _hear(told: Told, line: dict[str, Any], name: Name) -> None:
    """File an acknowledged answer."""
    answer, kind = line["answer"], line["kind"]
    if not _has_moved(kind, line["status"], answer, name[2]):
        told.refused.append(f"{name}: {line['status']} {answer}")
        return
    told.acknowledged[name] += 1
    if kind == "drop":
        told.drops[line["name"]] = answer["award_points"]
    elif kind == "order":
        told.orders[answer["id"]] = (answer["receipt_no"], answer["total_points"])


def _has_moved(kind: str, status: int, answer: dict[str, Any], amount: int) -> bool:
    """Whether the answer says that the points have moved."""
    if kind == "drop":
        return status == 200 and answer.get("award_points") == amount
    if kind == "service" and "results" in answer:
        return status == 200 and answer["results"][-1].get("award_points") == amount
    return status in (200, 201)


def compare(told: Told, books: Books) -> Findings:
    """Logs against books."""
    held = Counter(
        (row[0], kind, int(row[1])) for kind, query in BOOKS.items() for row in books.rows(query)
    )
    possible = told.acknowledged + told.unknown
    return Findings(
        acknowledged=told.acknowledged.total(),
        lost=[_said(name, n) for name, n in (told.acknowledged - held).items()],
        doubled=[_said(name, n) for name, n in (held - possible).items()],
        answers=list(_wrong_answers(told, books)),
        balances=list(_wrong_balances(told, held, books)),
        unknown=told.unknown.total(),
        refused=told.refused,
    )


def _said(name: Name, times: int) -> str:
    return f"{name[1]} of {name[2]} by {name[0]}, {times} time(s)"


def _wrong_answers(told: Told, books: Books) -> Iterator[str]:
    """Scans and receipts that are not what was answered."""
    scans: dict[str, int] = dict(books.rows(SCANS))
    for scan_id, points in told.drops.items():
        if scans.get(scan_id) != points:
            yield f"scan {scan_id}: {points} were told, {scans.get(scan_id)} are kept"
    receipts = {row[0]: (row[1], row[2]) for row in books.rows(ORDERS)}
    for order_id, receipt in told.orders.items():
        if receipts.get(order_id) != receipt:
            yield f"order {order_id}: {receipt} were told, {receipts.get(order_id)} are kept"
    if len({number for number, _total in receipts.values()}) != len(receipts):
        yield "a receipt number was given twice"


def _wrong_balances(told: Told, held: Counter[Name], books: Books) -> Iterator[str]:
    """Balances whose bits are not those of the acknowledged writes, and shelves that do not fit."""
    sums: dict[str, int] = defaultdict(int)
    known = told.acknowledged | (told.unknown & held)  # what got no answer is there or is not
    for (member, kind, amount), times in known.items():
        sums[member] += GAINS[kind] * amount * times
    for member, points in books.rows(BALANCES):
        if points < 0 or points != sums.get(member, 0):
            yield f"{member}: {points:b} in the books, {sums.get(member, 0):b} by the answers"
    kinds = Counter(kind for _member, kind, _amount in known.elements())
    [[on_shelf]], [[taken_in]] = books.rows(ON_SHELF), books.rows(TAKEN_IN)
    if on_shelf != taken_in - kinds["order"] + kinds["refund"]:
        yield f"{on_shelf} on the shelf of {taken_in}, {kinds['order']} sold"


def check(logs: Path, url: str) -> Findings:
    """Read both sides and compare them."""
    books = Books(url)
    try:
        return compare(read_logs(logs), books)
    finally:
        books.close()


if __name__ == "__main__":
    found = check(Path(sys.argv[1]), sys.argv[2])
    sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n")
    sys.exit(0 if found.is_clean else 1)
