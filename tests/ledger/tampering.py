"""Somebody with all rights on the database, who takes every guard away before changing history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, insert, select, text, update

from pointsvc.kernel.append_only import without_guards
from pointsvc.kernel.ids import new_id
from pointsvc.ledger.hashing import (
    EMPTY,
    entry_hash,
    head_leaf,
    merkle_root,
    sealed_root,
    transfer_digest,
)
from pointsvc.ledger.models import (
    Account,
    CorrectedTransfer,
    Entry,
    Passbook,
    Seal,
    SealedHead,
    Transfer,
)
from pointsvc.ledger.transfers import Side, passbook_id
from tests.ledger.bookkeeper import NEW_YEARS_EVE, Bookkeeper

TABLES = (
    "transfers",
    "entries",
    "accounts",
    "passbooks",
    "corrected_transfers",
    "seals",
    "sealed_heads",
)
CONSTRAINTS = (
    ("entries", "ck_entries_sum"),
    ("transfers", "ck_transfers_two_persons"),
    ("transfers", "uq_transfers_effect"),
)


@dataclass
class Hand:
    """Changes rows of 李梅's book: 6 entries, of which the first is an award of 64."""

    database: SQLAlchemy
    connection: Connection
    books: Bookkeeper
    member: UUID

    @classmethod
    @contextmanager
    def of(
        cls, database: SQLAlchemy, engine_name: str, books: Bookkeeper, member: UUID
    ) -> Iterator[Hand]:
        """Take the guards away; the connection is thrown away afterwards."""
        database.session.rollback()
        with database.engine.connect() as connection:
            _disarm(connection, engine_name)
            yield cls(database, connection, books, member)
            connection.rollback()
            connection.invalidate()

    @property
    def book_id(self) -> UUID:
        return passbook_id(self.books.community_id, self.member, "points")

    @property
    def wallet_id(self) -> UUID:
        side = Side(self.member, "wallet", NEW_YEARS_EVE)
        return side.account_id(self.books.community_id, "points")

    def release(self) -> None:
        """Let others open the database."""
        self.connection.commit()
        self.database.session.rollback()

    def raise_balance(self) -> None:
        self._set(Account, Account.id == self.wallet_id, balance=Account.balance + 1)

    def raise_total(self) -> None:
        self._set(Passbook, Passbook.id == self.book_id, spendable=Passbook.spendable + 1)

    def insert_entry(self) -> None:
        last = self._entries()[-1]
        change = {
            "seq": last["seq"] + 1,
            "prev_seq": last["seq"],
            "delta": 5,
            "account_id": new_id(),
            "account_after": 5,
            "spendable_before": last["spendable_after"],
            "spendable_delta": 5,
            "spendable_after": last["spendable_after"] + 5,
        }
        self._run(insert(Entry.__table__).values(**last | change))  # type: ignore[arg-type]

    def delete_last_entry(self) -> None:
        self._delete_entry(self._entries()[-1]["seq"])

    def delete_second_entry(self) -> None:
        self._delete_entry(2)

    def spoil_sum(self) -> None:
        mine = (Entry.passbook_id == self.book_id) & (Entry.seq == 2)
        self._set(Entry, mine, spendable_after=Entry.spendable_after + 1)

    def change_amount(self) -> None:
        self._set(Transfer, Transfer.id == self._first("award"), amount=65)

    def change_reason(self) -> None:
        self._set(Transfer, Transfer.id == self._first("award"), reason="FLOOD")

    def misdirect(self) -> None:
        issuance = Side(self.books.community_id, "issuance")
        account_id = issuance.account_id(self.books.community_id, "points")
        self._set(Transfer, Transfer.id == self._first("payment"), credit_account_id=account_id)

    def uncount_correction(self) -> None:
        self._set(CorrectedTransfer, CorrectedTransfer.corrected > 0, corrected=0)

    def over_correct(self) -> None:
        refund = self._transfer("refund") | {"id": new_id(), "effect": "again", "amount": 16}
        self._run(insert(Transfer.__table__).values(**refund))  # type: ignore[arg-type]

    def repeat_effect(self) -> None:
        again = self._transfer("award") | {"id": new_id()}
        self._run(insert(Transfer.__table__).values(**again))  # type: ignore[arg-type]

    def approve_alone(self) -> None:
        person = self._transfer("refund")["recorded_by_id"]
        self._set(Transfer, Transfer.id == self._first("refund"), approved_by_id=person)

    def change_root(self) -> None:
        self._set(Seal, Seal.community_id == self.books.community_id, root=bytes(32))

    def rewrite_chain(self) -> None:
        """Another reason for the first award, and every hash made to fit it."""
        self.change_reason()
        previous = EMPTY
        for entry in self._entries():
            previous = entry_hash(previous, transfer_digest(self._of(entry)), entry)
            mine = (Entry.passbook_id == self.book_id) & (Entry.seq == entry["seq"])
            self._set(Entry, mine, hash=previous)
        self._set(Passbook, Passbook.id == self.book_id, head_hash=previous)

    def rewrite_seals(self) -> None:
        """Yesterday's root, made to fit as well."""
        rows = self.connection.execute(
            select(Passbook.id, Passbook.head_seq, Passbook.head_hash)
            .where(Passbook.community_id == self.books.community_id, Passbook.head_seq > 0)
            .order_by(Passbook.id)
        ).all()
        for id_, _seq, hash_ in rows:
            self._set(SealedHead, SealedHead.passbook_id == id_, head_hash=hash_)
        root = sealed_root(EMPTY, merkle_root([head_leaf(*row) for row in rows]), self.books.today)
        self._set(Seal, Seal.community_id == self.books.community_id, root=root)

    def _set(self, model: type[Any], where: Any, **values: Any) -> None:
        self._run(update(model).where(where).values(**values))

    def _run(self, statement: Any) -> None:
        done = self.connection.execute(statement)
        self.connection.commit()
        self.database.session.rollback()
        assert done.rowcount != 0, "the hand found what it wanted to change"

    def _delete_entry(self, seq: int) -> None:
        mine = (Entry.passbook_id == self.book_id) & (Entry.seq == seq)
        self._run(Entry.__table__.delete().where(mine))  # type: ignore[attr-defined]

    def _entries(self) -> list[dict[str, Any]]:
        rows = select(Entry.__table__).where(Entry.passbook_id == self.book_id)
        return [dict(row) for row in self.connection.execute(rows.order_by(Entry.seq)).mappings()]

    def _of(self, entry: dict[str, Any]) -> dict[str, Any]:
        wanted = select(Transfer.__table__).where(Transfer.id == entry["transfer_id"])
        return dict(self.connection.execute(wanted).mappings().one())

    def _transfer(self, kind: str) -> dict[str, Any]:
        mine = (Transfer.community_id == self.books.community_id, Transfer.kind == kind)
        wanted = select(Transfer.__table__).where(*mine).order_by(Transfer.id)
        found = self.connection.execute(wanted).mappings().first()
        assert found is not None
        return dict(found)

    def _first(self, kind: str) -> UUID:
        found: UUID = self._transfer(kind)["id"]
        return found


def _disarm(connection: Connection, engine_name: str) -> None:
    """Triggers, foreign keys and checks out of the way."""
    if engine_name == "postgresql":
        statements = [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in TABLES]
        for table, name in CONSTRAINTS:
            statements.append(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    else:
        statements = list(without_guards(engine_name))
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("PRAGMA ignore_check_constraints=ON")
    for statement in statements:
        connection.execute(text(statement))
    connection.commit()
