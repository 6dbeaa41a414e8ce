"""The main job, end to end, on an office's real workbook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from pointsvc.cli.verification import verify_everything
from pointsvc.communities.queries import find_places
from pointsvc.imports.commit.service import commit_reading
from pointsvc.imports.reading import Reading, read_workbook
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import get_balances, month_totals
from pointsvc.members.actors import SYSTEM
from pointsvc.members.cards import issue_cards
from pointsvc.members.queries import find_member_by_phone
from pointsvc.organisation.service import grant_role
from pointsvc.shop.service.catalogue import CatalogueRow, create_product
from pointsvc.web.new_community import found_community
from tests.journeys.walk import Walker, card_of
from tests.support.cast import Person
from tests.support.clocks import FrozenClock

DATA = Path(__file__).parents[1] / "imports" / "data"
WORKBOOK = DATA / "shangcheng-office-workbook.xlsx"
FACTS = json.loads((DATA / "shangcheng-office-workbook.facts.json").read_text())
LEADER, VOLUNTEER = FACTS["plots"][0]["leader"], FACTS["plots"][0]["volunteers"][0]


@dataclass(frozen=True)
class Office:
    """A community made from the workbook, with the people of the story."""

    community_id: UUID
    people: dict[str, Person]

    def walker(self, client: FlaskClient, role: str) -> Walker:
        return Walker(client, self.people[role])


@pytest.fixture
def office(database: SQLAlchemy) -> Office:  # noqa: ARG001 - in its application context
    """The workbook committed; roles for a keeper and a supervisor, a card for the volunteer."""
    now, community_id = clock.now(), new_id()
    transact(
        lambda: found_community(
            community_id=community_id, name="尚城", zone="Asia/Shanghai", actor=SYSTEM, now=now
        )
    )
    _commit(community_id)
    phones = {"leader": LEADER, "volunteer": VOLUNTEER}
    phones["keeper"], phones["supervisor"] = FACTS["plots"][1]["volunteers"][:2]
    people = {role: _person(community_id, phone) for role, phone in phones.items()}
    shop_id = find_places(community_id, kind="shop")[0].id
    for role, place_id in (("keeper", shop_id), ("supervisor", None)):
        _grant(community_id, people[role].id, role, place_id)
    volunteer = people["volunteer"].id
    transact(
        lambda: issue_cards(
            community_id=community_id, member_ids=[volunteer], actor=SYSTEM, now=now
        )
    )
    return Office(community_id, people)


@cache
def the_book() -> Reading:
    """The workbook, read once."""
    return read_workbook(WORKBOOK.read_bytes())


def _commit(community_id: UUID) -> Any:
    return transact(
        lambda: commit_reading(
            community_id=community_id,
            reading=the_book(),
            run_id=new_id(),
            recorded_by_id=None,
            now=clock.now(),
        )
    )


def _person(community_id: UUID, phone: str) -> Person:
    member_id = find_member_by_phone(community_id, phone)
    assert member_id is not None
    return Person(member_id, phone, phone, community_id)


def _grant(community_id: UUID, member_id: UUID, role: str, place_id: UUID | None) -> None:
    transact(
        lambda: grant_role(
            community_id=community_id,
            grant_id=new_id(),
            member_id=member_id,
            role=role,
            place_id=place_id,
            granted_by=SYSTEM,
            now=clock.now(),
        )
    )


def test_balances_are_those_of_the_office_s_own_book(office: Office) -> None:
    today = clock.local_day(clock.now(), "Asia/Shanghai")
    for phone, points in FACTS["ledger"]["balances"].items():
        member_id = find_member_by_phone(office.community_id, phone)
        assert member_id is not None
        found = get_balances(community_id=office.community_id, member_id=member_id, today=today)
        assert found.balance_points == points


def test_committing_the_book_twice_changes_nothing(office: Office) -> None:
    before = verify_everything()
    again = _commit(office.community_id)
    after = verify_everything()
    assert (again.people, again.plots, again.ledger_lines, again.donations, again.products) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert (before.root, before.transfers) == (after.root, after.transfers)


def test_two_hours_on_plot_1_become_goods_from_the_shop_and_some_come_back(
    office: Office, client: FlaskClient, clock: FrozenClock
) -> None:
    earned = serve_two_hours(office, client, clock)
    assert (earned["verdict"], earned["award_points"], earned["service_minutes"]) == (
        "accepted",
        20,
        120,
    )
    order, stock = exchange(office, client)
    assert order["balance_points"] == earned["balance_points"] - order["total_points"]
    refund = bring_back(office, client, order)
    keeper = office.walker(client, "keeper")
    assert refund["balance_points"] == order["balance_points"] + 25
    assert on_hand(keeper) == stock | {"火柴": stock["火柴"] - 1}
    month_adds_up(office, client)
    assert verify_everything().ok


def serve_two_hours(office: Office, client: FlaskClient, clock: FrozenClock) -> Any:
    """The leader of plot 1 opens a shift and scans a printed card in, and out two hours later."""
    leader = office.walker(client, "leader")
    starts_at = clock.at("2026-11-21T09:00")
    plots = [p for p in leader.get("/places")["places"] if p["kind"] == "plot"]
    leader.post(
        "/shifts",
        {
            "activity_kind": "PLOT_CARE",
            "place_id": next(p["id"] for p in plots if p["name"].startswith("1")),
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=3)).isoformat(),
        },
    )
    card = card_of(office.community_id, office.people["volunteer"].id)
    assert leader.scan(card, "in")["verdict"] == "accepted"
    clock.advance(hours=2)
    return leader.scan(card, "out")


def exchange(office: Office, client: FlaskClient) -> tuple[Any, dict[str, int]]:
    """Gifts come in; the keeper scans the volunteer's code, and two products."""
    keeper = office.walker(client, "keeper")
    put_up_matches(office)
    products = {p["name"]: p for p in products_of(keeper)}
    gift = [{"product_id": products[name]["id"], "quantity": 9} for name in ("食盐", "火柴")]
    keeper.post("/donations", {"donor": "红色物业", "lines": gift})
    stock = on_hand(keeper)
    code = office.walker(client, "volunteer").get("/me/code")["url"]
    lines = [{"product_id": products[name]["id"], "quantity": 1} for name in ("食盐", "火柴")]
    return keeper.post("/orders", {"member_code": code, "lines": lines}), stock


def put_up_matches(office: Office) -> None:
    """A small thing that the price list did not have."""
    shop_id = find_places(office.community_id, kind="shop")[0].id
    transact(
        lambda: create_product(
            community_id=office.community_id,
            shop_id=shop_id,
            row=CatalogueRow(None, "火柴", "盒", 5),
            set_by_id=None,
            now=clock.now(),
        )
    )


def products_of(keeper: Walker) -> list[dict[str, Any]]:
    shop_id = keeper.get("/shops")["shops"][0]["id"]
    found: list[dict[str, Any]] = keeper.get(f"/products?shop_id={shop_id}")["products"]
    return found


def on_hand(keeper: Walker) -> dict[str, int]:
    return {product["name"]: product["on_hand"] for product in products_of(keeper)}


def bring_back(office: Office, client: FlaskClient, order: Any) -> Any:
    """The salt was wet; the supervisor shows a code."""
    approver = office.walker(client, "supervisor").get("/me/code")["url"]
    lines = [{"order_line_id": line["id"], "quantity": 1} for line in order["lines"][:1]]
    body = {"lines": lines, "reason": "受潮", "approver_code": approver}
    return office.walker(client, "keeper").post(f"/orders/{order['id']}/refunds", body)


def month_adds_up(office: Office, client: FlaskClient) -> None:
    """Anyone may read the month's page, and its closing follows from the rest."""
    address = f"/api/v1/communities/{office.community_id}/disclosure?month=2026-11"
    page: Any = client.get(address).json
    points = page["points"]
    came = sum(points[name] for name in ("opening", "imported", "issued", "refunded", "regranted"))
    went = sum(points[name] for name in ("taken_back", "exchanged", "expired", "donated_back"))
    assert points["closing"] == came - went
    first, last = clock.now().date().replace(day=1), clock.now().date()
    totals = month_totals(community_id=office.community_id, first=first, last=last)
    assert points["closing"] == totals.closing
