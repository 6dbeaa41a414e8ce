"""Races in the books: each shown to exist with its guard off, and to be closed with it on.

Amounts are powers of two, so that a balance tells which transfers it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from functools import partial, reduce
from operator import or_
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger import books as posting
from pointsvc.ledger.errors import EffectRepeated
from pointsvc.ledger.transfers import NewTransfer, Recording, Side
from tests.ledger.bookkeeper import NEW_YEARS_EVE, Bookkeeper
from tests.support.guards import row_locks_off

ENDED = date(2026, 11, 20)
POSTGRESQL = pytest.mark.engines(
    "postgresql"
)  # SQLite has one writer: there is no lock to leave out
Ended = list[object]


def at_once(app: Flask, works: Sequence[Callable[[], object]]) -> Ended:
    """Let all start together, each in a context of its own; what each returned or raised."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(30)
            try:
                return work()
            except Exception as error:  # noqa: BLE001 - what is looked at
                return error
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(works)) as threads:
        ended = list(threads.map(run, works))
    db.session.rollback()
    return ended


def kinds(ended: Ended) -> list[str]:
    """Names of refusals, `done` for the rest."""
    return sorted(type(e).__name__ if isinstance(e, Exception) else "done" for e in ended)


class NoLock:
    """The guard off: nobody waits for a passbook, and all have read before anybody writes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, writers: int) -> None:
        self.have_read = Barrier(writers)
        self.seen: list[list[int]] = []
        self.reading = posting._read_balances
        row_locks_off(monkeypatch)
        monkeypatch.setattr(posting, "_read_balances", self._read)

    def _read(self, books: Any) -> None:
        self.reading(books)
        self.seen.append([head.spendable for head in books.heads.values()])
        with suppress(BrokenBarrierError):  # a second try finds nobody to wait for
            self.have_read.wait(3)


def test_two_tills_spend_the_last_points_once(books: Bookkeeper, limei: UUID, app: Flask) -> None:
    """docs/ledger.md case 1."""
    books.earn(limei, 16)
    ended = at_once(app, [lambda: books.pay(limei, 16)] * 2)
    assert kinds(ended) == ["InsufficientPoints", "done"]
    assert (books.points(limei), books.verify().ok) == (0, True)


@POSTGRESQL
def test_without_the_lock_both_tills_would_pay_and_the_constraints_refuse_one(
    books: Bookkeeper, limei: UUID, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both saw 16 points; the second entry has the first one's place, and its till looks again."""
    books.earn(limei, 16)
    unlocked = NoLock(monkeypatch, 2)
    ended = at_once(app, [lambda: books.pay(limei, 16)] * 2)
    monkeypatch.undo()
    assert unlocked.seen == [[16], [16], [0]]
    assert kinds(ended) == ["InsufficientPoints", "done"]
    assert (books.points(limei), books.verify().ok) == (0, True)


def test_many_earn_and_spend_at_once_and_nothing_is_lost(
    books: Bookkeeper, limei: UUID, app: Flask
) -> None:
    books.earn(limei, 2**12)
    earning = [lambda n=n: books.earn(limei, 2**n) for n in range(6)]
    spending = [lambda n=n: books.pay(limei, 2**n) for n in range(6, 12)]
    ended = at_once(app, [*earning, *spending])
    assert kinds(ended) == ["done"] * 12
    earned, spent = (reduce(or_, (2**n for n in numbers)) for numbers in (range(6), range(6, 12)))
    assert books.points(limei) == 2**12 + earned - spent
    assert books.verify().ok


def test_a_double_tap_is_one_effect(books: Bookkeeper, limei: UUID, app: Flask) -> None:
    """docs/ledger.md case 2: the same deed four times at once."""
    deed = books.deed(limei, 16, minutes=90)
    ended = at_once(app, [lambda: books.award(deed)] * 4)
    assert [e for e in ended if e != {limei: 16}] == []
    assert (books.balances(limei).service_minutes, books.verify().ok) == (90, True)


@POSTGRESQL
def test_without_the_lock_a_double_tap_is_held_back_by_its_effect(
    books: Bookkeeper, limei: UUID, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.earn(limei, 1)
    deed = books.deed(limei, 16)
    unlocked = NoLock(monkeypatch, 2)
    at_once(app, [lambda: books.award(deed)] * 2)
    monkeypatch.undo()
    assert unlocked.seen[:2] == [[1], [1]]
    assert (books.points(limei), books.verify().ok) == (17, True)


def test_a_line_paid_by_two_at_once_is_paid_once(
    books: Bookkeeper, limei: UUID, app: Flask
) -> None:
    books.earn(limei, 64)
    line = new_id()
    ended = at_once(app, [lambda: books.pay(limei, 16, lines=[line])] * 2)
    assert kinds(ended) == [EffectRepeated.__name__, "done"]
    assert books.points(limei) == 48


def test_a_refund_by_ten_at_once_is_one(books: Bookkeeper, limei: UUID, app: Flask) -> None:
    """docs/ledger.md case 27."""
    books.earn(limei, 64)
    [line] = books.pay(limei, 16)
    ended = at_once(app, [lambda: books.refund(limei, line, 16)] * 10)
    assert kinds(ended) == ["CorrectionExceeds"] * 9 + ["done"]
    assert (books.points(limei), books.verify().ok) == (64, True)


@POSTGRESQL
def test_without_the_lock_two_refunds_both_find_nothing_refunded_and_one_is_refused(
    books: Bookkeeper, limei: UUID, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 27: both would give 16 points back; the effect lets one."""
    books.earn(limei, 64)
    [line] = books.pay(limei, 16)
    unlocked = NoLock(monkeypatch, 2)
    ended = at_once(app, [lambda: books.refund(limei, line, 16)] * 2)
    monkeypatch.undo()
    assert unlocked.seen[:2] == [[48], [48]]
    assert kinds(ended) == ["CorrectionExceeds", "done"]
    assert (books.points(limei), books.verify().ok) == (64, True)


@POSTGRESQL
def test_without_the_lock_two_expiry_runs_want_the_same_wallet(
    books: Bookkeeper, limei: UUID, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 22: both read 8; they expire once."""
    books.earn(limei, 8, ENDED)
    [wallet] = books.passed_wallets()
    unlocked = NoLock(monkeypatch, 2)
    ended = at_once(app, [lambda: books.expire(wallet)] * 2)
    monkeypatch.undo()
    assert unlocked.seen[:2] == [[8], [8]]
    assert sorted(map(str, ended)) == ["0", "8"]
    assert (books.left_of(limei), books.verify().ok) == (0, True)


def test_redemption_racing_expiry_is_spent_or_expired_and_never_both(
    books: Bookkeeper, limei: UUID, app: Flask
) -> None:
    """docs/ledger.md case 23: a till whose day has not ended yet, against the run of the next."""
    till = Bookkeeper(books.community_id, ENDED)
    for number in range(6):
        books.earn(limei, 2**number, ENDED)
        [wallet] = books.passed_wallets()
        before = books.left_of(limei)
        ended = at_once(app, [partial(till.pay, limei, 1), partial(books.expire, wallet)])
        paid = not isinstance(ended[0], Exception)
        assert books.left_of(limei) == 0
        assert ended[1] == before - paid
        books.sleep(1)
    assert books.verify().ok


@POSTGRESQL
def test_without_the_lock_expiry_and_redemption_want_the_same_points(
    books: Bookkeeper, limei: UUID, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read 8; the floor and the chain let one of them have them."""
    books.earn(limei, 8, ENDED)
    till = Bookkeeper(books.community_id, ENDED)
    [wallet] = books.passed_wallets()
    unlocked = NoLock(monkeypatch, 2)
    ended = at_once(app, [lambda: till.pay(limei, 8), lambda: books.expire(wallet)])
    monkeypatch.undo()
    assert unlocked.seen == [[8], [8], [0]]
    assert sum(e == 8 or isinstance(e, list) for e in ended) == 1
    assert (books.left_of(limei), books.verify().ok) == (0, True)


def give(books: Bookkeeper, giver: UUID, taker: UUID, amount: int) -> None:
    """A transfer between two people, as merging two records makes them."""

    def work() -> None:
        opened = posting.open_books(
            community_id=books.community_id, owner_ids=[giver, taker], unit="points"
        )
        sides = (Side(giver, "wallet", NEW_YEARS_EVE), Side(taker, "wallet", NEW_YEARS_EVE))
        given = NewTransfer(
            new_id(), "points", *sides, amount, "merge", "merge", "member", new_id(), "merge"
        )
        opened.post([given], Recording(books.clerk, books.now, books.today))

    transact(work)


def test_opposite_transfers_do_not_lock_each_other_out(
    books: Bookkeeper, limei: UUID, liuyang: UUID, app: Flask
) -> None:
    """Passbooks are locked by id (docs/ledger.md §3: 543 of 960 deadlocked unsorted, 0 sorted)."""
    for person in (limei, liuyang):
        books.earn(person, 2**10)
    there = [lambda n=n: give(books, limei, liuyang, 2**n) for n in range(5)]
    back = [lambda n=n: give(books, liuyang, limei, 2**n) for n in range(5, 10)]
    assert kinds(at_once(app, [*there, *back])) == ["done"] * 10
    moved = sum(2**n for n in range(5, 10)) - sum(2**n for n in range(5))
    assert (books.points(limei), books.points(liuyang)) == (2**10 + moved, 2**10 - moved)
    assert books.verify().ok


@POSTGRESQL
def test_with_locks_taken_in_their_own_order_opposite_transfers_deadlock(
    books: Bookkeeper, limei: UUID, liuyang: UUID, app: Flask
) -> None:
    """The race exists: PostgreSQL breaks it, and `transact` does the whole work again."""
    for person in (limei, liuyang):
        books.earn(person, 2**4)
    both_hold_one = Barrier(2)
    tries: list[UUID] = []

    def work(first: UUID, second: UUID) -> None:
        tries.append(first)
        for owner in (first, second):
            posting.open_books(community_id=books.community_id, owner_ids=[owner], unit="points")
            if len(tries) <= 2 and owner == first:
                both_hold_one.wait(30)

    pairs = ((limei, liuyang), (liuyang, limei))
    ended = at_once(app, [partial(transact, partial(work, *pair)) for pair in pairs])
    assert (kinds(ended), len(tries)) == (["done"] * 2, 3)
