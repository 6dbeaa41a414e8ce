"""Another volunteer's word is a sign's second signal: who may give it, for whom, how often."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from pointsvc.activities.errors import ShiftCancelled
from pointsvc.audit.models import AuditEvent
from pointsvc.checkin.errors import DecidedBefore, NotWitness, OwnHousehold, VouchedEnough
from pointsvc.checkin.jobs import annul_stale
from pointsvc.checkin.queries import get_scan
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members.errors import WayInRemade
from tests.checkin.duty import Duty
from tests.checkin.households import share_a_door
from tests.checkin.placing import here, use_positions
from tests.checkin.test_own_hands import slip_anew
from tests.checkin.vouching import seen_by, vouch
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


def at_the_sign(duty: Duty, cast: Cast, clock: FrozenClock, hours: float = 2) -> ScanReceipt:
    """刘洋 was scanned by the leader; 李梅 came and went by the sign alone."""
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    duty.scan(cast.limei, duty.sign())
    clock.advance(hours=hours)
    return duty.scan(cast.limei, duty.sign(), "out")


def test_a_co_volunteers_word_lets_a_sign_count(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    left = at_the_sign(duty, cast, clock)
    assert seen_by(duty, cast.liuyang) == ["李梅"]
    receipt = vouch(duty, cast.liuyang, left)
    assert (receipt.state, receipt.points, receipt.minutes) == ("closed", 20, 120)
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (20, 120)
    assert (seen_by(duty, cast.liuyang), verify_everything().ok) == ([], True)


def test_the_decision_and_the_trail_name_the_witness(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    left = at_the_sign(duty, cast, clock)
    vouch(duty, cast.liuyang, left)
    found = get_scan(duty.community_id, left.scan_id)
    [decision] = found.decisions
    assert (found.state, decision.decision) == ("confirmed", "confirmed")
    assert (decision.reason, decision.decided_by_id) == ("checkin.co_volunteer", cast.liuyang.id)
    noted = select(AuditEvent).where(AuditEvent.action == "checkin.vouched")
    [event] = db.session.scalars(noted)
    assert (event.actor_id, event.subject_id) == (cast.liuyang.id, left.attendance_id)


def test_while_they_are_still_there_the_check_in_is_confirmed(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.liuyang, duty.shift_url())
    came = duty.scan(cast.limei, duty.sign())
    assert vouch(duty, cast.liuyang, came).state == "open"
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out")
    assert left.verdict == "provisional"  # the end is another deed, and waits for a word of its own
    assert vouch(duty, cast.liuyang, left).points == 20


def test_the_same_word_twice_is_one(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    left = at_the_sign(duty, cast, clock)
    first = vouch(duty, cast.liuyang, left)
    assert vouch(duty, cast.liuyang, left) == first
    assert duty.points(cast.limei) == 20


def test_what_another_decided_stays_decided(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    left = at_the_sign(duty, cast, clock)
    duty.decide(cast.wangqiang, left, accept=False)
    with pytest.raises(DecidedBefore):
        vouch(duty, cast.liuyang, left)
    assert (duty.points(cast.limei), seen_by(duty, cast.liuyang)) == (0, [])


def test_too_short_a_stay_earns_nothing_by_a_neighbours_word(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    left = at_the_sign(duty, cast, clock, hours=1)
    assert vouch(duty, cast.liuyang, left).points == 0


def test_what_was_vouched_for_is_not_annulled_later(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    left = at_the_sign(duty, cast, clock)
    vouch(duty, cast.liuyang, left)
    clock.advance(hours=49)
    assert annul_stale(duty.now()).count == 0
    assert (duty.points(cast.limei), duty.attendance(left).state) == (20, "closed")


def test_after_the_time_is_over_no_word_helps(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    left = at_the_sign(duty, cast, clock)
    clock.advance(hours=49)
    assert annul_stale(duty.now()).count == 1
    with pytest.raises(DecidedBefore):
        vouch(duty, cast.liuyang, left)


def absent(duty: Duty, cast: Cast) -> None:
    """刘洋 did not come."""


def by_the_sign(duty: Duty, cast: Cast) -> None:
    """刘洋 waits for a second signal herself."""
    duty.scan(cast.liuyang, duty.sign())


def by_position(duty: Duty, cast: Cast) -> None:
    """Nothing but a position, which can be faked, says that 刘洋 is there."""
    use_positions(duty, cast.liuyang)
    assert duty.scan(cast.liuyang, duty.sign(), position=here()).verdict == "accepted"


def by_a_word(duty: Duty, cast: Cast) -> None:
    """刘洋 is there by the word of 张店, who was scanned."""
    duty.scan(cast.wangqiang, duty.card(cast.zhangdian))
    vouch(duty, cast.zhangdian, duty.scan(cast.liuyang, duty.sign()))


def elsewhere(duty: Duty, cast: Cast) -> None:
    """刘洋 is at the bins."""
    bins = duty.open_shift(
        duty.now(), duty.later(hours=2), kind="WASTE_DUTY", place_id=cast.station_id
    )
    duty.scan(cast.sungang, duty.card(cast.liuyang), shift_id=bins)


def voided(duty: Duty, cast: Cast) -> None:
    """刘洋 was annulled."""
    duty.decide(cast.wangqiang, duty.scan(cast.liuyang, duty.sign()), accept=False)


@pytest.mark.parametrize(
    "presence", [absent, by_the_sign, by_position, by_a_word, elsewhere, voided]
)
def test_who_was_not_firmly_there_cannot_vouch(
    duty: Duty, cast: Cast, clock: FrozenClock, presence: Callable[[Duty, Cast], None]
) -> None:
    presence(duty, cast)
    came = duty.scan(cast.limei, duty.sign())
    clock.advance(minutes=30)
    assert seen_by(duty, cast.liuyang) == []
    with pytest.raises(NotWitness):
        vouch(duty, cast.liuyang, came)
    assert duty.state(came) == "provisional"


def test_two_cannot_vouch_for_each_other(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    """刘洋 came by the leader's scan and vouched for 李梅; she leaves by the sign."""
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    vouch(duty, cast.liuyang, duty.scan(cast.limei, duty.sign()))
    clock.advance(hours=2)
    left = duty.scan(cast.liuyang, duty.sign(), "out")
    with pytest.raises(NotWitness):
        vouch(duty, cast.limei, left)


def test_confirmed_by_the_leader_one_may_vouch(duty: Duty, cast: Cast) -> None:
    duty.decide(cast.wangqiang, duty.scan(cast.liuyang, duty.sign()))
    came = duty.scan(cast.limei, duty.sign())
    assert vouch(duty, cast.liuyang, came).state == "open"


def test_nobody_vouches_for_themself_or_their_household(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    share_a_door(cast.limei, cast.liuyang)
    left = at_the_sign(duty, cast, clock)
    assert seen_by(duty, cast.liuyang) == []
    for person in (cast.liuyang, cast.limei):
        with pytest.raises(OwnHousehold):
            vouch(duty, person, left)


def test_they_were_there_together_for_half_of_the_time(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    came = duty.scan(cast.limei, duty.sign())
    clock.advance(minutes=40)
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    clock.advance(minutes=39)
    with pytest.raises(NotWitness):
        vouch(duty, cast.liuyang, came)
    clock.advance(minutes=1)
    assert vouch(duty, cast.liuyang, came).state == "open"


def test_who_left_early_does_not_vouch_for_the_rest(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    duty.scan(cast.limei, duty.sign())
    clock.advance(minutes=50)
    duty.scan(cast.wangqiang, duty.card(cast.liuyang), "out")
    clock.advance(minutes=60)
    left = duty.scan(cast.limei, duty.sign(), "out")
    with pytest.raises(NotWitness):
        vouch(duty, cast.liuyang, left)


def test_one_vouches_for_a_few_and_the_leader_for_the_rest(duty: Duty, cast: Cast) -> None:
    duty.set(vouched_people_max=2)
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    people = (cast.limei, cast.zhangdian, cast.hedu)
    first, second, third = [duty.scan(person, duty.sign()) for person in people]
    for each in (first, second):
        vouch(duty, cast.liuyang, each)
    assert seen_by(duty, cast.liuyang) == []
    with pytest.raises(VouchedEnough) as refused:
        vouch(duty, cast.liuyang, third)
    assert "2" in refused.value.detail
    assert vouch(duty, cast.liuyang, first).state == "open"  # the same word again


def test_the_same_persons_end_takes_no_other_place(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    duty.set(vouched_people_max=1)
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    vouch(duty, cast.liuyang, duty.scan(cast.limei, duty.sign()))
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out")
    assert vouch(duty, cast.liuyang, left).points == 20


def test_a_community_can_do_without(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    duty.set(vouched_people_max=0)
    left = at_the_sign(duty, cast, clock)
    assert seen_by(duty, cast.liuyang) == []
    with pytest.raises(VouchedEnough):
        vouch(duty, cast.liuyang, left)


def test_in_a_shift_that_was_called_off_no_word_helps(duty: Duty, cast: Cast) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    came = duty.scan(cast.limei, duty.sign())
    duty.cancel()
    with pytest.raises(ShiftCancelled):
        vouch(duty, cast.liuyang, came)


def test_whose_way_in_was_made_anew_today_is_no_second_person(duty: Duty, cast: Cast) -> None:
    """The clerk who printed 刘洋 a slip could be the one who taps."""
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    came = duty.scan(cast.limei, duty.sign())
    slip_anew(duty, cast.liuyang, cast.zhaofang)
    with pytest.raises(WayInRemade):
        vouch(duty, cast.liuyang, came)


def test_a_stranger_of_another_community_finds_nothing(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    left = at_the_sign(duty, cast, clock)
    with pytest.raises(NotFound):
        vouch(duty, cast.chenjing, left)
