"""Committing a whole reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pointsvc.communities.queries import find_places, get_community
from pointsvc.communities.service import create_place
from pointsvc.imports.commit.books import take_balances, take_donations
from pointsvc.imports.commit.people import known_people, take_people
from pointsvc.imports.commit.plots import take_plots
from pointsvc.imports.lines import CatalogueLine
from pointsvc.imports.reading import Reading
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.members.actors import member_actor
from pointsvc.shop.errors import BarcodeRefused
from pointsvc.shop.rules import normal_barcode
from pointsvc.shop.service.catalogue import CatalogueRow
from pointsvc.shop.service.price_list import upsert_products


@dataclass(frozen=True, slots=True)
class Committed:
    """How many things of each kind were new; all 0 when the book was there already."""

    people: int
    plots: int
    ledger_lines: int
    donations: int
    products: int


def commit_reading(
    *,
    community_id: UUID,
    reading: Reading,
    run_id: UUID,
    recorded_by_id: UUID | None,
    now: datetime,
) -> Committed:
    """Write what the book says, all or nothing. Call inside `transact`; twice is once.

    Raises:
        NegativeAddition; what the rooms refuse.
    """
    today = clock.local_day(now, get_community(community_id).zone)
    members = {person.key: id_ for id_, person in known_people(community_id).items()}
    registered, people = take_people(
        community_id=community_id, people=reading.people, recorded_by_id=recorded_by_id, now=now
    )
    members |= registered
    plots = take_plots(
        community_id=community_id,
        plots=reading.plots,
        members=members,
        actor=member_actor(recorded_by_id),
        now=now,
    )
    products = _take_catalogue(community_id, reading.catalogue, recorded_by_id, now)
    lines = take_balances(
        community_id=community_id,
        lines=reading.ledger,
        members=members,
        run_id=run_id,
        recorded_by_id=recorded_by_id,
        now=now,
        today=today,
    )
    donations = take_donations(
        community_id=community_id, lines=reading.donations, recorded_by_id=recorded_by_id, now=now
    )
    return Committed(people, plots, lines, donations, products)


def _take_catalogue(
    community_id: UUID, lines: tuple[CatalogueLine, ...], by_id: UUID | None, now: datetime
) -> int:
    if not lines:
        return 0
    shops = find_places(community_id, kind="shop")
    shop_id = shops[0].id if shops else new_id()
    if not shops:
        create_place(community_id=community_id, place_id=shop_id, kind="shop", name=_("积分超市"))
    rows = [
        CatalogueRow(
            _barcode(line.barcode),
            line.name,
            line.pack,
            line.price_points,
            line.limit_household_month,
        )
        for line in lines
    ]
    done = upsert_products(
        community_id=community_id, shop_id=shop_id, rows=rows, set_by_id=by_id, now=now
    )
    return done.created


def _barcode(text: str | None) -> str | None:
    """A barcode that a scanner can read; a mistyped one is left out, the product is not."""
    try:
        return normal_barcode(text)
    except BarcodeRefused:
        return None
