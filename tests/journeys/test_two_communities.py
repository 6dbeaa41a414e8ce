"""Two communities do the same on the same afternoon, and nothing of one shows in the other."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from pointsvc.cli.verification import verify_everything
from pointsvc.ledger.queries import count_books
from pointsvc.ledger.verification import verify_community
from tests.journeys.office import Office, raise_office
from tests.journeys.steps import bring_back, exchange, month_adds_up, open_shift, products_of
from tests.support.clocks import FrozenClock


@pytest.fixture
def offices(database: SQLAlchemy) -> tuple[Office, Office]:  # noqa: ARG001 - in its context
    """The same workbook twice: the same names and phones in two communities."""
    return raise_office("尚城"), raise_office("余丁")


def serve(offices: tuple[Office, Office], client: FlaskClient, clock: FrozenClock) -> list[Any]:
    """Both leaders at once, step by step: open, in, two hours, out."""
    leaders = [office.walker(client, "leader") for office in offices]
    for leader in leaders:
        open_shift(leader, "PLOT_CARE", "plot", hours=3)
    for leader, office in zip(leaders, offices, strict=True):
        assert leader.scan(office.card("volunteer"), "in")["verdict"] == "accepted"
    clock.advance(hours=2)
    return [
        leader.scan(office.card("volunteer"), "out")
        for leader, office in zip(leaders, offices, strict=True)
    ]


def test_the_whole_afternoon_twice_side_by_side(
    offices: tuple[Office, Office], client: FlaskClient, clock: FrozenClock
) -> None:
    left = serve(offices, client, clock)
    assert [each["balance_points"] for each in left] == [30, 30]
    for office in offices:
        order, _stock = exchange(office, client)
        refund = bring_back(office, client, order)
        assert (order["receipt_no"], refund["balance_points"]) == (1, 25)
        month_adds_up(office, client)
    assert all(verify_community(office.community_id).ok for office in offices)
    assert verify_everything().ok


def test_each_month_tells_of_its_own_community(
    offices: tuple[Office, Office], client: FlaskClient, clock: FrozenClock
) -> None:
    one, other = offices
    before = month_of(other, client)
    open_shift(one.walker(client, "leader"), "PLOT_CARE", "plot", hours=2)
    one.walker(client, "leader").scan(one.card("volunteer"), "in")
    clock.advance(hours=2)
    one.walker(client, "leader").scan(one.card("volunteer"), "out")
    assert month_of(other, client) == before
    assert month_of(one, client)["points"]["issued"] == 20


def month_of(office: Office, client: FlaskClient) -> Any:
    address = f"/api/v1/communities/{office.community_id}/disclosure?month=2026-11"
    return client.get(address).json


def test_a_card_counts_at_home_only(
    offices: tuple[Office, Office], client: FlaskClient, clock: FrozenClock
) -> None:
    here, there = offices
    leader = here.walker(client, "leader")
    open_shift(leader, "PLOT_CARE", "plot", hours=2)
    before = count_books()
    clock.advance(minutes=1)
    shown = leader.scan(there.card("volunteer"), "in")
    assert (shown["verdict"], shown["reason"], shown["member"]) == ("refused", "code.foreign", None)
    keeper = here.walker(client, "keeper")
    lines = [{"product_id": products_of(keeper)[0]["id"], "quantity": 1}]
    body = {"member_code": there.card("volunteer"), "lines": lines}
    assert keeper.post("/orders", body, expect=409)["code"] == "code.foreign"
    assert count_books() == before


def test_nobody_reaches_across(
    offices: tuple[Office, Office], client: FlaskClient, clock: FrozenClock
) -> None:
    """The other's shift, scan and shop are as if they were not there."""
    here, there = offices
    leader, stranger = here.walker(client, "leader"), there.walker(client, "leader")
    shift = open_shift(leader, "PLOT_CARE", "plot", hours=2)
    scan = leader.scan(here.card("volunteer"), "in")
    clock.advance(minutes=1)
    for path in (f"/shifts/{shift['id']}/code", f"/scans/{scan['scan_id']}"):
        answer = client.get(f"/api/v1{path}", headers=stranger.headers)
        assert answer.status_code == 404
    body = {"code": there.card("volunteer"), "shift_id": shift["id"], "direction": "in"}
    stranger.post("/scans", body | {"scan_id": scan["scan_id"]}, expect=404)
    listed = [each["id"] for each in stranger.get("/shifts")["shifts"]]
    assert shift["id"] not in listed
