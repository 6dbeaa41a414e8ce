"""Reading what keepers ask about stock: one, those that wait, those of a product or of an invoice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.queries import holders_of
from pointsvc.shop.models import Batch, Product, Purchase, StockRequest
from pointsvc.shop.queries.changes import InvoiceChange, changes_of_requests

LISTED_MAX: Final = 50
LATEST: Final = 5


@dataclass(frozen=True, slots=True)
class StockRequestFacts:
    """A request about a batch, or about an invoice with what would change; see `state_at`."""

    id: UUID
    kind: str
    shop_id: UUID
    batch_id: UUID | None
    product_id: UUID | None
    product_name: str | None
    pack: str | None
    best_before_on: date | None
    on_hand: int | None
    quantity: int | None
    expected: int | None
    counted: int | None
    purchase_id: UUID | None
    purchase_no: int | None
    reason: str
    asked_by_id: UUID
    asked_at: datetime
    expires_at: datetime
    state: str
    decided_by_id: UUID | None
    ended_at: datetime | None
    answer: str | None
    change: InvoiceChange | None

    @property
    def goods(self) -> str:
        """What the batch is of."""
        return f"{self.product_name or ''} {self.pack or ''}".strip()

    @property
    def delta(self) -> int:
        """By how many units the books would change."""
        if self.kind == "waste":
            return -(self.quantity or 0)
        return (self.counted or 0) - (self.expected or 0)

    def state_at(self, now: datetime) -> str:
        """The state, where nobody decided in time `expired`."""
        return "expired" if self.state == "asked" and self.expires_at <= now else self.state


def get_stock_request(community_id: UUID, request_id: UUID) -> StockRequestFacts:
    """The request. Raises NotFound."""
    found = _read(community_id, _requests(community_id).where(StockRequest.id == request_id))
    if not found:
        raise NotFound
    return found[0]


def waiting_stock_requests(community_id: UUID, now: datetime) -> list[StockRequestFacts]:
    """Those that wait for a supervisor, oldest first."""
    wanted = _requests(community_id).where(*_waits(now)).order_by(StockRequest.id)
    return _read(community_id, wanted.limit(LISTED_MAX))


def count_waiting_stock(community_id: UUID, now: datetime) -> int:
    """How many wait."""
    wanted = select(func.count()).select_from(StockRequest).where(*_waits(now))
    return db.session.scalar(wanted.where(StockRequest.community_id == community_id)) or 0


def requests_of_product(community_id: UUID, product_id: UUID) -> list[StockRequestFacts]:
    """The last ones about a product's batches, newest first."""
    wanted = _requests(community_id).where(Batch.product_id == product_id)
    return _read(community_id, wanted.order_by(StockRequest.id.desc()).limit(LATEST))


def requests_of_invoice(community_id: UUID, purchase_id: UUID) -> list[StockRequestFacts]:
    """Those about an invoice, newest first."""
    wanted = _requests(community_id).where(StockRequest.purchase_id == purchase_id)
    return _read(community_id, wanted.order_by(StockRequest.id.desc()).limit(LISTED_MAX))


def overdue_stock_requests(community_id: UUID, now: datetime) -> Sequence[UUID]:
    """Those whose time is over and that still wait."""
    wanted = select(StockRequest.id).where(
        StockRequest.community_id == community_id,
        StockRequest.state == "asked",
        StockRequest.expires_at <= now,
    )
    return db.session.scalars(wanted.order_by(StockRequest.id)).all()


def may_decide_stock(
    community_id: UUID, person_id: UUID, requests: Collection[StockRequestFacts]
) -> dict[UUID, bool]:
    """By request: whether this supervisor is neither who asked nor of their household."""
    holders = holders_of(community_id, [person_id, *(each.asked_by_id for each in requests)])
    return {each.id: holders[person_id] != holders[each.asked_by_id] for each in requests}


def _waits(now: datetime) -> tuple[Any, ...]:
    return (StockRequest.state == "asked", StockRequest.expires_at > now)


def _requests(community_id: UUID) -> Select[*tuple[Any, ...]]:
    asked = StockRequest
    return (
        select(
            asked.id,
            asked.kind,
            asked.shop_id,
            asked.batch_id,
            Batch.product_id,
            Product.name.label("product_name"),
            Product.pack,
            Batch.best_before_on,
            Batch.on_hand,
            asked.quantity,
            asked.expected,
            asked.counted,
            asked.purchase_id,
            Purchase.number.label("purchase_no"),
            asked.reason,
            asked.asked_by_id,
            asked.asked_at,
            asked.expires_at,
            asked.state,
            asked.decided_by_id,
            asked.ended_at,
            asked.answer,
        )
        .outerjoin(Batch, (Batch.community_id == asked.community_id) & (Batch.id == asked.batch_id))
        .outerjoin(
            Product, (Product.community_id == Batch.community_id) & (Product.id == Batch.product_id)
        )
        .outerjoin(
            Purchase,
            (Purchase.community_id == asked.community_id) & (Purchase.id == asked.purchase_id),
        )
        .where(asked.community_id == community_id)
    )


def _read(community_id: UUID, wanted: Select[*tuple[Any, ...]]) -> list[StockRequestFacts]:
    rows: Sequence[Any] = db.session.execute(wanted).all()
    changes = changes_of_requests(community_id, [row.id for row in rows if row.purchase_id])
    return [StockRequestFacts(**row._asdict(), change=changes.get(row.id)) for row in rows]
