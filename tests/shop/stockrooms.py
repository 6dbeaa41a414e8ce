"""A second shop beside the cast's, and what is done in a stockroom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from pointsvc.communities.service import create_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop.models import Product, StockMovement
from pointsvc.shop.service import counts
from pointsvc.shop.service.dates import remove_past
from pointsvc.shop.service.limits import NewLimit, set_limit
from pointsvc.shop.service.markdowns import begin_markdown
from pointsvc.shop.service.transfers import Sending, transfer_stock
from pointsvc.shop.service.wanted import add_wanted
from pointsvc.shop.windows import WindowKind
from tests.shop.conftest import Shop
from tests.support.cast import Person


@dataclass
class Stockroom:
    """The cast's shop from behind."""

    shop: Shop

    def open_another(self) -> UUID:
        """Another shop of the community."""
        place_id = new_id()
        transact(
            lambda: create_place(
                community_id=self.shop.community_id, place_id=place_id, kind="shop", name="北门小站"
            )
        )
        return place_id

    def send(self, batch_id: UUID, quantity: int, to_shop_id: UUID) -> UUID:
        """Transfer units; the batch there."""
        sending = Sending(new_id(), batch_id, to_shop_id, quantity, None)
        return transact(
            lambda: transfer_stock(
                community_id=self.shop.community_id, sending=sending, moving=self.shop.moving()
            )
        )

    def limit(
        self,
        most: int,
        *,
        holder: str = "household",
        window: WindowKind = "month",
        measure: str = "units",
        category: str | None = None,
        product_id: UUID | None = None,
    ) -> UUID:
        """A limit in force from now on."""
        limit_id, by_id = new_id(), self.shop.cast.zhangdian.id
        new = NewLimit(
            limit_id, self.shop.cast.shop_id, product_id, category, holder, window, measure, most
        )
        transact(
            lambda: set_limit(
                community_id=self.shop.community_id, limit=new, by_id=by_id, now=clock.now()
            )
        )
        return limit_id

    def mark_down(self, batch_id: UUID, price_points: int) -> UUID:
        """A lower price while this batch lasts."""
        by_id = self.shop.cast.zhangdian.id
        return transact(
            lambda: begin_markdown(
                community_id=self.shop.community_id,
                batch_id=batch_id,
                price_points=price_points,
                reason="临期",
                by_id=by_id,
                now=clock.now(),
            )
        )

    def remove_past(self, product_id: UUID) -> int:
        """What the job does with a product."""
        return transact(
            lambda: remove_past(
                community_id=self.shop.community_id, product_id=product_id, now=clock.now()
            )
        )

    def categorise(self, product_id: UUID, category: str) -> None:
        """Put a product into a category."""

        def work() -> None:
            found = db.session.get(Product, (self.shop.community_id, product_id))
            assert found is not None
            found.category = category

        transact(work)

    def moves(self, product_id: UUID) -> list[tuple[str, int]]:
        """Kinds and units of a product's movements, oldest first."""
        rows = db.session.execute(
            select(StockMovement.kind, StockMovement.delta)
            .where(StockMovement.product_id == product_id)
            .order_by(StockMovement.id)
        )
        return [(row.kind, row.delta) for row in rows]

    def want(self, kind: str = "wanted", name: str = "洗衣液", words: str = "没拆封的") -> UUID:
        """A line of the list."""
        wanted_id = new_id()
        transact(
            lambda: add_wanted(
                community_id=self.shop.community_id,
                wanted_id=wanted_id,
                shop_id=self.shop.cast.shop_id,
                kind=kind,
                name=name,
                words=words,
                by_id=self.shop.cast.zhangdian.id,
                now=clock.now(),
            )
        )
        return wanted_id


@dataclass
class Count:
    """A stock-take by 张店 and 赵芳."""

    shop: Shop
    id: UUID

    @classmethod
    def begin(cls, shop: Shop) -> Count:
        """张店 begins, 赵芳 joins."""
        count_id, cast = new_id(), shop.cast
        whose = {"community_id": shop.community_id, "count_id": count_id}
        transact(
            lambda: counts.open_count(
                shop_id=cast.shop_id, by_id=cast.zhangdian.id, now=clock.now(), **whose
            )
        )
        made = cls(shop, count_id)
        made.join(cast.zhaofang)
        return made

    def join(self, person: Person) -> None:
        transact(lambda: counts.join_count(by_id=person.id, now=clock.now(), **self._whose))

    def enter(self, person: Person, product_id: UUID, counted: int) -> None:
        transact(
            lambda: counts.enter_count(
                product_id=product_id,
                counted=counted,
                by_id=person.id,
                now=clock.now(),
                **self._whose,
            )
        )

    def finish(self, person: Person) -> str:
        return transact(
            lambda: counts.finish_count(by_id=person.id, now=clock.now(), **self._whose)
        )

    def agree(self, product_id: UUID, counted: int) -> None:
        """Both find the same."""
        pair = (self.shop.cast.zhangdian, self.shop.cast.zhaofang)
        for person in pair:
            self.enter(person, product_id, counted)
        for person in pair:
            self.finish(person)

    def settle(
        self,
        person: Person,
        *,
        approves: bool = True,
        reason: str | None = "摔破了",
        is_at_till: bool = False,
    ) -> None:
        transact(
            lambda: counts.decide_count(
                approves=approves,
                reason=reason,
                by_id=person.id,
                now=clock.now(),
                is_at_till=is_at_till,
                **self._whose,
            )
        )

    @property
    def _whose(self) -> dict[str, UUID]:
        return {"community_id": self.shop.community_id, "count_id": self.id}


def leave_stock_traces(shop: Shop) -> None:
    """One of everything that a stockroom has, for the addresses that name it."""
    room, last = Stockroom(shop), date(2999, 12, 31)
    room.limit(1000)
    room.want()
    room.mark_down(shop.stock(shop.rice, 2, last), 30)
    Count.begin(shop).enter(shop.cast.zhangdian, shop.soap, 1)
