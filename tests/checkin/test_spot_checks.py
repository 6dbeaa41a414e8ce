"""抽查: ticks are drawn once, told to the volunteer, and looked at by somebody apart."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from pointsvc.checkin.errors import DecidedBefore, OwnHousehold, SecondPersonNeeded
from pointsvc.checkin.models import AttendanceCorrection, SpotCheck
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.checkin.service import answer_spot_check, decide_spot_check
from pointsvc.checkin.spot_checks import checks_to_answer, waiting_checks
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import say_consent
from tests.checkin.duty import Duty
from tests.checkin.households import share_a_door
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock


@pytest.fixture
def all_drawn(duty: Duty) -> Duty:
    """A community that looks at every tick."""
    duty.set(roster_sample_percent=100)
    return duty


def tick(duty: Duty, person: Person, direction: str = "in") -> ScanReceipt:
    note = {"member_id": person.id, "note": "忘带卡"}
    return duty.scan(duty.cast.wangqiang, None, direction, **note)


def decide(
    duty: Duty, person: Person, check_id: UUID, *, was_there: bool, note: str = "说在医院"
) -> bool:
    now = duty.now()
    return transact(
        lambda: decide_spot_check(
            community_id=duty.community_id,
            decided_by_id=person.id,
            check_id=check_id,
            was_there=was_there,
            note=note,
            now=now,
        )
    )


def answer(duty: Duty, person: Person, check_id: UUID, *, was_there: bool) -> None:
    now = duty.now()
    transact(
        lambda: answer_spot_check(
            community_id=duty.community_id,
            member_id=person.id,
            check_id=check_id,
            was_there=was_there,
            now=now,
        )
    )


def checks() -> list[SpotCheck]:
    db.session.rollback()
    return list(db.session.scalars(select(SpotCheck)))


def test_a_tick_that_is_drawn_waits_for_somebody_to_ask(all_drawn: Duty, cast: Cast) -> None:
    came = tick(all_drawn, cast.limei)
    [check] = waiting_checks(all_drawn.community_id)
    assert (check.attendance_id, check.name, check.ticked_by) == (
        came.attendance_id,
        "李梅",
        "王强",
    )
    assert (check.state, check.why) == ("waiting", "忘带卡")


def test_the_check_out_of_a_drawn_check_in_is_no_second_check(
    all_drawn: Duty, cast: Cast, clock: FrozenClock
) -> None:
    tick(all_drawn, cast.limei)
    clock.advance(hours=2)
    tick(all_drawn, cast.limei, "out")
    assert len(checks()) == 1


def test_a_tick_retried_is_drawn_once(all_drawn: Duty, cast: Cast, clock: FrozenClock) -> None:
    request = ScanRequest(
        new_id(), "in", shift_id=all_drawn.shift_id, member_id=cast.limei.id, note="忘带卡"
    )
    leader = all_drawn.caller(cast.wangqiang)
    first = all_drawn.record(leader, [request])
    clock.advance(minutes=5)
    assert all_drawn.record(leader, [request, request]) == [*first, *first]
    assert len(checks()) == 1


def test_a_community_may_draw_nobody(duty: Duty, cast: Cast) -> None:
    duty.set(roster_sample_percent=0)
    tick(duty, cast.limei)
    assert checks() == []


def test_scans_own_ticks_and_refused_ticks_are_not_drawn(all_drawn: Duty, cast: Cast) -> None:
    all_drawn.scan(cast.wangqiang, all_drawn.card(cast.liuyang))
    tick(all_drawn, cast.wangqiang)
    assert tick(all_drawn, cast.zhangdian, "out").verdict == "refused"
    assert checks() == []


@pytest.mark.parametrize("agreed", [True, False])
def test_the_volunteer_is_told_where_they_agreed_to_messages(
    all_drawn: Duty, cast: Cast, *, agreed: bool
) -> None:
    now = all_drawn.now()
    transact(
        lambda: say_consent(
            community_id=all_drawn.community_id,
            member_id=cast.limei.id,
            purpose="messages",
            given=agreed,
            recorded_by_id=cast.limei.id,
            now=now,
        )
    )
    tick(all_drawn, cast.limei)
    topics = db.session.scalars(
        select(OutboxMessage.topic).where(OutboxMessage.recipient_id == cast.limei.id)
    ).all()
    assert topics.count("checkin.spot_check") == int(agreed)


def test_who_was_there_keeps_everything(all_drawn: Duty, cast: Cast, clock: FrozenClock) -> None:
    tick(all_drawn, cast.limei)
    clock.advance(hours=2)
    tick(all_drawn, cast.limei, "out")
    [check] = checks()
    assert decide(all_drawn, cast.zhaofang, check.id, was_there=True, note="") is False
    assert (all_drawn.points(cast.limei), checks()[0].state) == (20, "seen")
    assert waiting_checks(all_drawn.community_id) == []


def test_who_was_not_there_keeps_the_points_until_a_second_person_agrees(
    all_drawn: Duty, cast: Cast, clock: FrozenClock
) -> None:
    came = tick(all_drawn, cast.limei)
    clock.advance(hours=2)
    tick(all_drawn, cast.limei, "out")
    assert decide(all_drawn, cast.zhaofang, checks()[0].id, was_there=False)
    [correction] = db.session.scalars(select(AttendanceCorrection))
    assert (correction.kind, correction.reason) == ("void", "抽查：说在医院")
    assert all_drawn.points(cast.limei) == 20
    with pytest.raises(SecondPersonNeeded):
        all_drawn.approve(cast.zhaofang, correction.id)
    all_drawn.approve(cast.hedu, correction.id)
    assert (all_drawn.points(cast.limei), all_drawn.attendance(came).state) == (0, "void")


def test_a_correction_that_waits_already_is_left_to_itself(all_drawn: Duty, cast: Cast) -> None:
    came = tick(all_drawn, cast.limei)
    all_drawn.ask_correction(cast.zhaofang, came)
    assert decide(all_drawn, cast.hedu, checks()[0].id, was_there=False) is False
    assert checks()[0].state == "contradicted"


def test_an_attendance_voided_meanwhile_needs_no_asking(all_drawn: Duty, cast: Cast) -> None:
    came = tick(all_drawn, cast.limei)
    all_drawn.approve(cast.hedu, all_drawn.ask_correction(cast.zhaofang, came))
    assert waiting_checks(all_drawn.community_id) == []
    assert decide(all_drawn, cast.hedu, checks()[0].id, was_there=False) is False


@pytest.mark.parametrize("name", ["wangqiang", "limei"])
def test_neither_ticker_nor_volunteer_decides(all_drawn: Duty, cast: Cast, name: str) -> None:
    tick(all_drawn, cast.limei)
    with pytest.raises(OwnHousehold):
        decide(all_drawn, getattr(cast, name), checks()[0].id, was_there=True)
    assert checks()[0].state == "waiting"


@pytest.mark.parametrize("name", ["wangqiang", "limei"])
def test_nobody_of_their_households_decides(all_drawn: Duty, cast: Cast, name: str) -> None:
    tick(all_drawn, cast.limei)
    share_a_door(getattr(cast, name), cast.zhaofang)
    with pytest.raises(OwnHousehold):
        decide(all_drawn, cast.zhaofang, checks()[0].id, was_there=True)


def test_the_same_word_again_changes_nothing_and_another_is_refused(
    all_drawn: Duty, cast: Cast
) -> None:
    tick(all_drawn, cast.limei)
    check_id = checks()[0].id
    assert decide(all_drawn, cast.zhaofang, check_id, was_there=False)
    assert decide(all_drawn, cast.zhaofang, check_id, was_there=False) is False
    for person, was_there in ((cast.zhaofang, True), (cast.hedu, False)):
        with pytest.raises(DecidedBefore):
            decide(all_drawn, person, check_id, was_there=was_there)
    assert len(db.session.scalars(select(AttendanceCorrection)).all()) == 1


def test_that_somebody_was_not_there_needs_their_words(all_drawn: Duty, cast: Cast) -> None:
    tick(all_drawn, cast.limei)
    with pytest.raises(Invalid) as refused:
        decide(all_drawn, cast.zhaofang, checks()[0].id, was_there=False, note="")
    assert "note" in refused.value.errors
    assert checks()[0].state == "waiting"


def test_the_volunteer_says_so_first_and_may_change_their_word(all_drawn: Duty, cast: Cast) -> None:
    tick(all_drawn, cast.limei)
    [check] = checks_to_answer(all_drawn.community_id, cast.limei.id)
    answer(all_drawn, cast.limei, check.id, was_there=True)
    answer(all_drawn, cast.limei, check.id, was_there=False)
    assert (checks()[0].answer, checks()[0].state) == ("not_there", "waiting")
    decide(all_drawn, cast.zhaofang, check.id, was_there=False)
    with pytest.raises(DecidedBefore):
        answer(all_drawn, cast.limei, check.id, was_there=True)


@pytest.mark.parametrize("name", ["wangqiang", "liuyang", "chenjing"])
def test_nobody_else_speaks_for_the_volunteer(all_drawn: Duty, cast: Cast, name: str) -> None:
    tick(all_drawn, cast.limei)
    with pytest.raises(NotFound):
        answer(all_drawn, getattr(cast, name), checks()[0].id, was_there=True)


@pytest.mark.parametrize("name", ["wangqiang", "limei"])
def test_the_database_itself_keeps_ticker_and_volunteer_from_deciding(
    all_drawn: Duty, cast: Cast, name: str
) -> None:
    tick(all_drawn, cast.limei)
    decided = {"state": "seen", "decided_by_id": getattr(cast, name).id}
    with pytest.raises(IntegrityError):
        db.session.execute(update(SpotCheck).values(**decided, decided_at=all_drawn.now()))
    db.session.rollback()
