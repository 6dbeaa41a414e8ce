"""A gift for a purpose, an invoice on a sponsor's money: the shop's papers of the past month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from pointsvc.demo.founding import Street
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.shop.papers import GiftPapers
from pointsvc.shop.queries.donations import get_donation
from pointsvc.shop.queries.gifts import batches_of_lines
from pointsvc.shop.service.donations import DonatedLine, record_donation
from pointsvc.shop.service.issues import Recipient, issue_goods
from pointsvc.shop.service.purchases import BoughtLine, Invoice, add_supplier, record_purchase
from pointsvc.shop.service.sponsorships import Sponsor, record_sponsorship
from pointsvc.shop.shelf import Moving

ELDERS = "给独居老人"


def keep_papers_of(street: Street, products: Mapping[str, UUID], now: datetime) -> None:
    """Three weeks ago money and an invoice, two weeks ago a gift for lonely elders, some handed out."""
    _buy(street, products, now - timedelta(days=21))
    batch_id = _give(street, products, now - timedelta(days=14))
    _issue(street, batch_id, now - timedelta(days=6))


def _moving(street: Street, at: datetime) -> Moving:
    return Moving(street.people["张店"], at, clock.local_day(at, street.zone))


def _buy(street: Street, products: Mapping[str, UUID], at: datetime) -> None:
    assert street.shop_id is not None
    shop_id, day = street.shop_id, clock.local_day(at, street.zone)
    sponsorship_id = street.derived("sponsorship", 1)
    clerk_id = street.people["赵芳"]

    def work() -> None:
        record_sponsorship(
            community_id=street.community_id,
            sponsorship_id=sponsorship_id,
            sponsor=Sponsor("organisation", "红色物业", is_named=False),
            amount_fen=200_000,
            received_on=day,
            purpose="给积分超市补货",
            evidence="收据 0017",
            by_id=clerk_id,
            now=at,
        )
        supplier_id = add_supplier(
            community_id=street.community_id,
            name="惠农区红星批发部",
            address="园艺镇新建街 6 号",
            contact="刘师傅 0952-3010101",
            by_id=clerk_id,
            now=at,
        )
        record_purchase(
            community_id=street.community_id,
            purchase_id=street.derived("purchase", 1),
            invoice=Invoice(shop_id, supplier_id, day, "64022611", sponsorship_id),
            lines=[
                BoughtLine(products["香皂"], 40, 14_000, None, "XZ2609"),
                BoughtLine(products["垃圾袋"], 60, 21_000),
            ],
            moving=_moving(street, at),
        )

    transact(work)


def _give(street: Street, products: Mapping[str, UUID], at: datetime) -> UUID:
    day = clock.local_day(at, street.zone)
    line = DonatedLine(products["大米"], 12, day + timedelta(days=150), ELDERS, 42_000, "invoice")
    receipt = transact(
        lambda: record_donation(
            community_id=street.community_id,
            donor="马国强",
            donor_kind="person",
            lines=[line],
            handler_id=street.people["张店"],
            moving=_moving(street, at),
            papers=GiftPapers("桥东社区居民委员会", quality="全新、未拆封"),
        )
    )
    gift = get_donation(street.community_id, receipt.donation_id)
    [batch_id] = batches_of_lines(street.community_id, [gift.lines[0].id])
    return batch_id


def _issue(street: Street, batch_id: UUID, at: datetime) -> None:
    transact(
        lambda: issue_goods(
            community_id=street.community_id,
            batch_id=batch_id,
            quantity=3,
            recipient=Recipient(people=3, words="5 号楼的独居老人"),
            issue_id=street.derived("issue", 1),
            moving=_moving(street, at),
        )
    )
