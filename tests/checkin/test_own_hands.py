"""Whose way in somebody else made anew does not approve for a day; declining stays open."""

from __future__ import annotations

import pytest

from pointsvc.audit.actors import member_actor
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.kernel.transaction import transact
from pointsvc.members.errors import WayInRemade
from pointsvc.members.first_sign_ins import print_slip
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock


def slip_anew(duty: Duty, person: Person, by: Person) -> None:
    """Somebody else prints a slip for a person who has a password."""
    now = duty.now()
    transact(
        lambda: print_slip(
            community_id=duty.community_id,
            member_id=person.id,
            actor=member_actor(by.id),
            now=now,
            today=now.date(),
        )
    )


@pytest.fixture
def served(duty: Duty, cast: Cast, clock: FrozenClock) -> ScanReceipt:
    """李梅 served from 09:00 to 11:00."""
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=2)
    return duty.scan(cast.wangqiang, duty.card(cast.limei), "out")


def test_a_correction_waits_for_another_supervisor(
    duty: Duty, cast: Cast, served: ScanReceipt, clock: FrozenClock
) -> None:
    asked = duty.ask_correction(cast.zhaofang, served)
    slip_anew(duty, cast.hedu, cast.zhaofang)
    with pytest.raises(WayInRemade):
        duty.approve(cast.hedu, asked)
    assert duty.points(cast.limei) == 20
    clock.advance(hours=24)
    duty.approve(cast.hedu, asked)
    assert duty.points(cast.limei) == 0


def test_a_correction_can_still_be_declined(duty: Duty, cast: Cast, served: ScanReceipt) -> None:
    asked = duty.ask_correction(cast.zhaofang, served)
    slip_anew(duty, cast.hedu, cast.zhaofang)
    duty.approve(cast.hedu, asked, approve=False)
    assert duty.points(cast.limei) == 20


def test_what_is_held_is_released_by_own_hands_only(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    card = duty.card(cast.limei)
    clock.advance(hours=36)
    duty.scan(cast.wangqiang, card, claimed_at=duty.nine)
    held = duty.scan(cast.wangqiang, card, "out", claimed_at=duty.at("11:00"))
    slip_anew(duty, cast.zhaofang, cast.sungang)
    with pytest.raises(WayInRemade):
        duty.decide(cast.zhaofang, held)
    assert (duty.points(cast.limei), duty.review(cast.limei)) == (0, 20)
    duty.decide(cast.zhaofang, held, accept=False)
    assert duty.review(cast.limei) == 0


def test_a_held_drop_is_released_by_own_hands_only(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    station, card = duty.open_station(hours=2), duty.card(cast.limei)
    clock.advance(hours=30)
    drop = duty.scan(cast.sungang, card, "drop", shift_id=station, claimed_at=duty.nine)
    slip_anew(duty, cast.zhaofang, cast.sungang)
    with pytest.raises(WayInRemade):
        duty.decide(cast.zhaofang, drop)
    clock.advance(hours=24)
    duty.decide(cast.zhaofang, drop)
    assert duty.points(cast.limei) == 2
