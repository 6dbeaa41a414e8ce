"""The constraints alone, without a lock or a line of ours, refuse broken books (docs/ledger.md §2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.models import Account, CorrectedTransfer, Entry, Passbook, Transfer
from pointsvc.ledger.transfers import passbook_id
from tests.ledger.bookkeeper import Bookkeeper, found_books


class Raw:
    """Rows of one member's book, as somebody with a database client writes them."""

    def __init__(self, session: Any, books: Bookkeeper, member: UUID) -> None:
        self.session, self.books, self.member = session, books, member
        self.book_id = passbook_id(books.community_id, member, "points")

    def last(self, model: type[Any]) -> dict[str, Any]:
        """The newest row, as values."""
        order = Entry.seq if model is Entry else model.id
        mine = model.community_id == self.books.community_id
        row = self.session.execute(select(model.__table__).where(mine).order_by(order.desc()))
        found: Mapping[str, Any] = row.mappings().first() or {}
        return dict(found)

    def insert(self, model: type[Any], **values: Any) -> None:
        self.session.execute(insert(model.__table__).values(**values))

    def next_entry(self, **change: Any) -> dict[str, Any]:
        """An entry that would follow the last one: 1 point more, by a transfer of its own."""
        transfer = self.last(Transfer) | {"id": new_id(), "effect": "by hand", "amount": 1}
        self.insert(Transfer, **transfer)
        last = self.last(Entry)
        follows = {
            "seq": last["seq"] + 1,
            "prev_seq": last["seq"],
            "transfer_id": transfer["id"],
            "delta": 1,
            "account_after": last["account_after"] + 1,
            "spendable_before": last["spendable_after"],
            "spendable_delta": 1,
            "spendable_after": last["spendable_after"] + 1,
        }
        return last | follows | change


@pytest.fixture
def raw(database: SQLAlchemy, books: Bookkeeper, limei: UUID, engine_name: str) -> Raw:
    """Two awards in the books; without triggers that would refuse before the constraints do."""
    books.earn(limei, 8)
    books.earn(limei, 16)
    if engine_name == "sqlite":
        database.session.rollback()
        for table in ("entries", "transfers"):
            database.session.execute(text(f"DROP TRIGGER {table}_no_replace"))
    return Raw(database.session, books, limei)


@contextmanager
def refused(raw: Raw, name: str) -> Iterator[None]:
    """Refused by the constraint of this name (SQLite does not name keys); nothing is left of it."""
    words = rf"{name}|FOREIGN KEY constraint failed"
    with pytest.raises(IntegrityError, match=words), raw.session.begin_nested():
        yield


def test_an_entry_that_follows_is_taken(raw: Raw) -> None:
    """The other tests break this one in one place each."""
    raw.insert(Entry, **raw.next_entry())
    assert raw.last(Entry)["seq"] == 3


CHAIN: Final = (
    ({"seq": 2, "prev_seq": 1}, "pk_entries|UNIQUE constraint failed"),
    ({"seq": 4, "prev_seq": 3}, "fk_entries_chain"),
    ({"seq": 4, "prev_seq": 2}, "ck_entries_chained"),
    ({"prev_seq": None}, "ck_entries_chained"),
    ({"seq": 1, "prev_seq": None}, "ck_entries_chained"),
    ({"spendable_before": 25, "spendable_after": 26}, "fk_entries_chain"),
    ({"spendable_after": 26}, "ck_entries_sum"),
    ({"spendable_delta": -25, "spendable_after": -1}, "ck_entries_spendable_floor"),
    ({"account_after": -1}, "ck_entries_account_floor"),
    ({"delta": 0}, "ck_entries_moves"),
)


def test_a_forked_or_broken_chain_is_refused(raw: Raw) -> None:
    entry = raw.next_entry()
    for change, constraint in CHAIN:
        with refused(raw, constraint):
            raw.insert(Entry, **entry | change)


def test_an_entry_of_nothing_is_refused(raw: Raw) -> None:
    entry = raw.next_entry()
    for column in ("transfer_id", "account_id", "passbook_id"):
        with refused(raw, "fk_entries_"):
            raw.insert(Entry, **entry | {column: new_id()})


def test_a_second_entry_for_the_same_side_is_refused(raw: Raw) -> None:
    entry = raw.next_entry(transfer_id=raw.last(Entry)["transfer_id"])
    with refused(raw, "uq_entries_side|UNIQUE constraint failed"):
        raw.insert(Entry, **entry)


def test_a_repeated_effect_is_refused(raw: Raw) -> None:
    again = raw.last(Transfer) | {"id": new_id()}
    with refused(raw, "uq_transfers_effect|UNIQUE constraint failed"):
        raw.insert(Transfer, **again)


def test_an_amount_out_of_range_is_refused(raw: Raw) -> None:
    """docs/ledger.md case 16, for whoever writes past the service."""
    for amount in (0, -5, 1_000_001, 2**63 - 1):
        with refused(raw, "ck_transfers_amount_range"):
            raw.insert(Transfer, **raw.last(Transfer) | {"id": new_id(), "amount": amount})


@pytest.mark.engines("sqlite")  # PostgreSQL rounds 1.5 to 2: there the service's door refuses it
def test_what_is_no_integer_is_not_stored(raw: Raw) -> None:
    for amount in (1.5, "1e3x", b"\x01"):
        with pytest.raises(DBAPIError, match="cannot store"):
            raw.session.connection().exec_driver_sql(
                "INSERT INTO counters (community_id, name, last) VALUES (?, 'x', ?)",
                (raw.books.community_id.hex, amount),
            )


def test_source_and_target_are_two_accounts(raw: Raw) -> None:
    """docs/ledger.md case 17."""
    last = raw.last(Transfer)
    with refused(raw, "ck_transfers_two_accounts"):
        same = {"id": new_id(), "debit_account_id": last["credit_account_id"]}
        raw.insert(Transfer, **last | same)


def test_another_communitys_account_is_as_unknown_as_none(raw: Raw) -> None:
    """docs/ledger.md case 17: the same refusal for both."""
    abroad = found_books()
    abroad.earn(raw.member, 1)
    foreign = Raw(raw.session, abroad, raw.member).last(Account)["id"]
    for side in ("debit", "credit"):
        for account_id in (foreign, new_id()):
            change = {"id": new_id(), "effect": "abroad", f"{side}_account_id": account_id}
            with refused(raw, f"fk_transfers_{side}"):
                raw.insert(Transfer, **raw.last(Transfer) | change)


def test_points_and_minutes_do_not_mix(raw: Raw) -> None:
    change = {"id": new_id(), "effect": "mixed", "unit": "minutes"}
    with refused(raw, "fk_transfers_"):
        raw.insert(Transfer, **raw.last(Transfer) | change)


def test_a_balance_that_no_entry_gave_is_refused(raw: Raw) -> None:
    wallet = (Account.owner_id == raw.member, Account.kind == "wallet")
    for balance, name in ((-1, "ck_accounts_balance_floor"), (25, "fk_accounts_last_entry")):
        with refused(raw, name):
            raw.session.execute(update(Account).where(*wallet).values(balance=balance))


HEADS: Final = (
    ({"spendable": 25}, "fk_passbooks_head"),
    ({"spendable": -1}, "ck_passbooks_spendable_floor"),
    ({"head_seq": 3, "head_ref": 3}, "fk_passbooks_head"),
    ({"head_seq": 1}, "ck_passbooks_head_is_seq"),
    ({"head_seq": 0, "head_ref": None}, "ck_passbooks_empty_is_zero"),
)


def test_a_head_that_is_not_its_last_entry_is_refused(raw: Raw) -> None:
    mine = Passbook.id == raw.book_id
    for change, constraint in HEADS:
        with refused(raw, constraint):
            raw.session.execute(update(Passbook).where(mine).values(**change))


def test_a_second_person_is_another_one(raw: Raw) -> None:
    """L15, docs/ledger.md case 39."""
    person = raw.books.supervisor
    change = {"id": new_id(), "recorded_by_id": person, "approved_by_id": person}
    with refused(raw, "ck_transfers_two_persons"):
        raw.insert(Transfer, **raw.last(Transfer) | change)


def test_an_adjustment_without_a_second_person_is_refused(raw: Raw) -> None:
    change = {"id": new_id(), "effect": "adjust", "kind": "adjust", "approved_by_id": None}
    with refused(raw, "ck_transfers_approved"):
        raw.insert(Transfer, **raw.last(Transfer) | change)


def test_no_more_is_corrected_than_was_moved(raw: Raw) -> None:
    """L12."""
    last = raw.last(Transfer)
    counted = {"transfer_id": last["id"], "amount": last["amount"], "corrected": last["amount"] + 1}
    with refused(raw, "ck_corrected_transfers_within_amount"):
        raw.insert(CorrectedTransfer, community_id=last["community_id"], **counted)
