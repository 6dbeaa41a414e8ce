"""Correcting an attendance: one asks, another approves, the books follow with new rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.checkin.errors import (
    CorrectionPending,
    DecidedBefore,
    OwnHousehold,
    SecondPersonNeeded,
    StillElsewhere,
    TimesOverlap,
)
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.cli.verification import verify_everything
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.ledger.queries import statement
from pointsvc.ledger.verification import verify_community
from tests.checkin.duty import Duty
from tests.checkin.households import share_a_door
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


@pytest.fixture
def served(duty: Duty, cast: Cast, clock: FrozenClock) -> ScanReceipt:
    """李梅 served from 09:00 to 11:00."""
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=2)
    return duty.scan(cast.wangqiang, duty.card(cast.limei), "out")


def books(duty: Duty, cast: Cast) -> tuple[int, int]:
    assert verify_everything().ok
    return duty.points(cast.limei), duty.minutes(cast.limei)


def test_nothing_changes_until_another_person_approves(
    duty: Duty, cast: Cast, served: ScanReceipt
) -> None:
    asked = duty.ask_correction(cast.zhaofang, served)
    assert books(duty, cast) == (20, 120)
    duty.approve(cast.hedu, asked)
    assert books(duty, cast) == (0, 0)
    assert (duty.attendance(served).state, duty.state(served)) == ("void", "voided")


def test_true_times_are_paid_anew_exactly(duty: Duty, cast: Cast, served: ScanReceipt) -> None:
    asked = duty.ask_correction(cast.zhaofang, served, duty.at("09:00"), duty.at("10:37"))
    duty.approve(cast.hedu, asked)
    assert books(duty, cast) == (15, 97)
    found = duty.attendance(served)
    assert (found.minutes, found.award_points, found.corrections) == (97, 15, 1)


def test_a_declined_correction_changes_nothing(duty: Duty, cast: Cast, served: ScanReceipt) -> None:
    duty.approve(cast.hedu, duty.ask_correction(cast.zhaofang, served), approve=False)
    assert books(duty, cast) == (20, 120)


def test_ten_corrections_gain_nothing(duty: Duty, cast: Cast, served: ScanReceipt) -> None:
    """docs/ledger.md case 31: the cap of the day is given back and taken anew each time."""
    for minute in (0, 30) * 5:
        times = duty.at("09:00"), duty.at("10:30") + timedelta(minutes=minute)
        duty.approve(cast.hedu, duty.ask_correction(cast.zhaofang, served, *times))
    assert books(duty, cast) == (20, 120)


def test_below_the_minimum_two_persons_reason_counts(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(minutes=40)
    left = duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    asked = duty.ask_correction(cast.zhaofang, left, duty.at("09:00"), duty.at("09:40"))
    duty.approve(cast.hedu, asked)
    assert (left.reason, books(duty, cast)) == ("scan.below_minimum", (5, 40))


def test_who_asked_does_not_approve(duty: Duty, cast: Cast, served: ScanReceipt) -> None:
    asked = duty.ask_correction(cast.zhaofang, served)
    with pytest.raises(SecondPersonNeeded):
        duty.approve(cast.zhaofang, asked)
    assert books(duty, cast) == (20, 120)


@pytest.mark.parametrize("name", ["zhaofang", "hedu"])
def test_nobody_corrects_or_approves_their_households(
    duty: Duty, cast: Cast, served: ScanReceipt, name: str
) -> None:
    share_a_door(getattr(cast, name), cast.limei)
    with pytest.raises(OwnHousehold):
        duty.approve(cast.hedu, duty.ask_correction(cast.zhaofang, served))
    assert books(duty, cast) == (20, 120)


def test_one_correction_waits_at_a_time(duty: Duty, cast: Cast, served: ScanReceipt) -> None:
    duty.ask_correction(cast.zhaofang, served)
    with pytest.raises(CorrectionPending):
        duty.ask_correction(cast.zhaofang, served)


def test_a_correction_is_decided_once(duty: Duty, cast: Cast, served: ScanReceipt) -> None:
    asked = duty.ask_correction(cast.zhaofang, served)
    duty.approve(cast.hedu, asked)
    with pytest.raises(DecidedBefore):
        duty.approve(cast.hedu, asked)
    with pytest.raises(DecidedBefore):
        duty.ask_correction(cast.zhaofang, served)


@pytest.mark.parametrize(
    ("came", "left"), [("12:00", None), ("09:00", "12:00"), ("10:00", "09:00"), ("-16:00", "09:30")]
)
def test_times_that_cannot_be_are_refused(
    duty: Duty, cast: Cast, served: ScanReceipt, came: str, left: str | None
) -> None:
    """In the future, the wrong way round, longer than a day: W10, no clock beats the server's."""
    times = [duty.at(hour) for hour in (came, left) if hour]
    with pytest.raises(Invalid):
        duty.ask_correction(cast.zhaofang, served, *times)


def test_new_times_may_not_meet_another_attendance(
    duty: Duty, cast: Cast, served: ScanReceipt, clock: FrozenClock
) -> None:
    bins = duty.open_shift(
        duty.now(), duty.later(hours=1), kind="WASTE_DUTY", place_id=cast.station_id
    )
    duty.scan(cast.sungang, duty.card(cast.limei), shift_id=bins)
    clock.advance(hours=1)
    duty.scan(cast.sungang, duty.card(cast.limei), "out", shift_id=bins)
    asked = duty.ask_correction(cast.zhaofang, served, duty.at("09:00"), duty.at("11:30"))
    with pytest.raises(TimesOverlap):
        duty.approve(cast.hedu, asked)
    assert books(duty, cast) == (30, 180)


def test_nobody_is_put_back_into_a_shift_who_is_at_another(
    duty: Duty, cast: Cast, served: ScanReceipt
) -> None:
    bins = duty.open_shift(
        duty.now(), duty.later(hours=1), kind="WASTE_DUTY", place_id=cast.station_id
    )
    duty.scan(cast.sungang, duty.card(cast.limei), shift_id=bins)
    asked = duty.ask_correction(cast.zhaofang, served, duty.at("09:00"))
    with pytest.raises(StillElsewhere):
        duty.approve(cast.hedu, asked)


def test_what_was_spent_is_owed_and_netted(duty: Duty, cast: Cast, served: ScanReceipt) -> None:
    duty.spend(cast.limei, 15)
    duty.approve(cast.hedu, duty.ask_correction(cast.zhaofang, served))
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (0, 0)
    assert verify_community(duty.community_id).ok


def test_the_statement_says_what_was_taken_back_before_what_took_its_place(
    duty: Duty, cast: Cast, served: ScanReceipt
) -> None:
    asked = duty.ask_correction(cast.zhaofang, served, duty.at("09:00"), duty.at("10:00"))
    duty.approve(cast.hedu, asked)
    newest_first = statement(community_id=duty.community_id, member_id=cast.limei.id).rows
    lines = [(row.delta_points, row.balance_points) for row in reversed(newest_first)]
    assert lines == [(20, 20), (-20, 0), (10, 10)]


@pytest.mark.parametrize(("came", "held"), [("08:30", (10, 0)), ("10:00", (0, 5))])
def test_what_takes_the_place_of_a_spent_award_settles_it_first(
    duty: Duty, cast: Cast, served: ScanReceipt, came: str, held: tuple[int, int]
) -> None:
    """More than before leaves nobody in debt; less leaves owed only what is missing."""
    duty.spend(cast.limei, 15)
    asked = duty.ask_correction(cast.zhaofang, served, duty.at(came), duty.at("11:00"))
    duty.approve(cast.hedu, asked)
    assert (duty.points(cast.limei), duty.owed(cast.limei)) == held
    assert verify_community(duty.community_id).ok


def test_a_held_attendance_can_be_corrected_too(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    came = duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=4)
    duty.run_jobs()
    asked = duty.ask_correction(cast.zhaofang, came, duty.at("09:00"), duty.at("11:00"))
    duty.approve(cast.hedu, asked)
    assert (books(duty, cast), duty.review(cast.limei)) == ((20, 120), 0)


def test_unknown_corrections_and_attendances_are_not_found(
    duty: Duty, cast: Cast, served: ScanReceipt
) -> None:
    nobody = ScanReceipt(new_id(), "in", "held", None, None, None, new_id(), 0, 0, None)
    with pytest.raises(NotFound):
        duty.approve(cast.hedu, new_id())
    with pytest.raises(NotFound):
        duty.ask_correction(cast.zhaofang, nobody)
    assert served.attendance_id
