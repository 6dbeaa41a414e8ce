"""The demo street: built within seconds, believable in numbers, its books in order, always open."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from pointsvc.activities.queries import ShiftFacts, shifts_between
from pointsvc.checkin.witnesses import sights_of
from pointsvc.cli.demo import demo
from pointsvc.cli.verification import verify_everything
from pointsvc.communities.queries import get_community
from pointsvc.config import SettingsError
from pointsvc.demo.founding import Street
from pointsvc.demo.past import caller_of, scan_people
from pointsvc.demo.people import CAST
from pointsvc.demo.renewal import SIGNER, renew
from pointsvc.demo.street import build_street
from pointsvc.kernel import clock as moments
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import find_spendable
from pointsvc.ledger.service import PaymentLine, pay
from pointsvc.members.cards import live_cards
from tests.support.clocks import FrozenClock

BUILD_SECONDS_MAX = 15
ODD_HOURS = ("2026-11-21T03:00", "2026-11-30T23:50", "2026-12-31T23:59", "2028-02-29T12:00")
DAYS = "SELECT COUNT(DISTINCT substr(CAST(in_at AS text), 1, 10)) FROM attendances"
DROPS = "SELECT COUNT(*) FROM scans WHERE direction = 'drop' AND verdict = 'accepted'"
CORRECTIONS = "SELECT COUNT(*) FROM attendance_corrections WHERE state = 'approved'"
COUNTS = {
    "attendances": (100, "SELECT COUNT(*) FROM attendances WHERE state <> 'void'"),
    "days with attendances": (20, DAYS),
    "drops": (200, DROPS),
    "orders": (30, "SELECT COUNT(*) FROM orders"),
    "refunds": (2, "SELECT COUNT(*) FROM refunds"),
    "donations": (3, "SELECT COUNT(*) FROM donations"),
    "corrections": (1, CORRECTIONS),
    "backfills counted": (1, "SELECT COUNT(*) FROM backfills WHERE state = 'counted'"),
    "backfills waiting": (1, "SELECT COUNT(*) FROM backfills WHERE state = 'requested'"),
    "plot volunteers": (27, "SELECT COUNT(DISTINCT member_id) FROM assignments"),
    "plots": (9, "SELECT COUNT(*) FROM plots"),
    "roster answered": (1, "SELECT COUNT(*) FROM roster_entries WHERE state = 'confirmed'"),
    "roster silent": (1, "SELECT COUNT(*) FROM roster_entries WHERE state = 'proposed'"),
    "substitutes who go": (1, "SELECT COUNT(*) FROM substitutions WHERE state = 'taken'"),
    "substitutes wanted": (1, "SELECT COUNT(*) FROM substitutions WHERE state = 'open'"),
    "write-offs waiting": (1, "SELECT COUNT(*) FROM stock_requests WHERE state = 'asked'"),
    "voids": (3, "SELECT COUNT(*) FROM shop_requests WHERE kind = 'void' AND state = 'approved'"),
    "fetched by proxies": (4, "SELECT COUNT(*) FROM proxy_pickups"),
    "waiting for a seat": (1, "SELECT COUNT(*) FROM shift_waits WHERE state = 'waiting'"),
}


def open_shifts(street: Street, place_id: UUID) -> list[ShiftFacts]:
    now = moments.now()
    found = shifts_between(
        community_id=street.community_id,
        since=now,
        until=now + timedelta(seconds=1),
        place_ids=[place_id],
    )
    live = [each for each in found if each.cancelled_at is None]
    return [each for each in live if each.starts_at <= now < each.ends_at]


def scan_liuyang_out(street: Street) -> Any:
    """What 王强's phone shows when he scans her card."""
    [shift] = open_shifts(street, street.plots[1])
    [answer] = scan_people(
        street,
        caller_of(street, street.people["王强"], "leader", "volunteer"),
        shift_id=shift.id,
        direction="out",
        people=[street.people["刘洋"]],
        at=moments.now(),
        cards={card.member_id: card.token for card in live_cards(street.community_id)},
    )
    return answer


def spendable(street: Street, name: str) -> int:
    member_id = street.people[name]
    today = moments.local_day(moments.now(), street.zone)
    found = find_spendable(community_id=street.community_id, member_ids=[member_id], today=today)
    return found[member_id]


def spend(street: Street, name: str, *, leaving: int) -> None:
    """As at the counter, without goods."""
    line = PaymentLine(new_id(), spendable(street, name) - leaving)
    transact(
        lambda: pay(
            community_id=street.community_id,
            member_id=street.people[name],
            lines=[line],
            reason="exchange",
            recorded_by_id=None,
            now=moments.now(),
            business_on=moments.local_day(moments.now(), street.zone),
        )
    )


def check_open(street: Street) -> None:
    """What the demo promises at whatever hour."""
    assert street.station_id is not None
    [plot] = open_shifts(street, street.plots[1])
    [station] = open_shifts(street, street.station_id)
    assert plot.led_by_id == street.people["王强"]
    assert station.led_by_id == street.people["孙岗"]
    assert spendable(street, "李梅") >= 200


def test_it_is_built_within_seconds_and_has_a_past(database: SQLAlchemy) -> None:
    began_at = time.process_time()
    build_street(moments.now())
    assert time.process_time() - began_at < BUILD_SECONDS_MAX
    found = {name: database.session.scalar(text(query)) for name, (_n, query) in COUNTS.items()}
    assert {name: found[name] for name, (least, _q) in COUNTS.items() if found[name] < least} == {}


@pytest.mark.usefixtures("street")
def test_its_books_verify() -> None:
    report = verify_everything()
    assert [(check.id, check.broken) for check in report.checks if not check.ok] == []
    assert report.transfers > 300


@pytest.mark.engines("sqlite")
def test_every_one_of_the_cast_is_there(street: Street, database: SQLAlchemy) -> None:
    names = set(database.session.scalars(text("SELECT name FROM members")))
    assert {resident.name for resident in CAST} | {"陈静"} <= names
    assert database.session.scalar(text("SELECT name FROM operators")) == "何运"
    assert street.people.keys() <= names


def test_scanning_liuyang_out_after_two_hours_shows_an_award(street: Street) -> None:
    check_open(street)
    answer = scan_liuyang_out(street)
    assert (answer.verdict, answer.award_points, answer.service_minutes) == ("accepted", 20, 120)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("moment", ODD_HOURS)
def test_at_any_hour_a_start_leaves_the_street_open(
    street: Street, clock: FrozenClock, moment: str
) -> None:
    clock.at(moment)
    renew(moments.now(), afresh=True)
    check_open(street)
    answer = scan_liuyang_out(street)
    assert (answer.verdict, answer.award_points) == ("accepted", 20)


@pytest.mark.engines("sqlite")
def test_it_stays_open_day_and_night_however_often_visitors_scan(
    street: Street, clock: FrozenClock
) -> None:
    """Every 20 minutes for 30 hours, over midnight; somebody scans 刘洋 out now and then."""
    for tick in range(90):
        renew(moments.now())
        check_open(street)
        if tick % 7 == 5:
            scan_liuyang_out(street)
        clock.advance(minutes=20)
    renew(moments.now(), afresh=True)
    assert scan_liuyang_out(street).award_points == 20
    assert all(check.ok for check in verify_everything().checks)


@pytest.mark.engines("sqlite")
def test_every_minute_around_the_change_exactly_one_shift_is_open(
    street: Street, clock: FrozenClock
) -> None:
    clock.advance(minutes=56)
    for _minute in range(12):
        renew(moments.now())
        check_open(street)
        clock.advance(minutes=1)
    assert scan_liuyang_out(street).service_minutes < 135


def waiting(street: Street) -> list[str]:
    """Those for whom 刘洋 may vouch."""
    community = get_community(street.community_id)
    return [each.name for each in sights_of(community, street.people["刘洋"], moments.now())]


def test_a_neighbour_at_the_sign_waits_for_liuyangs_word(
    street: Street, clock: FrozenClock
) -> None:
    for _hour in range(4):
        assert waiting(street) == [SIGNER.name]
        clock.advance(hours=1)
        renew(moments.now())
    clock.advance(minutes=5)
    renew(moments.now(), afresh=True)
    assert waiting(street) == [SIGNER.name]


@pytest.mark.usefixtures("street")
def test_a_renewal_twice_is_once(clock: FrozenClock) -> None:
    clock.advance(hours=5)
    assert [renew(moments.now()) for _ in range(2)] == [1, 0]


def test_what_limei_spent_comes_back(
    street: Street, clock: FrozenClock, database: SQLAlchemy
) -> None:

    spend(street, "李梅", leaving=3)
    clock.advance(hours=1)
    renew(moments.now())
    assert spendable(street, "李梅") == 200
    database.session.rollback()
    assert all(check.ok for check in verify_everything().checks if check.id.startswith("L"))


def run_demo(environment: dict[str, str]) -> Any:
    return CliRunner().invoke(demo, ["--port", "65000"], env=environment)


@pytest.mark.usefixtures("cast")
def test_it_is_not_built_beside_a_real_community(
    database: SQLAlchemy, environment: dict[str, str]
) -> None:
    database.session.rollback()
    done = run_demo(environment)
    assert isinstance(done.exception, SettingsError)
    assert database.session.scalar(text("SELECT COUNT(*) FROM communities")) == 2
