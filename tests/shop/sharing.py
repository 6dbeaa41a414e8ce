"""An exchange day of the cast's shop: planned, wished for, drawn, fetched, over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop.queries.exchange_days import (
    WishFacts,
    get_day,
    slots_of,
    wishes_of_day,
)
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.exchange_days import DayPlan, SlotPlan, plan_day
from pointsvc.shop.service.sharing import draw_day, serve_waiting
from pointsvc.shop.service.wishing import make_wish
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping
from tests.support.cast import Person

NIL = UUID(int=0)


@dataclass
class Sharing:
    """Wishes close in two days; fetched in three, in two slots; made up for a week later."""

    shop: Shop
    day_id: UUID = NIL

    @property
    def keeping(self) -> Keeping:
        return Keeping(self.shop)

    def plan(self, *goods: tuple[UUID, int], seats: int = 20, makeup: bool = True) -> UUID:
        day_id, now = new_id(), clock.now()
        begin = now + timedelta(days=3)
        slots = [
            SlotPlan(
                begin + timedelta(minutes=m), begin + timedelta(minutes=m + 30), "店门口", seats
            )
            for m in (0, 30)
        ]
        if makeup:
            later = begin + timedelta(days=7)
            slots.append(SlotPlan(later, later + timedelta(hours=1), "店里", seats, is_makeup=True))
        plan = DayPlan(
            self.shop.cast.shop_id,
            "十二月兑换日",
            now,
            now + timedelta(days=2),
            slots,
            [WantedLine(*good) for good in goods],
        )
        transact(
            lambda: plan_day(
                community_id=self.shop.community_id,
                day_id=day_id,
                plan=plan,
                by_id=self.shop.cast.zhaofang.id,
                now=now,
            )
        )
        return day_id

    def wish(self, day_id: UUID, person: Person, product_id: UUID, slot: int = 1) -> int:
        """Wish from the phone; the ticket."""
        slots = {each.number: each.id for each in slots_of(self.shop.community_id, day_id)}
        return transact(
            lambda: make_wish(
                community_id=self.shop.community_id,
                day_id=day_id,
                product_id=product_id,
                slot_id=slots[slot],
                member_id=person.id,
                by_id=person.id,
                now=clock.now(),
            )
        )

    def draw(self, day_id: UUID, spoken: str | None = "大吉大利") -> None:
        transact(
            lambda: draw_day(
                community_id=self.shop.community_id,
                day_id=day_id,
                spoken=spoken,
                by_id=self.shop.cast.zhaofang.id,
                now=clock.now(),
            )
        )

    def serve(self, day_id: UUID) -> int:
        return transact(
            lambda: serve_waiting(
                community_id=self.shop.community_id, day_id=day_id, now=clock.now()
            )
        )

    def wishes(self, day_id: UUID) -> list[WishFacts]:
        return wishes_of_day(self.shop.community_id, day_id)

    def of(self, day_id: UUID, state: str) -> list[UUID]:
        """Whose wishes are so."""
        return [wish.member_id for wish in self.wishes(day_id) if wish.state == state]

    def state(self, day_id: UUID) -> str:
        return get_day(self.shop.community_id, day_id).state


def keep_and_share(shop: Shop) -> None:
    """刘洋 has a soap kept, and wishes for another on an exchange day."""
    shop.points(shop.cast.liuyang, 40)
    Keeping(shop).book(shop.cast.liuyang, (shop.soap, 1))
    sharing = Sharing(shop)
    sharing.wish(sharing.plan((shop.soap, 2)), shop.cast.liuyang, shop.soap)
