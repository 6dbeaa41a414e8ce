"""One transfer with everything around it: both sides, what it corrects, what corrects it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.ledger.models import Account, Entry, Transfer

AROUND_MAX = 200


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer as it was written, once and for ever."""

    id: UUID
    unit: str
    kind: str
    reason: str
    amount: int
    debit_account_id: UUID
    credit_account_id: UUID
    source_type: str
    source_id: UUID
    effect: str
    tariff_id: UUID | None
    corrects_id: UUID | None
    recorded_by_id: UUID | None
    approved_by_id: UUID | None
    recorded_at: datetime
    business_on: date


@dataclass(frozen=True, slots=True)
class SideFacts:
    """One side: whose account; and the entry in their passbook where the account is a member's."""

    account_kind: str
    owner_kind: str
    owner_id: UUID
    expires_on: date
    seq: int | None
    delta: int | None
    before: int | None
    after: int | None
    hash: bytes | None


@dataclass(frozen=True, slots=True)
class Trace:
    """A transfer, where it came from, where it went, and its corrections both ways."""

    transfer: TransferFacts
    debit: SideFacts
    credit: SideFacts
    corrects: TransferFacts | None
    corrected_by: list[TransferFacts]
    same_source: list[TransferFacts]


def get_transfer(community_id: UUID, transfer_id: UUID) -> TransferFacts:
    """The transfer. Raises NotFound, also for another community's."""
    found = _read(_transfers(community_id).where(Transfer.id == transfer_id))
    if not found:
        raise NotFound
    return found[0]


def get_trace(community_id: UUID, transfer_id: UUID) -> Trace:
    """The transfer with what is around it. Raises NotFound."""
    transfer = get_transfer(community_id, transfer_id)
    around = (Transfer.source_type == transfer.source_type) & (
        Transfer.source_id == transfer.source_id
    )
    corrected = Transfer.id == transfer.corrects_id
    corrects = _read(_transfers(community_id).where(corrected)) if transfer.corrects_id else []
    return Trace(
        transfer=transfer,
        debit=_side(community_id, transfer, transfer.debit_account_id),
        credit=_side(community_id, transfer, transfer.credit_account_id),
        corrects=corrects[0] if corrects else None,
        corrected_by=_around(community_id, Transfer.corrects_id == transfer_id),
        same_source=[each for each in _around(community_id, around) if each.id != transfer_id],
    )


def known_transfers(community_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are transfers of the community."""
    wanted = select(Transfer.id).where(Transfer.community_id == community_id, Transfer.id.in_(ids))
    return set(db.session.scalars(wanted))


def _side(community_id: UUID, transfer: TransferFacts, account_id: UUID) -> SideFacts:
    row = db.session.execute(
        select(
            Account.kind,
            Account.owner_kind,
            Account.owner_id,
            Account.expires_on,
            Entry.seq,
            Entry.delta,
            Entry.spendable_before,
            Entry.spendable_after,
            Entry.hash,
        )
        .outerjoin(
            Entry,
            (Entry.community_id == Account.community_id)
            & (Entry.account_id == Account.id)
            & (Entry.transfer_id == transfer.id),
        )
        .where(Account.community_id == community_id, Account.id == account_id)
    ).one()
    return SideFacts(*row)


def _around(community_id: UUID, condition: ColumnElement[bool]) -> list[TransferFacts]:
    return _read(_transfers(community_id).where(condition))


def _transfers(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        Transfer.id,
        Transfer.unit,
        Transfer.kind,
        Transfer.reason,
        Transfer.amount,
        Transfer.debit_account_id,
        Transfer.credit_account_id,
        Transfer.source_type,
        Transfer.source_id,
        Transfer.effect,
        Transfer.tariff_id,
        Transfer.corrects_id,
        Transfer.recorded_by_id,
        Transfer.approved_by_id,
        Transfer.recorded_at,
        Transfer.business_on,
    ).where(Transfer.community_id == community_id)


def _read(wanted: Select[*tuple[Any, ...]]) -> list[TransferFacts]:
    rows = db.session.execute(wanted.order_by(Transfer.id).limit(AROUND_MAX))
    return [TransferFacts(*row) for row in rows]
