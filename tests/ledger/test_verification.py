"""`verify` finds what a hand with all rights did to the books, and names the broken invariant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask_sqlalchemy import SQLAlchemy

from pointsvc.cli.ledger import ledger
from pointsvc.ledger.queries import latest_seal
from tests.ledger.bookkeeper import Bookkeeper
from tests.ledger.tampering import Hand

CONTRACT = {"ok", "accounts", "transfers", "checks", "root"}
CHECKS = {"L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L10", "L12", "L15", "A1", "seals"}


@pytest.fixture
def hand(
    database: SQLAlchemy, books: Bookkeeper, limei: UUID, liuyang: UUID, engine_name: str
) -> Iterator[Hand]:
    """Books with a bit of everything, sealed, before somebody whom nothing stops."""
    books.earn(limei, 64)
    source = books.earn(limei, 32)
    [line] = books.pay(limei, 16)
    books.refund(limei, line, 8)
    books.take_back(source)
    books.earn(liuyang, 128)
    books.seal()
    with Hand.of(database, engine_name, books, limei) as made:
        yield made


def broken(books: Bookkeeper) -> set[str]:
    return {check.id for check in books.verify().checks if not check.ok}


def test_untouched_books_hold(hand: Hand) -> None:
    report = hand.books.verify()
    assert (report.ok, report.broken_books, report.entries) == (True, frozenset(), 6)


FAULTS = {
    "a balance was raised": ("raise_balance", {"L2", "L6"}),
    "a passbook's total was raised": ("raise_total", {"L6"}),
    "an entry was inserted by hand": ("insert_entry", {"A1", "L6", "L7"}),
    "the last entry is missing": ("delete_last_entry", {"L6", "L7"}),
    "an entry in the middle is missing": ("delete_second_entry", {"L4", "A1"}),
    "an entry's sum is wrong": ("spoil_sum", {"L4"}),
    "a transfer's amount was changed": ("change_amount", {"A1", "L2", "L7"}),
    "a transfer's reason was changed": ("change_reason", {"A1"}),
    "a payment went to the wrong account": ("misdirect", {"A1", "L1"}),
    "a correction was uncounted": ("uncount_correction", {"L12"}),
    "more was corrected than there was": ("over_correct", {"L12"}),
    "one person was both": ("approve_alone", {"L15"}),
    "a sealed root was changed": ("change_root", {"seals"}),
}


@pytest.mark.parametrize(("deed", "checks"), FAULTS.values(), ids=FAULTS.keys())
def test_a_planted_fault_is_named(hand: Hand, deed: str, checks: set[str]) -> None:
    """docs/ledger.md case 20, and one fault for each invariant."""
    getattr(hand, deed)()
    assert checks <= broken(hand.books)


@pytest.mark.engines("postgresql")  # SQLite's unique keys cannot be taken away from a table
def test_a_repeated_effect_is_named(hand: Hand) -> None:
    hand.repeat_effect()
    assert {"L7", "L8"} <= broken(hand.books)


def test_one_broken_book_is_named_and_the_others_are_read_on(hand: Hand) -> None:
    """docs/ledger.md §3: two members must not stop because one account is broken."""
    hand.spoil_sum()
    report = hand.books.verify()
    assert (report.broken_books, report.entries) == (frozenset({hand.book_id}), 6)


def test_a_whole_rewritten_chain_is_betrayed_by_its_seal(hand: Hand) -> None:
    """docs/ledger.md case 20: all hashes fit again, but not the root of yesterday."""
    hand.rewrite_chain()
    report = hand.books.verify()
    assert (report.broken_books, broken(hand.books)) == (frozenset(), {"seals"})
    [found] = [check for check in report.checks if not check.ok]
    assert found.broken == [str(hand.books.today)]


def test_rewritten_seals_are_betrayed_by_the_root_on_the_public_board(hand: Hand) -> None:
    printed = latest_seal(community_id=hand.books.community_id)
    hand.rewrite_chain()
    hand.rewrite_seals()
    shown = latest_seal(community_id=hand.books.community_id)
    assert broken(hand.books) == set()
    assert printed is not None
    assert shown is not None
    assert printed.root != shown.root


def test_verify_says_what_the_contract_says(
    books: Bookkeeper, limei: UUID, environment: dict[str, str]
) -> None:
    books.earn(limei, 64)
    books.seal()
    done = CliRunner().invoke(ledger, ["verify", "--json"], env=environment)
    said = json.loads(done.stdout)
    assert (done.exit_code, set(said), said["ok"]) == (0, CONTRACT, True)
    assert (said["accounts"], said["transfers"]) == (2, 1)
    assert said["root"] == books.verify().root.hex()
    assert all(set(check) == {"id", "ok", "count"} for check in said["checks"])
    assert {check["id"] for check in said["checks"]} >= CHECKS


def test_verify_exits_1_and_names_what_is_broken(hand: Hand, environment: dict[str, str]) -> None:
    hand.raise_balance()
    hand.release()
    said = CliRunner().invoke(ledger, ["verify", "--json"], env=environment)
    assert (said.exit_code, json.loads(said.stdout)["ok"]) == (1, False)
    read = CliRunner().invoke(ledger, ["verify"], env=environment)
    assert (read.exit_code, "✗ L6" in read.stdout) == (1, True)
    assert str(hand.wallet_id) in read.stdout
