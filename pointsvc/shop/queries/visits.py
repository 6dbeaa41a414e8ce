"""Who stands at the counter with which goods: what the keeper sees before anything is decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from pointsvc.checkin.codes import MemberCode
from pointsvc.communities.queries import get_community
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.models import StoredOutcome
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.ledger.queries import get_balances
from pointsvc.members.errors import NotActive
from pointsvc.members.queries import MemberFacts, get_member, holders_of
from pointsvc.shop.queries.card_days import card_days_of, pin_limits_of
from pointsvc.shop.queries.catalogue import ProductFacts, products_by_id
from pointsvc.shop.queries.orders import OrderFacts, orders_since
from pointsvc.shop.queries.rooms import units_left
from pointsvc.shop.queries.stock import usable_of
from pointsvc.shop.rules import PinLimits, WantedLine, decide_server, needs_pin

SOON: Final = timedelta(days=60)
JUST_NOW: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as it can be had now: `available` may leave today (S6), `left` what limits leave.

    `left` is None without a limit.
    """

    product: ProductFacts
    available: int
    left: int | None

    @property
    def most(self) -> int:
        """How many the household can have now."""
        return self.available if self.left is None else min(self.available, self.left)


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many of an offer; what stands against it would be refused."""

    offer: Offer
    quantity: int

    @property
    def points(self) -> int:
        """Units x today's price."""
        return self.quantity * self.offer.product.price_points

    @property
    def trouble(self) -> Literal["closed", "stock", "past", "limit"] | None:
        """Why it cannot be handed out, if so; `past` where units lie there that may not leave."""
        offer = self.offer
        if offer.product.closed_at is not None:
            return "closed"
        if self.quantity > offer.available:
            on_hand = offer.product.on_hand - offer.product.reserved
            return "past" if self.quantity <= on_hand else "stock"
        if offer.left is not None and self.quantity > offer.left:
            return "limit"
        return None


@dataclass(frozen=True, slots=True)
class Visit:
    """A member at the counter. `expiring` are points whose last day is within 60 days.

    `card_points` are what the printed card in hand paid or set aside today already; `same_order` is
    an exchange of the last half hour with exactly these goods; `offers` what can be tapped.
    """

    member: MemberFacts
    proof: str
    balance_points: int
    expiring: tuple[tuple[date, int], ...]
    lines: tuple[CartLine, ...]
    offers: tuple[Offer, ...]
    pin_limits: PinLimits
    card_points: int
    has_pin: bool
    last_order: OrderFacts | None
    same_order: OrderFacts | None

    @property
    def total_points(self) -> int:
        """What the goods cost."""
        return sum(line.points for line in self.lines)

    @property
    def short_points(self) -> int:
        """How many points are missing."""
        return max(0, self.total_points - self.balance_points)

    @property
    def needs_pin(self) -> bool:
        """Whether the printed card pays this only with its PIN."""
        return needs_pin(
            proof=self.proof,
            total_points=self.total_points,
            paid_today=self.card_points,
            limits=self.pin_limits,
        )

    @property
    def is_pin_for_the_day(self) -> bool:
        """Whether it is the day's sum that wants the PIN."""
        return self.pin_limits.is_day_passed(
            total_points=self.total_points, paid_today=self.card_points
        )

    @property
    def can_pay(self) -> bool:
        """Whether nothing that can be seen stands against it."""
        is_clear = not any(line.trouble for line in self.lines)
        return bool(self.lines) and is_clear and not self.short_points


def get_visit(
    community_id: UUID,
    *,
    shop_id: UUID,
    keeper_id: UUID,
    code: MemberCode,
    wanted: Sequence[WantedLine],
    now: datetime,
    shelf: Sequence[ProductFacts] = (),
) -> Visit:
    """The member behind the code, with the goods as they could be handed out now.

    Goods of another shop are left out. `shelf` are this shop's products to tap: stock and limits are
    read once for them and the wanted goods together.

    Raises:
        OwnOrder: the keeper or their household. NotActive.
    """
    community = get_community(community_id)
    today = local_day(now, community.zone)
    member = get_member(community_id, code.member_id)
    holder = holders_of(community_id, [keeper_id])[keeper_id]
    decide_server(server={keeper_id, holder}, served={member.id, member.holder_id})
    if not member.is_active:
        raise NotActive
    balances = get_balances(community_id=community_id, member_id=member.id, today=today)
    goods = _goods(community_id, shop_id, wanted, shelf)
    offers = offers_of(
        community_id,
        list(goods.values()),
        holder_id=member.holder_id,
        member_id=member.id,
        today=today,
    )
    by_product = {offer.product.id: offer for offer in offers}
    recent = recent_orders(community_id, [member.id], now)[member.id]
    is_card = code.proof == "card"
    return Visit(
        member=member,
        proof=code.proof,
        balance_points=balances.balance_points,
        expiring=tuple(each for each in balances.expiring if each[0] <= today + SOON),
        lines=tuple(
            CartLine(by_product[line.product_id], line.quantity)
            for line in wanted
            if line.product_id in by_product
        ),
        offers=tuple(by_product[product.id] for product in shelf),
        pin_limits=pin_limits_of(community),
        card_points=card_days_of(community, {member.id}, today)[member.id] if is_card else 0,
        has_pin=member.has_pin,
        last_order=recent[0] if recent else None,
        same_order=find_same(recent, wanted),
    )


def _goods(
    community_id: UUID,
    shop_id: UUID,
    wanted: Sequence[WantedLine],
    shelf: Sequence[ProductFacts],
) -> dict[UUID, ProductFacts]:
    """The shelf's products, and those of the wanted ones that are this shop's; none is read twice."""
    known = {product.id: product for product in shelf}
    missing = {line.product_id for line in wanted} - known.keys()
    found = products_by_id(community_id, missing) if missing else {}
    return known | {key: each for key, each in found.items() if each.shop_id == shop_id}


def offers_of(
    community_id: UUID,
    products: Sequence[ProductFacts],
    *,
    holder_id: UUID,
    today: date,
    member_id: UUID | None = None,
) -> list[Offer]:
    """The products in their order, with what may leave today and what limits still leave.

    Without a member only the household's limits are looked at.
    """
    if not products:
        return []
    usable = usable_of(community_id, {product.id for product in products}, today=today)
    left = units_left(
        community_id, products, member_id=member_id, household_id=holder_id, today=today
    )
    return [
        Offer(product, max(0, usable[product.id] - product.reserved), left[product.id])
        for product in products
    ]


def recent_orders(
    community_id: UUID, member_ids: Collection[UUID], now: datetime
) -> dict[UUID, list[OrderFacts]]:
    """Each member's exchanges of the last half hour, newest first: another is perhaps a mistake."""
    return orders_since(community_id, member_ids, now - JUST_NOW)


def find_same(orders: Sequence[OrderFacts], wanted: Sequence[WantedLine]) -> OrderFacts | None:
    """The one of these orders that holds exactly the wanted goods; none that came back whole."""
    goods = {line.product_id: line.quantity for line in wanted}
    for order in orders:
        had = {line.product_id: line.quantity for line in order.lines}
        if order.can_be_refunded and goods == had:
            return order
    return None


@dataclass(frozen=True, slots=True)
class Attempts:
    """What the confirmations of a visit led to: its one order, or so many refusals."""

    order_id: UUID | None
    refusals: int


def attempts_of(community_id: UUID, *, keeper_id: UUID, visit_id: UUID) -> Attempts:
    """What became of the visit so far."""
    rows = fetch(_tried(), community_id=community_id, keeper_id=keeper_id, start=f"{visit_id}.")
    placed = [row.result["order_id"] for row in rows if row.refusal_code is None]
    return Attempts(UUID(placed[0]) if placed else None, len(rows) - len(placed))


@prepared
def _tried(_among: Among) -> Select[*tuple[Any, ...]]:
    outcome = table_of(StoredOutcome).c
    return select(outcome.refusal_code, outcome.result).where(
        outcome.community_id == bindparam("community_id"),
        outcome.actor_id == bindparam("keeper_id"),
        outcome.key.startswith(bindparam("start")),
    )
