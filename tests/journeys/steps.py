"""Steps that several journeys walk, all through HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from pointsvc.communities.queries import find_places
from pointsvc.kernel import clock as house_clock
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.months import month_totals
from pointsvc.shop.service.catalogue import CatalogueRow, create_product
from tests.journeys.office import Office
from tests.journeys.walk import Walker, card_of
from tests.support.clocks import FrozenClock


def serve_two_hours(office: Office, client: FlaskClient, clock: FrozenClock) -> Any:
    """The leader of plot 1 opens a shift and scans a printed card in, and out two hours later."""
    clock.at("2026-11-21T09:00")
    leader = office.walker(client, "leader")
    open_shift(leader, "PLOT_CARE", "plot", hours=3)
    card = card_of(office.community_id, office.people["volunteer"].id)
    assert leader.scan(card, "in")["verdict"] == "accepted"
    clock.advance(hours=2)
    return leader.scan(card, "out")


def open_shift(runner: Walker, kind: str, place_kind: str, *, hours: int) -> Any:
    """Open a shift now, at the first place of that kind."""
    places = [p for p in runner.get("/places")["places"] if p["kind"] == place_kind]
    now = house_clock.now()
    body = {
        "activity_kind": kind,
        "place_id": next(p["id"] for p in places if p["name"].startswith("1")),
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=hours)).isoformat(),
    }
    return runner.post("/shifts", body)


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
            now=house_clock.now(),
        )
    )


def products_of(keeper: Walker) -> list[dict[str, Any]]:
    """What the keeper's shop has."""
    shop_id = keeper.get("/shops")["shops"][0]["id"]
    found: list[dict[str, Any]] = keeper.get(f"/products?shop_id={shop_id}")["products"]
    return found


def on_hand(keeper: Walker) -> dict[str, int]:
    """How many of each."""
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
    first, last = house_clock.now().date().replace(day=1), house_clock.now().date()
    totals = month_totals(community_id=office.community_id, first=first, last=last)
    assert points["closing"] == totals.closing
