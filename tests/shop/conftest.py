"""The points shop of the fixed cast: soap and rice on the shelf, a keeper behind the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.codes import member_code_url, read_member_code
from pointsvc.communities.service import update_settings
from pointsvc.kernel import clock
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.codes import url
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import find_spendable
from pointsvc.ledger.service import Award, award
from pointsvc.members.cards import find_card, issue_card
from pointsvc.members.secrets import hash_pin, set_pin
from pointsvc.shop import service
from pointsvc.shop.queries.catalogue import ProductFacts, get_product
from pointsvc.shop.queries.orders import PaidLine, get_order
from pointsvc.shop.queries.stock import batches_of
from pointsvc.shop.rules import PinState, WantedLine
from pointsvc.shop.service import (
    Arrival,
    CatalogueRow,
    OrderReceipt,
    RefundReceipt,
    ReturnedLine,
)
from pointsvc.shop.service.requests import Asked, ask_return
from pointsvc.shop.shelf import Moving
from tests.support.cast import ZONE, Cast, Person, bearer
from tests.support.clients import HouseClient

SOAP = CatalogueRow("6962914827422", "香皂", "125g", 40)
RICE = CatalogueRow("6942166285775", "大米", "5kg", 320, 2)


@dataclass
class Shop:
    """The shop and what tests do in it."""

    cast: Cast
    soap: UUID
    rice: UUID

    @property
    def community_id(self) -> UUID:
        return self.cast.community_id

    @property
    def today(self) -> date:
        return local_day(clock.now(), ZONE)

    def moving(self, approved_by: Person | None = None) -> Moving:
        approved_by_id = approved_by.id if approved_by else None
        return Moving(self.cast.zhangdian.id, clock.now(), self.today, approved_by_id)

    def stock(
        self,
        product_id: UUID,
        quantity: int,
        best_before_on: date | None = None,
        restriction: str | None = None,
    ) -> UUID:
        """Buy goods; the batch's id."""
        arrival = Arrival(new_id(), product_id, quantity, best_before_on, restriction)
        [batch_id] = transact(
            lambda: service.take_in(
                community_id=self.community_id,
                arrivals=[arrival],
                kind="purchase",
                moving=self.moving(),
            )
        )
        return batch_id

    def count(self, batch_id: UUID, expected: int) -> None:
        """A count that agrees with the books."""
        transact(
            lambda: service.record_count(
                community_id=self.community_id,
                batch_id=batch_id,
                expected=expected,
                counted=expected,
                reason=None,
                count_id=new_id(),
                moving=self.moving(),
            )
        )

    def points(self, person: Person, points: int, expires_on: date = date(2027, 12, 31)) -> None:
        """Let somebody earn points."""
        deed = Award(person.id, points, 0, "attendance", new_id(), 0, None, expires_on, "PLOT_CARE")
        transact(
            lambda: award(
                community_id=self.community_id,
                awards=[deed],
                recorded_by_id=None,
                now=clock.now(),
                business_on=self.today,
            )
        )

    def code(self, person: Person) -> str:
        """The changing code on the person's phone at this moment."""
        return transact(
            lambda: member_code_url(
                community_id=person.community_id or self.community_id,
                member_id=person.id,
                base="http://localhost",
                now=clock.now(),
            )
        )

    def card(self, person: Person) -> str:
        """The address on the person's printed card."""
        community_id = person.community_id or self.community_id
        if (card := find_card(community_id, person.id)) is None:
            transact(
                lambda: issue_card(
                    community_id=community_id, member_id=person.id, actor=SYSTEM, now=clock.now()
                )
            )
            card = find_card(community_id, person.id)
        assert card is not None
        return url("http://localhost", card.token)

    def give_pin(self, person: Person, pin: str = "4725") -> None:
        """A PIN beside the person's printed card."""
        pin_hash = hash_pin(pin)
        transact(
            lambda: set_pin(
                community_id=self.community_id,
                member_id=person.id,
                pin_hash=pin_hash,
                actor=SYSTEM,
                now=clock.now(),
            )
        )

    def buy(
        self,
        person: Person,
        *lines: tuple[UUID, int],
        code: str | None = None,
        pin: PinState = "right",
        keeper: Person | None = None,
    ) -> OrderReceipt:
        """An exchange at the counter, with the printed card and its PIN."""
        text = code or self.card(person)
        return transact(
            lambda: service.place_order(
                community_id=self.community_id,
                shop_id=self.cast.shop_id,
                code=read_member_code(text=text, community_id=self.community_id, now=clock.now()),
                lines=[WantedLine(*line) for line in lines],
                pin=pin,
                keeper_id=(keeper or self.cast.zhangdian).id,
                now=clock.now(),
            )
        )

    def refund(
        self,
        order_id: UUID,
        *lines: tuple[UUID, int],
        approver: Person | None = None,
        pin: PinState = "right",
        keeper: Person | None = None,
    ) -> RefundReceipt:
        """Goods given back, approved with the supervisor's card and its PIN."""
        text = self.card(approver or self.cast.hedu)
        return transact(
            lambda: service.refund_order(
                community_id=self.community_id,
                order_id=order_id,
                lines=[ReturnedLine(*line) for line in lines],
                reason="拿错了",
                approver=read_member_code(
                    text=text, community_id=self.community_id, now=clock.now()
                ),
                approver_pin=pin,
                keeper_id=(keeper or self.cast.zhangdian).id,
                now=clock.now(),
            )
        )

    def ask_void(self, order_id: UUID) -> UUID:
        """The keeper asks to undo an exchange whole; the request's id."""
        asked = Asked(new_id(), "void", order_id, [], "办错了")
        return transact(
            lambda: ask_return(
                community_id=self.community_id,
                asked=asked,
                keeper_id=self.cast.zhangdian.id,
                now=clock.now(),
            )
        )

    def lines(self, order_id: UUID) -> list[PaidLine]:
        """The order's lines as they stand."""
        return list(get_order(self.community_id, order_id).lines)

    def balance(self, person: Person) -> int:
        """What the person can spend today."""
        found = find_spendable(
            community_id=self.community_id, member_ids=[person.id], today=self.today
        )
        return found[person.id]

    def product(self, product_id: UUID) -> ProductFacts:
        return get_product(self.community_id, product_id)

    def on_hand(self, product_id: UUID) -> int:
        return self.product(product_id).on_hand

    def batches(self, product_id: UUID) -> dict[UUID, int]:
        """What is left of each batch that has something."""
        rows = batches_of(self.community_id, product_id, today=self.today)
        return {row.id: row.on_hand for row in rows}


@dataclass(frozen=True)
class Answer:
    """What the side door said."""

    status: int
    json: Any


def post(
    client: HouseClient, path: str, body: Any, person: Person, key: str | None = None
) -> Answer:
    """Send the body to `/api/v1…` with the person's token and a key, a new one by default."""
    headers = bearer(person) | {"Idempotency-Key": key or str(new_id())}
    answer = client.post(f"/api/v1{path}", json=body, headers=headers)
    return Answer(answer.status_code, answer.json)


def raise_shop(cast: Cast) -> Shop:
    """Put soap (unlimited) and rice (two a household and month) into the catalogue."""

    def add(row: CatalogueRow) -> UUID:
        return service.create_product(
            community_id=cast.community_id,
            shop_id=cast.shop_id,
            row=row,
            set_by_id=cast.zhaofang.id,
            now=clock.now(),
        )

    soap, rice = transact(lambda: [add(row) for row in (SOAP, RICE)])
    return Shop(cast, soap, rice)


@pytest.fixture
def shop(cast: Cast, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    """The cast's shop with an empty shelf."""
    return raise_shop(cast)


def count_the_day(shop: Shop) -> None:
    """The community lets a card pay 100 points a day without its PIN."""
    transact(
        lambda: update_settings(community_id=shop.community_id, changes={"pin_day_points": 100})
    )
