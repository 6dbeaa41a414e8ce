"""Reading what keepers ask of supervisors: one, those that wait, those of an exchange."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select

from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.queries import holders_of
from pointsvc.shop.models import Order, OrderLine, Product, ShopRequest, ShopRequestLine

WAITING_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class WantedBack:
    """Units of a line that are to come back, and the points for them."""

    name: str
    pack: str
    quantity: int
    points: int


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request with its exchange; `state` as it is stored, see `state_at`."""

    id: UUID
    order_id: UUID
    receipt_no: int
    shop_id: UUID
    placed_at: datetime
    member_id: UUID
    holder_id: UUID
    kind: str
    reason: str
    asked_by_id: UUID
    asked_at: datetime
    expires_at: datetime
    state: str
    decided_by_id: UUID | None
    ended_at: datetime | None
    answer: str | None
    refund_id: UUID | None
    lines: tuple[WantedBack, ...]

    @property
    def points(self) -> int:
        """What would come back."""
        return sum(line.points for line in self.lines)

    def state_at(self, now: datetime) -> str:
        """The state, where nobody decided in time `expired`."""
        return "expired" if self.state == "asked" and self.expires_at <= now else self.state


def get_request(community_id: UUID, request_id: UUID) -> RequestFacts:
    """The request. Raises NotFound."""
    found = _read(community_id, _requests(community_id).where(ShopRequest.id == request_id))
    if not found:
        raise NotFound
    return found[0]


def waiting_requests(community_id: UUID, now: datetime) -> list[RequestFacts]:
    """Those that wait for a supervisor, oldest first."""
    wanted = _waiting(_requests(community_id), now).order_by(ShopRequest.id).limit(WAITING_MAX)
    return _read(community_id, wanted)


def count_waiting(community_id: UUID, now: datetime) -> int:
    """How many wait."""
    counted = select(func.count()).select_from(ShopRequest)
    of_community = counted.where(ShopRequest.community_id == community_id)
    return db.session.scalar(_waiting(of_community, now)) or 0


def overdue_requests(community_id: UUID, now: datetime) -> Sequence[UUID]:
    """Those whose time is over and that still wait."""
    wanted = select(ShopRequest.id).where(
        ShopRequest.community_id == community_id,
        ShopRequest.state == "asked",
        ShopRequest.expires_at <= now,
    )
    return db.session.scalars(wanted.order_by(ShopRequest.id)).all()


def requests_of_order(community_id: UUID, order_id: UUID) -> list[RequestFacts]:
    """The requests of an exchange, newest first."""
    wanted = _requests(community_id).where(ShopRequest.order_id == order_id)
    return _read(community_id, wanted.order_by(ShopRequest.id.desc()).limit(WAITING_MAX))


def may_decide(
    community_id: UUID, person_id: UUID, requests: Sequence[RequestFacts]
) -> dict[UUID, bool]:
    """By request: whether this supervisor is neither keeper nor member nor of their households."""
    people = {id_ for each in requests for id_ in (each.asked_by_id, each.member_id)}
    holders = holders_of(community_id, [person_id, *people])
    mine = holders[person_id]
    return {
        each.id: mine not in {holders[each.asked_by_id], holders[each.member_id], each.holder_id}
        for each in requests
    }


def _waiting(wanted: Select[*tuple[Any, ...]], now: datetime) -> Select[*tuple[Any, ...]]:
    return wanted.where(ShopRequest.state == "asked", ShopRequest.expires_at > now)


def _requests(community_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ShopRequest.id,
            ShopRequest.order_id,
            Order.receipt_no,
            Order.shop_id,
            Order.placed_at,
            Order.member_id,
            Order.holder_id,
            ShopRequest.kind,
            ShopRequest.reason,
            ShopRequest.asked_by_id,
            ShopRequest.asked_at,
            ShopRequest.expires_at,
            ShopRequest.state,
            ShopRequest.decided_by_id,
            ShopRequest.ended_at,
            ShopRequest.answer,
            ShopRequest.refund_id,
        )
        .join(
            Order,
            (Order.community_id == ShopRequest.community_id) & (Order.id == ShopRequest.order_id),
        )
        .where(ShopRequest.community_id == community_id)
    )


def _read(community_id: UUID, wanted: Select[*tuple[Any, ...]]) -> list[RequestFacts]:
    rows: Sequence[Any] = db.session.execute(wanted).all()
    lines = _lines_of(community_id, [row.id for row in rows])
    return [RequestFacts(**row._asdict(), lines=tuple(lines.get(row.id, ()))) for row in rows]


def _lines_of(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, list[WantedBack]]:
    lines: dict[UUID, list[WantedBack]] = {}
    if not ids:
        return lines
    line = ShopRequestLine
    rows = db.session.execute(
        select(line.request_id, Product.name, Product.pack, line.quantity, OrderLine.price_points)
        .join(
            OrderLine,
            (OrderLine.community_id == line.community_id) & (OrderLine.id == line.order_line_id),
        )
        .join(
            Product,
            (Product.community_id == OrderLine.community_id) & (Product.id == OrderLine.product_id),
        )
        .where(line.community_id == community_id, line.request_id.in_(ids))
        .order_by(line.request_id, OrderLine.number)
    )
    for request_id, name, pack, quantity, price in rows:
        lines.setdefault(request_id, []).append(WantedBack(name, pack, quantity, quantity * price))
    return lines
