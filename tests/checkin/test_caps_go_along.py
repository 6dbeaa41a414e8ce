"""A cap of what is earned goes with whoever used it: no merge and no move gives it anew (S3, case 33)."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.checkin.scans import ScanReceipt
from pointsvc.cli.verification import verify_everything
from pointsvc.members.rules import Door
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock
from tests.support.merging import merge, move, twin

pytestmark = pytest.mark.engines("sqlite")
AWAY = Door("9", "9", "909")


def drop(duty: Duty, person: Person, station: UUID) -> ScanReceipt:
    """孙岗 counts two bags of theirs."""
    code = duty.card(person)
    return duty.scan(duty.cast.sungang, code, "drop", shift_id=station, quantity=2)


def broken() -> list[str]:
    return [check.id for check in verify_everything().checks if not check.ok]


def test_correcting_what_a_merged_account_did_takes_of_the_survivor_s_caps(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    """Each had 20 of a day's 30, and 4 of a household's 4: paid anew, there is as much as for one."""
    station, other = duty.open_station(), twin(cast, door=AWAY)
    for person in (cast.limei, other):
        duty.scan(cast.wangqiang, duty.card(person))
    _own, theirs = drop(duty, cast.limei, station), drop(duty, other, station)
    clock.advance(hours=2)
    duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    left = duty.scan(cast.wangqiang, duty.card(other), "out")
    merge(cast, other.id, cast.limei.id)
    assert duty.points(cast.limei) == 20 + 20 + 4 + 4
    asked = duty.ask_correction(cast.zhaofang, left, duty.at("09:00"), duty.at("11:00"))
    duty.approve(cast.hedu, asked)
    duty.approve_drop(cast.hedu, duty.ask_drop_correction(cast.sungang, theirs, 1))
    assert (duty.points(cast.limei), broken()) == (30 + 4, [])


def test_who_moves_takes_along_what_they_earned_under_the_old_household_s_cap(
    duty: Duty, cast: Cast
) -> None:
    station = duty.open_station()
    for person, points in ((cast.limei, 4), (cast.wangqiang, 4)):
        assert drop(duty, person, station).award_points == points
    move(cast, cast.limei, AWAY)
    assert drop(duty, cast.limei, station).award_points == 0
    move(cast, cast.liuyang, Door("1", "1", "101"))  # where 李梅 lived
    assert drop(duty, cast.liuyang, station).award_points == 4
    move(cast, cast.liuyang, Door("1", "1", "102"))  # 王强's
    assert (drop(duty, cast.wangqiang, station).award_points, broken()) == (0, [])
