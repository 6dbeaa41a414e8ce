"""名册点名: the leader ticks a name and says why; marked as such, counted like a scan."""

from __future__ import annotations

import pytest

from pointsvc.checkin.errors import ScanIdReused
from pointsvc.checkin.models import Scan
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person
from tests.support.clocks import FrozenClock


def tick(
    duty: Duty, leader: Person, person: Person, direction: str = "in", **more: object
) -> ScanReceipt:
    return duty.scan(leader, None, direction, **{"member_id": person.id, "note": "忘带卡"} | more)


def test_a_tick_in_and_out_earns_like_a_scan(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    came = tick(duty, cast.wangqiang, cast.limei)
    clock.advance(hours=2)
    left = tick(duty, cast.wangqiang, cast.limei, "out")
    assert (came.verdict, left.verdict, left.award_points) == ("accepted", "accepted", 20)


def test_a_tick_is_marked_and_keeps_its_reason(duty: Duty, cast: Cast) -> None:
    came = tick(duty, cast.wangqiang, cast.limei)
    row = db.session.get_one(Scan, (duty.community_id, came.scan_id))
    assert (row.proof, row.note, row.code_number) == ("roster", "忘带卡", None)


def test_a_tick_confirms_what_the_sign_recorded(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    duty.scan(cast.limei, duty.sign())
    clock.advance(minutes=5)
    assert tick(duty, cast.wangqiang, cast.limei).verdict == "accepted"
    clock.advance(minutes=115)
    assert tick(duty, cast.wangqiang, cast.limei, "out").service_minutes == 120


def test_who_ticks_themself_waits_for_another(duty: Duty, cast: Cast) -> None:
    own = tick(duty, cast.wangqiang, cast.wangqiang)
    assert (own.verdict, own.reason) == ("held", "scan.own_code")


@pytest.mark.parametrize("name", ["sungang", "limei", "zhangdian", "zhoumin"])
def test_only_who_runs_the_shift_ticks(duty: Duty, cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        tick(duty, getattr(cast, name), cast.liuyang)


def test_nobody_of_elsewhere_is_ticked(duty: Duty, cast: Cast) -> None:
    with pytest.raises(NotFound):
        tick(duty, cast.wangqiang, cast.chenjing)
    with pytest.raises(NotFound):
        tick(duty, cast.wangqiang, cast.limei, shift_id=new_id())


def test_a_tick_of_drops_is_refused(duty: Duty, cast: Cast) -> None:
    station = duty.open_station()
    answer = tick(duty, cast.sungang, cast.limei, "drop", shift_id=station)
    assert (answer.verdict, answer.reason) == ("refused", "scan.way_off")


def test_the_same_tick_with_another_reason_is_another_body(duty: Duty, cast: Cast) -> None:
    scan_id = new_id()
    first = tick(duty, cast.wangqiang, cast.limei, scan_id=scan_id)
    again = tick(duty, cast.wangqiang, cast.limei, scan_id=scan_id)
    assert again == first
    with pytest.raises(ScanIdReused):
        tick(duty, cast.wangqiang, cast.limei, scan_id=scan_id, note="没带手机")
