"""Locked passbooks, and posting to them: the only writer of transfers and entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select

from pointsvc.kernel.bulk import insert_rows, insert_unknown, update_rows
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.ledger.errors import AccountClosed, InsufficientPoints
from pointsvc.ledger.hashing import EMPTY, entry_hash, transfer_digest
from pointsvc.ledger.models import Account, Entry, Passbook, Transfer
from pointsvc.ledger.transfers import NewTransfer, Recording, Side, Unit, passbook_id

_EFFECT: Final = ("community_id", "source_type", "source_id", "effect")


@dataclass(slots=True)
class Head:
    """The end of a passbook's chain."""

    id: UUID
    owner_id: UUID
    seq: int
    spendable: int
    hash: bytes
    is_changed: bool = False


@dataclass(slots=True)
class Balance:
    """A tracked account's balance while it is being posted to."""

    side: Side
    amount: int
    last_seq: int | None
    is_changed: bool = False


@dataclass(slots=True)
class Books:
    """The locked passbooks of some owners in one unit, for the rest of the transaction.

    Accounts that hold nothing are not read: one that is missing here holds 0, in the database or by
    not being there. Neither are those that can be used after `until`, and they cannot be posted to.
    `closed` are owners who were merged away or erased: nothing is posted to them any more.
    """

    community_id: UUID
    unit: Unit
    heads: dict[UUID, Head]
    balances: dict[UUID, Balance]
    until: date = date.max
    known_accounts: set[UUID] = field(default_factory=set)
    closed: set[UUID] = field(default_factory=set)
    _ids: dict[Side, UUID] = field(default_factory=dict)
    _wallets: dict[UUID, list[Balance]] = field(default_factory=dict)

    def track(self, account_id: UUID, balance: Balance) -> None:
        """Keep a tracked account's balance in mind, unless it is already."""
        if account_id not in self.balances:
            self.balances[account_id] = balance
            if balance.side.kind == "wallet":
                self._wallets.setdefault(balance.side.owner_id, []).append(balance)

    def wallets(self, owner_id: UUID, usable_on: date) -> list[Balance]:
        """The owner's wallets with something usable on that day, earliest expiry first."""
        return sorted(
            (
                wallet
                for wallet in self._wallets.get(owner_id, ())
                if wallet.amount > 0 and wallet.side.expires_on >= usable_on
            ),
            key=lambda wallet: wallet.side.expires_on,
        )

    def spendable(self, owner_id: UUID, usable_on: date) -> int:
        """What the owner can spend on that day."""
        return sum(wallet.amount for wallet in self.wallets(owner_id, usable_on))

    def amount(self, side: Side) -> int:
        """The balance of a tracked account; 0 for one that was never opened."""
        balance = self.balances.get(self._account_id(side))
        return balance.amount if balance else 0

    def post(self, transfers: Sequence[NewTransfer], recording: Recording) -> set[UUID]:
        """Write the transfers and their entries; return the ids of those that were new.

        A transfer whose (source, effect) is already in the books is left out (L8).

        Raises:
            InsufficientPoints: a member's account would become negative (L5).
            AccountClosed: a side's owner was merged away or erased.
        """
        if not transfers:
            return set()
        if self.closed and self.closed & {
            s.owner_id for t in transfers for s in (t.debit, t.credit)
        }:
            raise AccountClosed
        self._open_accounts(transfers, recording)
        rows = {transfer.id: self._row(transfer, recording) for transfer in transfers}
        posted = insert_unknown(Transfer, list(rows.values()), key=_EFFECT)
        entries: list[dict[str, Any]] = []
        for transfer in transfers:
            if transfer.id in posted:
                entries.extend(self._entries(transfer, transfer_digest(rows[transfer.id])))
        if entries:
            insert_rows(Entry, entries)
            self._write_heads()
        return posted

    def _account_id(self, side: Side) -> UUID:
        """Derived once for each side: a transfer asks several times."""
        if side not in self._ids:
            self._ids[side] = side.account_id(self.community_id, self.unit)
        return self._ids[side]

    def _row(self, transfer: NewTransfer, recording: Recording) -> dict[str, Any]:
        return {
            "community_id": self.community_id,
            "id": transfer.id,
            "unit": self.unit,
            "debit_account_id": self._account_id(transfer.debit),
            "credit_account_id": self._account_id(transfer.credit),
            "amount": transfer.amount,
            "kind": transfer.kind,
            "reason": transfer.reason,
            "source_type": transfer.source_type,
            "source_id": transfer.source_id,
            "effect": transfer.effect,
            "tariff_id": transfer.tariff_id,
            "corrects_id": transfer.corrects_id,
            "recorded_by_id": transfer.recorded_by_id or recording.recorded_by_id,
            "approved_by_id": recording.approved_by_id,
            "recorded_at": recording.recorded_at,
            "business_on": recording.business_on,
        }

    def _open_accounts(self, transfers: Iterable[NewTransfer], recording: Recording) -> None:
        sides = {self._account_id(s): s for t in transfers for s in (t.debit, t.credit)}
        assert all(s.expires_on <= self.until for s in sides.values() if s.is_tracked), "not read"
        missing = {id_: side for id_, side in sides.items() if id_ not in self.known_accounts}
        if missing:
            insert_rows(
                Account,
                [
                    {
                        "community_id": self.community_id,
                        "id": id_,
                        "owner_kind": "member" if side.is_tracked else "community",
                        "owner_id": side.owner_id,
                        "kind": side.kind,
                        "unit": self.unit,
                        "expires_on": side.expires_on,
                        "balance": 0 if side.is_tracked else None,
                        "last_seq": None,
                        "opened_at": recording.recorded_at,
                    }
                    for id_, side in sorted(missing.items())
                ],
                skip_known=True,
            )
            self.known_accounts.update(missing)
        for id_, side in missing.items():
            if side.is_tracked:
                self.track(id_, Balance(side, 0, None))

    def _entries(self, transfer: NewTransfer, digest: bytes) -> Iterable[dict[str, Any]]:
        for side, delta in (
            (transfer.debit, -transfer.amount),
            (transfer.credit, transfer.amount),
        ):
            if side.is_tracked:
                yield self._entry(side, delta, transfer.id, digest)

    def _entry(self, side: Side, delta: int, transfer_id: UUID, digest: bytes) -> dict[str, Any]:
        head = self.heads[side.owner_id]
        account_id = self._account_id(side)
        balance = self.balances[account_id]
        if balance.amount + delta < 0:
            raise InsufficientPoints(balance_points=balance.amount, total_points=-delta)
        counted = delta if side.kind in {"wallet", "minutes"} else 0
        row: dict[str, Any] = {
            "community_id": self.community_id,
            "passbook_id": head.id,
            "seq": head.seq + 1,
            "owner_id": side.owner_id,
            "transfer_id": transfer_id,
            "account_id": account_id,
            "delta": delta,
            "account_after": balance.amount + delta,
            "prev_seq": head.seq or None,
            "spendable_before": head.spendable,
            "spendable_delta": counted,
            "spendable_after": head.spendable + counted,
        }
        row["hash"] = entry_hash(head.hash, digest, row)
        head.seq, head.hash, head.is_changed = row["seq"], row["hash"], True
        head.spendable += counted
        balance.amount += delta
        balance.last_seq, balance.is_changed = head.seq, True
        return row

    def _write_heads(self) -> None:
        """Two statements for any number of passbooks: an import changes hundreds at a time."""
        heads = [head for head in self.heads.values() if head.is_changed]
        balances = {id_: each for id_, each in self.balances.items() if each.is_changed}
        update_rows(
            Passbook,
            [
                {
                    "community_id": self.community_id,
                    "id": head.id,
                    "head_seq": head.seq,
                    "head_ref": head.seq,
                    "spendable": head.spendable,
                    "head_hash": head.hash,
                }
                for head in heads
            ],
        )
        update_rows(
            Account,
            [
                {
                    "community_id": self.community_id,
                    "id": id_,
                    "balance": each.amount,
                    "last_seq": each.last_seq,
                }
                for id_, each in balances.items()
            ],
        )
        for head in heads:
            head.is_changed = False
        for each in balances.values():
            each.is_changed = False


def open_books(
    *, community_id: UUID, owner_ids: Collection[UUID], unit: Unit, until: date = date.max
) -> Books:
    """Lock the owners' passbooks (opening missing ones), by id, and read their balances.

    Locks first in a statement of its own, then reads: what is read is what the lock protects.
    """
    owners = {passbook_id(community_id, owner_id, unit): owner_id for owner_id in owner_ids}
    locked = _lock(community_id, owners)
    missing = sorted(set(owners) - set(locked))
    if missing:
        rows = [_new_book(community_id, id_, owners[id_], unit) for id_ in missing]
        opened = insert_unknown(Passbook, rows, key=("community_id", "id"))
        locked |= {id_: Head(id_, owners[id_], 0, 0, EMPTY) for id_ in opened}
        if len(opened) < len(missing):  # a rival was first: its row is there by now
            locked |= _lock(community_id, set(missing) - opened)
    heads = {head.owner_id: head for head in locked.values()}
    books = Books(community_id, unit, heads, {}, until)
    _read_balances(books)
    return books


def _new_book(community_id: UUID, id_: UUID, owner_id: UUID, unit: Unit) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "id": id_,
        "owner_id": owner_id,
        "unit": unit,
        "head_seq": 0,
        "head_ref": None,
        "spendable": 0,
        "head_hash": EMPTY,
    }


def _lock(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Head]:
    found = fetch(_locked(), community_id=community_id, ids=list(ids))
    return {row.id: Head(*row) for row in found}


@prepared
def _locked(among: Among) -> Select[*tuple[Any, ...]]:
    book = table_of(Passbook).c
    return (
        select(book.id, book.owner_id, book.head_seq, book.spendable, book.head_hash)
        .where(book.community_id == bindparam("community_id"), among(book.id, "ids"))
        .order_by(book.id)
        .with_for_update()
    )


def _read_balances(books: Books) -> None:
    found = fetch(
        _balances(),
        community_id=books.community_id,
        owner_ids=[*books.heads, books.community_id],
        unit=books.unit,
        until=books.until,
    )
    for row in found:
        books.known_accounts.add(row.id)
        if row.closed_at is not None:
            books.closed.add(row.owner_id)
        if row.balance is not None:
            side = Side(row.owner_id, row.kind, row.expires_on)
            books.track(row.id, Balance(side, row.balance, row.last_seq))


@prepared
def _balances(among: Among) -> Select[*tuple[Any, ...]]:
    account = table_of(Account).c
    return select(
        account.id,
        account.owner_id,
        account.kind,
        account.expires_on,
        account.balance,
        account.last_seq,
        account.closed_at,
    ).where(
        account.community_id == bindparam("community_id"),
        among(account.owner_id, "owner_ids"),
        account.unit == bindparam("unit"),
        or_(
            account.balance.is_(None),
            (account.balance != 0) & (account.expires_on <= bindparam("until")),
            account.closed_at.is_not(None),
        ),
    )
