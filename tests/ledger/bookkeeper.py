"""The ledger's verbs as tests say them: one community, plain members, a day that can be moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from pointsvc.communities.service import create_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger import service
from pointsvc.ledger.models import Passbook
from pointsvc.ledger.queries import Balances, get_balances
from pointsvc.ledger.service import Award, Opening, PaymentLine, TakenBack
from pointsvc.ledger.verification import CommunityReport, verify_community

NEW_YEARS_EVE = date(2027, 12, 31)
GRACE_DAYS = 30


@dataclass
class Bookkeeper:
    """Posts to the books of one community, on `today`."""

    community_id: UUID
    today: date = date(2026, 11, 21)
    clerk: UUID = field(default_factory=new_id)
    supervisor: UUID = field(default_factory=new_id)

    @property
    def now(self) -> datetime:
        """Nine in the morning of today."""
        return clock.at_local(self.today, 9, 0, clock.DEFAULT_ZONE)

    def deed(
        self,
        member: UUID,
        points: int,
        *,
        minutes: int = 0,
        expires_on: date = NEW_YEARS_EVE,
        source: UUID | None = None,
        number: int = 0,
        into_review: bool = False,
    ) -> Award:
        return Award(
            member_id=member,
            points=points,
            minutes=minutes,
            source_type="attendance",
            source_id=source or new_id(),
            number=number,
            tariff_id=None,
            expires_on=expires_on,
            reason="PLOT_CARE",
            into_review=into_review,
        )

    def award(self, *deeds: Award) -> dict[UUID, int]:
        return transact(
            lambda: service.award(
                community_id=self.community_id,
                awards=deeds,
                recorded_by_id=self.clerk,
                now=self.now,
                business_on=self.today,
            )
        )

    def earn(self, member: UUID, points: int, expires_on: date = NEW_YEARS_EVE) -> UUID:
        """Award points; the deed's id."""
        deed = self.deed(member, points, expires_on=expires_on)
        self.award(deed)
        return deed.source_id

    def end_review(self, source: UUID, *, release: bool, number: int = 0) -> int:
        return transact(
            lambda: service.end_review(
                community_id=self.community_id,
                source_type="attendance",
                source_id=source,
                number=number,
                release=release,
                reason="reviewed",
                recorded_by_id=self.clerk,
                approved_by_id=self.supervisor,
                now=self.now,
                business_on=self.today,
            )
        )

    def take_back(self, source: UUID, number: int = 0) -> TakenBack:
        return transact(
            lambda: service.take_back(
                community_id=self.community_id,
                source_type="attendance",
                source_id=source,
                number=number,
                reason="corrected",
                recorded_by_id=self.clerk,
                approved_by_id=self.supervisor,
                now=self.now,
                business_on=self.today,
            )
        )

    def pay(self, member: UUID, *points: int, lines: Sequence[UUID] = ()) -> list[UUID]:
        """Pay lines of so many points each; their ids."""
        ids = list(lines) or [new_id() for _ in points]
        paid = [PaymentLine(*each) for each in zip(ids, points, strict=True)]
        transact(
            lambda: service.pay(
                community_id=self.community_id,
                member_id=member,
                lines=paid,
                reason="exchange",
                recorded_by_id=self.clerk,
                now=self.now,
                business_on=self.today,
            )
        )
        return ids

    def refund(self, member: UUID, line: UUID, points: int, number: int = 1) -> int:
        return transact(
            lambda: service.refund(
                community_id=self.community_id,
                member_id=member,
                line_id=line,
                number=number,
                points=points,
                reason="returned",
                recorded_by_id=self.clerk,
                approved_by_id=self.supervisor,
                now=self.now,
                business_on=self.today,
                grace_days=GRACE_DAYS,
            )
        )

    def open_balance(
        self, member: UUID, points: int, source: UUID, expires_on: date = NEW_YEARS_EVE
    ) -> int:
        opening = Opening(member, points, source, expires_on)
        return transact(
            lambda: service.open_balances(
                community_id=self.community_id,
                openings=[opening],
                recorded_by_id=self.clerk,
                now=self.now,
                business_on=self.today,
            )
        )

    def adjust(
        self, member: UUID, points: int, *, expires_on: date = NEW_YEARS_EVE, by: UUID | None = None
    ) -> int:
        adjustment_id = new_id()
        return transact(
            lambda: service.adjust(
                community_id=self.community_id,
                member_id=member,
                points=points,
                adjustment_id=adjustment_id,
                expires_on=expires_on,
                reason="stock-take of cards",
                recorded_by_id=by or self.clerk,
                approved_by_id=self.supervisor,
                now=self.now,
                business_on=self.today,
            )
        )

    def passed_wallets(self) -> Sequence[UUID]:
        return service.find_expired_accounts(community_id=self.community_id, today=self.today)

    def expire(self, account_id: UUID) -> int:
        return transact(
            lambda: service.expire_account(
                community_id=self.community_id,
                account_id=account_id,
                today=self.today,
                now=self.now,
            )
        )

    def expire_all(self) -> int:
        """What an expiry run of today takes."""
        return sum(self.expire(account_id) for account_id in self.passed_wallets())

    def seal(self, day: date | None = None) -> bytes:
        return transact(
            lambda: service.seal_day(
                community_id=self.community_id, day=day or self.today, now=self.now
            )
        )

    def sleep(self, days: int) -> None:
        self.today += timedelta(days=days)

    def balances(self, member: UUID) -> Balances:
        return get_balances(community_id=self.community_id, member_id=member, today=self.today)

    def points(self, member: UUID) -> int:
        return self.balances(member).balance_points

    def left_of(self, member: UUID) -> int:
        """All points of the member's wallets, those of passed days too."""
        book = select(Passbook.spendable).where(
            Passbook.community_id == self.community_id,
            Passbook.owner_id == member,
            Passbook.unit == "points",
        )
        return db.session.scalar(book) or 0

    def verify(self) -> CommunityReport:
        return verify_community(self.community_id)


def found_books() -> Bookkeeper:
    """The empty books of a new community."""
    community_id = new_id()
    name = f"小区 {community_id}"
    transact(lambda: create_community(community_id=community_id, name=name, now=clock.now()))
    return Bookkeeper(community_id)
