"""What stands on the counter: an exchange that somebody wants, its goods at today's prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pointsvc.checkin.codes import MemberCode
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.ledger.service import Payment, PaymentLine
from pointsvc.members.queries import active_ids, holders_of
from pointsvc.shop.queries.catalogue import ProductFacts, products_by_id
from pointsvc.shop.queries.limits import InForce, limits_on
from pointsvc.shop.rules import PinState, WantedLine, merge_lines, total_for
from pointsvc.shop.service.stock import OutLine


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a keeper wants to hand out to whom.

    `pin` is what the door found out about the PIN (it is checked there, outside the transaction);
    `visit_id` the visit on which the code was spent already; `request_id` who asked, for the trail.
    """

    shop_id: UUID
    keeper_id: UUID
    code: MemberCode
    lines: Sequence[WantedLine]
    pin: PinState
    visit_id: UUID | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Units of a product, at today's price."""

    id: UUID
    number: int
    product: ProductFacts
    quantity: int

    @property
    def points(self) -> int:
        """What they come to."""
        return self.quantity * self.product.price_points


@dataclass(frozen=True, slots=True)
class Basket:
    """An exchange with its goods at today's prices; `holder_id` is the household, or the member."""

    id: UUID
    asked: Exchange
    holder_id: UUID
    lines: tuple[Line, ...]
    total: int

    @property
    def member_id(self) -> UUID:
        """Who pays."""
        return self.asked.code.member_id

    @property
    def spent_on_id(self) -> UUID:
        """What a changing code is spent on."""
        return self.asked.visit_id or self.id

    @property
    def payment(self) -> Payment:
        """What the books are asked for."""
        lines = [PaymentLine(line.id, line.points) for line in self.lines]
        return Payment(self.member_id, lines, self.asked.keeper_id)

    @property
    def goods(self) -> list[OutLine]:
        """What the shelf is asked for."""
        return [OutLine(line.id, line.product.id, line.quantity) for line in self.lines]


@dataclass(frozen=True, slots=True)
class Seen:
    """What decides and needs no lock."""

    community: CommunityFacts
    now: datetime
    today: date
    holders: dict[UUID, UUID]
    products: dict[UUID, ProductFacts]
    active: set[UUID]
    limits: InForce


def look(community_id: UUID, wanted: Sequence[Exchange], now: datetime) -> Seen:
    """Read it, in five statements for any number of exchanges."""
    community = get_community(community_id)
    today = local_day(now, community.zone)
    members = {each.code.member_id for each in wanted}
    return Seen(
        community,
        now,
        today,
        holders_of(community_id, [*members, *(each.keeper_id for each in wanted)]),
        products_by_id(community_id, {line.product_id for each in wanted for line in each.lines}),
        active_ids(community_id, members),
        limits_on(community_id, {each.shop_id for each in wanted}, today),
    )


def basket_of(seen: Seen, asked: Exchange) -> Basket:
    """The goods at today's prices, which a closed product still has. Raises NotFound, AmountRefused."""
    lines = []
    for number, line in enumerate(merge_lines(asked.lines), start=1):
        product = seen.products.get(line.product_id)
        if product is None or product.shop_id != asked.shop_id:
            raise NotFound
        lines.append(Line(new_id(), number, product, line.quantity))
    total = total_for((line.quantity, line.product.price_points) for line in lines)
    return Basket(new_id(), asked, seen.holders[asked.code.member_id], tuple(lines), total)


def order_row(seen: Seen, basket: Basket, receipt_no: int) -> dict[str, Any]:
    """The exchange as it is kept."""
    return {
        "community_id": seen.community.id,
        "id": basket.id,
        "receipt_no": receipt_no,
        "shop_id": basket.asked.shop_id,
        "member_id": basket.member_id,
        "holder_id": basket.holder_id,
        "keeper_id": basket.asked.keeper_id,
        "proof": basket.asked.code.proof,
        "total_points": basket.total,
        "placed_at": seen.now,
        "business_on": seen.today,
    }


def line_row(seen: Seen, basket: Basket, line: Line) -> dict[str, Any]:
    """A line of it."""
    return {
        "community_id": seen.community.id,
        "id": line.id,
        "order_id": basket.id,
        "number": line.number,
        "product_id": line.product.id,
        "quantity": line.quantity,
        "price_points": line.product.price_points,
        "price_version": line.product.price_version,
        "total_points": line.points,
        "limit_taken": line.quantity if line.product.limit is not None else None,
        "refunded": 0,
    }
