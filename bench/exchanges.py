"""P3: exchanges at the counter through HTTP on PostgreSQL, against the limit L′.

One exchange: a printed card read, a priced line against the household's month and the stock, the
payment from the earliest wallet, movement, receipt number, audit, message, and the outcome kept
under its key.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import text

from bench import community
from bench.community import Community, Scanner
from bench.figures import Figure, Reading, Target, figure
from bench.loads import measured, post
from bench.postgres import Server
from bench.rounds import Rounds
from bench.serving import served
from pointsvc.communities.service import create_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import Opening, open_balances
from pointsvc.shop.service.catalogue import CatalogueRow, create_product
from pointsvc.shop.service.donations import DonatedLine, record_donation
from pointsvc.shop.shelf import Moving

FIGURES: Final = ("P3",)
PEOPLE: Final = 10_000
KEEPERS: Final = 32
PRODUCTS: Final = 100
POINTS: Final = 100_000
PRICE: Final = 5
HAND: Final = 100_000
MONTH_MAX: Final = 1000


def measure(rounds: Rounds, server: Server, folder: Path, _wanted: Collection[str]) -> list[Figure]:
    """Exchanges/s and L′ in turn."""
    server.lay_limit()
    database = server.make("exchanges")
    with community.office(folder, database):
        made = community.found(2000 if rounds.is_quick else PEOPLE, clerks=KEEPERS)
        keepers, products = transact(lambda: stocked(made))
        transact(community.learn)
        with served(folder, database) as product:
            roots = {"app": product.process, "database": server.process}

            def exchanges() -> Reading:
                server.settle()
                before = _count()
                reading, total = measured(
                    product.port,
                    _lanes(made, keepers, products),
                    rounds.seconds,
                    roots,
                    counted=b'"receipt_no"',
                )
                assert _count() - before == total, (before, total)
                return reading

            readings = rounds.run(
                {
                    "L'": lambda: server.limit("limit-redemption.sql", rounds.seconds),
                    "exchanges": exchanges,
                }
            )
    return [
        figure(
            "P3",
            "exchanges at the counter, 32 clients",
            "/s",
            readings["exchanges"],
            base=("L′", readings["L'"]),
            target=Target(0.2, aim=0.4),
        )
    ]


def stocked(made: Community, points: int = POINTS) -> tuple[list[Scanner], list[UUID]]:
    """A full shop, its keepers, and people with points; in one transaction."""
    now = clock.now()
    today = clock.local_day(now, community.ZONE)
    shop_id = create_place(community_id=made.id, place_id=new_id(), kind="shop", name="积分超市").id
    keepers = [Scanner(each.member_id, shop_id, each.token) for each in made.clerks]
    for keeper in keepers:
        community.grant(made.id, keeper.member_id, "keeper", place_id=shop_id)
    products = [
        _product(made.id, shop_id, number, keepers[0].member_id) for number in range(PRODUCTS)
    ]
    record_donation(
        community_id=made.id,
        donor="便民超市",
        lines=[DonatedLine(product_id, HAND) for product_id in products],
        handler_id=keepers[0].member_id,
        moving=Moving(keepers[0].member_id, now, today),
    )
    open_balances(
        community_id=made.id,
        openings=[
            Opening(member_id, points, new_id(), today + timedelta(days=365))
            for member_id in made.cards
        ],
        recorded_by_id=None,
        now=now,
        business_on=today,
    )
    return keepers, products


def _product(community_id: UUID, shop_id: UUID, number: int, keeper_id: UUID) -> UUID:
    return create_product(
        community_id=community_id,
        shop_id=shop_id,
        row=CatalogueRow(None, f"商品{number}", "件", PRICE, MONTH_MAX),
        set_by_id=keeper_id,
        now=clock.now(),
    )


def _lanes(made: Community, keepers: list[Scanner], products: list[UUID]) -> list[list[bytes]]:
    cards = list(made.cards.values())
    return [
        [
            post(
                "/api/v1/orders",
                keeper.token,
                {
                    "shop_id": keeper.place_id,
                    "member_code": code,
                    "lines": [{"product_id": products[(at + turn) % len(products)], "quantity": 1}],
                },
                Idempotency_Key=str(new_id()),
            )
            for turn, code in enumerate(cards[at :: len(keepers)])
        ]
        for at, keeper in enumerate(keepers)
    ]


def _count() -> int:
    count = int(db.session.scalar(text("SELECT count(*) FROM orders")) or 0)
    db.session.rollback()
    return count
