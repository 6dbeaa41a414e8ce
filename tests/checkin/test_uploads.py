"""Offline work: any order and any repetition give the same books; what is doubtful is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from pointsvc.activities.models import Shift
from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.models import Attendance
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import revoke_card
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock


@dataclass
class Afternoon:
    """王强's phone was offline: three people came to plot 1 and left, two sorted waste before."""

    duty: Duty
    scans: list[ScanRequest]

    def upload(self, scans: list[ScanRequest]) -> None:
        self.duty.record(self.duty.caller(self.duty.cast.wangqiang), scans)

    def books(self) -> dict[str, tuple[int, int, int]]:
        """Points, points in review and minutes of each; everything adds up."""
        assert verify_everything().ok
        cast, duty = self.duty.cast, self.duty
        return {
            person.name: (duty.points(person), duty.review(person), duty.minutes(person))
            for person in (cast.limei, cast.liuyang, cast.zhangdian)
        }


BOOKS = {"李梅": (20, 0, 120), "刘洋": (15, 0, 95), "张店": (15, 0, 113)}


@pytest.fixture
def afternoon(duty: Duty, cast: Cast, clock: FrozenClock) -> Afternoon:
    stays = ((cast.limei, 0, 120), (cast.liuyang, 5, 100), (cast.zhangdian, 7, 120))
    scans = [
        duty.request(
            duty.card(person), direction, claimed_at=duty.nine + timedelta(minutes=minutes)
        )
        for person, came, left in stays
        for direction, minutes in (("in", came), ("out", left))
    ]
    clock.advance(hours=5)
    return Afternoon(duty, scans)


def test_an_afternoon_at_once(afternoon: Afternoon) -> None:
    afternoon.upload(afternoon.scans)
    assert afternoon.books() == BOOKS


@pytest.mark.parametrize("seed", range(6))
def test_an_afternoon_in_any_order_and_pieces_with_repetitions(
    afternoon: Afternoon, seed: int
) -> None:
    """docs/ledger.md case 40."""
    random = Random(seed)
    left = [*afternoon.scans, *random.sample(afternoon.scans, 4)]
    random.shuffle(left)
    while left:
        size = random.randint(1, 4)
        afternoon.upload(left[:size])
        left = left[size:]
    afternoon.upload(afternoon.scans)
    assert afternoon.books() == BOOKS


def test_a_whole_upload_twice_gives_the_same_answers(afternoon: Afternoon, duty: Duty) -> None:
    caller = duty.caller(duty.cast.wangqiang)
    first = duty.record(caller, afternoon.scans)
    again = duty.record(caller, list(reversed(afternoon.scans)))
    assert again == list(reversed(first))
    assert len(db.session.scalars(select(Attendance.id)).all()) == 3


def test_two_tabs_send_the_same_afternoon_with_ids_of_their_own(
    afternoon: Afternoon, duty: Duty
) -> None:
    """What another id says again was already so."""
    afternoon.upload(afternoon.scans)
    copies = [
        duty.request(each.code, each.direction, claimed_at=each.claimed_at)
        for each in afternoon.scans
    ]
    answers = duty.record(duty.caller(duty.cast.wangqiang), copies)
    reasons = [each.reason for each in answers if isinstance(each, ScanReceipt)]
    assert reasons == ["scan.already_in", "scan.already_out"] * 3
    assert afternoon.books() == BOOKS


ORDERS = [(300, order) for order in permutations(range(4))]
ORDERS += [(60, order) for _grace, order in ORDERS[::4]]


@pytest.mark.parametrize(("grace", "order"), ORDERS, ids=str)
@pytest.mark.engines("sqlite")  # what is decided does not depend on the engine
def test_two_duties_one_after_the_other_in_any_order(
    duty: Duty, cast: Cast, clock: FrozenClock, grace: int, order: tuple[int, ...]
) -> None:
    """An hour on the plot, then an hour at the bins; two offline phones send piece by piece."""
    duty.set(check_out_grace_minutes=grace)
    bins = duty.open_shift(
        duty.at("10:00"), duty.at("11:00"), kind="WASTE_DUTY", place_id=cast.station_id
    )
    duty.shift_id = duty.open_shift(duty.at("09:00"), duty.at("10:00"))
    card = duty.card(cast.limei)
    scans = [
        (cast.wangqiang, duty.request(card, "in", claimed_at=duty.at("09:00"))),
        (cast.wangqiang, duty.request(card, "out", claimed_at=duty.at("10:00"))),
        (cast.sungang, duty.request(card, "in", shift_id=bins, claimed_at=duty.at("10:05"))),
        (cast.sungang, duty.request(card, "out", shift_id=bins, claimed_at=duty.at("11:00"))),
    ]
    clock.advance(hours=4)
    for person, scan in (scans[place] for place in order):
        duty.record(duty.caller(person), [scan])
    assert (duty.points(cast.limei), duty.review(cast.limei)) == (15, 0)
    assert (duty.minutes(cast.limei), verify_everything().ok) == (115, True)


def upload(
    duty: Duty, person: Person, direction: str, hour: str, leader: Person | None = None
) -> ScanReceipt:
    return duty.scan(
        leader or duty.cast.wangqiang, duty.card(person), direction, claimed_at=duty.at(hour)
    )


def test_a_leader_who_was_online_since_has_to_be_believed_by_another(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    clock.advance(hours=1)
    answer = upload(duty, cast.limei, "in", "08:55")
    assert (answer.verdict, answer.reason) == ("held", "scan.was_in_contact")


def test_a_shift_made_after_the_fact_is_held(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    shift = db.session.get_one(Shift, (duty.community_id, duty.shift_id))
    clock.advance(hours=4)
    transact(lambda: setattr(db.session.merge(shift), "created_at", duty.now()))
    answer = upload(duty, cast.limei, "in", "09:00")
    assert (answer.verdict, answer.reason) == ("held", "scan.shift_made_later")


def test_a_card_that_was_lost_meanwhile_is_held(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    card = duty.card(cast.limei)
    clock.advance(hours=1)
    transact(
        lambda: revoke_card(
            community_id=duty.community_id,
            member_id=cast.limei.id,
            reason="lost",
            actor=SYSTEM,
            now=duty.now(),
        )
    )
    clock.advance(hours=1)
    before, after = (
        duty.scan(cast.wangqiang, card, claimed_at=duty.at(hour)) for hour in ("09:30", "10:30")
    )
    assert (before.verdict, before.reason) == ("held", "code.revoked")
    assert (after.verdict, after.reason) == ("refused", "code.revoked")


WOULD_BE_REFUSED = [("in", "07:30", "scan.too_early"), ("in", "10:51", "scan.shift_over")]


@pytest.mark.parametrize(("direction", "hour", "reason"), WOULD_BE_REFUSED)
def test_what_would_have_been_refused_there_is_held_here(
    duty: Duty, cast: Cast, clock: FrozenClock, direction: str, hour: str, reason: str
) -> None:
    clock.advance(hours=4)
    answer = upload(duty, cast.limei, direction, hour)
    assert (answer.verdict, answer.reason) == ("held", reason)
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (0, 0)


def test_a_real_check_out_takes_the_place_of_the_automatic_one(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=4)
    duty.run_jobs()
    assert duty.review(cast.limei) == 15
    left = upload(duty, cast.limei, "out", "11:00", cast.zhaofang)
    assert (left.verdict, left.award_points, left.service_minutes) == ("accepted", 20, 120)
    assert (duty.points(cast.limei), duty.review(cast.limei)) == (20, 0)
    assert verify_everything().ok


def test_a_real_check_out_at_the_very_end_is_paid_too(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    """The automatic one said the same time, but only the real one is proof."""
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=4)
    duty.run_jobs()
    left = upload(duty, cast.limei, "out", "10:50", cast.zhaofang)
    assert (left.verdict, left.award_points, duty.attendance(left).award_points) == (
        "accepted",
        15,
        15,
    )
    assert (duty.points(cast.limei), duty.review(cast.limei)) == (15, 0)


def test_a_check_out_while_the_check_in_waits_waits_with_it(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.zhaofang, duty.card(cast.zhangdian))
    clock.advance(hours=1)
    came = upload(duty, cast.limei, "in", "08:59", cast.zhaofang)
    clock.advance(hours=1)
    left = duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    assert (came.reason, left.verdict, left.reason) == (
        "scan.was_in_contact",
        "held",
        "scan.waiting",
    )
    assert (duty.points(cast.limei), duty.review(cast.limei)) == (0, 20)


def test_an_old_changing_code_of_ones_own_scan_is_late(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    code = duty.shift_url()
    clock.advance(hours=1)
    answer = duty.scan(cast.limei, code, shift_id=None, claimed_at=duty.nine)
    assert (answer.verdict, answer.reason) == ("held", "scan.late")


def test_uploaded_drops_share_the_households_cap(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    station: UUID = duty.open_station()
    card = duty.card(cast.limei)
    scans = [
        duty.request(card, "drop", shift_id=station, claimed_at=duty.nine + timedelta(minutes=n))
        for n in range(5)
    ]
    clock.advance(hours=3)
    for piece in (scans[3:], scans[:3], scans):
        duty.record(duty.caller(cast.sungang), piece)
    assert (duty.points(cast.limei), verify_everything().ok) == (4, True)
