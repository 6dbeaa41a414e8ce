"""A month adds up: from the books, to the next month, and to what people hold."""

from __future__ import annotations

from dataclasses import asdict

from pointsvc.disclosure.accounts import account_of
from pointsvc.ledger.totals import held_points
from pointsvc.ledger.verification import verify_community
from tests.disclosure.office import Office


def test_every_kind_of_movement_has_its_line(november: Office) -> None:
    points = november.month("2026-11").points
    assert asdict(points) == {
        "opening": 50,
        "imported": 300,
        "issued": 255,
        "taken_back": 30,
        "exchanged": 120,
        "refunded": 40,
        "expired": 25,
        "regranted": 20,
        "donated_back": 5,
    }
    assert points.closing == 485


def test_the_closing_is_what_all_passbooks_hold(november: Office) -> None:
    """docs/ledger.md L2, over a month with everything in it."""
    closing = november.month("2026-11").points.closing
    assert closing == held_points(community_id=november.community_id)
    assert verify_community(november.community_id).ok


def test_a_month_opens_with_what_the_month_before_closed_with(november: Office) -> None:
    november.clock.at("2026-12-02T09:00")
    october, nov, dec = (november.month(f"2026-{number}") for number in (10, 11, 12))
    assert (october.points.opening, october.points.closing) == (0, nov.points.opening)
    assert dec.points.opening == dec.points.closing == nov.points.closing


def test_what_is_owed_after_spending_is_settled_from_new_points(office: Office) -> None:
    """Earned 100, spent 80, taken back: 20 at once, 80 owed, half of the next award settles."""
    shop, cast = office.shop, office.cast
    deed = office.earn(cast.limei, 100)
    office.receive("红色物业")
    shop.buy(cast.limei, (shop.soap, 2))
    office.take_back(deed)
    office.earn(cast.limei, 60)
    points = office.month("2026-11").points
    assert (points.issued, points.taken_back, points.exchanged) == (160, 50, 80)
    assert points.closing == held_points(community_id=office.community_id) == 30


def test_income_less_outgo_is_the_closing(november: Office) -> None:
    points = november.month("2026-11").points
    account = account_of(points)
    assert account.income_points - account.outgo_points == points.closing
    assert max(line.share for line in (*account.income, *account.outgo)) == 1000


def test_exchanges_by_product_are_the_points_of_the_books(november: Office) -> None:
    found = november.month("2026-11")
    [soap] = found.exchanges
    assert (soap.quantity, soap.points) == (3, found.points.exchanged)
    assert (soap.returned_quantity, soap.returned_points) == (1, found.points.refunded)


def test_stock_follows_from_its_movements(november: Office) -> None:
    [soap] = november.month("2026-11").stock
    assert (soap.opening, soap.received, soap.exchanged, soap.returned) == (0, 10, 3, 1)
    assert soap.on_hand == november.shop.on_hand(november.shop.soap) == 8


def test_stock_of_a_past_month_is_that_of_its_end(november: Office) -> None:
    november.clock.at("2026-12-02T09:00")
    november.receive("红色物业", 4)
    assert [line.on_hand for line in november.month("2026-11").stock] == [8]
    [december] = november.month("2026-12").stock
    assert (december.opening, december.received, december.on_hand) == (8, 4, 12)


def test_service_is_counted_after_corrections_and_nobody_is_named(november: Office) -> None:
    served = november.month("2026-11").served
    assert (served.people_count, served.minutes) == (1, 120)


def test_the_day_decides_the_month_on_the_community_s_clock(office: Office) -> None:
    """00:30 on 1 December in Shanghai is still 30 November in UTC."""
    office.clock.at("2026-12-01T00:30")
    office.earn(office.cast.limei, 10)
    assert office.month("2026-11").points.issued == 0
    assert office.month("2026-12").points.issued == 10
