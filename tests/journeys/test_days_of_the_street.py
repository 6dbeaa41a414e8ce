"""Days as they happen: one household at the bins, paper instead of phones, a dead network."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from pointsvc.audit.actors import SYSTEM
from pointsvc.cli.verification import verify_everything
from pointsvc.kernel import clock as house_clock
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import adjust
from pointsvc.members.secrets import hash_pin, set_pin
from tests.checkin.households import share_a_door
from tests.journeys.office import Office
from tests.journeys.steps import open_shift, products_of
from tests.journeys.walk import Walker
from tests.support.clocks import FrozenClock


def test_a_household_at_the_bins_shares_four_points_a_day(
    office: Office, client: FlaskClient, clock: FrozenClock
) -> None:
    share_a_door(office.people["volunteer"], office.people["neighbour"])
    attendant = office.walker(client, "attendant")
    hers, his = office.card("volunteer"), office.card("neighbour")
    open_shift(attendant, "WASTE_SORT", "station", hours=2)
    got = [attendant.scan(card, "drop") for card in (hers, his, hers)]
    assert [each["award_points"] for each in got] == [2, 2, 0]
    assert (got[2]["verdict"], got[2]["reason"]) == ("accepted", "scan.capped")
    assert {each["service_minutes"] for each in got} == {0}
    clock.advance(days=1)
    open_shift(attendant, "WASTE_SORT", "station", hours=2)
    assert attendant.scan(his, "drop", quantity=9)["award_points"] == 4
    assert office.walker(client, "volunteer").get("/me")["service_minutes"] == 0
    assert verify_everything().ok


def give(office: Office, role: str, points: int) -> None:
    """Points of earlier days."""
    now = house_clock.now()
    transact(
        lambda: adjust(
            community_id=office.community_id,
            member_id=office.people[role].id,
            points=points,
            adjustment_id=uuid4(),
            expires_on=now.date().replace(year=now.year + 1),
            reason="test",
            recorded_by_id=office.people["keeper"].id,
            approved_by_id=office.people["supervisor"].id,
            now=now,
            business_on=now.date(),
        )
    )


def choose_pin(office: Office, role: str, pin: str) -> None:
    """At the clerk's desk."""
    pin_hash, now = hash_pin(pin), house_clock.now()
    transact(
        lambda: set_pin(
            community_id=office.community_id,
            member_id=office.people[role].id,
            pin_hash=pin_hash,
            actor=SYSTEM,
            now=now,
        )
    )


def test_a_day_without_phones(office: Office, client: FlaskClient, clock: FrozenClock) -> None:
    """A printed card on the plot and at the counter; the PIN only above a hundred points."""
    give(office, "volunteer", 300)
    choose_pin(office, "volunteer", "4725")
    leader, keeper = office.walker(client, "leader"), office.walker(client, "keeper")
    open_shift(leader, "PLOT_CARE", "plot", hours=2)
    card = office.card("volunteer")
    typed = f"{card[:5]} {card[5:10]} {card[10:]}".lower()  # read off the card, the camera broke
    assert leader.scan(typed, "in")["member"]["id"] == str(office.people["volunteer"].id)
    clock.advance(hours=2)
    assert leader.scan(card, "out")["award_points"] == 20
    stock_up(keeper, "食盐", "洗衣液")
    assert buy(keeper, card, "食盐", expect=201)["total_points"] == 25
    assert buy(keeper, card, "洗衣液", expect=409)["code"] == "shop.pin_required"
    assert buy(keeper, card, "洗衣液", expect=409, pin="1111")["code"] == "shop.pin_wrong"
    paid = buy(keeper, card, "洗衣液", expect=201, pin="4725")
    assert paid["balance_points"] == 10 + 300 + 20 - 25 - 200
    assert verify_everything().ok


def stock_up(keeper: Walker, *names: str) -> None:
    products = {p["name"]: p["id"] for p in products_of(keeper)}
    gift = [{"product_id": products[name], "quantity": 5} for name in names]
    keeper.post("/donations", {"donor": "红色物业", "lines": gift})


def buy(keeper: Walker, card: str, name: str, *, expect: int, **more: Any) -> Any:
    product_id = next(p["id"] for p in products_of(keeper) if p["name"] == name)
    lines = [{"product_id": product_id, "quantity": 1}]
    return keeper.post("/orders", {"member_code": card, "lines": lines} | more, expect=expect)


def test_an_offline_afternoon_is_uploaded_twice_in_two_orders(
    office: Office, client: FlaskClient, clock: FrozenClock
) -> None:
    leader = office.walker(client, "leader")
    shift = open_shift(leader, "PLOT_CARE", "plot", hours=2)
    scans = written_down(office, shift["id"])
    clock.advance(hours=4)
    first = leader.post("/scans/batch", {"scans": scans}, expect=200)["results"]
    books = verify_everything()
    shuffled = Random(7).sample(scans, len(scans))
    again = leader.post("/scans/batch", {"scans": shuffled}, expect=200)["results"]
    by_id = {each["scan_id"]: each for each in first}
    assert again == [by_id[scan["scan_id"]] for scan in shuffled]
    assert {each["verdict"] for each in first} == {"accepted"}
    assert sum(each["award_points"] for each in first) == 2 * 20
    after = verify_everything()
    assert (after.ok, after.root, after.transfers) == (True, books.root, books.transfers)


def written_down(office: Office, shift_id: str) -> list[dict[str, Any]]:
    """Two people in and out, as the leader's phone kept it, last things first."""
    now = house_clock.now()
    return [
        {
            "scan_id": str(uuid4()),
            "code": office.card(role),
            "direction": direction,
            "shift_id": shift_id,
            "claimed_at": (now + timedelta(minutes=minutes)).isoformat(),
        }
        for direction, minutes in (("out", 120), ("in", 0))
        for role in ("volunteer", "neighbour")
    ]
