"""An office and its November with every kind of movement in it: for whoever reads the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pointsvc.audit.actors import SYSTEM
from pointsvc.disclosure.queries import Disclosure, disclosure_of
from pointsvc.disclosure.rules import month_for
from pointsvc.kernel import clock as moments
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.books import open_books
from pointsvc.ledger.service import (
    Award,
    Opening,
    award,
    expire_account,
    find_expired_accounts,
    open_balances,
    seal_day,
    take_back,
)
from pointsvc.ledger.transfers import NewTransfer, Recording, Side
from pointsvc.organisation.service import grant_role
from pointsvc.shop.service.donations import DonatedLine, record_donation
from tests.shop.conftest import Shop
from tests.support.cast import ZONE, Cast, Person
from tests.support.clocks import FrozenClock

LATE = date(2027, 12, 31)
GONE = date(2026, 11, 10)


@dataclass
class Office:
    """The community of the cast with a shop, and what its office does in a month."""

    shop: Shop
    clock: FrozenClock

    @property
    def cast(self) -> Cast:
        return self.shop.cast

    @property
    def community_id(self) -> UUID:
        return self.shop.community_id

    def earn(self, person: Person, points: int, expires_on: date = LATE, minutes: int = 0) -> UUID:
        """A deed's points and minutes; the deed's id."""
        deed = Award(
            person.id, points, minutes, "attendance", new_id(), 0, None, expires_on, "PLOT_CARE"
        )
        transact(lambda: award(**self._common(), awards=[deed], recorded_by_id=None))
        return deed.source_id

    def take_back(self, deed_id: UUID, reason: str = "记错了") -> None:
        """Reverse a deed's award."""
        transact(
            lambda: take_back(
                **self._common(),
                source_type="attendance",
                source_id=deed_id,
                number=0,
                reason=reason,
                recorded_by_id=self.cast.zhaofang.id,
                approved_by_id=self.cast.hedu.id,
            )
        )

    def open_books(self, person: Person, points: int) -> None:
        """An imported balance."""
        opening = Opening(person.id, points, new_id(), LATE)
        transact(lambda: open_balances(**self._common(), openings=[opening], recorded_by_id=None))

    def expire(self) -> None:
        """What the night does with wallets whose day has passed."""
        today = self.shop.today
        for account_id in find_expired_accounts(community_id=self.community_id, today=today):
            transact(
                lambda id_=account_id: expire_account(  # type: ignore[misc]
                    community_id=self.community_id,
                    account_id=id_,
                    today=today,
                    now=moments.now(),
                )
            )

    def move(self, person: Person, kind: str, points: int) -> None:
        """What no door does yet: a regrant, or points given back to the community."""
        wallet = Side(person.id, "wallet", LATE)
        sides = {
            "regrant": (Side(self.community_id, "expired"), wallet),
            "donate": (wallet, Side(self.community_id, "donated")),
        }
        debit, credit = sides[kind]
        transfer = NewTransfer(
            new_id(), "points", debit, credit, points, kind, kind, "deed", new_id(), kind
        )
        recording = Recording(self.cast.zhaofang.id, moments.now(), self.shop.today)

        def work() -> None:
            books = open_books(community_id=self.community_id, owner_ids={person.id}, unit="points")
            books.post([transfer], recording)

        transact(work)

    def receive(self, donor: str | None, quantity: int = 10, **told: Any) -> None:
        """A gift of soap."""
        transact(
            lambda: record_donation(
                community_id=self.community_id,
                donor=donor,
                lines=[DonatedLine(self.shop.soap, quantity)],
                handler_id=self.cast.zhangdian.id,
                moving=self.shop.moving(),
                **told,
            )
        )

    def seal(self, day: date) -> bytes:
        """Seal a day."""
        return transact(
            lambda: seal_day(community_id=self.community_id, day=day, now=moments.now())
        )

    def month(self, name: str) -> Disclosure:
        """The month as it is disclosed."""
        return disclosure_of(self.community_id, month_for(name, self.shop.today))

    def _common(self) -> dict[str, Any]:
        return {
            "community_id": self.community_id,
            "now": moments.now(),
            "business_on": moments.local_day(moments.now(), ZONE),
        }


def live_november(office: Office) -> None:
    """October leaves 50 points; November has every kind of movement, in amounts that tell."""
    cast, shop = office.cast, office.shop
    office.clock.at("2026-10-20T09:00")
    office.earn(cast.limei, 50)
    office.clock.at("2026-11-05T09:00")
    office.open_books(cast.wangqiang, 300)
    office.earn(cast.liuyang, 25, expires_on=GONE)
    office.earn(cast.limei, 200, minutes=120)
    office.take_back(office.earn(cast.limei, 30, minutes=60))
    office.receive("李秀兰")
    order = shop.buy(cast.limei, (shop.soap, 3))
    shop.refund(order.order_id, (shop.lines(order.order_id)[0].id, 1))
    office.clock.at("2026-11-21T09:00")
    office.expire()
    office.move(cast.liuyang, "regrant", 20)
    office.move(cast.liuyang, "donate", 5)


def appoint_auditor(person: Person) -> Person:
    """Let somebody audit their own community; the cast's own auditor is 周敏."""
    assert person.community_id is not None
    community_id = person.community_id
    transact(
        lambda: grant_role(
            community_id=community_id,
            grant_id=new_id(),
            member_id=person.id,
            role="auditor",
            granted_by=SYSTEM,
            now=moments.now(),
        )
    )
    return person
