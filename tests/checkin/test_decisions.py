"""A second look: held and provisional attendances are released or annulled, by others only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pointsvc.activities.errors import ShiftCancelled
from pointsvc.activities.models import Shift
from pointsvc.checkin.errors import DayFull, DecidedBefore, NothingToDecide, OwnHousehold
from pointsvc.checkin.models import ScanDecision
from pointsvc.checkin.queries import waiting_in
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.checkin.households import share_a_door
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


@pytest.fixture
def signed(duty: Duty, cast: Cast, clock: FrozenClock) -> ScanReceipt:
    """李梅 signed in and out at the plot's sign, two hours apart."""
    duty.scan(cast.limei, duty.sign())
    clock.advance(hours=2)
    return duty.scan(cast.limei, duty.sign(), "out")


@pytest.fixture
def late(duty: Duty, cast: Cast, clock: FrozenClock) -> ScanReceipt:
    """王强's phone brings 李梅's two hours a day and a half later."""
    card = duty.card(cast.limei)
    clock.advance(hours=36)
    duty.scan(cast.wangqiang, card, claimed_at=duty.nine)
    return duty.scan(cast.wangqiang, card, "out", claimed_at=duty.at("11:00"))


def books(duty: Duty, cast: Cast) -> tuple[int, int, int]:
    """李梅's points, points in review, minutes; everything adds up."""
    assert verify_everything().ok
    return duty.points(cast.limei), duty.review(cast.limei), duty.minutes(cast.limei)


def test_a_confirmed_sign_pays_points_and_minutes(
    duty: Duty, cast: Cast, signed: ScanReceipt
) -> None:
    receipt = duty.decide(cast.wangqiang, signed)
    assert (receipt.state, receipt.points, receipt.minutes) == ("closed", 20, 120)
    assert (duty.state(signed), books(duty, cast)) == ("confirmed", (20, 0, 120))


def test_a_declined_sign_pays_nothing_and_ends(duty: Duty, cast: Cast, signed: ScanReceipt) -> None:
    duty.decide(cast.wangqiang, signed, accept=False)
    assert duty.attendance(signed).state == "void"
    assert (duty.state(signed), books(duty, cast)) == ("annulled", (0, 0, 0))


def test_what_came_too_late_waits_in_review(duty: Duty, cast: Cast, late: ScanReceipt) -> None:
    assert (late.verdict, late.reason, late.award_points) == ("held", "scan.late", 20)
    assert books(duty, cast) == (0, 20, 0)


def test_a_release_moves_the_points_and_posts_the_minutes(
    duty: Duty, cast: Cast, late: ScanReceipt
) -> None:
    receipt = duty.decide(cast.zhaofang, late)
    assert (receipt.state, receipt.points, receipt.minutes) == ("closed", 20, 120)
    assert (duty.state(late), books(duty, cast)) == ("released", (20, 0, 120))


def test_an_annulment_takes_them_out_of_review_and_frees_the_cap(
    duty: Duty, cast: Cast, late: ScanReceipt, clock: FrozenClock
) -> None:
    duty.decide(cast.zhaofang, late, accept=False)
    assert books(duty, cast) == (0, 0, 0)
    clock.at(duty.nine + timedelta(minutes=1))
    card = duty.card(cast.limei)
    duty.shift_id = duty.open_shift(duty.now(), duty.later(hours=3))
    duty.scan(cast.wangqiang, card)
    clock.advance(hours=3)
    assert duty.scan(cast.wangqiang, card, "out").award_points == 30


def test_a_decision_is_a_row_and_the_first_answer_stays(
    duty: Duty, cast: Cast, late: ScanReceipt
) -> None:
    duty.decide(cast.zhaofang, late, reason="看过照片")
    rows = db.session.scalars(select(ScanDecision)).all()
    assert {(row.decision, row.reason, row.decided_by_id) for row in rows} == {
        ("released", "看过照片", cast.zhaofang.id)
    }
    assert len(rows) == 2


@pytest.mark.parametrize("accept", [True, False])
def test_nobody_decides_twice(duty: Duty, cast: Cast, late: ScanReceipt, *, accept: bool) -> None:
    duty.decide(cast.zhaofang, late)
    before = books(duty, cast)
    with pytest.raises(DecidedBefore):
        duty.decide(cast.zhaofang, late, accept=accept)
    assert books(duty, cast) == before


def test_who_scanned_does_not_release_what_they_scanned(
    duty: Duty, cast: Cast, late: ScanReceipt
) -> None:
    with pytest.raises(OwnHousehold):
        duty.decide(cast.wangqiang, late)
    assert books(duty, cast) == (0, 20, 0)


def test_nobody_releases_their_own(duty: Duty, cast: Cast) -> None:
    own = duty.scan(cast.wangqiang, duty.card(cast.wangqiang))
    with pytest.raises(OwnHousehold):
        duty.decide(cast.wangqiang, own)


def test_nobody_releases_their_households(duty: Duty, cast: Cast, signed: ScanReceipt) -> None:
    share_a_door(cast.limei, cast.wangqiang)
    with pytest.raises(OwnHousehold):
        duty.decide(cast.wangqiang, signed)
    assert duty.decide(cast.zhaofang, signed).points == 20


@pytest.mark.parametrize("name", ["sungang", "limei", "zhoumin", "hedu", "zhangdian"])
def test_only_who_runs_the_shift_decides(
    duty: Duty, cast: Cast, signed: ScanReceipt, name: str
) -> None:
    with pytest.raises(Forbidden):
        duty.decide(getattr(cast, name), signed)


def test_below_the_minimum_a_persons_reason_pays(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.limei, duty.sign())
    clock.advance(minutes=65)
    left = duty.scan(cast.limei, duty.sign(), "out")
    receipt = duty.decide(cast.wangqiang, left, reason="下雨提前收工")
    assert (receipt.points, receipt.minutes) == (10, 65)


def test_a_sign_in_that_is_confirmed_early_stays_open_until_the_end(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    came = duty.scan(cast.limei, duty.sign())
    duty.decide(cast.wangqiang, came)
    assert duty.attendance(came).state == "open"
    clock.advance(hours=2)
    left = duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    assert (left.verdict, left.award_points) == ("accepted", 20)


def test_a_check_out_by_the_sign_that_is_declined_leaves_the_person_checked_in(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    clock.advance(hours=1)
    left = duty.scan(cast.limei, duty.sign(), "out")
    duty.decide(cast.zhaofang, left, accept=False)
    assert duty.attendance(left).state == "open"
    clock.advance(hours=1)
    assert duty.scan(cast.wangqiang, card, "out").service_minutes == 120


def test_a_held_check_out_alone_can_only_be_annulled(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    clock.advance(hours=1)
    out = duty.scan(cast.wangqiang, duty.card(cast.limei), "out", claimed_at=duty.nine)
    assert (out.verdict, out.reason, out.attendance_id) == ("held", "scan.not_in", None)
    with pytest.raises(NothingToDecide):
        duty.decide(cast.zhaofang, out)
    duty.decide(cast.zhaofang, out, accept=False)
    assert duty.state(out) == "annulled"


def test_a_check_out_claimed_before_the_check_in_waits_by_itself(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    """docs/ledger.md case 13: nothing is counted, and nothing is lost either."""
    card = duty.card(cast.limei)
    clock.advance(minutes=30)
    duty.scan(cast.wangqiang, card)
    out = duty.scan(cast.zhaofang, card, "out", claimed_at=duty.nine)
    assert (out.verdict, out.reason) == ("held", "scan.out_before_in")
    assert [each.scan_id for each in waiting_in(duty.community_id, place_ids=None, led_by_id=None)]
    duty.decide(cast.wangqiang, out, accept=False)
    clock.advance(minutes=90)
    assert duty.scan(cast.wangqiang, card, "out").service_minutes == 90


def test_a_late_check_out_that_found_its_check_in_is_decided_with_it(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    clock.advance(hours=36)
    out = duty.scan(cast.wangqiang, card, "out", claimed_at=duty.at("11:00"))
    came = duty.scan(cast.wangqiang, card, claimed_at=duty.nine)
    [waiting] = waiting_in(duty.community_id, place_ids=None, led_by_id=None)
    assert waiting.attendance_id == came.attendance_id
    with pytest.raises(NotFound):
        duty.decide(cast.zhaofang, out, accept=False)
    duty.decide(cast.zhaofang, came)
    assert ([duty.state(each) for each in (came, out)], books(duty, cast)) == (
        ["released", "released"],
        (20, 0, 120),
    )


def test_a_doubtful_second_signal_can_be_decided_on(
    duty: Duty, cast: Cast, signed: ScanReceipt, clock: FrozenClock
) -> None:
    clock.advance(hours=30)
    second = duty.scan(cast.wangqiang, duty.card(cast.limei), claimed_at=duty.nine)
    assert (second.verdict, second.reason) == ("held", "scan.late")
    duty.decide(cast.zhaofang, second, accept=False)
    assert duty.decide(cast.zhaofang, signed).points == 20
    assert waiting_in(duty.community_id, place_ids=None, led_by_id=None) == []


def test_a_cancelled_shift_is_not_released_into_the_books(
    duty: Duty, cast: Cast, late: ScanReceipt
) -> None:
    shift = db.session.get_one(Shift, (duty.community_id, duty.shift_id))
    transact(lambda: setattr(db.session.merge(shift), "cancelled_at", duty.now()))
    with pytest.raises(ShiftCancelled):
        duty.decide(cast.zhaofang, late)
    duty.decide(cast.zhaofang, late, accept=False)
    assert books(duty, cast) == (0, 0, 0)


def test_more_than_twelve_hours_are_released_by_nobody(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.shift_id = duty.open_shift(duty.now(), duty.later(hours=14), kind="CLEANUP")
    came = duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=13)
    out = duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    assert (out.verdict, out.reason) == ("refused", "scan.day_full")
    clock.advance(hours=3)
    duty.run_jobs()
    with pytest.raises(DayFull):
        duty.decide(cast.zhaofang, came)
    assert books(duty, cast) == (0, 40, 0)


def test_a_held_drop_is_released_with_its_points(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    station = duty.open_station(hours=2)
    card = duty.card(cast.limei)
    clock.advance(hours=30)
    drop = duty.scan(cast.sungang, card, "drop", shift_id=station, claimed_at=duty.nine)
    assert (drop.verdict, drop.reason, drop.award_points) == ("held", "scan.late", 2)
    duty.decide(cast.zhaofang, drop)
    assert (duty.state(drop), books(duty, cast)) == ("released", (2, 0, 0))


def test_an_annulled_drop_frees_the_households_cap(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    station = duty.open_station(hours=2)
    card, drop = duty.card(cast.limei), "drop"
    clock.advance(hours=30)
    moment = {"shift_id": station, "claimed_at": duty.nine, "quantity": 2}
    first = duty.scan(cast.sungang, card, drop, **moment)
    duty.decide(cast.zhaofang, first, accept=False)
    again = duty.scan(cast.sungang, card, drop, **moment)
    assert (first.award_points, again.award_points, books(duty, cast)) == (4, 4, (0, 4, 0))


def test_a_drop_that_no_shift_took_cannot_be_released(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    clock.advance(hours=30)
    card = duty.card(cast.limei)
    drop = duty.scan(cast.sungang, card, "drop", shift_id=None, claimed_at=duty.nine)
    assert (drop.verdict, drop.reason) == ("held", "scan.no_shift")
    with pytest.raises(NothingToDecide):
        duty.decide(cast.zhaofang, drop)


def test_what_nobody_knows_cannot_be_decided(duty: Duty, cast: Cast, late: ScanReceipt) -> None:
    accepted = duty.scan(cast.zhaofang, duty.card(cast.liuyang), claimed_at=duty.nine)
    unknown = ScanReceipt(new_id(), "in", "held", None, None, None, new_id(), 0, 0, None)
    lone = ScanReceipt(new_id(), "in", "held", None, None, None, None, 0, 0, None)
    assert late.attendance_id != accepted.attendance_id
    for nothing in (unknown, lone):
        with pytest.raises(NotFound):
            duty.decide(cast.zhaofang, nothing)
