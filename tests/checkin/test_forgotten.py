"""What the timetable does about check-in: forgotten ends, signs that nobody confirmed, old codes."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select

from pointsvc.checkin.codes import new_typed_digits, read_member_code
from pointsvc.checkin.models import Attendance, Scan, SpentCode, TypedCode
from pointsvc.checkin.queries import get_attendance, get_scan, waiting_in
from pointsvc.checkin.spent_codes import spend_code
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.models import Transfer
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock


def told(person: Person) -> list[str]:
    wanted = select(OutboxMessage.topic).where(OutboxMessage.recipient_id == person.id)
    return list(db.session.scalars(wanted.order_by(OutboxMessage.id)))


def attendance_of(receipt_id: UUID | None, duty: Duty) -> tuple[str, int, str | None]:
    assert receipt_id is not None
    found = get_attendance(duty.community_id, receipt_id)
    return found.state, found.minutes, found.closed_by


def test_who_forgot_to_check_out_is_closed_at_the_planned_end_and_waits(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    came = duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(minutes=110 + 61)
    assert duty.run_jobs()["checkin.close_forgotten"] == "1"
    assert attendance_of(came.attendance_id, duty) == ("held", 110, "auto")
    assert (duty.points(cast.limei), duty.review(cast.limei), duty.minutes(cast.limei)) == (
        0,
        15,
        0,
    )
    assert verify_everything().ok


def test_the_closed_attendance_is_listed_for_the_leader_with_its_reason(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=4)
    duty.run_jobs()
    [waiting] = waiting_in(duty.community_id, place_ids=[cast.plot_id], led_by_id=cast.wangqiang.id)
    assert (waiting.member_id, waiting.state, waiting.reason) == (
        cast.limei.id,
        "held",
        "scan.not_out",
    )


def test_nobody_is_closed_within_the_grace(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    came = duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(minutes=110 + 60)
    assert duty.run_jobs()["checkin.close_forgotten"] == "0"
    assert attendance_of(came.attendance_id, duty)[0] == "open"


def test_closing_twice_is_closing_once(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=4)
    duty.run_jobs()
    before = db.session.scalar(select(func.count()).select_from(Transfer))
    assert duty.run_jobs()["checkin.close_forgotten"] == "0"
    assert db.session.scalar(select(func.count()).select_from(Transfer)) == before


def test_a_forgotten_check_out_does_not_keep_anyone_from_the_next_shift(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    clock.advance(hours=5)
    later = duty.open_shift(duty.now(), duty.later(hours=1))
    assert duty.scan(cast.wangqiang, card, shift_id=later).verdict == "accepted"
    assert duty.review(cast.limei) == 15


def test_a_cancelled_shift_earns_nothing_and_the_people_in_it_are_told(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    came = duty.scan(cast.wangqiang, card)
    clock.advance(hours=1)
    duty.cancel()
    left = duty.scan(cast.wangqiang, card, "out")
    assert (left.verdict, left.reason) == ("refused", "scan.shift_cancelled")
    duty.run_jobs()
    assert attendance_of(came.attendance_id, duty)[:2] == ("void", 0)
    assert (told(cast.limei), duty.points(cast.limei)) == (["checkin.cancelled"], 0)
    assert get_scan(duty.community_id, came.scan_id).state == "voided"


def test_what_the_door_of_a_cancelled_course_paid_is_taken_back(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.shift_id = duty.open_shift(duty.now(), duty.later(hours=2), kind="TRAIN")
    assert duty.scan(cast.wangqiang, duty.card(cast.limei)).award_points == 5
    clock.advance(minutes=10)
    duty.cancel()
    duty.run_jobs()
    assert duty.points(cast.limei) == 0
    assert verify_everything().ok


def test_a_sign_without_a_second_signal_is_annulled_after_48_hours_and_told(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    came = duty.scan(cast.limei, duty.sign())
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out")
    clock.advance(hours=46)
    assert duty.run_jobs()["checkin.annul_stale"] == "0"
    clock.advance(seconds=1)
    assert duty.run_jobs()["checkin.annul_stale"] == "1"
    assert attendance_of(came.attendance_id, duty)[0] == "void"
    states = [get_scan(duty.community_id, each.scan_id).state for each in (came, left)]
    assert (states, told(cast.limei)) == (["annulled", "annulled"], ["checkin.annulled"])


def test_leaving_by_the_sign_alone_is_closed_at_the_planned_end_after_48_hours(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=1)
    left = duty.scan(cast.limei, duty.sign(), "out")
    clock.advance(hours=49)
    duty.run_jobs()
    assert attendance_of(left.attendance_id, duty) == ("held", 110, "auto")
    assert (duty.points(cast.limei), duty.review(cast.limei)) == (0, 15)


def test_everyone_of_a_shift_is_closed(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    people = [cast.limei, cast.liuyang]
    for person in people:
        duty.scan(cast.wangqiang, duty.card(person))
    clock.advance(days=3)
    duty.run_jobs()
    assert set(db.session.scalars(select(Attendance.state))) == {"held"}
    closing = select(func.count()).select_from(Scan).where(Scan.actor_kind == "system")
    assert db.session.scalar(closing) == len(people)


@pytest.mark.parametrize(("hours", "left"), [(23, 1), (25, 0)])
def test_codes_that_have_passed_are_forgotten_the_day_after(
    duty: Duty, cast: Cast, clock: FrozenClock, hours: int, left: int
) -> None:
    here, now = duty.community_id, duty.now()
    transact(lambda: new_typed_digits(community_id=here, member_id=cast.limei.id, now=now))
    code = read_member_code(text=duty.phone(cast.limei), community_id=here, now=now)
    transact(lambda: spend_code(community_id=here, code=code, on_id=new_id()))
    clock.advance(hours=hours)
    duty.run_jobs()
    kept = [db.session.scalar(select(func.count()).select_from(t)) for t in (TypedCode, SpentCode)]
    assert kept == [left, left]
