"""The main job, end to end, on an office's real workbook."""

from __future__ import annotations

from flask.testing import FlaskClient

from pointsvc.cli.verification import verify_everything
from pointsvc.kernel import clock
from pointsvc.ledger.queries import get_balances
from pointsvc.members.queries import find_member_by_phone
from tests.journeys.office import FACTS, Office, commit_book
from tests.journeys.steps import bring_back, exchange, month_adds_up, on_hand, serve_two_hours
from tests.support.clocks import FrozenClock


def test_balances_are_those_of_the_office_s_own_book(office: Office) -> None:
    today = clock.local_day(clock.now(), "Asia/Shanghai")
    for phone, points in FACTS["ledger"]["balances"].items():
        member_id = find_member_by_phone(office.community_id, phone)
        assert member_id is not None
        found = get_balances(community_id=office.community_id, member_id=member_id, today=today)
        assert found.balance_points == points


def test_committing_the_book_twice_changes_nothing(office: Office) -> None:
    before = verify_everything()
    again = commit_book(office.community_id)
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


def test_the_volunteer_sees_what_she_earned_and_why(
    office: Office, client: FlaskClient, clock: FrozenClock
) -> None:
    volunteer = office.walker(client, "volunteer")
    before = volunteer.get("/me")
    earned = serve_two_hours(office, client, clock)
    after = volunteer.get("/me")
    assert after["balance_points"] == before["balance_points"] + 20 == earned["balance_points"]
    assert after["service_minutes"] == before["service_minutes"] + 120
    assert {"on": "2027-12-31", "points": after["balance_points"]} in after["expiring"]
    newest, *older = volunteer.get("/me/statement")["entries"]
    assert (newest["delta_points"], newest["balance_points"]) == (20, after["balance_points"])
    assert newest["source"] == {"type": "attendance", "id": earned["attendance_id"]}
    assert [each["balance_points"] for each in older] == [before["balance_points"]]


def test_what_she_exchanged_and_brought_back_stands_in_her_statement(
    office: Office, client: FlaskClient, clock: FrozenClock
) -> None:
    serve_two_hours(office, client, clock)
    order, _stock = exchange(office, client)
    bring_back(office, client, order)
    entries = office.walker(client, "volunteer").get("/me/statement")["entries"]
    assert [each["delta_points"] for each in entries] == [25, -5, -25, 20, 10]
    running = [each["balance_points"] for each in reversed(entries)]
    assert running == [10, 30, 5, 0, 25]
