"""After an upload the leader hears what the phone has not sent; a late batch fills the gap."""

from __future__ import annotations

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from pointsvc.checkin.counters import missing_near, missing_of_sender, odd_devices
from pointsvc.checkin.scans import ScanRequest
from pointsvc.kernel.ids import new_id
from tests.checkin.asking import Body, Phone, scan_body
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

PHONE = UUID("0193f0d2-0000-7000-8000-0000000000aa")


def bodies(duty: Duty, cast: Cast, *numbers: int) -> list[Body]:
    card = duty.card(cast.limei)
    return [scan_body(card, device_id=PHONE, device_counter=number) for number in numbers]


def sent(phone: Phone, scans: list[Body]) -> Any:
    answer = phone.post("/scans/batch", {"scans": scans})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_an_upload_says_what_did_not_come(duty: Duty, cast: Cast, client: HouseClient) -> None:
    phone = Phone(client, cast.wangqiang)
    answer = sent(phone, bodies(duty, cast, 4, 8, 9))
    assert answer["missing"] == [
        {
            "device_id": str(PHONE),
            "count": 3,
            "numbers": [{"first": 5, "last": 7}],
            "message": "这部手机还有 3 次扫码没有传上来：第 5–7 次。",
        }
    ]


def test_an_upload_without_numbers_answers_as_before(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    assert sent(Phone(client, cast.wangqiang), [scan_body(duty.card(cast.limei))]).keys() == {
        "results"
    }


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_the_order_nothing_is_missing_in_the_end(
    duty: Duty, cast: Cast, client: HouseClient, order: tuple[int, ...]
) -> None:
    phone, scans = Phone(client, cast.wangqiang), bodies(duty, cast, 1, 2, 3, 4, 5, 6)
    parts = [scans[:2], scans[2:4], scans[4:]]
    answers = [sent(phone, parts[index]) for index in (*order, order[0])]
    assert answers[-1]["missing"] == []
    assert missing_of_sender(duty.community_id, cast.wangqiang.id, duty.now()) == []


def test_a_gap_changes_no_verdict_and_no_points(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card, device_id=PHONE, device_counter=1)
    clock.advance(hours=2)
    left = duty.scan(cast.wangqiang, card, "out", device_id=PHONE, device_counter=900)
    assert (left.verdict, duty.points(cast.limei)) == ("accepted", 20)


def test_who_sent_it_still_sees_the_gap_for_a_week(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    scans = [numbered(duty, number) for number in (1, 4)]
    duty.record(duty.caller(cast.wangqiang), scans)
    [missing] = missing_of_sender(duty.community_id, cast.wangqiang.id, duty.now())
    assert (missing.device_id, missing.count) == (PHONE, 2)
    assert missing_of_sender(duty.community_id, cast.sungang.id, duty.now()) == []
    clock.advance(days=8)
    assert missing_of_sender(duty.community_id, cast.wangqiang.id, duty.now()) == []


def test_another_community_has_other_numbers(duty: Duty, cast: Cast) -> None:
    duty.record(duty.caller(cast.wangqiang), [numbered(duty, 1), numbered(duty, 4)])
    assert cast.chenjing.community_id is not None
    assert missing_near(cast.chenjing.community_id, {PHONE: 1}) == []


def test_a_month_borrows_its_neighbours(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    """The number before the month shows the gap at its start; one that came later fills it."""
    leader = duty.caller(cast.wangqiang)
    duty.record(leader, [numbered(duty, 1)])
    clock.advance(days=15)
    month = (duty.now(), duty.later(days=5))
    duty.record(leader, [numbered(duty, 4)])
    [odd] = odd_devices(duty.community_id, *month)
    assert [(gap.first, gap.last) for gap in odd.findings.gaps] == [(2, 3)]
    assert odd.senders == (("member", cast.wangqiang.id),)
    clock.advance(days=15)
    duty.record(leader, [numbered(duty, 3), numbered(duty, 2)])
    assert odd_devices(duty.community_id, *month)[0].findings.gaps == ()


def numbered(duty: Duty, number: int) -> ScanRequest:
    return ScanRequest(
        new_id(),
        "in",
        code="nothing",
        device_id=PHONE,
        device_counter=number,
        shift_id=duty.shift_id,
    )
