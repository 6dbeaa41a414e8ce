"""What people do with goods that are kept for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import get_balances
from pointsvc.shop.pickup_codes import shown_code
from pointsvc.shop.queries.reservations import ReservationFacts, get_reservation
from pointsvc.shop.queries.spoiled import spoiled_holds
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.orders import OrderReceipt
from pointsvc.shop.service.pickups import Shown, hand_over
from pointsvc.shop.service.releasing import (
    cancel_reservation,
    due_reservations,
    expire_reservation,
)
from pointsvc.shop.service.reserving import Booking, book_goods
from pointsvc.shop.service.spoiling import block_spoiled
from tests.shop.conftest import Shop
from tests.support.cast import Person


@dataclass
class Keeping:
    """The cast's shop, and reservations in it."""

    shop: Shop

    def book(self, person: Person, *lines: tuple[UUID, int], days: int = 7) -> UUID:
        """Keep goods for so many days; the reservation's id."""
        now = clock.now()
        booking = Booking(
            person.id,
            self.shop.cast.shop_id,
            [WantedLine(*line) for line in lines],
            now + timedelta(days=days),
            person.id,
        )
        made = transact(
            lambda: book_goods(community_id=self.shop.community_id, booking=booking, now=now)
        )
        return made.reservation_id

    def facts(self, reservation_id: UUID) -> ReservationFacts:
        return get_reservation(self.shop.community_id, reservation_id)

    def code(self, reservation_id: UUID) -> str:
        """The code on the owner's phone."""
        kept = self.facts(reservation_id)
        assert kept.code_hash is not None
        shown = shown_code(
            community_id=self.shop.community_id,
            reservation_id=kept.id,
            turn=kept.turn,
            code_hash=kept.code_hash,
        )
        assert shown is not None
        return shown

    def fetch(
        self, code: str, *lines: tuple[UUID, int], shop_id: UUID | None = None
    ) -> OrderReceipt:
        """Somebody shows the code to 张店."""
        return transact(
            lambda: hand_over(
                community_id=self.shop.community_id,
                shop_id=shop_id or self.shop.cast.shop_id,
                reservation_id=None,
                shown=Shown("typed", code),
                lines=lines or None,
                keeper_id=self.shop.cast.zhangdian.id,
                now=clock.now(),
            )
        )

    def cancel(self, reservation_id: UUID, by: Person) -> int:
        return transact(
            lambda: cancel_reservation(
                community_id=self.shop.community_id,
                reservation_id=reservation_id,
                by_id=by.id,
                reason=None,
                now=clock.now(),
            )
        )

    def expire(self, now: datetime | None = None) -> int:
        """What the nightly job does; the points that returned."""
        at, community_id = now or clock.now(), self.shop.community_id
        works = [
            partial(expire_reservation, community_id=community_id, reservation_id=id_, now=at)
            for id_ in due_reservations(community_id, at)
        ]
        return sum(map(transact, works))

    def block(self) -> int:
        """What the job does with goods that went bad."""
        at, community_id = clock.now(), self.shop.community_id
        block = partial(block_spoiled, community_id=community_id, now=at)
        works = [
            partial(block, reservation_id=reservation_id, product_id=product_id)
            for reservation_id, product_id in spoiled_holds(community_id, at)
        ]
        return sum(map(transact, works))

    def reserved(self, product_id: UUID) -> int:
        return self.shop.product(product_id).reserved

    def points(self, person: Person) -> tuple[int, int]:
        """What the person can spend, and what is set aside."""
        found = get_balances(
            community_id=self.shop.community_id, member_id=person.id, today=self.shop.today
        )
        return found.balance_points, found.reserved_points
