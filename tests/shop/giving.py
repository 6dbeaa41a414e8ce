"""What tests of gifts and money do in the shop: give for a purpose, hand out, buy, sponsor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import Client

from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service
from pointsvc.shop.models import Donation
from pointsvc.shop.queries.donations import DonationFacts, get_donation
from pointsvc.shop.queries.gifts import Fate, batches_of_lines, fates_of
from pointsvc.shop.rules import DonorKind
from pointsvc.shop.service import DonatedLine
from pointsvc.shop.service.donor_codes import make_donor_code
from pointsvc.shop.service.issues import Consent, Recipient, change_purpose, issue_goods
from pointsvc.shop.service.purchases import BoughtLine, Invoice, add_supplier, record_purchase
from pointsvc.shop.service.sponsorships import Sponsor, record_sponsorship
from tests.shop.conftest import Shop
from tests.support.cast import Cast, Person, bearer

ELDERS = "给独居老人"
YES = Consent("徐海涛", "letter", date(2026, 11, 20), "档案第 3 页")


@dataclass
class Giving:
    """The shop, with gifts and money."""

    shop: Shop

    def give(
        self, *lines: DonatedLine, donor: str | None = "徐海涛", kind: DonorKind = "person"
    ) -> DonationFacts:
        """A gift."""
        receipt = transact(
            lambda: service.record_donation(
                community_id=self.shop.community_id,
                donor=donor,
                donor_kind=kind if donor else "anonymous",
                lines=lines,
                handler_id=self.shop.cast.zhangdian.id,
                moving=self.shop.moving(),
            )
        )
        return get_donation(self.shop.community_id, receipt.donation_id)

    def restricted(
        self, quantity: int, best_before_on: date | None = None, donor: str | None = "徐海涛"
    ) -> UUID:
        """A batch of soap for lonely elders."""
        gift = self.give(DonatedLine(self.shop.soap, quantity, best_before_on, ELDERS), donor=donor)
        [batch_id] = batches_of_lines(self.shop.community_id, [gift.lines[0].id])
        return batch_id

    def issue(
        self, batch_id: UUID, quantity: int, to: Person | None = None, issue_id: UUID | None = None
    ) -> int:
        """Hand some out for the purpose; the number."""
        return transact(
            lambda: issue_goods(
                community_id=self.shop.community_id,
                batch_id=batch_id,
                quantity=quantity,
                recipient=Recipient(to.id if to else None, 3, "5 号楼的独居老人"),
                issue_id=issue_id or new_id(),
                moving=self.shop.moving(),
            )
        )

    def repurpose(self, batch_id: UUID, to_purpose: str | None, consent: Consent = YES) -> UUID:
        """The donor agrees to another purpose."""
        return transact(
            lambda: change_purpose(
                community_id=self.shop.community_id,
                batch_id=batch_id,
                to_purpose=to_purpose,
                consent=consent,
                moving=self.shop.moving(),
            )
        )

    def fates(self, gift: DonationFacts) -> list[Fate]:
        """What became of the gift."""
        return fates_of(self.shop.community_id, gift)

    def supplier(self, name: str = "红星批发") -> UUID:
        """A supplier."""
        return transact(
            lambda: add_supplier(
                community_id=self.shop.community_id,
                name=name,
                address="园艺镇 1 号",
                contact="老刘 0952-1234567",
                by_id=self.shop.cast.zhangdian.id,
                now=clock.now(),
            )
        )

    def sponsor(self, fen: int, name: str = "红色物业", on: date | None = None) -> UUID:
        """A sponsor's money."""
        sponsorship_id = new_id()
        transact(
            lambda: record_sponsorship(
                community_id=self.shop.community_id,
                sponsorship_id=sponsorship_id,
                sponsor=Sponsor("organisation", name, is_named=False),
                amount_fen=fen,
                received_on=on or self.shop.today,
                purpose=None,
                evidence=None,
                by_id=self.shop.cast.zhaofang.id,
                now=clock.now(),
            )
        )
        return sponsorship_id

    def buy(
        self,
        supplier_id: UUID,
        *lines: BoughtLine,
        invoice_no: str | None = None,
        sponsorship_id: UUID | None = None,
    ) -> UUID:
        """Goods of an invoice; the purchase."""
        purchase_id = new_id()
        invoice = Invoice(
            self.shop.cast.shop_id, supplier_id, self.shop.today, invoice_no, sponsorship_id
        )
        transact(
            lambda: record_purchase(
                community_id=self.shop.community_id,
                purchase_id=purchase_id,
                invoice=invoice,
                lines=lines,
                moving=self.shop.moving(),
            )
        )
        return purchase_id


def leave_gifts(shop: Shop, client: Client) -> None:
    """A gift by the side door, one for a purpose of which one was handed out, a sponsor's purchase."""
    gift = {"donor": "红色物业", "lines": [{"product_id": str(shop.rice), "quantity": 5}]}
    headers = bearer(shop.cast.zhangdian) | {"Idempotency-Key": str(new_id())}
    answer = client.post("/api/v1/donations", json=gift, headers=headers)
    assert answer.status_code == 201, answer.text
    giving = Giving(shop)
    giving.issue(giving.restricted(3), 1)
    paid_by = giving.sponsor(5000)
    giving.buy(giving.supplier(), BoughtLine(shop.rice, 2, 900), sponsorship_id=paid_by)


def donors_secret(cast: Cast) -> str:
    """The secret address of the community's first gift."""
    gifts = select(Donation.id).where(Donation.community_id == cast.community_id)
    gift_id = db.session.scalars(gifts.order_by(Donation.id)).first()
    assert gift_id is not None
    home, keeper_id, now = cast.community_id, cast.zhangdian.id, clock.now()
    return transact(
        lambda: make_donor_code(
            community_id=home, donation_id=gift_id, made_by_id=keeper_id, now=now
        )
    )
